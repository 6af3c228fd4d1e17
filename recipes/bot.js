// Answers !dice in a room, with no SDK: TOKEN=… node bot.js http://localhost:8012/rooms/lobby
// The token is that of its name: curl -d name=dice localhost:8012/addUser
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'

const chat = `${process.argv[2] ?? 'http://localhost:8012/rooms/lobby'}/chat`
const headers = { Authorization: `Bearer ${process.env.TOKEN}`, 'Last-Event-ID': '' }
const say = (message) => fetch(chat, { method: 'POST', body: new URLSearchParams({ message }), headers })

async function listen() {
  const { body } = await fetch(`${chat}?format=json`, { headers })
  for await (const line of createInterface({ input: Readable.fromWeb(body) })) {
    if (line.startsWith('id: ')) headers['Last-Event-ID'] = line.slice('id: '.length)
    if (/^data: .*"text":"!dice"/.test(line)) await say(String(1 + Math.floor(6 * Math.random())))
  }
}

for (;;)
  await listen()
    .catch(() => {})
    .then(() => delay(3000))
