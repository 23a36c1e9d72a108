-- A lane rests for at least so long; a longer rest stays as it is.
-- KEYS: the lane's rest.  ARGV: how long, in ms.
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], 'yields', 'PX', ARGV[1]) end
