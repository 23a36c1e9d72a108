-- May a call of this lane go out? While there is trouble, one tries and the others wait for what it finds out.
-- KEYS: the lane's rest, trouble.  ARGV: how long the others wait, in ms. Returns 0, or how long it rests yet, in ms.
local left = redis.call('PTTL', KEYS[1])
if left > 0 then return left end
if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('SET', KEYS[1], 'tries', 'PX', ARGV[1]) end
return 0
