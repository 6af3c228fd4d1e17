/** The signals that ask the process to end. */
export type EndSignal = 'SIGTERM' | 'SIGINT'

const SIGNALS: readonly EndSignal[] = ['SIGTERM', 'SIGINT']

/**
 * Catches the signals that ask the process to end, as soon as it is constructed, and keeps the first one. The caller
 * must then call `listen` to act on them, or `release` to let them end the process.
 */
export class EndSignals {
  #first: EndSignal | undefined
  #act = (signal: EndSignal) => {
    this.#first ??= signal
  }
  readonly #onSignal = (signal: EndSignal) => this.#act(signal)

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#onSignal)
  }

  /** Calls `act` with every later signal, and at once with the first one if it has already arrived. */
  listen(act: (signal: EndSignal) => void): void {
    this.#act = act
    if (this.#first) act(this.#first)
  }

  /**
   * Restores the system's default, under which a signal kills the process. Kills it now if a signal has already
   * arrived.
   */
  release(): void {
    for (const signal of SIGNALS) process.off(signal, this.#onSignal)
    if (this.#first) process.kill(process.pid, this.#first)
  }
}
