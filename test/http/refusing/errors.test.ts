import { expect } from 'chai'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { postForm, postText, send, sendJson } from '../../support/http/client.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { connectTo } from '../../support/http/transport.ts'

describe('errors', () => {
  let teahouse: Teahouse
  let chat: string
  before(async () => {
    teahouse = await startTeahouse()
    chat = `${teahouse.url}/chat`
  })
  after(() => teahouse.stop())
  afterEach(() => expect(teahouse.failures).to.deep.equal([]))

  const fails = (status: number, code: string, answer: { status: number; json: { code: string; success: string } }) => {
    expect(answer.status).to.equal(status)
    expect(answer.json).to.include({ success: 'fail', code })
    expect(answer.json).to.have.all.keys('success', 'code', 'msg')
  }

  it('answers an unknown path with 404', async () => {
    fails(404, 'not_found', await send(`${teahouse.url}/nothing`))
    fails(404, 'not_found', await send(`${teahouse.url}/rooms/a%20b/chat`))
    fails(404, 'not_found', await send(`${teahouse.url}/rooms/%E0%A4%A/chat`))
    fails(404, 'not_found', await send(`${teahouse.url}/assets/..%2fchat.html`))
    fails(404, 'not_found', await send(`${teahouse.url}/rooms/${'r'.repeat(65)}/users`))
  })

  it('answers a known path with another method with 405 and Allow', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
      const answer = await send(chat, { method })
      fails(405, 'method_not_allowed', answer)
      expect(answer.headers.get('allow')?.split(', ')).to.have.members(['GET', 'HEAD', 'POST'])
    }
  })

  it('answers malformed JSON with 400', async () => {
    for (const body of ['{', '"hi"', '[', '{"message":"hi","name":"bob"'])
      fails(
        400,
        'bad_request',
        await send(chat, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } }),
      )
  })

  it('builds no lists and objects from the names in a form', async () => {
    const indices = Array.from({ length: 25 }, (_, index) => `message[${index}]=x&name.x=y`)
    const form = new URLSearchParams(`message=a&name=c&${indices.join('&')}`)
    expect((await send(chat, { method: 'POST', body: form })).status).to.equal(201)
  })

  it('answers fields of the wrong kind with 400', async () => {
    for (const body of [
      { message: 1 },
      { message: ['hi'], name: 'bob' },
      { message: 'hi', name: {} },
      [],
      { name: null },
    ])
      fails(400, 'bad_request', await sendJson(chat, body))
    fails(
      400,
      'bad_request',
      await send(chat, { method: 'POST', body: new URLSearchParams('message=a&message=b&name=c') }),
    )
  })

  it('answers a body that is too large with 413', async () => {
    fails(413, 'too_large', await postText(chat, 'x'.repeat(200_000)))
    fails(413, 'too_large', await postForm(chat, { message: 'x'.repeat(200_000), name: 'bob' }))
    fails(413, 'too_large', await sendJson(chat, { message: 'x'.repeat(200_000), name: 'bob' }))
  })

  it('answers a text of more than 8,000 characters with 413, and takes one of 8,000', async () => {
    fails(413, 'text_too_long', await postText(chat, 'x'.repeat(8001)))
    expect((await postText(chat, '茶'.repeat(8000))).status).to.equal(201)
    expect((await postForm(chat, { name: 'bob', message: '🍵'.repeat(8000) })).status).to.equal(201)
    fails(413, 'text_too_long', await postForm(chat, { name: 'bob', message: '🍵'.repeat(8001) }))
  })

  it('answers a body of another kind with 415', async () => {
    for (const type of ['application/xml', 'multipart/form-data; boundary=x', 'image/png', 'text/html', 'nonsense'])
      fails(
        415,
        'unsupported_type',
        await send(chat, { method: 'POST', body: 'hi', headers: { 'Content-Type': type } }),
      )
    const charset = { 'Content-Type': 'text/plain; charset=no-such' }
    fails(415, 'unsupported_type', await send(chat, { method: 'POST', body: 'hi', headers: charset }))
    const encoding = { 'Content-Type': 'text/plain', 'Content-Encoding': 'no-such' }
    fails(415, 'unsupported_type', await send(chat, { method: 'POST', body: 'hi', headers: encoding }))
  })

  it('answers what curl -F sends with 415 and what to send', async () => {
    const body = new FormData()
    body.set('message', 'hi')
    for (const [language, sentence] of [
      ['en', 'Send a form (curl -d), JSON or plain text'],
      ['zh', '请发送 UTF-8 的表单（curl -d）、JSON 或纯文本'],
    ] as const) {
      const answer = await send(chat, { method: 'POST', body, headers: { 'Accept-Language': language } })
      fails(415, 'unsupported_type', answer)
      expect(answer.json.msg).to.include(sentence)
    }
  })

  it('answers a body that does not match its Content-Encoding with 400, and takes one that does', async () => {
    const post = (body: Uint8Array, encoding: string, type = 'text/plain') =>
      send(chat, { method: 'POST', body, headers: { 'Content-Type': type, 'Content-Encoding': encoding } })
    const long = Buffer.from('x'.repeat(7000))
    for (const [encoding, encode] of [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['br', brotliCompressSync],
    ] as const) {
      const whole = encode(long)
      expect((await post(whole, encoding)).json.text).to.equal(long.toString())
      expect(
        (await post(encode('message=hi&name=bob'), encoding, 'application/x-www-form-urlencoded')).status,
      ).to.equal(201)
      for (const body of [long, Buffer.from('hi'), whole.subarray(0, -5), whole.subarray(0, 5)])
        fails(400, 'bad_request', await post(body, encoding))
      fails(413, 'too_large', await post(encode(Buffer.alloc(1_000_000)), encoding))
    }
    for (const encoding of ['compress', 'gzip, br', 'constructor', 'utf-8'])
      fails(415, 'unsupported_type', await post(Buffer.from('hi'), encoding))
    expect((await post(Buffer.from('hi'), 'identity')).status).to.equal(201)
  })

  it('answers an empty message with 400', async () => {
    fails(400, 'empty_message', await postText(chat, ' \n\t '))
    fails(400, 'empty_message', await postText(chat, ''))
    fails(400, 'empty_message', await postForm(chat, { name: 'bob', message: '   ' }))
    fails(400, 'empty_message', await postForm(chat, { name: 'bob' }))
    fails(400, 'empty_message', await send(chat, { method: 'POST' }))
  })

  it('answers a bad name with 400', async () => {
    for (const name of ['', '   ', 'n'.repeat(33), 'a\nb', 'a\u0000b', 'a\u202Eb'])
      fails(400, 'bad_name', await postForm(`${teahouse.url}/addUser`, { name }))
    fails(400, 'bad_name', await postForm(chat, { message: 'hi' }))
  })

  it('answers a query that makes no sense with 400', async () => {
    const messages = `${teahouse.url}/messages`
    for (const query of ['limit=0', 'limit=201', 'limit=-1', 'limit=x', 'limit=1&limit=2'])
      fails(400, 'bad_query', await send(`${messages}?${query}`))
    for (const wait of ['61', '-1', 'x', '1.5'])
      fails(400, 'bad_query', await send(`${messages}?after=e-0&wait=${wait}`))
    fails(400, 'bad_query', await send(`${chat}?format=xml`))
    for (const id of ['x', 'e-', 'e--1', 'E-1', 'e-01', '-1', 'e-1x']) {
      fails(400, 'bad_cursor', await send(`${chat}?since=${id}`))
      fails(400, 'bad_cursor', await send(chat, { headers: { 'Last-Event-ID': id } }))
      fails(400, 'bad_cursor', await send(`${messages}?before=${id}`))
      fails(400, 'bad_cursor', await send(`${messages}?after=${id}`))
    }
  })

  it('speaks the language of the reader, and Chinese where none is given', async () => {
    const msg = async (headers: Record<string, string>) => (await send(`${teahouse.url}/nothing`, { headers })).json.msg
    expect(await msg({ 'Accept-Language': 'en-GB,en;q=0.8' })).to.equal('There is nothing here')
    expect(await msg({ 'Accept-Language': 'zh-TW, en;q=0.5' })).to.equal('没有这个页面')
    expect(await msg({ 'Accept-Language': 'fr' })).to.equal('There is nothing here')
    expect(await rawRequest(teahouse.url, 'GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).to.include(
      '没有这个页面',
    )
  })

  it('never tells what went wrong inside', async () => {
    const broken = await startTeahouse()
    broken.store.log.history = () => Promise.reject(new Error('secret /path'))
    const answer = await send(`${broken.url}/messages`)
    fails(500, 'internal', answer)
    expect(answer.text).not.to.match(/secret|path/)
    expect(broken.failures).to.have.length(1)
    await broken.stop()
  })

  it('answers a stream that cannot begin like anything else, and leaves nothing of it', async () => {
    const broken = await startTeahouse()
    broken.store.log.extent = () => Promise.reject(new Error('secret /path'))
    for (const format of ['text', 'json']) {
      const answer = await send(`${broken.url}/chat?since=start&format=${format}`)
      fails(500, 'internal', answer)
      expect(answer.headers.get('content-type')).to.equal('application/json; charset=utf-8')
    }
    expect(broken.hub.size).to.equal(0)
    expect(broken.failures).to.have.length(2)
    await broken.stop()
  })
})

function rawRequest(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connectTo(url)
    socket.write(bytes)
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
    socket.on('end', () => resolve(answer)).on('error', reject)
  })
}
