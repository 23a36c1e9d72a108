-- This text precedes every script. Expiries are rounded here, and nowhere else.
-- An exact expiry would show the second of a dial, which the network knows, and would join all records of one commit.
-- Times are Unix seconds.
local STEPS = { 86400, 3600, 300, 60, 10 }
local function round_up(value, step) return string.format('%.0f', math.ceil(value / step) * step) end
local function now_ms()
  local now = redis.call('TIME')
  return now[1] * 1000 + math.floor(now[2] / 1000)
end
-- Return the step for a lifetime: a sixth of it at most.
local function step_of(seconds)
  for _, step in ipairs(STEPS) do
    if seconds >= 6 * step then return step end
  end
  return 1
end
-- Round an end up: nothing ends before it.
local function boundary(ends) return round_up(ends, step_of(ends - now_ms() / 1000)) end
-- Return the boundary before the end of a lifetime that begins now.
local function end_of(seconds)
  local step = step_of(tonumber(seconds))
  return string.format('%.0f', math.floor((now_ms() / 1000 + seconds) / step) * step)
end
local function expire_in(key, seconds) redis.call('EXPIREAT', key, end_of(seconds)) end
local function expire_at(key, ends) redis.call('EXPIREAT', key, boundary(tonumber(ends))) end
