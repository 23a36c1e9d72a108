-- Pause every lane after a request that the network did not take. Each pause is twice the pause before it.
-- Requests that failed together count as one failure.
-- KEYS: the count of failures, the pause of the lane that failed, the pause of every lane.
-- ARGV: the lifetime of the count in seconds; for every lane its first and its longest pause, in ms.
-- Returns the number of failures in a row; 0 where another request had reported this failure.
if redis.call('GET', KEYS[2]) == 'paused' then return 0 end
local failures = redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[1])
for i = 3, #KEYS do
  local first, longest = tonumber(ARGV[i * 2 - 4]), tonumber(ARGV[i * 2 - 3])
  local pause = math.min(longest, first * 2 ^ math.min(failures - 1, 20))
  redis.call('SET', KEYS[i], 'paused', 'PX', string.format('%.0f', pause))
end
return failures
