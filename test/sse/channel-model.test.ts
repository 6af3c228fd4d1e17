import { expect } from 'chai'
import * as fc from 'fast-check'
import { setImmediate as turn } from 'node:timers/promises'
import { ReplayMemory } from '../../src/sse/replay-memory.ts'
import { ChannelModel } from '../support/channel-model.ts'

type Step = (model: ChannelModel) => unknown

const which = fc.nat(1000)
const pick = <T>(items: T[], index: number): T | undefined => items[index % items.length]

const append = fc
  .oneof(
    fc.record({ count: fc.integer({ min: 1, max: 80 }), bytes: fc.nat(500) }),
    fc.record({ count: fc.integer({ min: 1, max: 5 }), bytes: fc.integer({ min: 4000, max: 48 * 1024 - 30 }) }),
  )
  .map(({ count, bytes }): [string, Step] => [
    `append ${count} of ${bytes} bytes`,
    (model) => model.append(count, bytes),
  ])
const add = fc
  .integer({ min: 1, max: 3 })
  .map((count): [string, Step] => [`the log has ${count} more`, (model) => model.add(count, 20)])
const pass = fc.constant<[string, Step]>(['pass', (model) => model.pass()])
const join = fc
  .oneof(fc.constant(0), fc.nat(30), fc.nat(700), fc.integer({ min: -3, max: -1 }))
  .map((behind): [string, Step] => [`join ${behind} behind`, (model) => model.join(behind)])
/** Enough streams that a round is cut into pieces. */
const crowd = fc.integer({ min: 10, max: 40 }).map((count): [string, Step] => [
  `join ${count} at once`,
  (model) => {
    for (let joined = 0; joined < count; joined++) model.join(0)
  },
])
const read = fc
  .record({ who: which, bytes: fc.oneof(fc.nat(200), fc.nat(60_000)) })
  .map(({ who, bytes }): [string, Step] => [
    `${who} reads ${bytes} bytes`,
    (model) => pick(model.readers, who)?.read(bytes),
  ])
const readAll = fc.constant<[string, Step]>([
  'all read',
  (model) => {
    for (const reader of model.readers) reader.read()
  },
])
const close = fc.record({ who: which, ends: fc.boolean() }).map(({ who, ends }): [string, Step] => [
  `${who} closes`,
  (model) => {
    const stream = pick(model.readers, who)?.stream
    if (ends) stream?.destroy()
    else stream?.destroy(new Error('gone')).on('error', () => {})
  },
])
const answer = which.map((index): [string, Step] => [
  `the log answers ${index}`,
  (model) => model.questions.splice(index % (model.questions.length || 1), 1)[0]?.answer(),
])
const fail = fc.constant<[string, Step]>(['the log fails', (model) => model.questions.shift()?.fail()])
const forget = fc.nat(100).map((count): [string, Step] => [`the log forgets ${count}`, (model) => model.forget(count)])
const flush = fc.constant<[string, Step]>(['flush', (model) => model.flush(Infinity)])
const flushSome = fc.constant<[string, Step]>(['flush until late', (model) => model.flush(-1)])
const rest = fc.constant<[string, Step]>(['turn', () => turn()])

/** From nothing at all to more than there is. */
const budget = fc.oneof(fc.constant(0), fc.nat(200_000), fc.constant(Infinity))

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: append },
    { weight: 2, arbitrary: add },
    { weight: 4, arbitrary: pass },
    { weight: 4, arbitrary: join },
    { weight: 1, arbitrary: crowd },
    { weight: 6, arbitrary: read },
    { weight: 2, arbitrary: readAll },
    { weight: 1, arbitrary: close },
    { weight: 4, arbitrary: answer },
    { weight: 1, arbitrary: fail },
    { weight: 1, arbitrary: forget },
    { weight: 3, arbitrary: flush },
    { weight: 4, arbitrary: flushSome },
    { weight: 6, arbitrary: rest },
  ),
  { maxLength: 60, size: 'max' },
)

describe('a Channel, whatever happens in whatever order', function () {
  this.timeout(60_000)

  it('sends each stream every entry once, in order, and what passes while it is live; and holds little', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(300), budget, steps, async (head, replayBytes, steps) => {
        const memory = new ReplayMemory(replayBytes)
        const model = new ChannelModel(head, memory)
        for (const [, step] of steps) {
          await step(model)
          model.checkHeld()
          expect(memory.bytes).to.be.at.most(replayBytes)
        }
        await model.finish()
        for (const reader of model.readers) model.check(reader)
        for (const { stream } of model.readers) stream.destroy()
        await turn()
        expect(model.streams.size).to.equal(0)
      }),
      { numRuns: 100 },
    ))
})
