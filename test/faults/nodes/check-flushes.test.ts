import { expect } from 'chai'
import { checkFlushes, type Told } from './check-flushes.ts'

const begun = (id: string, resets = false): Told => ({ id, resets })
const said = (id: string, text: string): Told => ({ id, text })

describe('the check of a Redis that was emptied', () => {
  const kinds = (told: Told[], answers: Told[] = []) => checkFlushes([told], answers).map(({ kind }) => kind)

  it('finds nothing where a reader is told, and where it goes on', () => {
    expect(kinds([begun('a-0'), said('a-1', 'x'), begun('a-1'), said('a-2', 'y')])).to.deep.equal([])
    expect(kinds([begun('a-0'), said('a-1', 'x'), begun('b-0', true), said('b-1', 'y')])).to.deep.equal([])
  })

  it('finds an id that stands for two messages, to two readers or in an answer', () => {
    expect(kinds([begun('a-0'), said('a-1', 'x')], [said('a-1', 'y')])).to.deep.equal(['forged'])
  })

  it('finds a reader that is not told: of another epoch, of a hole, of numbers that begin anew', () => {
    expect(kinds([begun('a-0'), said('a-1', 'x'), begun('b-0')])).to.deep.equal(['lost'])
    expect(kinds([begun('a-0'), said('a-2', 'x')])).to.deep.equal(['lost'])
    expect(kinds([begun('a-3'), begun('a-0'), said('a-1', 'x')])).to.deep.equal(['lost'])
  })
})
