-- Mark an item as started before a step that must not happen twice.
-- The item is free if no worker marked it, or if this worker marked it under this lease or under an earlier lease whose
-- reply was lost.
-- KEYS: starts.
-- ARGV: item, end of the lease, end of the earlier lease.
-- Returns 1 if the item was free.
local mark = redis.call('HGET', KEYS[1], ARGV[1])
if mark and mark ~= ARGV[2] and mark ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
