import { makeApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { startServer } from '../src/server.ts'
import { openSqliteStore } from '../src/store/sqlite/store.ts'

/** Teahouse as `src/main.ts` starts it, but it prints at the end how many pages were read from the store. */
const config = readConfig(process.argv.slice(2), process.env)
const store = openSqliteStore({ ...config, directory: config.data })
const read = store.log.read.bind(store.log)
let reads = 0
store.log.read = (room, after, limit) => {
  reads++
  return read(room, after, limit)
}
const server = await startServer(makeApp(store, { ...config, onError: console.error }), config)
console.log(`listens on ${server.url}`)

async function stop(): Promise<void> {
  await server.drain()
  await store.close()
  console.log(reads)
  process.exit(0)
}
process.once('SIGTERM', () => void stop())
