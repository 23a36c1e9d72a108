-- This text precedes every script. Expiries and distant due times are rounded here, and nowhere else.
-- An exact expiry would show the second of a dial, which the network knows, and would join all records of one commit.
-- Times are Unix seconds; due times are Unix milliseconds.
local STEPS = { 86400, 3600, 300, 60, 10 }
local DISTANT_MS, URGENT_STEP_MS, STEP_MS = 7200000, 60000, 600000
local function round_up(value, step) return string.format('%.0f', math.ceil(value / step) * step) end
local function now_ms()
  local now = redis.call('TIME')
  return now[1] * 1000 + math.floor(now[2] / 1000)
end
-- Round an end up to a boundary. The lifetime is at least twice the step.
local function boundary(ends)
  local left = ends - now_ms() / 1000
  for _, step in ipairs(STEPS) do
    if left >= 2 * step then return round_up(ends, step) end
  end
  return round_up(ends, 1)
end
local function end_of(seconds) return boundary(now_ms() / 1000 + seconds) end
local function expire_in(key, seconds) redis.call('EXPIREAT', key, end_of(seconds)) end
local function expire_at(key, ends) redis.call('EXPIREAT', key, boundary(tonumber(ends))) end
-- Round a due time up if it is far away: by a minute at most for urgent work, by ten minutes for other work.
local function due_time(key, due_ms)
  if due_ms - now_ms() < DISTANT_MS then return string.format('%.0f', due_ms) end
  return round_up(due_ms, key == 'due:alerts' and URGENT_STEP_MS or STEP_MS)
end
