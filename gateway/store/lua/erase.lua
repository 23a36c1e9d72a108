-- Take one person out of broadcasts; the counts keep that somebody was removed.
-- KEYS: counts and recipients of each broadcast.  ARGV: token.
for i = 1, #KEYS, 2 do
  local old = redis.call('HGET', KEYS[i + 1], ARGV[1])
  if old then
    redis.call('HDEL', KEYS[i + 1], ARGV[1])
    redis.call('HINCRBY', KEYS[i], old:sub(1, 1), -1)
    redis.call('HINCRBY', KEYS[i], 'v', 1)
  end
end
return 0
