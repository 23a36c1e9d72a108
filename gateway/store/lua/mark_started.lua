-- The word before what must not happen twice: free where nobody said it, or only we did, under this lease or an earlier
-- one of ours whose answer never came.
-- KEYS: begun.  ARGV: item, lease's end, the earlier lease's end. Returns 1 if free.
local by = redis.call('HGET', KEYS[1], ARGV[1])
if by and by ~= ARGV[2] and by ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
