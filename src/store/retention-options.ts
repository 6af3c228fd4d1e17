export interface RetentionOptions {
  /** Milliseconds after which entries are dropped; by default never. */
  keepMs?: number | undefined
  /** The most entries that a room keeps; by default all. */
  keepEntries?: number | undefined
}
