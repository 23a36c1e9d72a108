-- Pause a lane for at least this long; a longer pause stays as it is.
-- KEYS: the lane's pause.
-- ARGV: how long, in ms.
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], 'yielding', 'PX', ARGV[1]) end
