import { Random } from '../faults/random.ts'
import { hugeBodies } from './attacks/huge-bodies.ts'
import { forgeries, garbage, hugeHeaders, pipelines } from './attacks/nonsense.ts'
import { leavers, mutes } from './attacks/readers.ts'
import { halfOpen, slowBodies, slowHeaders } from './attacks/slow.ts'
import { strangers } from './attacks/strangers.ts'
import { Field } from './field.ts'

export interface AttackOptions {
  url: string
  seed: number
  /** How many rooms and names there are that nobody else has. */
  strangers: number
}

export interface AttackReport {
  /** How many connections of each kind there were. */
  connections: Record<string, number>
  /** How many answers of each status came. */
  answers: Record<string, number>
}

/** One connection of a kind, how many there are of it at a time, and the longest pause between one and the next. */
type Kind = [connection: (field: Field) => Promise<void>, atOnce: number, mostPauseMs: number]

function kinds(count: number): Record<string, Kind> {
  return {
    'slow headers': [slowHeaders, 60, 100],
    'slow bodies': [slowBodies, 60, 100],
    'half open': [halfOpen, 100, 100],
    'coming and leaving': [leavers, 10, 40],
    'never reading': [mutes, 30, 100],
    garbage: [garbage, 10, 40],
    'huge headers': [hugeHeaders, 2, 100],
    pipelined: [pipelines, 4, 100],
    forgeries: [forgeries, 10, 40],
    '100 MB bodies': [hugeBodies, 1, 2000],
    strangers: [strangers(count), 30, 40],
  }
}

/** Attacks the server in every way at a time, until `signal` aborts. */
export async function attack({ url, seed, strangers }: AttackOptions, signal: AbortSignal): Promise<AttackReport> {
  const field = new Field(url, new Random(seed), signal)
  const connections: Record<string, number> = {}

  async function keepUp(name: string, [connection, , mostPauseMs]: Kind): Promise<void> {
    while (!signal.aborted) {
      try {
        await connection(field)
        connections[name]!++
      } catch {
        // The server is not there at the moment.
      }
      await field.pause(field.random.integer(1, mostPauseMs))
    }
  }

  await Promise.all(
    Object.entries(kinds(strangers)).flatMap(([name, kind]) => {
      connections[name] = 0
      return Array.from({ length: kind[1] }, () => keepUp(name, kind))
    }),
  )
  return { connections, answers: field.answers }
}
