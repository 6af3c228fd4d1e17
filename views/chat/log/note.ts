/** A join, a leave or a reset. Notes are not in the log: the page shows those that came while it was open. */
export interface Note {
  kind: 'joined' | 'left' | 'reset'
  /** The number of the newest message at that moment; 0 for none. */
  after: number
  name: string
}
