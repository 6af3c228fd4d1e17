import { isSameName, parseName } from './name.ts'
import { Refusal } from '../refusal.ts'
import { isReserved } from './reserved.ts'
import type { Session, SessionStore } from './session.ts'

/** Under which name somebody speaks, and by what right. */
export interface Speaker {
  name: string | null
  guest: boolean
  /** The session's id; null for a guest. */
  owner: string | null
  /** Who counts as the same sender when a message comes a second time. */
  sender: string
}

/**
 * The sender of a text with an idempotency key. For guests and anonymous senders it includes the text: another person can
 * use the same name or address, and must not be able to take the key.
 */
export function senderOf(sender: string, text: string): string {
  return sender.startsWith('session ') ? sender : `${sender}\n${text}`
}

/** Somebody with a session speaks under its name; a different `claimed` name is refused. */
export function sessionSpeaker({ id, name }: Session, claimed: string | undefined): Speaker {
  if (claimed !== undefined && !isSameName(claimed, name)) throw new Refusal('not_your_name')
  return { name: name.text, guest: false, owner: id, sender: `session ${id}` }
}

/** Somebody without a session speaks as a guest, under a name that nobody holds. */
export async function guestSpeaker(claimed: string | undefined, sessions: SessionStore): Promise<Speaker> {
  const name = parseName(claimed ?? '')
  if (!name) throw new Refusal('bad_name')
  if (isReserved(name.folded) || (await sessions.isHeld(name.folded, Date.now()))) throw new Refusal('name_held')
  return { name: name.text, guest: true, owner: null, sender: `guest ${spellingOf(name.text)}` }
}

/** Somebody without a name speaks; `address` is all that tells them apart, so without one nothing can be said. */
export function anonymousSpeaker(address: string): Speaker {
  // A connection that was reset has no address any more. Its client will say the same again, and must be known by it.
  if (address === '') throw new Refusal('bad_request')
  return { name: null, guest: true, owner: null, sender: `address ${address}` }
}

/** A name in the one form in which 0.1.0 wrote down the senders of idempotency keys. */
function spellingOf(name: string): string {
  const folded = name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
  return folded
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
}
