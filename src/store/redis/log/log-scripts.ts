import { Script } from '../link/script.ts'

/** What the scripts of a room share. KEYS: log, state, standing, said, said-at, entries. */
const COMMON = `
  local log, state, standing, said, said_at, entries = unpack(KEYS)
  local function id(number) return string.format('%.0f-0', number) end
  local function extent()
    local found = redis.call('HMGET', state, 'first', 'head', 'epoch')
    return tonumber(found[1] or 1), tonumber(found[2] or 0), found[3]
  end
  local function find(number)
    local entry = redis.call('XRANGE', log, id(number), id(number))[1]
    if not entry then return nil end
    local fields = {}
    for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
    return fields, entry
  end
  -- Why nothing may be added before the caller has looked: the room bears another epoch than the caller knows, has fewer
  -- entries than the caller has seen, or none at all. A Redis that has cut off a torn end of its file may have an entry
  -- without the head that goes with it.
  local function obstacle(head, stamp, epoch, seen, may_create)
    if stamp and stamp ~= epoch then return { 'other_epoch', stamp } end
    local torn = redis.call('XREVRANGE', log, '+', id(head + 1), 'COUNT', 1)[1]
    if torn then redis.call('HSET', state, 'head', torn[1]:sub(1, -3)) end
    if torn or head < tonumber(seen) then return { 'lost' } end
    if head == 0 and may_create ~= '1' then return { 'no_room' } end
  end
  -- Adds entry 'number', of which 'fields' is a list of names and values, and 'draft' the same as a table.
  local function add(epoch, number, at, fields, draft)
    redis.call('XADD', log, id(number), 'at', at, unpack(fields))
    redis.call('HSET', state, 'head', string.format('%.0f', number), 'at', at, 'epoch', epoch)
    if draft.event == 'edited' then redis.call('HSET', standing, draft.message, at .. ' ' .. draft.text) end
    if draft.event == 'deleted' then redis.call('HSET', standing, draft.message, '') end
    local all = { 'at', at }
    for i = 1, #fields do all[i + 2] = fields[i] end
    redis.call('SPUBLISH', entries, cjson.encode({ id(number), all, epoch }))
    return { id(number), all }
  end
`

/**
 * ARGV: the epoch, the head that the caller has seen, whether the room may be new; the key of idempotency or nothing, for
 * how many ms it is good, then the draft's fields. Answers with a verdict and an entry, or with an obstacle.
 */
export const APPEND = new Script(`${COMMON}
  local epoch, seen, may_create, key, lifetime = unpack(ARGV)
  local first, head, stamp = extent()
  local found = obstacle(head, stamp, epoch, seen, may_create)
  if found and found[1] ~= 'no_room' then return found end
  local time = redis.call('TIME')
  local at = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
  local fields, draft = {}, {}
  for i = 6, #ARGV do fields[i - 5] = ARGV[i] end
  for i = 1, #fields, 2 do draft[fields[i]] = fields[i + 1] end

  if key ~= '' then
    local before = redis.call('ZSCORE', said_at, key)
    if before and tonumber(before) > at - lifetime then
      local _, entry = find(tonumber(redis.call('HGET', said, key)))
      if entry then return { 'known', entry } end
    end
  end
  if draft.message then
    local message = find(tonumber(draft.message))
    if not message or message.event ~= 'message' then return { 'unknown_message' } end
    if redis.call('HGET', standing, draft.message) == '' then return { 'message_deleted' } end
    if (message.owner or '') ~= draft.owner or draft.owner == '' then return { 'not_your_message' } end
  end

  if found then return found end
  local entry = add(epoch, head + 1, at, fields, draft)
  if key ~= '' then
    redis.call('HSET', said, key, string.format('%.0f', head + 1))
    redis.call('ZADD', said_at, at, key)
  end
  return { 'new', entry }
`)

/**
 * ARGV: the epoch, the head that the caller has seen, whether the room may be new; JSON, for each entry its time and its
 * fields; a \`message\` that begins with \`+\` counts from the entry before the first of them. Answers with `new` and the
 * number of that entry, or with an obstacle.
 */
export const IMPORT = new Script(`${COMMON}
  local first, head, stamp = extent()
  local found = obstacle(head, stamp, ARGV[1], ARGV[2], ARGV[3])
  if found then return found end
  local number = head
  for _, entry in ipairs(cjson.decode(ARGV[4])) do
    local fields, draft = {}, {}
    for i = 2, #entry, 2 do
      local name, value = entry[i], entry[i + 1]
      if name == 'message' and value:sub(1, 1) == '+' then value = string.format('%.0f', head + value:sub(2)) end
      fields[#fields + 1] = name
      fields[#fields + 1] = value
      draft[name] = value
    end
    number = number + 1
    add(ARGV[1], number, entry[1], fields, draft)
  end
  return { 'new', head }
`)

/** ARGV: the number before which messages are wanted, how many at the most. Answers with the room's epoch, the head, and them, the newest first. */
export const HISTORY = new Script(`${COMMON}
  local first, head, stamp = extent()
  local before, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
  local messages, newest = {}, math.min(before - 1, head)
  while #messages < limit and newest >= first do
    local page = redis.call('XREVRANGE', log, id(newest), '-', 'COUNT', limit)
    if #page == 0 then break end
    for _, entry in ipairs(page) do
      local number = entry[1]:sub(1, -3)
      newest = tonumber(number) - 1
      local isMessage = false
      for i = 1, #entry[2], 2 do
        if entry[2][i] == 'event' then isMessage = entry[2][i + 1] == 'message' end
      end
      local now = isMessage and redis.call('HGET', standing, number)
      if isMessage and now ~= '' and #messages < limit then
        messages[#messages + 1] = { entry, now or false }
      end
    end
  end
  return { stamp, head, messages }
`)

/** ARGV: a number. Answers with the room's epoch, the head, when it came, and when the entry of that number came, if it is there. */
export const INSPECT = new Script(`${COMMON}
  local first, head, stamp = extent()
  local entry = find(tonumber(ARGV[1]))
  return { stamp, head, redis.call('HGET', state, 'at') or '', entry and entry.at or '' }
`)

/** ARGV: the epoch that the room bears, and the one that it is to bear, unless it bears another by now. */
export const RESTAMP = new Script(`${COMMON}
  if redis.call('HGET', state, 'epoch') == ARGV[1] then redis.call('HSET', state, 'epoch', ARGV[2]) end
`)

/**
 * Drops old entries, no more than a batch of them. ARGV: the oldest time to keep or nothing, how many to keep or nothing,
 * the size of a batch. Answers with how many were dropped, and how many are left.
 */
export const TRIM = new Script(`${COMMON}
  local first, head = extent()
  local keep, batch = first, tonumber(ARGV[3])
  if ARGV[2] ~= '' then keep = math.max(keep, head + 1 - ARGV[2]) end
  local last = first + batch
  local dropped = {}
  for _, entry in ipairs(redis.call('XRANGE', log, id(first), '+', 'COUNT', batch)) do
    local number = entry[1]:sub(1, -3)
    local isOld = false
    for i = 1, #entry[2], 2 do
      if entry[2][i] == 'at' and ARGV[1] ~= '' then isOld = tonumber(entry[2][i + 1]) < tonumber(ARGV[1]) end
    end
    if tonumber(number) >= keep and not isOld then break end
    keep = math.max(keep, tonumber(number) + 1)
    dropped[#dropped + 1] = number
  end
  keep = math.min(keep, last)
  if #dropped == 0 then return { 0, head + 1 - first } end
  redis.call('XTRIM', log, 'MINID', id(keep))
  redis.call('HSET', state, 'first', string.format('%.0f', keep))
  redis.call('HDEL', standing, unpack(dropped))
  return { #dropped, head + 1 - keep }
`)

/** ARGV: a time, the size of a batch. Forgets the keys of idempotency that were used before; answers with how many. */
export const FORGET = new Script(`${COMMON}
  local old = redis.call('ZRANGEBYSCORE', said_at, '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
  if #old > 0 then
    redis.call('HDEL', said, unpack(old))
    redis.call('ZREM', said_at, unpack(old))
  end
  return #old
`)
