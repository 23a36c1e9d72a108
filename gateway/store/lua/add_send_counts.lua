-- Count the results of texts.
-- This script is guarded by the access state, so that nothing is written after a wipe.
-- KEYS: the counts.
-- ARGV: field and count, repeated.
for i = 1, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
