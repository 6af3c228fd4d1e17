import { createInterface } from 'node:readline'
import { Program } from '../../support/process/program.ts'
import { isHeard, type Client } from '../client.ts'

type Handed = Pick<Client, 'name' | 'weaknesses'> & { command: string; args?: string[] }

/** A client in a program of its own, which is given the URL and prints each event as a line of JSON: `event` and `data`. */
export function programClient({ name, weaknesses = [], command, args = [] }: Handed): Client {
  return {
    name,
    weaknesses,
    start: (url, hear) =>
      startProgram(command, [...args, url], (line) => {
        const { event, data } = JSON.parse(line) as { event: string; data: string }
        if (isHeard(event || 'message')) hear(data)
      }),
  }
}

/** An example of docs/clients.md: a program that is given the URL and prints the data of each message. */
export function exampleClient({ name, command, args = [] }: Handed): Client {
  return { name, isExample: true, start: (url, hear) => startProgram(command, [...args, url], hear) }
}

function startProgram(command: string, args: string[], hear: (line: string) => void): () => void {
  const program = new Program(command, args)
  createInterface({ input: program.child.stdout! }).on('line', hear)
  return () => void program.stop()
}
