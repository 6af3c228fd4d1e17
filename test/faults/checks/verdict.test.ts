import { expect } from 'chai'
import type { LogEntry } from './export.ts'
import { Ledger, type Change, type Fields, type Post } from './ledger.ts'
import { emptyHistory, type ReaderHistory, type Seen } from '../readers/reader.ts'
import { judge } from './verdict.ts'

const id = (number: number) => `k3f9x2-${number}`

function said(number: number): LogEntry {
  const at = '2026-11-20T08:15:02.120Z'
  return { event: 'message', id: id(number), room: 'lobby', name: 'bob', text: `m${number}`, at, guest: true }
}

function answered(entry: LogEntry): Post {
  const answer: Fields = { ...entry }
  delete answer.event
  return { room: 'lobby', text: entry.text!, name: 'bob', guest: true, attempts: 1, answer }
}

function seen({ event, ...data }: LogEntry): Seen {
  return { number: Number(data.id.split('-')[1]), event, data }
}

describe('the verdict of the fault harness', () => {
  let log: LogEntry[]
  let ledger: Ledger
  let reader: ReaderHistory
  beforeEach(() => {
    log = [1, 2, 3, 4].map(said)
    ledger = new Ledger()
    ledger.posts.push(...log.map(answered))
    reader = emptyHistory('hand-made', { url: '', room: 'lobby', format: 'json', beginning: 'start' })
    reader.seen = log.map(seen)
  })

  const kinds = () => judge(new Map([['lobby', log]]), ledger, [reader]).map(({ kind }) => kind)
  const edit = (fields: Partial<Change>): Change => {
    return { event: 'edited', room: 'lobby', message: id(1), text: 'new', attempts: 1, isAnswered: true, ...fields }
  }
  const edited = (number: number): LogEntry => {
    return { event: 'edited', id: id(number), message: id(1), name: 'bob', text: 'new', at: '' }
  }
  const deleted = (number: number): LogEntry => {
    return { event: 'deleted', id: id(number), message: id(1), name: 'bob', at: '' }
  }

  const erased = ({ id: number, room, at }: LogEntry): LogEntry => ({ event: 'erased', id: number, room, at })
  /** Message 1 is edited and deleted: entries 5 and 6. */
  const erase = () => {
    ledger.changes.push(edit({}), edit({ event: 'deleted', text: null }))
    log = [erased(log[0]!), ...log.slice(1), erased({ ...edited(5), room: 'lobby' }), deleted(6)]
  }

  describe('of a reader', () => {
    it('finds nothing in a whole history', () => {
      expect(kinds()).to.deep.equal([])
    })

    it('finds nothing in one that begins later', () => {
      reader.base = 2
      reader.seen = log.slice(2).map(seen)
      expect(kinds()).to.deep.equal([])
    })

    it('finds what is lost: at the beginning, in the middle, at the end, all', () => {
      for (const missing of [0, 1, 3]) {
        reader.seen = log.toSpliced(missing, 1).map(seen)
        expect(kinds()).to.deep.equal(['lost'])
      }
      reader.seen = []
      expect(kinds()).to.deep.equal(['lost', 'lost', 'lost', 'lost'])
    })

    it('finds what is doubled: at once, and later', () => {
      reader.seen = [1, 2, 2, 3, 4].map((number) => seen(said(number)))
      expect(kinds()).to.deep.equal(['doubled'])
      reader.seen = [1, 2, 3, 4, 1].map((number) => seen(said(number)))
      expect(kinds()).to.deep.equal(['doubled'])
    })

    it('finds what is out of order', () => {
      reader.seen = [1, 3, 2, 4].map((number) => seen(said(number)))
      expect(kinds()).to.deep.equal(['out of order'])
    })

    it('finds a forged text, a forged kind and a forged field', () => {
      reader.seen[1] = seen({ ...said(2), text: 'no' })
      expect(kinds()).to.deep.equal(['forged'])
      reader.seen[1] = seen({ ...said(2), event: 'deleted' })
      expect(kinds()).to.deep.equal(['forged'])
      reader.seen[1] = seen({ ...said(2), more: true })
      expect(kinds()).to.deep.equal(['forged'])
    })

    it('finds an entry that there is not, and one from before the beginning', () => {
      reader.seen.push(seen(said(5)))
      expect(kinds()).to.deep.equal(['forged'])
      reader.base = 2
      reader.seen = [2, 3, 4].map((number) => seen(said(number)))
      expect(kinds()).to.deep.equal(['forged'])
    })

    it('finds forged words in the text format', () => {
      reader.format = 'text'
      reader.seen = log.map((entry, index) => ({ number: index + 1, event: 'message', data: `bob说:${entry.text}` }))
      expect(kinds()).to.deep.equal([])
      reader.seen[3]!.data = 'bob说:m4 and more'
      expect(kinds()).to.deep.equal(['forged'])
    })

    it('lets an erased entry be what it was, or erased, and nothing else', () => {
      const before = [...log, edited(5)]
      erase()
      reader.seen = log.map(seen)
      expect(kinds()).to.deep.equal([])
      reader.seen = [...before, log[5]!].map(seen)
      expect(kinds()).to.deep.equal([])
      reader.seen[0] = seen({ ...said(1), text: 'no' })
      expect(kinds()).to.deep.equal(['forged'])
      reader.seen = log.slice(1).map(seen)
      expect(kinds()).to.deep.equal(['lost'])
    })

    it('lets a reader of text not hear of an erased entry', () => {
      erase()
      reader.format = 'text'
      const words = (number: number, data: string): Seen => ({ number, event: 'message', data })
      const rest = [2, 3, 4].map((number) => words(number, `bob说:m${number}`))
      reader.seen = [...rest, words(6, 'bob删除了一条消息')]
      expect(kinds()).to.deep.equal([])
      reader.seen = [words(1, 'bob说:m1'), ...rest, words(5, 'bob改为:new'), words(6, 'bob删除了一条消息')]
      expect(kinds()).to.deep.equal([])
      reader.seen[0] = words(1, 'bob说:no')
      expect(kinds()).to.deep.equal(['forged'])
    })

    it('finds a reset, and an answer that no reader should get', () => {
      reader.resets = 1
      reader.refusals.push('got 500')
      expect(kinds()).to.deep.equal(['reset', 'refused'])
    })
  })

  describe('of a log', () => {
    const readOn = () => (reader.seen = log.map(seen))

    it('finds an answered post that is not in it', () => {
      ledger.posts.push(answered(said(5)))
      expect(kinds()).to.deep.equal(['lost'])
    })

    it('lets a post without an answer be in it or not', () => {
      delete ledger.posts[3]!.answer
      expect(kinds()).to.deep.equal([])
      log.pop()
      readOn()
      expect(kinds()).to.deep.equal([])
    })

    it('finds a post that is in it twice', () => {
      log.push({ ...said(5), text: 'm4' })
      readOn()
      expect(kinds()).to.deep.equal(['doubled'])
    })

    it('finds a hole in its numbers', () => {
      log.splice(1, 1)
      ledger.posts.splice(1, 1)
      expect(kinds()).to.include('lost')
    })

    it('finds what nobody said', () => {
      log.push(said(5))
      readOn()
      expect(kinds()).to.deep.equal(['forged'])
    })

    it('finds an answer that differs from the entry', () => {
      ledger.posts[0]!.answer!.at = 'another time'
      expect(kinds()).to.deep.equal(['forged'])
    })

    it('lets an edit be in it as often as it was tried, and no more', () => {
      log.push(edited(5), edited(6))
      readOn()
      ledger.changes.push(edit({ attempts: 2 }))
      expect(kinds()).to.deep.equal([])
      ledger.changes[0]!.attempts = 1
      expect(kinds()).to.deep.equal(['doubled'])
    })

    it('lets a deletion be in it once, however often it was tried', () => {
      log[0] = erased(log[0]!)
      log.push(deleted(5))
      readOn()
      ledger.changes.push(edit({ event: 'deleted', text: null, attempts: 3 }))
      expect(kinds()).to.deep.equal([])
      log.push(deleted(6))
      readOn()
      expect(kinds()).to.deep.equal(['doubled'])
    })

    it('finds the text of a deleted message, and of its edits', () => {
      const before = [...log]
      erase()
      log[0] = before[0]!
      readOn()
      expect(kinds()).to.deep.equal(['kept'])
      log[0] = erased(before[0]!)
      log[4] = edited(5)
      readOn()
      expect(kinds()).to.deep.equal(['kept'])
    })

    it('finds a message that is erased though nobody deleted it', () => {
      log[0] = erased(log[0]!)
      expect(kinds()).to.deep.equal(['lost'])
    })

    it('counts the edits of a deleted message', () => {
      erase()
      log[5] = deleted(5)
      log.splice(4, 1)
      readOn()
      log[4]!.id = id(5)
      readOn()
      expect(kinds()).to.deep.equal(['lost'])
      log = [...log, erased({ ...edited(6), room: 'lobby' }), erased({ ...edited(7), room: 'lobby' })]
      readOn()
      expect(kinds()).to.deep.equal(['forged'])
    })

    it('finds an answered edit that is not in it', () => {
      ledger.changes.push(edit({}))
      expect(kinds()).to.deep.equal(['lost'])
    })

    it('finds an answer that no writer should get', () => {
      ledger.refusals.push('got 500')
      expect(kinds()).to.deep.equal(['refused'])
    })
  })
})
