-- Say whether a request of this lane may be sent.
-- After a failure one caller of this script probes the network, and the other callers wait for the result.
-- KEYS: the lane's pause, the count of failures.
-- ARGV: how long the other callers wait, in ms.
-- Returns for how long the lane pauses, in ms (0: the request may be sent), and whether there was a failure.
local left = redis.call('PTTL', KEYS[1])
local trouble = redis.call('EXISTS', KEYS[2])
if left > 0 then return { left, 1 } end
if trouble == 1 then redis.call('SET', KEYS[1], 'tries', 'PX', ARGV[1]) end
return { 0, trouble }
