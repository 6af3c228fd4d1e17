/** The head of a request, without the line that ends it. */
export function head(method: string, path: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({ Host: 'teahouse', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}`
}

export function get(path: string, headers: Record<string, string> = {}): string {
  return `${head('GET', path, headers)}\r\n`
}

/** A post of a text, or of anything that is said to be of another type. */
export function post(path: string, body: string, type = 'text/plain'): string {
  return `${head('POST', path, { 'Content-Type': type, 'Content-Length': String(Buffer.byteLength(body)) })}\r\n${body}`
}
