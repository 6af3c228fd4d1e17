/** What tells a process to end. */
export type EndSignal = 'SIGTERM' | 'SIGINT'

const SIGNALS: readonly EndSignal[] = ['SIGTERM', 'SIGINT']

/** Hears the signals that tell the process to end, from its making on. The first is kept until somebody acts on it. */
export class EndSignals {
  #first: EndSignal | undefined
  #act = (signal: EndSignal) => {
    this.#first ??= signal
  }
  readonly #hear = (signal: EndSignal) => this.#act(signal)

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#hear)
  }

  /** Has `act` called with each from here on, and at once with the one that has come already. */
  listen(act: (signal: EndSignal) => void): void {
    this.#act = act
    if (this.#first) act(this.#first)
  }

  /** Leaves them to the system again, which ends the process as killed; at once if one has come already. */
  release(): void {
    for (const signal of SIGNALS) process.off(signal, this.#hear)
    if (this.#first) process.kill(process.pid, this.#first)
  }
}
