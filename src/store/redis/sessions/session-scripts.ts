import { Script } from '../link/script.ts'

/**
 * Functions that all session scripts share. KEYS: sessions, tokens, names, used, changes. A session is `[text, folded,
 * token]`. A name maps to the id of its session; or to several ids, separated by spaces, if their names were different
 * under 0.1.0. The lifetime is in milliseconds: a session that was not used for as long has expired, by the clock of the
 * server, so that a node with a wrong clock ends no session.
 */
const COMMON = `
  local sessions, tokens, names, used, changes = unpack(KEYS)
  local time = redis.call('TIME')
  local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
  local function tell(id, before, after)
    redis.call('SPUBLISH', changes, cjson.encode({ id, before[1], before[2], after and after[1], after and after[2] }))
  end
  local function find(id) return cjson.decode(redis.call('HGET', sessions, id)) end
  local function holders(folded)
    local ids = {}
    for id in string.gmatch(redis.call('HGET', names, folded) or '', '%S+') do table.insert(ids, id) end
    return ids
  end
  local function release(folded, id)
    local others = {}
    for _, holder in ipairs(holders(folded)) do
      if holder ~= id then table.insert(others, holder) end
    end
    if #others == 0 then redis.call('HDEL', names, folded)
    else redis.call('HSET', names, folded, table.concat(others, ' ')) end
  end
  local function hold(folded, id)
    local ids = holders(folded)
    table.insert(ids, id)
    redis.call('HSET', names, folded, table.concat(ids, ' '))
  end
  local function finish(id)
    if redis.call('ZREM', used, id) == 0 then return end
    local session = find(id)
    redis.call('HDEL', sessions, id)
    release(session[2], id)
    redis.call('HDEL', tokens, session[3])
    tell(id, session)
  end
  -- Records that a session is used; writes at most once an hour. A server that takes no writes does not fail the read.
  local function use(id)
    local used_at = redis.call('ZSCORE', used, id)
    if used_at and now - used_at > 3600000 then redis.pcall('ZADD', used, now, id) end
  end
  local function is_alive(id, lifetime)
    local used_at = id and redis.call('ZSCORE', used, id)
    return used_at and tonumber(used_at) > now - lifetime
  end
  -- Whether a live session other than but_id holds a name.
  local function is_held(folded, lifetime, but_id)
    for _, id in ipairs(holders(folded)) do
      if id ~= but_id and is_alive(id, lifetime) then return true end
    end
    return false
  end
  local function finish_others(folded, id)
    for _, holder in ipairs(holders(folded)) do
      if holder ~= id then finish(holder) end
    end
  end
`

/** ARGV: the new session's id, text, folded name and token; the lifetime. Returns 0 when the name is held. */
export const CLAIM = new Script(`${COMMON}
  local id, text, folded, token, lifetime = unpack(ARGV)
  if is_held(folded, lifetime) then return 0 end
  finish_others(folded, id)
  redis.call('HSET', sessions, id, cjson.encode({ text, folded, token }))
  hold(folded, id)
  redis.call('HSET', tokens, token, id)
  redis.call('ZADD', used, now, id)
  return 1
`)

/** ARGV: the session's id; its new text and folded name; the lifetime. Returns 0 when it cannot be renamed. */
export const RENAME = new Script(`${COMMON}
  local id, text, folded, lifetime = unpack(ARGV)
  if is_held(folded, lifetime, id) or not is_alive(id, lifetime) then return 0 end
  finish_others(folded, id)
  local before = find(id)
  release(before[2], id)
  hold(folded, id)
  redis.call('HSET', sessions, id, cjson.encode({ text, folded, before[3] }))
  redis.call('ZADD', used, now, id)
  tell(id, before, { text, folded })
  return 1
`)

/** ARGV: a token; the lifetime. Returns the session's id and JSON, or nil. */
export const FIND = new Script(`${COMMON}
  local token, lifetime = unpack(ARGV)
  local id = redis.call('HGET', tokens, token)
  if not is_alive(id, lifetime) then return nil end
  use(id)
  return { id, redis.call('HGET', sessions, id) }
`)

/** ARGV: a folded name; the lifetime. Returns 1 when a live session holds the name. */
export const IS_HELD = new Script(`${COMMON}
  return is_held(ARGV[1], ARGV[2]) and 1 or 0
`)

/** ARGV: a session's id and text; today's key of that name. Does nothing when the session has another name by now. */
export const REKEY = new Script(`${COMMON}
  local id, text, folded = unpack(ARGV)
  local json = redis.call('HGET', sessions, id)
  local before = json and cjson.decode(json)
  if not before or before[1] ~= text or before[2] == folded then return end
  release(before[2], id)
  hold(folded, id)
  redis.call('HSET', sessions, id, cjson.encode({ text, folded, before[3] }))
`)

/** ARGV: the ids of sessions in use. Returns the JSON of each, or nil for one that is over. */
export const USE = new Script(`${COMMON}
  local found = {}
  for i = 1, #ARGV do
    found[i] = redis.call('HGET', sessions, ARGV[i])
    if found[i] then use(ARGV[i]) end
  end
  return found
`)

/** Ends a session. ARGV: its id. */
export const END = new Script(`${COMMON}
  finish(ARGV[1])
`)

/** Ends expired sessions. ARGV: the lifetime; the size of a batch. Returns how many it ended. */
export const EXPIRE = new Script(`${COMMON}
  local old = redis.call('ZRANGEBYSCORE', used, '-inf', string.format('%.0f', now - ARGV[1]), 'LIMIT', 0, ARGV[2])
  for _, id in ipairs(old) do finish(id) end
  return #old
`)
