/**
 * What has to happen at once in Redis? Scripts: each is one round trip, and nobody comes in between.
 *
 * All names of one call share a hash tag, and so a slot of a cluster. The time is that of the server. A lease is one
 * text, `token due fence outcome at waited since`: who holds it and until when, the fence of what was stored last, how the
 * last flight ended and when, whether anybody waits for news, and since when all this is remembered: a server that was
 * emptied has forgotten what was invalidated before. Times in it are microseconds. What is no such text is as
 * good as none, and so is a lease that would be held for longer than any is: nobody can block a URL by writing there.
 */
import { EPOCH_MS, HORIZON_MS, UNCACHEABLE_MS } from './lease.js';

const COMMON = `
local HORIZON = ${HORIZON_MS}000
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end
local function read(name, now)
  local text = redis.pcall('GET', name)
  local state = { token = '-', due = 0, fence = 0, outcome = '-', at = 0, waited = 0, since = now }
  if type(text) ~= 'string' or #text > 200 then return state end
  local token, due, fence, outcome, at, waited, since =
    string.match(text, '^(%S+) (%d+) (%d+) (%S+) (%d+) ([01]) ?(%d*)$')
  if not token or tonumber(due) > now + HORIZON or tonumber(fence) > now then return state end
  return { token = token, due = tonumber(due), fence = tonumber(fence), outcome = outcome, at = tonumber(at),
    waited = tonumber(waited), since = tonumber(since) or now }
end
local function write(name, state)
  local text = string.format('%s %.0f %.0f %s %.0f %d %.0f', state.token, state.due, state.fence, state.outcome, state.at,
    state.waited, state.since)
  return redis.pcall('SET', name, text, 'PX', ${HORIZON_MS})
end
local function free(name, state, outcome, now, channel)
  if state.waited == 1 then redis.pcall('PUBLISH', channel, outcome .. ' ' .. name) end
  state.token, state.due, state.waited = '-', 0, 0
  state.outcome, state.at = outcome, now
end
`;

/** KEYS lease; ARGV token, ttl, wait (0, 1), pause, too late from (0: never). Answers kind, fence, and milliseconds: left, or since it was stored. */
const ACQUIRE = `${COMMON}
local now = clock()
local ttl = tonumber(ARGV[2]) * 1000
local latest = tonumber(ARGV[5]) * 1000
local state = read(KEYS[1], now)
if ttl == 0 then write(KEYS[1], state) end
if ttl == 0 or (latest > 0 and now > latest) then return { 'fence', now, 0 } end
if state.due > now then
  if ARGV[3] == '1' and state.waited == 0 then
    state.waited = 1
    write(KEYS[1], state)
  end
  return { 'held', now, math.ceil((state.due - now) / 1000) }
end
local ago = now - state.at
if state.outcome == 'uncacheable' and ago < ${UNCACHEABLE_MS}000 then return { 'uncacheable', now, 0 } end
if state.outcome == 'error' and ago < tonumber(ARGV[4]) * 1000 then return { 'error', now, 0 } end
state.token, state.due, state.waited = ARGV[1], now + ttl, 0
local written = write(KEYS[1], state)
if type(written) == 'table' and written.err then return written end
return { 'won', now, state.outcome == 'stored' and math.floor(ago / 1000) or -1 }
`;

/** KEYS lease; ARGV token, ttl. */
const RENEW = `${COMMON}
local now = clock()
local state = read(KEYS[1], now)
if state.token ~= ARGV[1] then return 0 end
state.due = now + tonumber(ARGV[2]) * 1000
write(KEYS[1], state)
return 1
`;

/** KEYS lease; ARGV token, outcome, channel. */
const END = `${COMMON}
local now = clock()
local state = read(KEYS[1], now)
if state.token ~= ARGV[1] then return 0 end
free(KEYS[1], state, ARGV[2], now, ARGV[3])
write(KEYS[1], state)
return 1
`;

/**
 * KEYS lease, entry, epoch, fence; ARGV token, fence (0: now), value, ttl (0: for ever), epoch, channel, may begin (0, 1).
 * Answers 1, 0, or the text of an epoch that somebody else has begun. An epoch begins, or is joined, only where everything
 * is remembered since the answer was asked for: else an invalidation may have come in between, and be forgotten.
 */
const COMMIT = `${COMMON}
local now, fence, ttl = clock(), tonumber(ARGV[2]), tonumber(ARGV[4])
local state = read(KEYS[1], now)
local fenced = KEYS[4] == KEYS[1] and state or read(KEYS[4], now)
local owns = ARGV[1] ~= '' and state.token == ARGV[1]
local remembers = owns or fence >= state.since
if fence == 0 then fence = now end
local function refuse(outcome)
  if owns then
    free(KEYS[1], state, outcome, now, ARGV[6])
    write(KEYS[1], state)
  end
  return 0
end
if fenced.fence > fence then return refuse('stored') end
if not owns and (ARGV[1] ~= '' or now - fence > HORIZON) then return 0 end
local current = redis.pcall('GET', KEYS[3])
if type(current) == 'string' and current ~= ARGV[5] then
  local begun = '"epoch":"n'
  if remembers and string.find(current, begun, 1, true) and string.find(ARGV[5], begun, 1, true) then return current end
  return refuse('released')
end
if type(current) ~= 'string' and (ARGV[7] == '0' or not remembers) then return refuse('released') end
local epochTtl = ttl == 0 and 0 or math.max(ttl + 1000, ${EPOCH_MS})
if type(current) ~= 'string' then
  if epochTtl == 0 then redis.call('SET', KEYS[3], ARGV[5]) else redis.call('SET', KEYS[3], ARGV[5], 'PX', epochTtl) end
else
  local left = redis.call('PTTL', KEYS[3])
  if left >= 0 and epochTtl == 0 then redis.call('PERSIST', KEYS[3])
  elseif left >= 0 and left < epochTtl then redis.call('PEXPIRE', KEYS[3], epochTtl) end
end
if ttl == 0 then redis.call('SET', KEYS[2], ARGV[3]) else redis.call('SET', KEYS[2], ARGV[3], 'PX', ttl) end
fenced.fence = fence
if owns or state.due <= now then free(KEYS[1], state, 'stored', now, ARGV[6]) end
write(KEYS[1], state)
if fenced ~= state then
  fenced.outcome, fenced.at = 'stored', now
  write(KEYS[4], fenced)
end
return 1
`;

/** KEYS epoch, then whatever is to go with it; ARGV epoch. Answers 1, or 0 where there was no room for the epoch. */
const RAISE = `
local left = redis.call('PTTL', KEYS[1])
local set
if left == -1 then set = redis.pcall('SET', KEYS[1], ARGV[1])
else set = redis.pcall('SET', KEYS[1], ARGV[1], 'PX', math.max(left, ${EPOCH_MS})) end
local raised = type(set) == 'table' and set.ok and 1 or 0
if raised == 0 then redis.call('UNLINK', KEYS[1]) end
for at = 2, #KEYS do redis.call('UNLINK', KEYS[at]) end
return raised
`;

/** KEYS entry, fence; ARGV channel. */
const REMOVE = `${COMMON}
local now = clock()
local count = redis.call('UNLINK', KEYS[1])
local state = read(KEYS[2], now)
state.fence = now
free(KEYS[2], state, 'released', now, ARGV[1])
write(KEYS[2], state)
return count
`;

export const SCRIPTS = {
  acquire: ACQUIRE,
  renew: RENEW,
  end: END,
  commit: COMMIT,
  raise: RAISE,
  remove: REMOVE,
} as const;
