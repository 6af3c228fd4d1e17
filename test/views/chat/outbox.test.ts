import { expect } from 'chai'
import type { Refused } from '../../../views/chat/api.ts'
import { judge } from '../../../views/chat/send/outbox.ts'

function refused(status: number, retryAfterMs?: number, code = 'some_code'): Refused {
  return { ok: false, status, code, msg: undefined, retryAfterMs }
}

describe('judge', () => {
  it('waits as long as a server that hears too much asks for, however often', () => {
    const verdict = judge(refused(429, 7000), 50)
    expect(verdict).to.deep.equal({ kind: 'again', afterMs: 7000, isTooFast: true })
  })

  it('tries again what may pass, and gives up after a while', () => {
    for (const answer of [refused(0, undefined, 'offline'), refused(502), refused(503), refused(504)]) {
      expect(judge(answer, 1).kind).to.equal('again')
      expect(judge(answer, 3).kind).to.equal('failed')
    }
  })

  it('does not try again what was refused, or may have arrived', () => {
    for (const status of [400, 401, 403, 413, 415, 500, 507]) expect(judge(refused(status), 1).kind).to.equal('failed')
    expect(judge(refused(0, undefined, 'timeout'), 1).kind).to.equal('failed')
    expect(judge(refused(0, undefined, 'garbage'), 1).kind).to.equal('failed')
  })

  it('says whether the server has said no', () => {
    const isRefusal = (answer: Refused) => {
      const verdict = judge(answer, 3)
      return verdict.kind === 'failed' && verdict.failure.isRefusal
    }
    expect(isRefusal(refused(413))).to.equal(true)
    expect(isRefusal(refused(500))).to.equal(false)
    expect(isRefusal(refused(0))).to.equal(false)
  })
})
