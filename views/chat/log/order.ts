import { numberOf, type ChatMessage } from '../protocol.ts'

/** The index of the first message with a higher number than `number`; the length if there is none. */
export function indexAfter(messages: readonly ChatMessage[], number: number): number {
  let low = 0
  let high = messages.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (numberOf(messages[middle]!.id) <= number) low = middle + 1
    else high = middle
  }
  return low
}
