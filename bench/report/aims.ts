import { BETTER_SSE, NCHAN, NODE, TEAHOUSE } from '../contestants.ts'
import type { Results } from './results.ts'
import { BARE } from '../scenarios/posts.ts'

/** What Teahouse aims at, and what came of it. */
export interface Aim {
  aim: string
  measured: number
  holds: boolean
}

/** The pages that hold the entries which the clients of a storm have missed. */
const STORM_PAGES = 3

/** Every aim that was measured. */
export function judgeAims(results: Results): Aim[] {
  const ours = (figure: string) => results.value(figure, TEAHOUSE)
  const beside = (figure: string, rival: string) => results.ratio(figure, TEAHOUSE, rival)
  const few = ours('history, ms/page of few')
  const many = ours('history, ms/page of many')
  return [
    atMost('CPU per delivery, one at a time: under 0.8 of Node http', beside('one at a time, µs/delivery', NODE), 0.8),
    atMost('… under 0.5 of better-sse', beside('one at a time, µs/delivery', BETTER_SSE), 0.5),
    atMost('… no more than nchan', beside('one at a time, µs/delivery', NCHAN), 1),
    atLeast('burst: over 15 times the deliveries/s of nchan', beside('burst, deliveries/s', NCHAN), 15),
    atLeast('… over 30 times those of better-sse', beside('burst, deliveries/s', BETTER_SSE), 30),
    atMost('50 messages/s: p50 no worse than Node http', beside('50/s, p50 ms', NODE), 1),
    atMost('… p99 no worse than Node http', beside('50/s, p99 ms', NODE), 1),
    atMost('idle connection: under 16,000 bytes', ours('idle, bytes/connection'), 16_000),
    atMost('connection in a reconnect storm, with resume: under 150 µs of CPU', ours('storm, µs/connection'), 150),
    atLeast('5,000 clients reconnecting at once: all whole', ours('storm, whole'), 1),
    atMost('… no page read twice (pages read)', ours('storm, pages read'), STORM_PAGES),
    atMost('a client that never reads: under 128 KB held', ours('stalled, bytes/reader'), 128 * 1024),
    atLeast('durable posts from 64 connections: over 8,000/s', ours('posts, /s'), 8000),
    atLeast('… over 0.6 of a bare Koa route', beside('posts, /s', BARE), 0.6),
    atMost('page of history: the same time, many stored or few', many && few && many / few, 1.2),
  ].filter((aim) => aim !== undefined)
}

function atMost(aim: string, measured: number | undefined, most: number): Aim | undefined {
  return measured === undefined ? undefined : { aim, measured, holds: measured <= most }
}

function atLeast(aim: string, measured: number | undefined, least: number): Aim | undefined {
  return measured === undefined ? undefined : { aim, measured, holds: measured >= least }
}
