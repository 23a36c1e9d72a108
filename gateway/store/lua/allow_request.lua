-- May a call of this lane go out? While there is trouble, one tries and the others wait for what it finds out.
-- KEYS: the lane's rest, trouble.  ARGV: how long the others wait, in ms. Returns for how long it rests yet, in ms (0:
-- it may), and whether there is trouble.
local left = redis.call('PTTL', KEYS[1])
local trouble = redis.call('EXISTS', KEYS[2])
if left > 0 then return { left, 1 } end
if trouble == 1 then redis.call('SET', KEYS[1], 'tries', 'PX', ARGV[1]) end
return { 0, trouble }
