import { readdirSync, readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { extname, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { Context } from 'koa'

/** A file of the page, in every encoding that a browser may ask for. */
export interface Asset {
  type: string
  etag: string
  identity: Buffer
  br: Buffer
  gzip: Buffer
}

export function makeAsset(name: string, identity: Buffer): Asset {
  return {
    type: extname(name),
    etag: createHash('sha256').update(identity).digest('base64url').slice(0, 22),
    identity,
    br: brotliCompressSync(identity),
    gzip: gzipSync(identity),
  }
}

/** Reads the files of one directory, by name. They are few and small, so they stay in memory. */
export function loadAssets(directory: string): Map<string, Asset> {
  const files = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(files.map(({ name }) => [name, makeAsset(name, readFileSync(join(directory, name)))]))
}

/** Answers with an asset, in the smallest encoding that the browser takes; 304 when it has it. */
export function sendAsset(ctx: Context, asset: Asset, cacheControl: string): void {
  const encoding = ctx.acceptsEncodings('br', 'gzip', 'identity') as 'br' | 'gzip' | 'identity'
  ctx.status = 200
  ctx.type = asset.type
  ctx.etag = asset.etag
  ctx.vary('Accept-Encoding')
  ctx.set('Cache-Control', cacheControl)
  if (ctx.fresh) {
    ctx.status = 304
    return
  }
  if (encoding !== 'identity') ctx.set('Content-Encoding', encoding)
  ctx.body = asset[encoding]
}
