import { Script } from '../link/script.ts'

/**
 * Notes and tells what has changed of the people that a node has in a room. KEYS: people, words. ARGV: the message to tell
 * or nothing, how many fields to set, then their names and values, then the names of the fields to remove.
 */
export const CHANGE = new Script(`
  local last = 2 + 2 * ARGV[2]
  for i = 3, last, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
  for i = last + 1, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
  if ARGV[1] ~= '' then redis.call('SPUBLISH', KEYS[2], ARGV[1]) end
`)

/**
 * Says that a node is alive, and how many it has in each room. KEYS: the node's. ARGV: for how many ms, then rooms and
 * counts. Answers with 0 when it did not count as alive before.
 */
export const BEAT = new Script(`
  local was_alive = redis.call('EXISTS', KEYS[1])
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], '', '0')
  for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  return was_alive
`)
