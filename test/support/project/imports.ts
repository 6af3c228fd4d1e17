import { parseSync, Visitor, type Expression } from 'oxc-parser'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** For each source file, the files and packages it imports: types too, and by `import()` too. */
export type Imports = Map<string, Set<string>>

/** The imports of all TypeScript files in a folder. Files are paths from here; packages are as they are written. */
export function importsIn(folder: string): Imports {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => /\.tsx?$/.test(name)).map((name) => join(folder, name))
  return new Map(files.map((file) => [file, importsOf(file, readFileSync(file, 'utf8'))]))
}

/** What a file with this text imports. */
export function importsOf(file: string, text: string): Set<string> {
  const found = new Set<string>()
  const note = ({ source }: { source: Expression | null }) => {
    // What is computed is the address of a script that is built, of no source.
    if (source?.type !== 'Literal' || typeof source.value !== 'string') return
    found.add(source.value.startsWith('.') ? join(dirname(file), source.value) : source.value)
  }
  const visitor = new Visitor({
    ImportDeclaration: note,
    ExportNamedDeclaration: note,
    ExportAllDeclaration: note,
    ImportExpression: note,
    TSImportType: note,
  })
  visitor.visit(parseSync(file, text).program)
  return found
}

/** All that these files import. */
export function allIn(imports: Imports, isWanted: (file: string) => boolean = () => true): string[] {
  return [...imports].flatMap(([file, imported]) => (isWanted(file) ? Array.from(imported) : []))
}

/** The files of one cycle of imports, if there is any. What is only a type makes a cycle too. */
export function cycleIn(imports: Imports): string[] | undefined {
  const done = new Set<string>()
  const visit = (file: string, way: string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const imported of imports.get(file) ?? []) {
      const cycle = visit(imported, [...way, file])
      if (cycle) return cycle
    }
    done.add(file)
    return undefined
  }
  for (const file of imports.keys()) {
    const cycle = visit(file, [])
    if (cycle) return cycle
  }
  return undefined
}
