-- Limit the bulk texts to one phone in a day. A repeated request for the same text counts once.
-- KEYS: the day's texts.
-- ARGV: the text, the limit, the day in seconds.
-- Returns 0, or the time that the text must wait, in ms.
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 0 end
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return math.max(1, redis.call('PTTL', KEYS[1])) end
redis.call('SADD', KEYS[1], ARGV[1])
if redis.call('SCARD', KEYS[1]) == 1 then expire_in(KEYS[1], ARGV[3]) end
return 0
