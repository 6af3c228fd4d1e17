/** Something that is only told while it happens, shown after the message before which it happened. */
export interface Note {
  kind: 'joined' | 'left' | 'reset'
  /** The number of the newest message at that moment; 0 for none. */
  after: number
  name: string
}
