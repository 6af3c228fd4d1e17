import { build, type BuildOptions, type Metafile } from 'esbuild'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

/** Bundles the pages into `dist/views`: hashed scripts and styles in `assets`, and the pages that name them. */
const OUT = 'dist/views'

const HASHED: BuildOptions & { metafile: true } = {
  outdir: `${OUT}/assets`,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  metafile: true,
  legalComments: 'none',
  tsconfig: 'views/tsconfig.json',
}

await rm(OUT, { recursive: true, force: true })
await mkdir(OUT, { recursive: true })

const built = [
  await build({
    ...HASHED,
    // Code splitting, so that the page loads some scripts only when it needs them. esbuild splits only ES modules.
    entryPoints: { chat: 'views/chat/main.tsx' },
    format: 'esm',
    splitting: true,
    target: ['es2022'],
  }),
  await build({
    ...HASHED,
    entryPoints: ['views/chat/chat.css', 'views/chat/icon.svg'],
    loader: { '.svg': 'copy' },
    target: ['es2022'],
  }),
  await build({
    ...HASHED,
    entryPoints: ['views/diagnostics.ts', 'views/diagnostics.css'],
    format: 'iife',
    target: ['es2020'],
  }),
]

/** Scripts that other sites' pages or older browsers load: one file each, in an older syntax than the page's own. */
const scripts = await build({
  entryPoints: ['views/eventsource.ts', 'views/embed.ts'],
  outdir: OUT,
  metafile: true,
  bundle: true,
  minify: true,
  target: ['es2015'],
  format: 'iife',
  tsconfig: 'views/tsconfig.json',
})

const assets = new Map(built.flatMap(({ metafile }) => addresses(metafile)))

for (const page of ['chat/chat.html', 'chat/read.html', 'diagnostics.html']) {
  const html = await readFile(`views/${page}`, 'utf8')
  const named = html.replaceAll(/\{\{asset ([\w.-]+)\}\}/g, (_, name: string) => {
    const asset = assets.get(name)
    if (!asset) throw new Error(`${page} names an asset that is not built: ${name}`)
    return asset
  })
  await writeFile(`${OUT}/${basename(page)}`, named)
}

for (const file of [scripts, ...built].flatMap(({ metafile }) => Object.keys(metafile.outputs))) {
  const bytes = await readFile(file)
  await writeFile(`${file}.br`, brotliCompressSync(bytes))
  await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }))
}

/** Pairs of the name that the pages' HTML uses and the hashed address: `chat.js` and `/assets/chat-ABCDEFGH.js`. */
function addresses({ outputs }: Metafile): [string, string][] {
  return Object.keys(outputs).map((file) => [
    basename(file).replace(/-[A-Z0-9]{8}(\.\w+)$/, '$1'),
    `/assets/${basename(file)}`,
  ])
}
