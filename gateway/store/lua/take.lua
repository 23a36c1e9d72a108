-- Claim what is due in a lane for the length of a lease, by Redis' clock.
-- Several texts (`msg:`) at once, but anything else alone: it may fill the lease.
-- KEYS: due, takes.  ARGV: lease in ms, how many. Returns item, how often it was taken, lease's end ...
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local out = {}
for _, item in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ms, 'LIMIT', 0, ARGV[2])) do
  local text = item:sub(1, 4) == 'msg:'
  if not text and #out > 0 then break end
  redis.call('ZADD', KEYS[1], ms + ARGV[1], item)
  out[#out + 1] = item
  out[#out + 1] = redis.call('HINCRBY', KEYS[2], item, 1)
  out[#out + 1] = ms + ARGV[1]
  if not text then break end
end
return out
