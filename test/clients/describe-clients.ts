import { expect } from 'chai'
import { Random } from '../faults/random.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'
import type { Client } from './client.ts'
import { follow } from './follow.ts'
import { JSON_EVENTS, TEXT, type Format } from './formats.ts'

/** CLIENTS_SEED repeats a run. */
const SEED = Number(process.env.CLIENTS_SEED ?? Math.floor(Math.random() * 2 ** 32))

/** Says of each client that it hears everything in each format. They all run at the same time, against one server. */
export function describeClients(clients: readonly Client[]): void {
  const runs = clients.flatMap((client) => formatsOf(client).map((format) => ({ client, format })))
  const outcomes: Promise<string>[] = []
  let teahouse: Teahouse

  before(async () => {
    console.log(`      CLIENTS_SEED=${SEED}`)
    const random = new Random(SEED)
    teahouse = await startTeahouse({ language: 'en' })
    for (const { client, format } of runs) outcomes.push(follow(client, format, teahouse.url, random.fork()))
  })
  after(async () => {
    await Promise.all(outcomes)
    await teahouse.stop()
    expect(teahouse.failures).to.deep.equal([])
  })

  for (const [index, { client, format }] of runs.entries()) {
    it(`${client.name} hears each message once and in order: ${format.name}`, async function () {
      this.timeout(120_000)
      expect(await outcomes[index]).to.equal('301 of 301')
    })
  }
}

/** The examples print each message on a line, so they read JSON. */
function formatsOf({ isExample }: Client): Format[] {
  return isExample ? [JSON_EVENTS] : [TEXT, JSON_EVENTS]
}
