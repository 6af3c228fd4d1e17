import type { ChannelOptions } from './channel-options.ts'
import { checkFrame } from './checks.ts'
import { comment, encode, type Frame } from './frame.ts'

/** What a channel says by itself, by the functions of its options or by default. */
export interface Voice {
  /** Throws what the user's function throws, or TypeError for no frame. */
  lost: (head: number) => Frame
  /** Throws as `lost` does. */
  snapshot: () => Frame | undefined
  /** Undefined when the user's function has failed; `onError` has been called. */
  heartbeat: () => Frame | undefined
  /** Fails as `heartbeat` does. */
  closing: (retryMs: number) => Frame | undefined
  /** Fails as `heartbeat` does. */
  onSent: (ms: number) => void
  onError: (error: unknown) => void
}

/** Checks what the user's functions return. They run in broadcasts and timers, where a thrown error ends the process. */
export function voiceOf(options: ChannelOptions): Voice {
  const {
    lost = (head) => encode({ event: 'lost', id: String(head), data: String(head) }),
    snapshot,
    heartbeat = () => comment('heartbeat'),
    closing = (retryMs) => encode({ retry: retryMs }),
    onSent,
    onError = (error) => process.emitWarning(error instanceof Error ? error : String(error)),
  } = options

  function attempt<T>(say: () => T): T | undefined {
    try {
      return say()
    } catch (error) {
      onError(error)
      return undefined
    }
  }

  return {
    lost: (head) => checked(lost(head), 'what lost returns'),
    snapshot() {
      const frame = snapshot?.()
      return frame === undefined ? undefined : checked(frame, 'what snapshot returns')
    },
    heartbeat: () => attempt(() => checked(heartbeat(Date.now()), 'what heartbeat returns')),
    closing: (retryMs) => attempt(() => checked(closing(retryMs), 'what closing returns')),
    onSent: (ms) => attempt(() => onSent?.(ms)),
    onError,
  }
}

function checked(frame: Frame, what: string): Frame {
  checkFrame(frame, what)
  return frame
}
