import { expect } from 'chai'
import { diagnose, type Signs } from '../../../views/diagnostics/diagnosis.ts'
import type { Verdict } from '../../../views/diagnostics/pulse.ts'

const well: Verdict = { is: 'well' }
const silent: Verdict = { is: 'silent', forMs: 5000 }
const bursts: Verdict = { is: 'bursts', heldMs: 4000 }
const cut: Verdict = { is: 'cut', times: 2 }

function diagnosisOf(streams: Verdict[], signs: Partial<Signs> = {}): string {
  return diagnose({ online: true, plain: 'good', ...signs, streams })
}

describe('diagnose', () => {
  it('finds all well only when all is', () => {
    expect(diagnosisOf([well, well, well])).to.equal('well')
    expect(diagnosisOf([well, { is: 'listening' }, well])).to.equal('measuring')
    expect(diagnosisOf([])).to.equal('measuring')
  })

  it('blames what is in between where pages come and streams do not', () => {
    for (const held of [silent, bursts, { is: 'waiting' } as const])
      expect(diagnosisOf([held, well])).to.equal('buffered')
  })

  it('blames the server or the number of connections where pages do not come either', () => {
    expect(diagnosisOf([silent], { plain: 'late' })).to.equal('unanswered')
    expect(diagnosisOf([{ is: 'lost' }], { plain: 'late' })).to.equal('unanswered')
    expect(diagnosisOf([{ is: 'lost' }], { plain: 'failed' })).to.equal('unreachable')
  })

  it('names the cause before what follows from it', () => {
    expect(diagnosisOf([{ is: 'lost' }], { plain: 'failed', online: false })).to.equal('offline')
    expect(diagnosisOf([{ is: 'refused' }, bursts, cut])).to.equal('refused')
    expect(diagnosisOf([cut, { is: 'lost' }])).to.equal('reconnecting')
    expect(diagnosisOf([{ is: 'uneven', heldMs: 800 }, cut])).to.equal('cut')
    expect(diagnosisOf([{ is: 'uneven', heldMs: 800 }, well])).to.equal('uneven')
  })
})
