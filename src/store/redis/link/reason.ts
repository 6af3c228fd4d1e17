import { Refusal } from '../../../chat/refusal.ts'

/** Why something failed, in one line for the operator: the message of the innermost cause. */
export function reasonOf(error: unknown): string {
  if (error instanceof Refusal && error.cause !== undefined) return reasonOf(error.cause)
  // For a host name with several addresses, Node's error has an empty message and one error for each address.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ')
  const { message, name } = error instanceof Error ? error : new Error(String(error))
  return (message || name).replaceAll(/\s+/g, ' ')
}
