import fc from 'fast-check'
import { GRACE_MS, Nodes } from './simulated-nodes.ts'

const NODES = 3
const node = fc.nat(NODES - 1)
const which = fc.nat(20)
const name = fc.constantFrom('ann', 'bob', 'cid')

type Step = (nodes: Nodes) => void

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(name, node).map(
      ([text, at]): Step =>
        (nodes) =>
          nodes.take(text, at),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(node, which, fc.boolean()).map(([at, who, isBack]): Step => (nodes) => {
      nodes.enter(at, who, isBack)
    }),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(node, which).map(
      ([at, who]): Step =>
        (nodes) =>
          nodes.leave(at, who),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(which, name).map(
      ([who, text]): Step =>
        (nodes) =>
          nodes.rename(who, text),
    ),
  },
  {
    weight: 2,
    arbitrary: which.map(
      (who): Step =>
        (nodes) =>
          nodes.end(who),
    ),
  },
  {
    weight: 6,
    arbitrary: node.map(
      (at): Step =>
        (nodes) =>
          nodes.tell(at),
    ),
  },
  {
    weight: 8,
    arbitrary: fc.tuple(node, node).map(
      ([at, from]): Step =>
        (nodes) =>
          nodes.receive(at, from),
    ),
  },
  {
    weight: 4,
    arbitrary: node.map(
      (at): Step =>
        (nodes) =>
          nodes.hearOfSession(at),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.nat(GRACE_MS * 1.2).map(
      (ms): Step =>
        (nodes) =>
          nodes.time.pass(ms),
    ),
  },
  {
    weight: 1,
    arbitrary: node.map(
      (at): Step =>
        (nodes) =>
          nodes.reconnect(at),
    ),
  },
  {
    weight: 1,
    arbitrary: node.map(
      (at): Step =>
        (nodes) =>
          nodes.kill(at),
    ),
  },
)

describe('presence on three nodes', () => {
  it('comes to the same roster on all of them, and announces no name twice, whatever happens', () => {
    const steps = fc.array(step, { maxLength: 60, size: 'max' })
    fc.assert(
      fc.property(steps, (taken) => {
        const nodes = new Nodes(NODES)
        for (const take of taken) take(nodes)
        nodes.check()
        nodes.close()
      }),
      { numRuns: 2000 },
    )
  })
})
