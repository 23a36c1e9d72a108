-- Delete one recipient from broadcasts.
-- A pending or claimed recipient counts as removed. A recipient in another state stays in the counts.
-- KEYS: counts and recipients of each broadcast.
-- ARGV: the token.
for i = 1, #KEYS, 2 do
  local old = redis.call('HGET', KEYS[i + 1], ARGV[1])
  if old then
    redis.call('HDEL', KEYS[i + 1], ARGV[1])
    local was = old:sub(1, 1)
    if was == 'p' or was == 'c' then
      redis.call('HINCRBY', KEYS[i], was, -1)
      redis.call('HINCRBY', KEYS[i], 'v', 1)
    end
  end
end
return 0
