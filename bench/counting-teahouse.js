import { makeApp } from '../dist/app.js'
import { readConfig } from '../dist/config.js'
import { startServer } from '../dist/server.js'
import { openSqliteStore } from '../dist/store/sqlite/store.js'

/** Teahouse as it was built and as `main` starts it, but it prints at the end how many pages were read from the store. */
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

async function stop() {
  await server.drain()
  await store.close()
  console.log(reads)
  process.exit(0)
}
process.once('SIGTERM', () => void stop())
