import { expect } from 'chai'
import * as fc from 'fast-check'
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { comment, encode, EventStream, Hub, type Channel, type ChannelOptions } from '../../src/sse/index.ts'
import { OPENING, openChannel, send } from '../support/channel.ts'
import { Ear } from '../support/http/ear.ts'
import { entries, entry, numbersIn } from '../support/process/log.ts'
import { until } from '../support/until.ts'

/** What a caller in JavaScript may give in place of what is asked for. */
type Anything = never

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const NO_FRAMES = ['text', 5, null, {}, [], new Uint8Array(3), ['text']] as Anything[]

describe('teahouse/sse, when it is misused', () => {
  let hub: Hub
  beforeEach(() => void (hub = new Hub()))
  afterEach(() => hub.end(() => 0))

  it('refuses at once what is no frame, and then does nothing', async () => {
    const channel = hub.open()
    const ear = new Ear()
    channel.join(ear.stream)
    for (const value of NO_FRAMES) {
      expect(() => channel.pass(value)).to.throw(TypeError, 'must be a frame')
      expect(() => channel.tell(ear.stream, value)).to.throw(TypeError, 'must be a frame')
      expect(() => channel.join(new EventStream(), value ?? ('null' as Anything))).to.throw(
        TypeError,
        'must be a frame',
      )
    }
    for (const value of [undefined, 'text', 5, null, {}, entry(1), ['text'], [undefined]] as Anything[]) {
      expect(() => channel.append(value)).to.throw(TypeError, 'what is appended')
    }
    expect(() => channel.append([entry(1), 'text' as Anything])).to.throw(TypeError, 'each of what is appended')
    expect([channel.head, channel.streams.size]).to.deep.equal([0, 1])
    await turn()
    expect(ear.text).to.equal(String(OPENING))
  })

  it('refuses at once times that are none', () => {
    for (const time of [0, -1, NaN, '15000', null, 2 ** 40] as number[]) {
      expect(() => new Hub({ heartbeatMs: time })).to.throw(RangeError, 'heartbeatMs must be')
      if (time !== 2 ** 40) expect(() => new Hub({ stallMs: time })).to.throw(RangeError, 'stallMs must be')
    }
    expect(() => new Hub({ heartbeatMs: Infinity })).to.throw(RangeError)
    new Hub({ stallMs: Infinity }).end(() => 0)
  })

  it('refuses at once options that are none, and takes undefined for those that are not given', async () => {
    const open = (options: object) => () => hub.open(options)
    for (const head of [1.5, -1, NaN, '1']) expect(open({ head })).to.throw(RangeError, 'head must be')
    for (const source of [{}, null, 5, { read: 5 }]) expect(open({ source })).to.throw(TypeError, 'source.read must be')
    const names = ['lost', 'snapshot', 'heartbeat', 'closing', 'onSent', 'onError']
    for (const name of names) expect(open({ [name]: 'text' })).to.throw(TypeError, `${name} must be a function`)
    const channel = hub.open(Object.fromEntries(['source', 'head', ...names].map((name) => [name, undefined])))
    const ear = new Ear()
    channel.join(ear.stream, undefined, 7)
    await until(() => ear.text.includes('event: lost\ndata: 0\n'))
  })

  it('refuses at once what is no stream, and a stream that is in the channel already', () => {
    const channel = hub.open()
    expect(() => channel.join({} as Anything)).to.throw(TypeError, 'only an EventStream')
    const stream = new EventStream()
    channel.join(stream)
    expect(() => channel.join(stream)).to.throw(Error, 'in this channel already')
    expect(String(stream.read())).to.equal(String(OPENING))
  })

  it('refuses at once a time to come back that is none, and ends nothing', () => {
    const stream = new EventStream()
    hub.open().join(stream)
    for (const value of [undefined, 1000, null] as Anything[]) {
      expect(() => hub.end(value)).to.throw(TypeError, 'retryMs must be a function')
    }
    for (const value of [NaN, -1, Infinity, undefined] as number[]) {
      expect(() => hub.end(() => value)).to.throw(RangeError, 'what retryMs returns')
    }
    expect([stream.writable, hub.isEnding]).to.deep.equal([true, false])
    hub.end(() => 1000 * 1.23456)
    expect(String(stream.read())).to.equal('retry: 3000\n\nretry: 1235\n\n')
  })

  it('ends twice as once, and closes twice as once', async () => {
    const [one, other] = [hub.open(), hub.open()]
    const ear = new Ear()
    one.join(ear.stream)
    hub.close(other)
    hub.close(other)
    hub.close({} as Channel)
    hub.end(() => 1000)
    hub.end(() => 2000)
    hub.close(one)
    await until(() => hub.size === 0)
    expect(ear.text).to.equal('retry: 3000\n\nretry: 1000\n\n')
  })

  it('keeps nothing of what is sent to a channel that has ended', async () => {
    const channel = hub.open()
    hub.close(channel)
    const frames = [comment('a'), comment('b')]
    const kept = frames.map((frame) => new WeakRef(frame))
    channel.pass(frames.pop()!)
    channel.append([frames.pop()!])
    expect(channel.head).to.equal(1)
    await until(() => {
      collectGarbage()
      return kept.every((frame) => frame.deref() === undefined)
    })
  })

  describe('by functions that it calls', () => {
    const broken = (message: string) => () => {
      throw new Error(message)
    }
    const text = () => 'text' as Anything
    const reads: Record<string, ChannelOptions['source']> = {
      'throws at once': { read: broken('disk') },
      rejects: { read: () => Promise.reject(new Error('disk')) },
      'resolves with texts': { read: async () => ['text'] as Anything },
      'resolves with a frame in place of frames': { read: async () => entry(1) as Anything },
      'resolves with nothing': { read: async () => undefined as Anything },
    }
    for (const [title, source] of Object.entries(reads)) {
      it(`cuts off the stream and says so when source.read ${title}`, async () => {
        const errors: unknown[] = []
        const channel = openChannel({ ...(source && { source }), head: 10, onError: (error) => errors.push(error) })
        const [behind, live] = [new Ear(), new Ear()]
        channel.join(behind.stream, OPENING, 0)
        channel.join(live.stream)
        await until(() => behind.stream.destroyed && channel.streams.size === 1)
        expect(errors).to.have.length(1)
        expect(errors[0]).to.be.an.instanceOf(Error)
      })
    }

    it('takes no more from source.read than it asked for, and waits for no promise', async () => {
      const channel = openChannel({ source: { read: (() => entries(1, 1000)) as Anything }, head: 64 })
      const ear = new Ear()
      channel.join(ear.stream, OPENING, 0)
      await until(() => numbersIn(ear.text).length === 64)
      channel.append([entry(65)])
      await send(channel)
      expect(numbersIn(ear.text)).to.deep.equal(Array.from({ length: 65 }, (_, i) => i + 1))
    })

    it('cuts off the stream and says so when lost or snapshot throws, or gives no frame', async () => {
      const errors: unknown[] = []
      const onError = (error: unknown) => errors.push(error)
      for (const say of [broken('said'), text]) {
        for (const options of [{ lost: say }, { snapshot: say }]) {
          const { stream } = new Ear()
          const channel = openChannel({ ...options, onError })
          channel.join(stream, OPENING, 'lost' in options ? 7 : 0)
          if ('snapshot' in options) channel.pass(comment('missed'))
          await until(() => stream.destroyed)
        }
      }
      expect(errors).to.have.length(4)
    })

    it('goes on, and says so, when heartbeat, closing or onSent throws, or gives no frame', async () => {
      const errors: unknown[] = []
      for (const say of [broken('said'), text]) {
        const options = { heartbeat: say, closing: say, onSent: broken('sent') }
        const channel = openChannel({ ...options, onError: (error) => errors.push(error) })
        const ear = new Ear()
        channel.join(ear.stream)
        channel.beat(performance.now() + 60_000, 15_000, 60_000)
        channel.append([entry(1)])
        await send(channel)
        channel.end(() => 1000)
        await until(() => channel.streams.size === 0)
        expect(ear.text).to.equal(`${String(OPENING)}${String(entry(1))}`)
      }
      expect(errors).to.have.length(6)
    })

    it('warns of what nobody asked to be told', async () => {
      const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
      openChannel({ source: { read: broken('disk') }, head: 10 }).join(new EventStream(), OPENING, 0)
      expect((await warned).message).to.equal('disk')
    })
  })

  it('throws at the caller or not at all, whatever it is given in whatever order', async function () {
    this.timeout(60_000)
    const frame = fc.integer({ min: 0, max: 40_000 }).map((bytes) => encode({ data: 'x'.repeat(bytes) }))
    const number = fc.oneof(fc.nat(20), fc.constantFrom(NaN, -1, 1.5, Infinity, 2 ** 53, 2 ** 60))
    const anything = fc.oneof(frame, number, fc.array(frame, { maxLength: 3 }), fc.anything(), fc.constant(undefined))
    const said = fc.oneof(
      { weight: 2, arbitrary: anything.map((value) => () => value) },
      { weight: 1, arbitrary: anything.map((value) => () => Promise.resolve(value)) },
      {
        weight: 1,
        arbitrary: anything.map((value) => () => {
          throw value
        }),
      },
      { weight: 1, arbitrary: anything },
    )
    const options = fc.record(
      {
        source: fc.oneof(fc.record({ read: said }), anything),
        head: number,
        lost: said,
        snapshot: said,
        heartbeat: said,
        closing: said,
        onSent: said,
      },
      { requiredKeys: [] },
    )
    const call = fc.record({
      what: fc.constantFrom(
        'open',
        'join',
        'join',
        'append',
        'pass',
        'tell',
        'close',
        'destroy',
        'read',
        'end',
        'turn',
      ),
      who: fc.nat(5),
      where: fc.nat(3),
      value: fc.oneof({ weight: 2, arbitrary: frame }, { weight: 1, arbitrary: anything }),
      frames: fc.oneof({ weight: 2, arbitrary: fc.array(frame, { maxLength: 3 }) }, { weight: 1, arbitrary: anything }),
      number: fc.oneof(number, anything, said),
      options,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 40, size: 'max' }), async (calls) => {
        const hub = new Hub({ heartbeatMs: 1, stallMs: 5 })
        const channels = [hub.open({ onError: () => {} })]
        const streams: EventStream[] = []
        for (const { what, who, where, value, frames, number, options } of calls) {
          const channel = channels[where % channels.length]!
          const stream = (streams[who] ??= new EventStream())
          const acts: Record<string, () => unknown> = {
            open: () => channels.push(hub.open({ ...options, onError: () => {} } as Anything)),
            join: () => channel.join(stream, value as Anything, number as Anything),
            append: () => channel.append(frames as Anything),
            pass: () => channel.pass(value as Anything),
            tell: () => channel.tell(stream, value as Anything),
            close: () => hub.close(channel),
            destroy: () => stream.destroy(),
            read: () => stream.read(),
            end: () => channel.end(number as Anything),
            turn: () => delay(1),
          }
          try {
            await acts[what]!()
          } catch {
            // Whoever calls hears of it. What is thrown anywhere else fails the test by itself.
          }
        }
        await delay(2)
        // Nothing is broken for those who use it well.
        const ear = new Ear()
        const channel = hub.open()
        channel.join(ear.stream)
        channel.append([entry(1)])
        await until(() => numbersIn(ear.text).length === 1)
        hub.end(() => 0)
        for (const each of streams) each?.destroy()
        await turn()
      }),
      { numRuns: 150 },
    )
  })
})
