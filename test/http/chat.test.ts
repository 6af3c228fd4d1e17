import { expect } from 'chai'
import { listen } from '../support/listener.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'

describe('GET and POST /chat', () => {
  let teahouse: Teahouse
  beforeEach(async () => void (teahouse = await startTeahouse()))
  afterEach(() => teahouse.stop())

  it('sends what a form says to everyone, in words', async () => {
    const listener = await listen(`${teahouse.url}/chat`)
    await fetch(`${teahouse.url}/chat`, { method: 'POST', body: new URLSearchParams({ name: 'bob', message: 'hi' }) })
    const [connected, message] = await listener.until(2)
    expect(connected?.data).to.equal('已连接至服务器')
    expect(message?.data).to.equal('bob说:hi')
    listener.close()
  })
})
