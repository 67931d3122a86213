/**
 * What has to happen at once in Redis? Scripts: each is one round trip, and nobody comes in between.
 *
 * All names of one call share a hash tag, and so a slot of a cluster. The time is that of the server. A lease is one
 * text, `token due fence outcome at waited since open`: who holds it and until when, the fence of what was stored last, how
 * the last flight ended and when, whether anybody waits for news, since when all this is remembered (a server that was
 * emptied has forgotten what was invalidated before), and how many ask without holding it. It lies there for as long as
 * somebody asks, or may want to know. Times in it are microseconds. What is no such text is as good as none, and so is a lease that would be held for longer than any is: nobody can block a URL by writing there.
 */
import { EPOCH_MS, HORIZON_MS, UNCACHEABLE_MS } from './lease.js';

/** So long the end of a flight can be read by those who wait for it and heard nothing. */
const NEWS_MS = 1_000;
/** The longest pause after an error that anybody asks for. */
const ERROR_MS = 5_000;

const COMMON = `
local HORIZON = ${HORIZON_MS}000
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end
local function read(name, now)
  local text = redis.pcall('GET', name)
  local state = { token = '-', due = 0, fence = 0, outcome = '-', at = 0, waited = 0, since = now, open = 0 }
  if type(text) ~= 'string' or #text > 200 then return state end
  local token, due, fence, outcome, at, waited, since, open =
    string.match(text, '^(%S+) (%d+) (%d+) (%S+) (%d+) ([01]) ?(%d*) ?(%d*)$')
  if not token or tonumber(due) > now + HORIZON or tonumber(fence) > now then return state end
  return { token = token, due = tonumber(due), fence = tonumber(fence), outcome = outcome, at = tonumber(at),
    waited = tonumber(waited), since = tonumber(since) or now, open = math.min(tonumber(open) or 0, 1000000) }
end
local function write(name, state, keep)
  local text = string.format('%s %.0f %.0f %s %.0f %d %.0f %d', state.token, state.due, state.fence, state.outcome,
    state.at, state.waited, state.since, state.open)
  return redis.pcall('SET', name, text, 'PX', keep or ${HORIZON_MS})
end
local function free(name, state, outcome, now, channel, pause)
  local keep = 0
  if state.waited == 1 then
    redis.pcall('PUBLISH', channel, outcome .. ' ' .. name)
    keep = outcome == 'uncacheable' and ${UNCACHEABLE_MS} or ${NEWS_MS}
  end
  state.keep = math.max(keep, pause or 0)
  state.token, state.due, state.waited = '-', 0, 0
  state.outcome, state.at = outcome, now
end
local LASTS = { uncacheable = ${UNCACHEABLE_MS}, error = ${ERROR_MS} }
local function settle(name, state, now)
  local keep = state.keep or (LASTS[state.outcome] or 0) - math.floor((now - state.at) / 1000)
  if state.token ~= '-' or state.open > 0 then write(name, state)
  elseif keep > 0 then write(name, state, keep)
  else redis.call('UNLINK', name) end
end
`;

/**
 * KEYS lease, then names to look for; ARGV token, ttl, wait (0, 1), pause, too late from (0: never). Answers kind, fence, and
 * the milliseconds left, or how many of the names are there.
 */
const ACQUIRE = `${COMMON}
local now = clock()
local ttl = tonumber(ARGV[2]) * 1000
local latest = tonumber(ARGV[5]) * 1000
local state = read(KEYS[1], now)
local function alone(why)
  state.open = state.open + 1
  local written = write(KEYS[1], state)
  if type(written) == 'table' and written.err then return written end
  return { why, now, 0 }
end
if ttl == 0 or (latest > 0 and now > latest) then return alone('fence') end
if state.due > now then
  if ARGV[3] == '1' and state.waited == 0 then
    state.waited = 1
    write(KEYS[1], state)
  end
  return { 'held', now, math.ceil((state.due - now) / 1000) }
end
local ago = now - state.at
if state.outcome == 'uncacheable' and ago < ${UNCACHEABLE_MS}000 then return alone('uncacheable') end
if state.outcome == 'error' and ago < tonumber(ARGV[4]) * 1000 then return alone('error') end
local present = 0
for at = 2, #KEYS do present = present + redis.call('EXISTS', KEYS[at]) end
state.token, state.due, state.waited = ARGV[1], now + ttl, 0
local written = write(KEYS[1], state)
if type(written) == 'table' and written.err then return written end
return { 'won', now, present }
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

/** KEYS lease; ARGV token, outcome, channel, pause. */
const END = `${COMMON}
local now = clock()
local state = read(KEYS[1], now)
if ARGV[1] == '' then
  state.open = math.max(0, state.open - 1)
elseif state.token == ARGV[1] then
  free(KEYS[1], state, ARGV[2], now, ARGV[3], tonumber(ARGV[4]))
else
  return 0
end
settle(KEYS[1], state, now)
return 1
`;

/**
 * KEYS lease, entry, epoch, lease of the entry, fence of the URL; ARGV token, fence (0: now), value, ttl (0: for ever),
 * epoch, channel, may begin (0, 1), is fetched under other leases too (0, 1).
 * Answers 1, 0, or the text of an epoch that somebody else has begun. An epoch begins, or is joined, only where everything
 * is remembered since the answer was asked for: else an invalidation may have come in between, and be forgotten.
 */
const COMMIT = `${COMMON}
local now, fence, ttl = clock(), tonumber(ARGV[2]), tonumber(ARGV[4])
local state = read(KEYS[1], now)
local isCross = KEYS[4] ~= KEYS[1]
local own = isCross and read(KEYS[4], now) or state
local url = ARGV[8] == '1' and read(KEYS[5], now) or nil
local owns = ARGV[1] ~= '' and state.token == ARGV[1]
local remembers = owns or fence == 0 or fence >= state.since
local ordered = fence > 1
if fence == 0 then fence = now end
local function leave(outcome)
  if owns then free(KEYS[1], state, outcome, now, ARGV[6])
  elseif ordered and ARGV[1] == '' then state.open = math.max(0, state.open - 1) end
end
local function refuse(outcome)
  leave(outcome)
  if owns or ARGV[1] == '' then settle(KEYS[1], state, now) end
  return 0
end
if own.fence > fence or (isCross and url and url.fence > fence) then return refuse('stored') end
if not owns and (ARGV[1] ~= '' or now - fence > HORIZON) then return refuse('stored') end
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
own.fence = fence
leave('stored')
if not owns and state.due <= now then free(KEYS[1], state, 'stored', now, ARGV[6]) end
settle(KEYS[1], state, now)
if isCross and (own.open > 0 or own.token ~= '-') then write(KEYS[4], own) end
if url and url.fence < fence then
  url.fence = fence
  write(KEYS[5], url)
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

/** KEYS entry, its lease, fence of the URL; ARGV channel. */
const REMOVE = `${COMMON}
local now = clock()
local count = redis.call('UNLINK', KEYS[1])
local state = read(KEYS[2], now)
state.fence = now
free(KEYS[2], state, 'released', now, ARGV[1])
if state.open > 0 then write(KEYS[2], state) else redis.call('UNLINK', KEYS[2]) end
local url = read(KEYS[3], now)
url.fence = now
write(KEYS[3], url)
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
