-- This text precedes every script that expires records. Expiries are rounded here, and nowhere else.
-- An exact expiry would show the second of a dial, which the network knows, and would join all records of one commit.
-- Times are Unix seconds.
-- Return the step for a lifetime: a sixth of it at most.
local function step_of(s)
  return s >= 518400 and 86400 or s >= 21600 and 3600 or s >= 1800 and 300 or s >= 360 and 60 or s >= 60 and 10 or 1
end
-- Round an end up: nothing ends before it.
local function boundary(ends)
  local step = step_of(ends - redis.call('TIME')[1])
  return math.ceil(ends / step) * step
end
-- Return the boundary before the end of a lifetime that begins now.
local function end_of(seconds)
  local step = step_of(tonumber(seconds))
  return math.floor((redis.call('TIME')[1] + seconds) / step) * step
end
local function expire_in(key, seconds) redis.call('EXPIREAT', key, end_of(seconds)) end
local function expire_at(key, ends) redis.call('EXPIREAT', key, boundary(ends)) end
