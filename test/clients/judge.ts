/**
 * Says how many of the messages were heard; and which were not, which more than once, which too late, and what was heard
 * that nobody said.
 */
export function judge(posted: readonly string[], heard: readonly string[]): string {
  const numbers = heard.map((text) => posted.indexOf(text)).filter((number) => number !== -1)
  const lost = posted.flatMap((_, number) => (numbers.includes(number) ? [] : [number]))
  const doubled = numbers.filter((number, index) => numbers.indexOf(number) < index)
  const late = numbers.filter((number, index) => number < (numbers[index - 1] ?? 0))
  const strange = heard.filter((text) => !posted.includes(text)).map((text) => JSON.stringify(text))
  const faults = Object.entries({ lost, doubled, late, strange }).flatMap(([fault, found]) =>
    found.length > 0 ? [`${fault}: ${found.join(' ')}`] : [],
  )
  return [`${posted.length - lost.length} of ${posted.length}`, ...faults].join('; ')
}
