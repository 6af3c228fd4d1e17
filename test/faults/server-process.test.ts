import { expect } from 'chai'
import { until } from '../support/until.ts'
import { freePort } from '../support/process/free-port.ts'
import { ServerProcess } from './server-process.ts'

const FAILING = `--import "data:text/javascript,process.on('SIGUSR2',()=>{throw new Error('lost')})"`

describe('the server of the fault harness', () => {
  it('has its errors heard, in this life and in the next, and complains of nothing else', async () => {
    const server = new ServerProcess(['--data', ':memory:'], await freePort(), [], () => ({ NODE_OPTIONS: FAILING }))
    try {
      server.spawn()
      await server.listening()
      expect(await server.drain()).to.equal(0)
      expect(server.complaints).to.equal('')
      server.spawn()
      await server.listening()
      process.kill(server.pid!, 'SIGUSR2')
      await until(() => server.complaints.includes('lost'))
      await server.stop()
      server.spawn()
      await server.listening()
      expect(server.complaints).to.include('lost')
    } finally {
      await server.stop()
    }
  })
})
