import { Script } from '../link/script.ts'

/**
 * Moves the oldest entries of a room from the stream of 0.1.0 to the list. Erases deleted messages and their edits.
 * Deletes the stream after its last entry. KEYS: log, standing, entries, changed, gaps, state. ARGV: the most entries
 * to move. Returns how many it has moved; the caller must call it again until these are fewer.
 */
export const MOVE_ENTRIES = new Script(`
  local log, standing, entries, changed, gaps, state = unpack(KEYS)
  local function isDeleted(message) return message ~= '0' and redis.call('HGET', standing, message) == '' end
  local function skip(number)
    local before = string.format('%.0f', number - 1)
    local from = redis.call('ZRANGEBYSCORE', gaps, before, before)[1]
    local to = string.format('%.0f', number)
    redis.call('ZADD', gaps, to, from or to)
  end

  local page = redis.call('XRANGE', log, '-', '+', 'COUNT', ARGV[1])
  local first = (redis.call('LINDEX', entries, 0) or ''):match('^%a%d+ (%d+)') or page[1] and page[1][1]:sub(1, -3)
  local items = {}
  for index, entry in ipairs(page) do
    local number, fields = entry[1]:sub(1, -3), {}
    for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
    local at, event, message = fields.at .. ' ' .. number, fields.event, fields.message
    local name, owner = fields.name or cjson.null, fields.owner or ''
    if event == 'message' and isDeleted(number) then
      items[index] = 'x' .. at
    elseif event == 'message' then
      local guest = fields.guest == '1' and 1 or nil
      items[index] = 'm' .. at .. ' ' .. owner .. ' ' .. cjson.encode({ name, fields.text, guest })
    elseif event == 'edited' and isDeleted(message) then
      items[index] = 'y' .. at
    elseif event == 'edited' then
      local before = (redis.call('HGET', changed, message) or '0'):match('%d+')
      items[index] = 'e' .. at .. ' ' .. owner .. ' ' .. message .. ' ' .. before .. ' ' .. cjson.encode({ name, fields.text })
      if message ~= '0' then redis.call('HSET', changed, message, number .. ' ' .. before) end
    else
      items[index] = 'd' .. at .. ' ' .. owner .. ' ' .. message .. ' ' .. cjson.encode({ name })
    end
    if items[index]:sub(1, 1) ~= 'm' then skip(tonumber(number)) end
  end
  if #page > 0 then
    -- Keep this order of RPUSH, LSET and XTRIM: the file may end in between (see COMMON in log-scripts.ts).
    local start = page[1][1]:sub(1, -3) - first
    for index = redis.call('LLEN', entries) - start + 1, #items do
      redis.call('RPUSH', entries, string.rep(' ', #items[index]))
    end
    for index, item in ipairs(items) do
      redis.call('LSET', entries, string.format('%.0f', start + index - 1), item)
    end
    redis.call('XTRIM', log, 'MINID', string.format('%.0f-0', page[#page][1]:sub(1, -3) + 1))
  end
  if #page < tonumber(ARGV[1]) then
    redis.call('DEL', log, standing)
    redis.call('HDEL', state, 'first')
  end
  return #page
`)

/**
 * Renames idempotency keys. KEYS: said, said-at. ARGV: the lifetime of keys in ms, then pairs of an old and a new name;
 * an empty new name deletes the key.
 */
export const REKEY_SAID = new Script(`
  local said, said_at = unpack(KEYS)
  for i = 2, #ARGV, 2 do
    local old, new = ARGV[i], ARGV[i + 1]
    local number, at = redis.call('HGET', said, old), redis.call('ZSCORE', said_at, old)
    redis.call('HDEL', said, old)
    redis.call('ZREM', said_at, old)
    if new ~= '' and number and at then
      redis.call('HSET', said, new, number)
      redis.call('ZADD', said_at, at, new)
    end
  end
  redis.call('PEXPIRE', said, ARGV[1])
  redis.call('PEXPIRE', said_at, ARGV[1])
`)
