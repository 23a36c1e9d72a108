-- Finish or reschedule a claimed item, unless its lease has passed to another worker.
-- KEYS: due, claims, starts, attempts; optionally a sorted set; while that set is not empty, the item stays.
-- ARGV: item, end of the lease, delay in ms ('' when finished), 1 to keep its number of claims and its start.
-- Returns 1 if the lease was valid.
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(score) ~= tonumber(ARGV[2]) then return 0 end
if ARGV[4] ~= '1' then
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[3], ARGV[1])
end
local delay = ARGV[3]
if delay == '' and KEYS[5] and redis.call('ZCARD', KEYS[5]) > 0 then delay = '0' end
if delay == '' then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[4], ARGV[1])
else
  local now = redis.call('TIME')
  redis.call('ZADD', KEYS[1], now[1] * 1000 + math.floor(now[2] / 1000) + delay, ARGV[1])
end
return 1
