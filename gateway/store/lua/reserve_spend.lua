-- Count the cost of a request to a network, unless it would pass the day's limit.
-- KEYS: the day's sum.
-- ARGV: cost, limit ('' for none), lifetime in seconds.
-- Returns the new sum, or -1 if the cost was not counted.
local sum = tonumber(redis.call('GET', KEYS[1]) or 0) + ARGV[1]
if ARGV[2] ~= '' and sum > tonumber(ARGV[2]) then return -1 end
redis.call('SET', KEYS[1], string.format('%.0f', sum))
expire_in(KEYS[1], ARGV[3])
return sum
