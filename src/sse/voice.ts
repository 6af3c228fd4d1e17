import type { ChannelOptions } from './channel-options.ts'
import { checkFrame } from './checks.ts'
import { comment, encode, type Frame } from './frame.ts'

/** Makes the frames that a channel sends on its own, with the functions in its options or with the defaults. */
export interface Voice {
  /** Throws what the user's function throws, or TypeError if it does not return a frame. */
  lost: (head: number) => Frame
  /** Throws in the same cases as `lost`. */
  snapshot: () => Frame | undefined
  /** Returns undefined if the user's function failed; `onError` was called with the error. */
  heartbeat: () => Frame | undefined
  /** Returns undefined in the same cases as `heartbeat`. */
  closing: (retryMs: number) => Frame | undefined
  /** Never throws: errors of the user's function go to `onError`. */
  onSent: (ms: number) => void
  onError: (error: unknown) => void
}

/**
 * Wraps the user's functions in checks. Broadcasts and timers call them, where an uncaught error would end the process.
 */
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
