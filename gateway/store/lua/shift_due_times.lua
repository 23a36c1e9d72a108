-- Shift due times after Redis' clock went back, so that items that were due or nearly due become due as before.
-- Items beyond the window are not shifted.
-- Leases shift too. A worker then finds its lease void, and the results of its work remain.
-- KEYS: the flag that a shift was made, then the due times of every lane.
-- ARGV: the shift in ms, the window in ms, the lifetime of the flag in seconds (a second shift would end
-- valid leases).
-- Returns how many items were shifted.
if not redis.call('SET', KEYS[1], 1, 'NX', 'EX', ARGV[3]) then return 0 end
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local shifted = 0
for lane = 2, #KEYS do
  local items = redis.call('ZRANGEBYSCORE', KEYS[lane], '(' .. ms, ms + ARGV[1] + ARGV[2], 'WITHSCORES')
  for i = 1, #items, 2 do
    redis.call('ZADD', KEYS[lane], items[i + 1] - ARGV[1], items[i])
  end
  shifted = shifted + #items / 2
end
return shifted
