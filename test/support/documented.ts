import { readFileSync } from 'node:fs'

/** What `docs/operating.md` gives as the configuration of a program: the code block of that language. */
export function documented(program: string): string {
  const text = readFileSync('docs/operating.md', 'utf8')
  const block = new RegExp(`^\`\`\`${program}\\n(.*?)^\`\`\`$`, 'ms').exec(text)?.[1]
  if (block === undefined) throw new Error(`docs/operating.md has no configuration of ${program}`)
  return block
}
