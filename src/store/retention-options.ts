export interface RetentionOptions {
  /** Milliseconds for which entries are kept; undefined for ever. */
  keepMs?: number | undefined
  /** How many entries a room keeps; undefined for all. */
  keepEntries?: number | undefined
}
