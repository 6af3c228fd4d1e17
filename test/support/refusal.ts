import { Refusal, type RefusalCode } from '../../src/chat/refusal.ts'

/** The code of the Refusal that a promise rejects with; throws when it does not. */
export async function refusal(promise: Promise<unknown>): Promise<RefusalCode> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
  throw new Error('was not refused')
}
