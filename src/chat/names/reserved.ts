import { foldName } from './fold.ts'

/** Names that would be mistaken for the server, for its operator, or for people without a name, in each language. */
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

/** Whether nobody may take this name, given in folded form. */
export function isReserved(folded: string): boolean {
  return RESERVED.has(folded)
}
