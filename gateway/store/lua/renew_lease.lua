-- Extend a lease that is valid.
-- KEYS: due.
-- ARGV: item, end of the lease, lease in ms.
-- Returns the new end, or 0 where the lease has passed to another worker.
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(score) ~= tonumber(ARGV[2]) then return 0 end
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[3]
redis.call('ZADD', KEYS[1], ms, ARGV[1])
return ms
