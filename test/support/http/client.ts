/** What a server answered, with its body as JSON where it is that. */
export interface Answer {
  status: number
  headers: Headers
  text: string
  // oxlint-disable-next-line typescript/no-explicit-any
  json: any
}

/** One HTTP request. */
export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init)
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
}

/** Posts the fields of a form. */
export function postForm(
  url: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return send(url, { method: 'POST', body: new URLSearchParams(form), headers })
}

/** Sends a JSON body. */
export function sendJson(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
  method = 'POST',
): Promise<Answer> {
  return send(url, { method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } })
}

/** Posts a plain text. */
export function postText(url: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  // undici never ends an empty body over HTTP/2.
  return send(url, { method: 'POST', body: body || null, headers: { 'Content-Type': 'text/plain', ...headers } })
}

/** Takes a name, which is announced in the room, and returns the header that proves it. */
export async function takeName(url: string, name: string, room = 'lobby'): Promise<{ Authorization: string }> {
  const { json } = await postForm(`${url}/addUser`, { name, room })
  return { Authorization: `Bearer ${json.token}` }
}
