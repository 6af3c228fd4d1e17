import { median } from '../load.ts'

/** What was measured, round by round, by figure and server. */
export class Results {
  readonly #rounds = new Map<string, number[]>()

  add(figure: string, server: string, value: number): void {
    const key = `${figure} ${server}`
    const rounds = this.#rounds.get(key)
    if (rounds) rounds.push(value)
    else this.#rounds.set(key, [value])
  }

  /** The median of all rounds; undefined when it was not measured. */
  value(figure: string, server: string): number | undefined {
    const rounds = this.#rounds.get(`${figure} ${server}`)
    return rounds && median(rounds)
  }

  /** The median of each round's ratio: what slows the machine down for a while slows both. */
  ratio(figure: string, server: string, rival: string): number | undefined {
    const [ours, theirs] = [server, rival].map((name) => this.#rounds.get(`${figure} ${name}`))
    if (!ours || !theirs) return undefined
    return median(ours.map((value, round) => value / (theirs[round] ?? NaN)))
  }
}
