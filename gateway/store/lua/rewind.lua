-- Redis' clock went back: what was due, or was to be soon, comes due as if it had not. What was to come later is left
-- to its hour. Leases move with it: who holds one finds it void, and what she did stands.
-- KEYS: due.  ARGV: by how much in ms, how soon in ms. Returns how many items moved.
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local items = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ms, ms + ARGV[1] + ARGV[2], 'WITHSCORES')
for i = 1, #items, 2 do
  redis.call('ZADD', KEYS[1], items[i + 1] - ARGV[1], items[i])
end
return #items / 2
