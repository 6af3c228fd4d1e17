import { isSameName, parseName } from './name.ts'
import { Refusal } from '../refusal.ts'
import { isReserved } from './reserved.ts'
import type { Session, SessionStore } from './session.ts'

/** The author of a message. */
export interface Speaker {
  /** Null for an anonymous author. */
  name: string | null
  /** Whether the author has no session. */
  guest: boolean
  /** The session's id; null for a guest. */
  owner: string | null
  /** The scope of idempotency keys: a repeated key of the same sender is the same message. */
  sender: string
}

/**
 * The sender of a text with an idempotency key. For guests and anonymous senders it includes the text: another person can
 * use the same name or address, and must not be able to take the key.
 */
export function senderOf(sender: string, text: string): string {
  return sender.startsWith('session ') ? sender : `${sender}\n${text}`
}

/** The author with a session. Throws the Refusal `not_your_name` when the request claims another name. */
export function sessionSpeaker({ id, name }: Session, claimed: string | undefined): Speaker {
  if (claimed !== undefined && !isSameName(claimed, name)) throw new Refusal('not_your_name')
  return { name: name.text, guest: false, owner: id, sender: `session ${id}` }
}

/** The author without a session who claims a name. Rejects with the Refusals `bad_name` and `name_held`. */
export async function guestSpeaker(claimed: string | undefined, sessions: SessionStore): Promise<Speaker> {
  const name = parseName(claimed ?? '')
  if (!name) throw new Refusal('bad_name')
  if (isReserved(name.folded) || (await sessions.isHeld(name.folded))) throw new Refusal('name_held')
  return { name: name.text, guest: true, owner: null, sender: `guest ${spellingOf(name.text)}` }
}

/**
 * The author without a name, who is identified by address only. Throws the Refusal `bad_request` for an empty address.
 */
export function anonymousSpeaker(address: string): Speaker {
  // A connection that was reset has no address any more. Refuse: its client will retry, and then has the same sender.
  if (address === '') throw new Refusal('bad_request')
  return { name: null, guest: true, owner: null, sender: `address ${address}` }
}

/** The normalised name that 0.1.0 stored as the sender of idempotency keys. It must not change. */
function spellingOf(name: string): string {
  const folded = name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
  return folded
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
}
