-- Pause every lane after a request that the network did not take, twice as long each time.
-- Requests that failed together count as one failure.
-- KEYS: the count of failures, the pause of the lane that failed, the pause of every lane.
-- ARGV: the lifetime of the count in seconds; for every lane its first and its longest pause, in ms.
-- Returns how many failures there were in a row; 0 where this failure was known.
if redis.call('GET', KEYS[2]) == 'rests' then return 0 end
local times = redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[1])
for i = 3, #KEYS do
  local first, longest = tonumber(ARGV[i * 2 - 4]), tonumber(ARGV[i * 2 - 3])
  local pause = math.min(longest, first * 2 ^ math.min(times - 1, 20))
  redis.call('SET', KEYS[i], 'rests', 'PX', string.format('%.0f', pause))
end
return times
