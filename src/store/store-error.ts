/** Why a store cannot be opened, in one line for the operator. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
}
