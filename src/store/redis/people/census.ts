import type { Name } from '../../../chat/names/name.ts'
import type { RoomNews } from '../../../chat/presence/neighbours.ts'

/** The people whom a node has in a room: the names of those who have one, by folded form. */
export interface NodePeople {
  names: Map<string, string>
  guests: number
}

/** Reads a room's hash of people: `<node>` is its number of guests, `<node> <folded>` a name. */
export function parsePeople(flat: string[]): Map<string, NodePeople> {
  const nodes = new Map<string, NodePeople>()
  for (let index = 0; index < flat.length; index += 2) {
    const [field, value] = [flat[index]!, flat[index + 1]!]
    const space = field.indexOf(' ')
    const node = space === -1 ? field : field.slice(0, space)
    let people = nodes.get(node)
    if (!people) nodes.set(node, (people = { names: new Map(), guests: 0 }))
    if (space === -1) people.guests = Number(value)
    else people.names.set(field.slice(space + 1), value)
  }
  return nodes
}

/** Who is in a room by other nodes, as far as it was heard; what changes of it is news. */
export class Census {
  readonly #news: RoomNews
  readonly #nodes = new Map<string, NodePeople>()

  constructor(news: RoomNews) {
    this.#news = news
  }

  /** How many other nodes somebody is with. */
  get size(): number {
    return this.#nodes.size
  }

  get nodes(): Iterable<string> {
    return this.#nodes.keys()
  }

  arrived(node: string, name: Name): void {
    this.#of(node).names.set(name.folded, name.text)
    this.#news.arrived(node, name)
  }

  departed(node: string, folded: string): void {
    if (this.#of(node).names.delete(folded)) this.#news.departed(node, folded)
  }

  guests(node: string, count: number): void {
    this.#of(node).guests = count
    this.#news.guests(node, count)
  }

  /** A node is gone; returns whom it had. */
  forget(node: string): NodePeople {
    const people = this.#of(node)
    for (const folded of people.names.keys()) this.#news.departed(node, folded)
    this.#news.guests(node, 0)
    this.#nodes.delete(node)
    return people
  }

  /** How things are, whatever was heard or missed before. */
  correct(nodes: Map<string, NodePeople>): void {
    for (const node of this.#nodes.keys()) if (!nodes.has(node)) this.forget(node)
    for (const [node, { names, guests }] of nodes) {
      const known = this.#of(node)
      for (const folded of known.names.keys()) if (!names.has(folded)) this.departed(node, folded)
      for (const [folded, text] of names) if (known.names.get(folded) !== text) this.arrived(node, { folded, text })
      if (known.guests !== guests) this.guests(node, guests)
    }
  }

  #of(node: string): NodePeople {
    let people = this.#nodes.get(node)
    if (!people) this.#nodes.set(node, (people = { names: new Map(), guests: 0 }))
    return people
  }
}
