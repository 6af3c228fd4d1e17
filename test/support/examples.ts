import { readFileSync } from 'node:fs'

/** A command of the documentation, and what it says that it prints. */
export interface Example {
  line: number
  command: string
  /** Lines; `…` stands for any number of them. */
  output: string
}

/** The examples of a document: its fences of `console`, in which a `$` begins a command. */
export function examplesOf(file: string): Example[] {
  const examples: Example[] = []
  let isExample = false
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (line.startsWith('```')) isExample = line === '```console'
    else if (isExample && line.startsWith('$ ')) examples.push({ line: index + 1, command: line.slice(2), output: '' })
    else if (isExample) examples.at(-1)!.output += `${line}\n`
  }
  return examples
}

/** A text without what is another at every run: the names of logs, tokens, times, the figures of ports. */
export function steady(text: string): string {
  return text
    .replaceAll('\r', '')
    .replaceAll(/\b[a-z0-9]{8}-(\d+)\b/g, 'EPOCH-$1')
    .replaceAll(/"token":"[\w-]{32}"/g, '"token":"TOKEN"')
    .replaceAll(/"author":"[a-z0-9]{10}"/g, '"author":"AUTHOR"')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
}

/** Whether what was printed is what the example says; of a stream (`curl -N`), how it begins. */
export function agrees(printed: string, { command, output }: Example): boolean {
  const pieces = steady(output)
    .split('…\n')
    .map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  const end = /curl -\w*N/.test(command) ? '' : String.raw`\n?$`
  return new RegExp(`^${pieces.join(String.raw`(?:.*\n)*`)}${end}`).test(`${steady(printed).replace(/\n?$/, '')}\n`)
}

/** A block of code in a document. */
export interface Fence {
  /** The line on which its code begins. */
  line: number
  language: string
  text: string
}

/** The blocks of code of a document, in order. */
export function fencesOf(file: string): Fence[] {
  const text = readFileSync(file, 'utf8')
  return Array.from(text.matchAll(/^```(\w*)\n(.*?)^```$/gms), ({ index, 1: language, 2: code }) => ({
    line: text.slice(0, index).split('\n').length + 1,
    language: language!,
    text: code!,
  }))
}

/** The first example of a document in a language: its fence of that name. */
export function programIn(file: string, language: string): string {
  const fence = fencesOf(file).find((fence) => fence.language === language)
  if (!fence) throw new Error(`${file} has no example in ${language}`)
  return fence.text
}
