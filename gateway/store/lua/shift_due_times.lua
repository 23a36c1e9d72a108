-- Redis' clock went back: what was due, or was to be soon, comes due as if it had not. What was to come later is left
-- to its hour. Leases move with it: who holds one finds it void, and what was done under it stands.
-- KEYS: mark that it was done, due of every lane.  ARGV: by how much in ms, how soon in ms, seconds for which it is not
-- done again (a second time would end leases that hold). Returns how many items moved.
if not redis.call('SET', KEYS[1], 1, 'NX', 'EX', ARGV[3]) then return 0 end
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local moved = 0
for lane = 2, #KEYS do
  local items = redis.call('ZRANGEBYSCORE', KEYS[lane], '(' .. ms, ms + ARGV[1] + ARGV[2], 'WITHSCORES')
  for i = 1, #items, 2 do
    redis.call('ZADD', KEYS[lane], items[i + 1] - ARGV[1], items[i])
  end
  moved = moved + #items / 2
end
return moved
