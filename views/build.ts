import { build } from 'esbuild'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'

/** Bundles the pages into `dist/views`: hashed scripts and styles in `assets`, and the pages that name them. */
const OUT = 'dist/views'

await rm(OUT, { recursive: true, force: true })
await mkdir(OUT, { recursive: true })

const { metafile } = await build({
  entryPoints: ['views/chat.ts', 'views/chat.css', 'views/diagnostics.ts', 'views/diagnostics.css'],
  outdir: `${OUT}/assets`,
  entryNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  metafile: true,
  target: ['es2020'],
  format: 'iife',
  tsconfig: 'views/tsconfig.json',
})

/** The page must run where this does not: it is what a browser without EventSource loads. */
await build({
  entryPoints: ['views/eventsource.ts'],
  outfile: `${OUT}/eventsource.js`,
  bundle: true,
  minify: true,
  target: ['es2015'],
  format: 'iife',
  tsconfig: 'views/tsconfig.json',
})

const assets = new Map<string, string>()
for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
  if (entryPoint) assets.set(basename(entryPoint).replace(/\.ts$/, '.js'), `/assets/${basename(file)}`)
}

for (const page of ['chat.html', 'diagnostics.html']) {
  const html = await readFile(`views/${page}`, 'utf8')
  const named = html.replaceAll(/\{\{asset ([\w.-]+)\}\}/g, (_, name: string) => {
    const asset = assets.get(name)
    if (!asset) throw new Error(`${page} names an asset that is not built: ${name}`)
    return asset
  })
  await writeFile(`${OUT}/${page}`, named)
}
