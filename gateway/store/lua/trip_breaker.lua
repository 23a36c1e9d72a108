-- A call was not taken: every lane rests, for twice as long each time. Calls that left together find it out once.
-- KEYS: trouble, rest of the lane that found it out, rest of every lane.  ARGV: how long trouble is remembered, in s;
-- of every lane the first pause and the longest, in ms. Returns how often in a row, 0 where it was known.
if redis.call('GET', KEYS[2]) == 'rests' then return 0 end
local times = redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[1])
for i = 3, #KEYS do
  local first, longest = tonumber(ARGV[i * 2 - 4]), tonumber(ARGV[i * 2 - 3])
  local pause = math.min(longest, first * 2 ^ math.min(times - 1, 20))
  redis.call('SET', KEYS[i], 'rests', 'PX', string.format('%.0f', pause))
end
return times
