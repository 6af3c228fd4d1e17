import { createServer } from 'node:net'

describe('a suite that leaves a server open', () => {
  it('passes', (done) => void createServer().listen(0, '127.0.0.1', () => done()))
})

describe('a suite after it', () => {
  it('passes', () => {})
})
