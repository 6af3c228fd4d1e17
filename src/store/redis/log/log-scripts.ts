import { Script } from '../link/script.ts'

/**
 * The common start of all scripts of a room. KEYS: entries, state, changed, gaps, said, said-at, feed. `entry-item.ts`
 * describes the items. Entry `n` is at index `n - first` of the list; `first` is the number of the list's first item.
 *
 * When a machine crashes, the append-only file can end in the middle of a script. Redis ignores this incomplete script
 * at the first restart, but executes its first commands at the second. So these commands must be harmless when commands
 * of other scripts follow: RPUSH only adds empty places, LSET writes each entry at its index, and TRIM drops entries
 * with a single command. A number that is stored in another key may then belong to a different entry: check the entry.
 */
const COMMON = `
  local entries, state, changed, gaps, said, said_at, feed = unpack(KEYS)
  local function digits(number) return string.format('%.0f', number) end
  local found = redis.call('HMGET', state, 'head', 'epoch')
  local head, stamp = tonumber(found[1] or 0), found[2]
  -- An empty place (spaces) at index 0 does not match: the list has no entry yet.
  local first = tonumber((redis.call('LINDEX', entries, 0) or ''):match('^%a%d+ (%d+)')) or head + 1
  local function find(number)
    if not number or number < first or number > head then return false end
    return redis.call('LINDEX', entries, digits(number - first))
  end
  local function now()
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
  end
  -- The item that was added with an idempotency key after the time 'since'; an 'x' item when retention has dropped it.
  local function said_before(key, since)
    local at = key ~= '' and redis.call('ZSCORE', said_at, key)
    if not at or tonumber(at) <= since then return false end
    local number = tonumber(redis.call('HGET', said, key))
    if number < first then return 'x' .. digits(at) .. ' ' .. digits(number) end
    local item = find(number)
    return item and item:match('^%a(%d+)') == digits(at) and item
  end
  -- The number and the item of a message's last edit. 'numbers' is the message's field in 'changed': the numbers of its
  -- last edit and of the edit before.
  local function last_edit(message, numbers)
    for number in (numbers or ''):gmatch('%d+') do
      local item = find(tonumber(number))
      if item and item:match('^e%d+ %d+ %S* (%d+)') == message then return number, item end
    end
    return '0', false
  end
  -- Notes in 'gaps' that entry 'number' is not a standing message, and merges it with the runs before and after it.
  local function skip(number)
    local from = redis.call('ZRANGEBYSCORE', gaps, digits(number - 1), digits(number - 1))[1]
    local after = redis.call('ZSCORE', gaps, digits(number + 1))
    redis.call('ZADD', gaps, after or digits(number), from or digits(number))
    if after then redis.call('ZREM', gaps, digits(number + 1)) end
  end
  -- Returns why nothing may be added now, or nothing. 'other_epoch': the room's epoch differs from the caller's.
  -- 'lost': the room has fewer entries than the caller has seen, or it has an entry after its head, which an incomplete
  -- script has left. That entry becomes the head; other nodes may have seen a different entry with its number.
  -- 'no_room': the room has no entries, and the caller has not allowed a new room.
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
  -- Adds the next entry and returns its item. For an edit or a deletion, 'message' is the number of the message.
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
    -- Make the place as long as the item: replacing it by a longer item would cost a third more memory.
    for _ = redis.call('LLEN', entries), head - first do redis.call('RPUSH', entries, string.rep(' ', #item)) end
    redis.call('LSET', entries, digits(head - first), item)
    redis.call('HSET', state, 'head', digits(head), 'at', at, 'epoch', epoch)
    if kind == 'e' and message ~= '0' then redis.call('HSET', changed, message, digits(head) .. ' ' .. before) end
    if kind ~= 'm' then skip(head) end
    redis.call('SPUBLISH', feed, epoch .. ' ' .. item)
    return item
  end
`

/** The most edits that one run of APPEND erases. */
const ERASED_AT_ONCE = 100

/**
 * Adds a draft to a room. ARGV: the epoch; the head that the caller has seen; 1 if the room may be new; the idempotency
 * key, or nothing; its lifetime in ms; the parts of the draft. Returns `new` or `known` and an item, a code of a
 * Refusal, or an obstacle. Returns `more` when more edits must be erased before the deletion: the caller must then call
 * it again.
 */
export const APPEND = new Script(`${COMMON}
  local epoch, seen, may_create, key, lifetime, kind, owner, message, body = unpack(ARGV)
  local found = obstacle(epoch, seen, may_create)
  if found and found[1] ~= 'no_room' then return found end
  local at = digits(now())

  -- An erased edit keeps the number of the edit before it, so that an interrupted erasure can go on from there.
  local function edit_before(item)
    return item:match('^e%d+ %d+ %S* %d+ (%d+)') or item:match('^y%d+ %d+ (%d+)') or '0'
  end
  local function erase_edit(number, item)
    local left = 'y' .. item:match('^%a(%d+ %d+)') .. ' ' .. edit_before(item)
    redis.call('LSET', entries, digits(number - first), left)
  end
  -- Erases the older edits first: the newest edit has the current text until all edits can be erased.
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
    -- Let Redis expire the keys: retention does not sweep a room that has become empty.
    redis.call('PEXPIRE', said, lifetime)
    redis.call('PEXPIRE', said_at, lifetime)
  end
  return { 'new', item }
`)

/**
 * Adds imported entries. ARGV: the epoch; the head that the caller has seen; 1 if the room may be new; a JSON array
 * with the time and the parts of each entry. In the parts, the message `+n` means the `n`th entry of this array.
 * Returns `new` and the number of the entry before the first new one, or an obstacle.
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

/**
 * Reads entries. ARGV: a number; the most entries to read. Returns the room's epoch and the items after that number; no
 * items when the first of them has been dropped.
 */
export const READ = new Script(`${COMMON}
  local from, to = ARGV[1] + 1, math.min(ARGV[1] + ARGV[2], head)
  if from < first or to < from then return { stamp, {} } end
  return { stamp, redis.call('LRANGE', entries, digits(from - first), digits(to - first)) }
`)

/** Returns the room's epoch, the numbers of the first and the last entry, and the time of the last. */
export const EXTENT = new Script(`${COMMON}
  return { stamp, digits(first), digits(head), redis.call('HGET', state, 'at') or '0' }
`)

/**
 * Reads the newest messages before an entry. ARGV: the number of that entry; the most messages to read. Returns the
 * room's epoch, the head, and for each message, newest first, its item and the item of its last edit, if there is one.
 * It reads only these: each loop reads the messages down to the next gap, or skips a gap, and two gaps are never
 * adjacent.
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

/**
 * Finds an earlier message. ARGV: its idempotency key; the key's lifetime in ms. Returns the room's epoch and the item,
 * if any.
 */
export const SAID = new Script(`${COMMON}
  return { stamp, said_before(ARGV[1], now() - ARGV[2]) }
`)

/**
 * Finds an entry. ARGV: its number. Returns the room's epoch, its item, and the item of its last edit, if there are
 * any.
 */
export const FIND = new Script(`${COMMON}
  local _, edit = last_edit(ARGV[1], redis.call('HGET', changed, ARGV[1]))
  return { stamp, find(tonumber(ARGV[1])), edit }
`)

/**
 * ARGV: the number of an entry. Returns the room's epoch, the head, the head's time, and the entry's time, if it is
 * there.
 */
export const INSPECT = new Script(`${COMMON}
  local item = find(tonumber(ARGV[1]))
  return { stamp, head, redis.call('HGET', state, 'at') or '', item and item:match('^%a(%d+)') or '' }
`)

/**
 * Changes the epoch of a room. ARGV: the old epoch; the new one. Does nothing when the room's epoch is not the old one.
 */
export const RESTAMP = new Script(`${COMMON}
  if stamp == ARGV[1] then redis.call('HSET', state, 'epoch', ARGV[2]) end
`)

/**
 * Drops at most one batch of old entries. ARGV: the oldest time to keep, or nothing; how many entries to keep, or
 * nothing; the size of a batch. Returns how many it dropped and how many are left. The state of an empty room stays.
 * The caller must then run TIDY.
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

/** Removes dropped entries from `changed` and `gaps`. ARGV: how many entries TRIM has dropped. */
export const TIDY = new Script(`${COMMON}
  local dropped = {}
  for i = 1, tonumber(ARGV[1]) do dropped[i] = digits(first - i) end
  redis.call('HDEL', changed, unpack(dropped))
  redis.call('ZREMRANGEBYSCORE', gaps, '-inf', digits(first - 1))
`)

/**
 * Drops a batch of the idempotency keys used up to a time. ARGV: the time; the size of a batch. Returns how many it
 * dropped.
 */
export const FORGET = new Script(`${COMMON}
  local old = redis.call('ZRANGEBYSCORE', said_at, '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
  if #old > 0 then
    redis.call('HDEL', said, unpack(old))
    redis.call('ZREM', said_at, unpack(old))
  end
  return #old
`)
