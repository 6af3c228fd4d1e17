import { expect } from 'chai'
import { Announcements, type Announcement } from '../../../src/chat/presence/announcements.ts'
import { Presence, type PresenceChange } from '../../../src/chat/presence/presence.ts'
import type { Session } from '../../../src/chat/names/session.ts'
import { SimulatedTime } from './simulated-time.ts'

const GRACE_MS = 10_000
const session = (id: string, name: string): Session => ({ id, name: { text: name, folded: name } })
const person = (id: string, name: string) => ({ session: id, name: { text: name, folded: name } })

describe('presence', () => {
  let time: SimulatedTime
  let presence: Presence
  let changes: string[]
  let counts: number[]
  beforeEach(() => {
    time = new SimulatedTime()
    changes = []
    counts = []
    const onChange = ({ before, after }: PresenceChange) => {
      changes.push(`${before?.text ?? ''}>${after?.text ?? ''}`)
      counts.push(presence.roster.count)
    }
    presence = new Presence({ graceMs: GRACE_MS, later: time.later, onChange })
  })

  it('has a person from the first place until the grace after the last', () => {
    const [first, second] = [presence.enter(session('1', 'bob')), presence.enter(session('1', 'bob'))]
    first()
    time.pass(2 * GRACE_MS)
    second()
    time.pass(GRACE_MS - 1)
    expect(presence.roster).to.deep.equal({ count: 1, users: ['bob'], guests: 0 })
    expect(presence.isEmptyHere).to.equal(true)
    time.pass(1)
    expect(presence.roster).to.deep.equal({ count: 0, users: [], guests: 0 })
    expect(changes).to.deep.equal(['>bob', 'bob>'])
  })

  it('does not notice somebody who comes back within the grace, by whatever node', () => {
    presence.enter(session('1', 'bob'))()
    time.pass(GRACE_MS - 1)
    presence.receive({ node: 'n2', people: [person('1', 'bob')] })
    time.pass(GRACE_MS)
    presence.enter(session('1', 'bob'))
    presence.receive({ node: 'n2', gone: ['1'] })
    expect(changes).to.deep.equal(['>bob'])
  })

  it('keeps the new holder of a name when the end of the old session arrives late', () => {
    const leave = presence.enter(session('1', 'bob'))
    presence.receive({ node: 'n2', people: [person('2', 'bob')] })
    expect(presence.roster).to.deep.equal({ count: 1, users: ['bob'], guests: 0 })
    presence.changeSession('1', undefined)
    expect(presence.roster).to.deep.equal({ count: 2, users: ['bob'], guests: 1 })
    leave()
    time.pass(GRACE_MS)
    expect(presence.roster).to.deep.equal({ count: 1, users: ['bob'], guests: 0 })
  })

  it('takes another name of a session for one change, in which the count stays, on every node', () => {
    presence.enter(session('1', 'bob'))
    presence.enter(session('1', 'bob'))
    presence.receive({ node: 'n2', people: [person('1', 'bob')] })
    presence.receive({ node: 'n3', people: [person('1', 'bob'), person('2', 'eve')] })
    presence.changeSession('1', { text: 'rob', folded: 'rob' })
    presence.receive({ node: 'n3', people: [person('1', 'rob')] })
    presence.receive({ node: 'n2', people: [person('1', 'rob')] })
    presence.receive({ node: 'n3', people: [person('2', 'eva')] })
    expect(changes).to.deep.equal(['>bob', '>eve', 'bob>rob', 'eve>eva'])
    expect(counts).to.deep.equal([1, 2, 2, 2])
  })

  it('takes a session that is over for a guest until its places close', () => {
    const places = [presence.enter(session('1', 'bob')), presence.enter(session('1', 'bob'))]
    presence.changeSession('1', undefined)
    expect(presence.roster).to.deep.equal({ count: 2, users: [], guests: 2 })
    for (const leave of places) leave()
    expect(presence.roster.count).to.equal(0)
  })

  it('gives those of a lost node time to come back; its guests have left', () => {
    presence.receive({ node: 'n2', people: [person('1', 'bob'), person('2', 'eve')], guests: 3 })
    presence.receive({ node: 'n3', people: [person('3', 'ann')], guests: 1 })
    presence.synchronise(new Map([['n3', { people: [person('3', 'ann')], guests: 1 }]]))
    expect(presence.roster).to.deep.equal({ count: 4, users: ['bob', 'eve', 'ann'], guests: 1 })
    const leave = presence.enter(session('2', 'eve'))
    presence.changeSession('1', undefined)
    expect(changes.slice(3)).to.deep.equal(['bob>'])
    time.pass(GRACE_MS)
    expect(presence.roster.users).to.deep.equal(['eve', 'ann'])
    expect(presence.others).to.deep.equal(['n3'])
    leave()
  })

  it('takes somebody who has taken a name for being here, for the grace', () => {
    presence.announce(session('1', 'bob'))
    presence.announce(session('2', 'eve'), 'n2')
    time.pass(GRACE_MS - 1)
    presence.announce(session('1', 'bob'))
    time.pass(1)
    expect(changes).to.deep.equal(['>bob', '>eve', 'eve>'])
    time.pass(GRACE_MS)
    expect(changes.at(-1)).to.equal('bob>')
  })

  it('has no timers left when it is cleared', () => {
    presence.enter(session('1', 'bob'))()
    presence.announce(session('2', 'eve'), 'n2')
    presence.clear()
    expect(time.waiting).to.equal(0)
    expect(presence.roster).to.deep.equal({ count: 0, users: [], guests: 0 })
  })

  describe('as it is announced', () => {
    const EVERY_MS = 1000
    let told: string[]
    beforeEach(() => {
      told = []
      const announce = ({ joined, left, renamed, isQuiet }: Announcement) => {
        told.push(...left.map((name) => `-${name}`), ...joined.map((name) => `+${name}`))
        told.push(...renamed.map((names) => names.join('>')), ...(isQuiet ? ['roster'] : []))
      }
      presence = new Presence({
        graceMs: GRACE_MS,
        later: time.later,
        onChange: (change) => announcements.add(change),
      })
      const announcements = new Announcements(presence, EVERY_MS, announce, time.later)
      presence.receive({ node: 'n2', people: [person('0', 'early')] })
      announcements.start()
    })

    it('comes at once, then once in a while, without whoever has come and gone', () => {
      presence.enter(session('1', 'bob'))
      expect(told).to.deep.equal(['+bob'])
      presence.receive({ node: 'n2', people: [person('2', 'eve'), person('3', 'ann')] })
      presence.receive({ node: 'n2', gone: ['0', '2'] })
      expect(told).to.deep.equal(['+bob'])
      time.pass(EVERY_MS)
      expect(told).to.deep.equal(['+bob', '-early', '+ann'])
    })

    it('tells of a new name as that, also of two within a moment', () => {
      presence.enter(session('1', 'bob'))
      presence.changeSession('1', { text: 'rob', folded: 'rob' })
      presence.changeSession('1', { text: 'robin', folded: 'robin' })
      time.pass(EVERY_MS)
      // Whoever has not been announced joins under the name that they have by then.
      presence.receive({ node: 'n2', people: [person('2', 'eve')] })
      presence.receive({ node: 'n2', people: [person('2', 'eva')] })
      time.pass(EVERY_MS)
      expect(told).to.deep.equal(['+bob', 'bob>robin', '+eva'])
    })

    it('tells of two who have swapped their names by nothing, as the names are all here', () => {
      presence.enter(session('1', 'bob'))
      presence.enter(session('2', 'eve'))
      time.pass(EVERY_MS)
      told = []
      presence.changeSession('1', { text: 'x', folded: 'x' })
      presence.changeSession('2', { text: 'bob', folded: 'bob' })
      presence.changeSession('1', { text: 'eve', folded: 'eve' })
      time.pass(2 * EVERY_MS)
      expect(told).to.deep.equal([])
    })

    it('does not say that somebody has joined who is back', () => {
      presence.enter(session('1', 'bob'), true)
      presence.receive({ node: 'n2', people: [{ ...person('2', 'eve'), isBack: true }] })
      time.pass(EVERY_MS)
      expect(told).to.deep.equal(['roster', 'roster'])
      presence.changeSession('1', undefined)
      expect(told.at(-1)).to.equal('roster')
      time.pass(EVERY_MS)
      expect(told.at(-1)).to.equal('-bob')
    })
  })
})
