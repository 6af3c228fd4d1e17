import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Context } from 'koa'
import { etagOf } from './etag.ts'

/** A file of the page, in every encoding that it was built in. */
interface Asset {
  type: string
  etag: string
  encodings: Map<string, Buffer>
}

/** How the build names the file of an encoding; the smallest first. */
const SUFFIXES = { br: '.br', gzip: '.gz', identity: '' } as const

/** Reads the files of one directory, by name. They are few and small, so they stay in memory. */
export function loadAssets(directory: string): Map<string, Asset> {
  const files = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile())
  const present = new Map(files.map(({ name }) => [name, readFileSync(join(directory, name))]))
  const names = [...present.keys()].filter((name) => !/\.(br|gz)$/.test(name))
  return new Map(names.map((name) => [name, toAsset(name, present)]))
}

/** The text of a file that is filled in before it is sent. */
export function assetText({ encodings }: Asset): string {
  return encodings.get('identity')!.toString()
}

/** Answers with an asset, in the smallest encoding that the browser takes; 304 when it has it. */
export function sendAsset(ctx: Context, { type, etag, encodings }: Asset, cacheControl: string): void {
  const encoding = [...encodings.keys()].find((known) => ctx.acceptsEncodings(known)) ?? 'identity'
  ctx.status = 200
  ctx.type = type
  // Weak: each encoding has bytes of its own.
  ctx.etag = `W/"${etag}"`
  ctx.vary('Accept-Encoding')
  ctx.set('Cache-Control', cacheControl)
  if (ctx.fresh) {
    ctx.status = 304
    return
  }
  if (encoding !== 'identity') ctx.set('Content-Encoding', encoding)
  ctx.body = encodings.get(encoding)
}

function toAsset(name: string, present: Map<string, Buffer>): Asset {
  const encodings = new Map<string, Buffer>()
  for (const [encoding, suffix] of Object.entries(SUFFIXES)) {
    const bytes = present.get(`${name}${suffix}`)
    if (bytes) encodings.set(encoding, bytes)
  }
  const etag = etagOf(present.get(name)!)
  return { type: extname(name), etag, encodings }
}
