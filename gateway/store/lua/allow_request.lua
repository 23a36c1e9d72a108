-- Check whether a request of this lane may be sent.
-- After a failure one worker probes the network, and the other workers wait for the result.
-- KEYS: the lane's pause, the count of failures.
-- ARGV: how long the other workers wait, in ms.
-- Returns the rest of the lane's pause in ms (0: the request may be sent), and 1 if there was a failure.
local left = redis.call('PTTL', KEYS[1])
local has_failed = redis.call('EXISTS', KEYS[2])
if left > 0 then return { left, 1 } end
if has_failed == 1 then redis.call('SET', KEYS[1], 'probing', 'PX', ARGV[1]) end
return { 0, has_failed }
