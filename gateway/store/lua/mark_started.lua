-- Mark an item as started before a step that must not happen twice.
-- It is free if nobody marked it, or if this worker did, under this lease or an earlier one whose reply was lost.
-- KEYS: starts.
-- ARGV: item, end of the lease, end of the earlier lease.
-- Returns 1 if it was free.
local by = redis.call('HGET', KEYS[1], ARGV[1])
if by and by ~= ARGV[2] and by ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
