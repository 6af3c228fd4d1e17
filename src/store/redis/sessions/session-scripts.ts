import { Script } from '../link/script.ts'

/** What the scripts of sessions share. KEYS: sessions, tokens, names, used, changes. A session is `[text, folded, token]`. */
const COMMON = `
  local sessions, tokens, names, used, changes = unpack(KEYS)
  local function tell(id, before, after)
    redis.call('SPUBLISH', changes, cjson.encode({ id, before[1], before[2], after and after[1], after and after[2] }))
  end
  local function find(id) return cjson.decode(redis.call('HGET', sessions, id)) end
  local function finish(id)
    if redis.call('ZREM', used, id) == 0 then return end
    local session = find(id)
    redis.call('HDEL', sessions, id)
    redis.call('HDEL', names, session[2])
    redis.call('HDEL', tokens, session[3])
    tell(id, session)
  end
  -- A session counts as used when its token is, but that is written down no more often than once an hour.
  local function use(id, now)
    if now - redis.call('ZSCORE', used, id) > 3600000 then redis.call('ZADD', used, now, id) end
  end
  local function is_alive(id, since)
    local used_at = id and redis.call('ZSCORE', used, id)
    return used_at and tonumber(used_at) > tonumber(since)
  end
`

/** ARGV: the new session's id, text, folded name and token; now; the time since which a session must have been used. */
export const CLAIM = new Script(`${COMMON}
  local id, text, folded, token, now, since = unpack(ARGV)
  local holder = redis.call('HGET', names, folded)
  if is_alive(holder, since) then return 0 end
  if holder then finish(holder) end
  redis.call('HSET', sessions, id, cjson.encode({ text, folded, token }))
  redis.call('HSET', names, folded, id)
  redis.call('HSET', tokens, token, id)
  redis.call('ZADD', used, now, id)
  return 1
`)

/** ARGV: the session's id; its new text and folded name; now; the time since which a session must have been used. */
export const RENAME = new Script(`${COMMON}
  local id, text, folded, now, since = unpack(ARGV)
  local holder = redis.call('HGET', names, folded)
  if holder ~= id and is_alive(holder, since) or not is_alive(id, since) then return 0 end
  if holder and holder ~= id then finish(holder) end
  local before = find(id)
  redis.call('HDEL', names, before[2])
  redis.call('HSET', names, folded, id)
  redis.call('HSET', sessions, id, cjson.encode({ text, folded, before[3] }))
  redis.call('ZADD', used, now, id)
  tell(id, before, { text, folded })
  return 1
`)

/** ARGV: a token; now; the time since which a session must have been used. Answers with its id and JSON, or nothing. */
export const FIND = new Script(`${COMMON}
  local token, now, since = unpack(ARGV)
  local id = redis.call('HGET', tokens, token)
  if not is_alive(id, since) then return nil end
  use(id, now)
  return { id, redis.call('HGET', sessions, id) }
`)

/** ARGV: a folded name; the time since which a session must have been used. Answers with 1 when one holds it. */
export const IS_HELD = new Script(`${COMMON}
  return is_alive(redis.call('HGET', names, ARGV[1]), ARGV[2]) and 1 or 0
`)

/** ARGV: now, then ids that are in use. Answers with the JSON of each, nothing for one that is over. */
export const USE = new Script(`${COMMON}
  local found = {}
  for i = 2, #ARGV do
    found[i - 1] = redis.call('HGET', sessions, ARGV[i])
    if found[i - 1] then use(ARGV[i], ARGV[1]) end
  end
  return found
`)

/** ARGV: the id of a session that is over. */
export const END = new Script(`${COMMON}
  finish(ARGV[1])
`)

/** ARGV: the time since which a session must have been used; the size of a batch. Answers with how many were ended. */
export const EXPIRE = new Script(`${COMMON}
  local old = redis.call('ZRANGEBYSCORE', used, '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
  for _, id in ipairs(old) do finish(id) end
  return #old
`)
