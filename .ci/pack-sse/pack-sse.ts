// Packs src/sse alone, as the package teahouse-sse: npm run pack:sse [-- FOLDER]. Prints the name of the file.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** What it is imported by: inside the package teahouse, and as a package of its own. */
const INSIDE = 'teahouse/sse'
const ALONE = 'teahouse-sse'

const REPOSITORY = resolve(import.meta.dirname, '..', '..')
const fromRepository = (...path: string[]) => join(REPOSITORY, ...path)

/** The text of a recipe or a document, for somebody who has only this package. */
function renamed(text: string): string {
  return text
    .replaceAll(INSIDE, ALONE)
    .replaceAll(/npm i teahouse(?!-)/g, `npm i ${ALONE}`)
    .replaceAll('](../recipes/', '](recipes/')
}

function manifest(): object {
  const { version, license, engines } = JSON.parse(readFileSync(fromRepository('package.json'), 'utf8'))
  return {
    name: ALONE,
    version,
    description:
      'Server-Sent Events for Node.js: streams that resume, and that a slow reader costs nothing. No dependencies.',
    keywords: ['eventsource', 'server-sent-events', 'sse'],
    license,
    type: 'module',
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    sideEffects: false,
    engines,
  }
}

function fill(folder: string): void {
  const compiler = fromRepository('node_modules', '.bin', 'tsc')
  execFileSync(compiler, ['-p', import.meta.dirname, '--outDir', join(folder, 'dist')], { stdio: 'inherit' })
  mkdirSync(join(folder, 'recipes'))
  for (const file of readdirSync(fromRepository('recipes'))) {
    const text = readFileSync(fromRepository('recipes', file), 'utf8')
    if (text.includes(`from '${INSIDE}'`)) writeFileSync(join(folder, 'recipes', file), renamed(text))
  }
  writeFileSync(join(folder, 'README.md'), renamed(readFileSync(fromRepository('docs', 'sse.md'), 'utf8')))
  copyFileSync(fromRepository('LICENSE'), join(folder, 'LICENSE'))
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`)
}

const folder = mkdtempSync(join(tmpdir(), `${ALONE}-`))
try {
  fill(folder)
  const destination = resolve(process.argv[2] ?? '.')
  console.log(
    execFileSync('npm', ['pack', folder, '--pack-destination', destination], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim(),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
