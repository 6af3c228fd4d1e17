import { Script } from '../link/script.ts'

/**
 * What the scripts of a room share. KEYS: entries, state, changed, gaps, said, said-at, feed. Items are described in
 * `entry-item.ts`; entry `n` is at the index `n - first` of the list, where `first` is the number of its first item.
 *
 * When a machine dies, the append-only file can end within a script; Redis then forgets the script, but runs its first
 * commands when it is started a second time. So these must do no harm when others follow: a list only grows by empty
 * places, entries are written at their index, and what drops entries (TRIM) is a single command. Whoever follows a
 * number that was noted elsewhere looks whether the entry is the one that is meant.
 */
const COMMON = `
  local entries, state, changed, gaps, said, said_at, feed = unpack(KEYS)
  local function digits(number) return string.format('%.0f', number) end
  local found = redis.call('HMGET', state, 'head', 'epoch')
  local head, stamp = tonumber(found[1] or 0), found[2]
  -- A place that is empty has no entry yet.
  local first = tonumber((redis.call('LINDEX', entries, 0) or ''):match('^%a%d+ (%d+)')) or head + 1
  local function find(number)
    if not number or number < first or number > head then return false end
    return redis.call('LINDEX', entries, digits(number - first))
  end
  local function now()
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
  end
  -- The item of what was said with a key after a time; what is no longer kept was erased.
  local function said_before(key, since)
    local at = key ~= '' and redis.call('ZSCORE', said_at, key)
    if not at or tonumber(at) <= since then return false end
    local number = tonumber(redis.call('HGET', said, key))
    if number < first then return 'x' .. digits(at) .. ' ' .. digits(number) end
    local item = find(number)
    return item and item:match('^%a(%d+)') == digits(at) and item
  end
  -- The number and the item of the last edit of a message; 'numbers' are its last and the one before.
  local function last_edit(message, numbers)
    for number in (numbers or ''):gmatch('%d+') do
      local item = find(tonumber(number))
      if item and item:match('^e%d+ %d+ %S* (%d+)') == message then return number, item end
    end
    return '0', false
  end
  -- Entry 'number' is no standing message: it joins the runs next to it.
  local function skip(number)
    local from = redis.call('ZRANGEBYSCORE', gaps, digits(number - 1), digits(number - 1))[1]
    local after = redis.call('ZSCORE', gaps, digits(number + 1))
    redis.call('ZADD', gaps, after or digits(number), from or digits(number))
    if after then redis.call('ZREM', gaps, digits(number + 1)) end
  end
  -- Why nothing may be added before the caller has looked: the room bears another epoch than the caller knows, has fewer
  -- entries than the caller has seen, or none at all; or it has an entry after its head, which a torn end of the file can
  -- leave: that becomes the head, and may not be the one that others have seen under its number.
  local function obstacle(epoch, seen, may_create)
    if stamp and stamp ~= epoch then return { 'other_epoch', stamp } end
    local after = head + 1 - first
    local torn = redis.call('LLEN', entries) > after and redis.call('LINDEX', entries, digits(after))
    if torn and torn:match('^%a') then
      redis.call('HSET', state, 'head', digits(head + 1))
      local message, before = torn:match('^e%d+ %d+ %S* (%d+) (%d+)')
      if message then redis.call('HSET', changed, message, digits(head + 1) .. ' ' .. before) end
      if torn:sub(1, 1) ~= 'm' then skip(head + 1) end
      return { 'lost' }
    end
    if head < tonumber(seen) then return { 'lost' } end
    if head == 0 and may_create ~= '1' then return { 'no_room' } end
  end
  -- Adds the next entry; 'message' is what an edit or a deletion speaks of. Answers with its item.
  local function add(epoch, at, kind, owner, message, body)
    head = head + 1
    local item = kind .. at .. ' ' .. digits(head)
    if body ~= '' then item = item .. ' ' .. owner .. ' ' end
    local before = kind == 'e' and last_edit(message, redis.call('HGET', changed, message))
    if kind == 'e' then
      item = item .. message .. ' ' .. before .. ' '
    elseif kind == 'd' then
      item = item .. message .. ' '
    end
    item = item .. body
    -- As long as the item: a list that has its places made longer afterwards takes a third more memory.
    for _ = redis.call('LLEN', entries), head - first do redis.call('RPUSH', entries, string.rep(' ', #item)) end
    redis.call('LSET', entries, digits(head - first), item)
    redis.call('HSET', state, 'head', digits(head), 'at', at, 'epoch', epoch)
    if kind == 'e' and message ~= '0' then redis.call('HSET', changed, message, digits(head) .. ' ' .. before) end
    if kind ~= 'm' then skip(head) end
    redis.call('SPUBLISH', feed, epoch .. ' ' .. item)
    return item
  end
`

/** Edits that one run of APPEND erases at the most. */
const ERASED_AT_ONCE = 100

/**
 * ARGV: the epoch, the head that the caller has seen, whether the room may be new; the key of idempotency or nothing, for
 * how many ms it is good; the parts of the draft. Answers with a verdict and an item; with `more` when there
 * are edits left to erase before the deletion can be added, so that the caller must call again; or with an obstacle.
 */
export const APPEND = new Script(`${COMMON}
  local epoch, seen, may_create, key, lifetime, kind, owner, message, body = unpack(ARGV)
  local found = obstacle(epoch, seen, may_create)
  if found and found[1] ~= 'no_room' then return found end
  local at = digits(now())

  -- An erased edit still tells the one before it, so that erasing can be broken off anywhere.
  local function edit_before(item)
    return item:match('^e%d+ %d+ %S* %d+ (%d+)') or item:match('^y%d+ %d+ (%d+)') or '0'
  end
  local function erase_edit(number, item)
    local left = 'y' .. item:match('^%a(%d+ %d+)') .. ' ' .. edit_before(item)
    redis.call('LSET', entries, digits(number - first), left)
  end
  -- The newest edit goes last: the message stands as it says until all can go.
  local function erase_edits()
    local newest, item = last_edit(message, redis.call('HGET', changed, message))
    if not item then return true end
    local before = tonumber(edit_before(item))
    for _ = 1, ${ERASED_AT_ONCE} do
      local older = find(before)
      if not older then
        erase_edit(tonumber(newest), item)
        redis.call('HDEL', changed, message)
        return true
      end
      erase_edit(before, older)
      before = tonumber(edit_before(older))
    end
    local start, rest = item:match('^(e%d+ %d+ %S* %d+ )%d+( .*)$')
    redis.call('LSET', entries, digits(newest - first), start .. digits(before) .. rest)
    return false
  end

  local before = said_before(key, at - lifetime)
  if before then return { 'known', before } end
  if message ~= '' then
    local number = tonumber(message)
    local item = find(number)
    local what = item and item:sub(1, 1)
    if what == 'x' then return { 'message_deleted' } end
    if what ~= 'm' then return { 'unknown_message' } end
    if owner == '' or item:match('^m%d+ %d+ (%S*)') ~= owner then return { 'not_your_message' } end
    if kind == 'd' then
      if not erase_edits() then return { 'more' } end
      redis.call('LSET', entries, digits(number - first), 'x' .. item:match('^%a(%d+ %d+)'))
      skip(number)
    end
  end

  if found then return found end
  local item = add(epoch, at, kind, owner, message, body)
  if key ~= '' then
    redis.call('HSET', said, key, digits(head))
    redis.call('ZADD', said_at, at, key)
    -- A room that falls empty is not swept any more.
    redis.call('PEXPIRE', said, lifetime)
    redis.call('PEXPIRE', said_at, lifetime)
  end
  return { 'new', item }
`)

/**
 * ARGV: the epoch, the head that the caller has seen, whether the room may be new; JSON, for each entry its time and its
 * parts; a message that begins with \`+\` counts from the entry before the first of them. Answers with `new` and the
 * number of that entry, or with an obstacle.
 */
export const IMPORT = new Script(`${COMMON}
  local found = obstacle(ARGV[1], ARGV[2], ARGV[3])
  if found then return found end
  local before = head
  for _, entry in ipairs(cjson.decode(ARGV[4])) do
    local at, kind, owner, message, body = unpack(entry)
    if message:sub(1, 1) == '+' then message = digits(before + message:sub(2)) end
    add(ARGV[1], at, kind, owner, message, body)
  end
  return { 'new', before }
`)

/** ARGV: a number, how many entries at the most. Answers with the room's epoch and the items after that number; none when the first of them is not kept. */
export const READ = new Script(`${COMMON}
  local from, to = ARGV[1] + 1, math.min(ARGV[1] + ARGV[2], head)
  if from < first or to < from then return { stamp, {} } end
  return { stamp, redis.call('LRANGE', entries, digits(from - first), digits(to - first)) }
`)

/** Answers with the room's epoch, the numbers of the first and the last entry, and when the last came. */
export const EXTENT = new Script(`${COMMON}
  return { stamp, digits(first), digits(head), redis.call('HGET', state, 'at') or '0' }
`)

/**
 * ARGV: the number before which messages are wanted, how many at the most. Answers with the room's epoch, the head, and
 * them, the newest first: the item, and that of the last edit if there is one. It reads nothing but these: each turn
 * either takes messages up to the next gap or steps over a gap, and between two gaps there is a message.
 */
export const HISTORY = new Script(`${COMMON}
  local before, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
  local numbers, items, newest = {}, {}, math.min(before - 1, head)
  while #numbers < limit and newest >= first do
    local gap = redis.call('ZRANGEBYSCORE', gaps, digits(newest), '+inf', 'LIMIT', 0, 1)[1]
    if gap and tonumber(gap) <= newest then
      newest = tonumber(gap) - 1
    else
      local below = redis.call('ZREVRANGEBYSCORE', gaps, digits(newest), '-inf', 'WITHSCORES', 'LIMIT', 0, 1)[2]
      local oldest = math.max(first, (tonumber(below or 0)) + 1, newest - limit + #numbers + 1)
      local page = redis.call('LRANGE', entries, digits(oldest - first), digits(newest - first))
      for i = #page, 1, -1 do
        if page[i]:sub(1, 1) == 'm' then
          numbers[#numbers + 1] = digits(oldest + i - 1)
          items[#items + 1] = page[i]
        end
      end
      newest = oldest - 1
    end
  end
  local messages = {}
  local edits = #numbers > 0 and redis.call('HMGET', changed, unpack(numbers))
  for i = 1, #numbers do
    local _, edit = last_edit(numbers[i], edits[i])
    messages[i] = { items[i], edit }
  end
  return { stamp, digits(head), messages }
`)

/** ARGV: a key of idempotency, for how many ms it is good. Answers with the room's epoch, and what was said with it, if it was. */
export const SAID = new Script(`${COMMON}
  return { stamp, said_before(ARGV[1], now() - ARGV[2]) }
`)

/** ARGV: a number. Answers with the room's epoch, the item of that number, and that of its last edit, if they are there. */
export const FIND = new Script(`${COMMON}
  local _, edit = last_edit(ARGV[1], redis.call('HGET', changed, ARGV[1]))
  return { stamp, find(tonumber(ARGV[1])), edit }
`)

/** ARGV: a number. Answers with the room's epoch, the head, when it came, and when the entry of that number came, if it is there. */
export const INSPECT = new Script(`${COMMON}
  local item = find(tonumber(ARGV[1]))
  return { stamp, head, redis.call('HGET', state, 'at') or '', item and item:match('^%a(%d+)') or '' }
`)

/** ARGV: the epoch that the room bears, and the one that it is to bear, unless it bears another by now. */
export const RESTAMP = new Script(`${COMMON}
  if stamp == ARGV[1] then redis.call('HSET', state, 'epoch', ARGV[2]) end
`)

/**
 * Drops old entries, no more than a batch of them. ARGV: the oldest time to keep or nothing, how many to keep or nothing,
 * the size of a batch. Answers with how many were dropped, and how many are left. Of an empty room its state stays alone.
 */
export const TRIM = new Script(`${COMMON}
  local oldest, keep = tonumber(ARGV[1]), first
  if ARGV[2] ~= '' then keep = head + 1 - ARGV[2] end
  local last, dropped = math.min(first - 1 + ARGV[3], head), 0
  local page = last >= first and redis.call('LRANGE', entries, 0, digits(last - first)) or {}
  for i, item in ipairs(page) do
    local isOld = oldest and tonumber(item:match('^%a(%d+)')) < oldest
    if first + i - 1 >= keep and not isOld then break end
    dropped = i
  end
  if dropped > 0 then redis.call('LTRIM', entries, dropped, -1) end
  return { dropped, digits(head + 1 - first - dropped) }
`)

/** Forgets what was noted about entries that are dropped. ARGV: how many of them, up to the first that is kept. */
export const TIDY = new Script(`${COMMON}
  local dropped = {}
  for i = 1, tonumber(ARGV[1]) do dropped[i] = digits(first - i) end
  redis.call('HDEL', changed, unpack(dropped))
  redis.call('ZREMRANGEBYSCORE', gaps, '-inf', digits(first - 1))
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
