import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Context } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import { etagOf } from './etag.ts'

/** A file of the page, in each content encoding that the build wrote. */
interface Asset {
  type: string
  etag: string
  encodings: Map<string, Buffer>
}

/** The file name suffix of each encoding; the one with the smallest files first. */
const SUFFIXES = { br: '.br', gzip: '.gz', identity: '' } as const

/** The files that the build made of `views`. Each method throws the Refusal `not_found` for an unknown name. */
export interface Views {
  file(name: string): Asset
  asset(name: string): Asset
  /** The text of a page template. */
  text(name: string): string
}

/** Reads all files of the directory of built views into memory. */
export function loadViews(directory: string): Views {
  const files = loadAssets(directory)
  const assets = loadAssets(join(directory, 'assets'))
  return {
    file: (name) => find(files, name),
    asset: (name) => find(assets, name),
    text: (name) => find(files, name).encodings.get('identity')!.toString(),
  }
}

/** Reads the files of one directory, by name. */
function loadAssets(directory: string): Map<string, Asset> {
  const files = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile())
  const present = new Map(files.map(({ name }) => [name, readFileSync(join(directory, name))]))
  const names = [...present.keys()].filter((name) => !/\.(br|gz)$/.test(name))
  return new Map(names.map((name) => [name, toAsset(name, present)]))
}

/** Responds with an asset in the smallest encoding that the client accepts, or with 304 when the client has it. */
export function sendAsset(ctx: Context, { type, etag, encodings }: Asset, cacheControl: string): void {
  const encoding = [...encodings.keys()].find((known) => ctx.acceptsEncodings(known)) ?? 'identity'
  ctx.status = 200
  ctx.type = type
  // A weak ETag, because the encodings share it and differ in their bytes.
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

function find(assets: Map<string, Asset>, name: string): Asset {
  const asset = assets.get(name)
  if (!asset) throw new Refusal('not_found')
  return asset
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
