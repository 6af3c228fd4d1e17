import { foldName } from './fold.ts'

/** What the server and its pages call themselves and those without a name, and whoever runs it, in each language. */
const RESERVED = new Set(
  [
    ['Teahouse', '茶馆'],
    ['system', '系统'],
    ['server', '服务器'],
    ['anonymous', '匿名'],
    ['guest', '访客'],
    ['you', '我'],
    ['operator', '管理员'],
    ['admin'],
  ]
    .flat()
    .map(foldName),
)

/** Whether a name, in folded form, is one that nobody can take. */
export function isReserved(folded: string): boolean {
  return RESERVED.has(folded)
}
