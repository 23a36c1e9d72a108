-- Read all records that a turn needs, in one round trip.
-- KEYS: the sorted sets of open SOS and of referrals; the set of the hashed codes of this caller's referrals; then
-- hashes; then plain keys.
-- ARGV: the prefix of referral keys, the number of hashes, then the field to read in each hash; then the keys of the
-- versions, which cannot be among KEYS, because Redis asks for the right to write each of those.
-- Returns the time in seconds and the microseconds after it, how many SOS and how many referrals there are, hashed code
-- and referral of each of this caller's referrals, the fields of the hashes, the values of the plain keys, then the versions.
local referrals = {}
for _, code in ipairs(redis.call('SMEMBERS', KEYS[3])) do
  local sealed = redis.call('GET', ARGV[1] .. code)
  if sealed then referrals[#referrals + 1], referrals[#referrals + 2] = code, sealed end
end
local hashes = tonumber(ARGV[2])
local now = redis.call('TIME')
local found = { now[1], now[2], redis.call('ZCARD', KEYS[1]), redis.call('ZCARD', KEYS[2]), referrals }
for at = 1, hashes do
  found[#found + 1] = redis.call('HGET', KEYS[3 + at], ARGV[2 + at])
end
for _, value in ipairs(redis.call('MGET', unpack(KEYS, 4 + hashes))) do
  found[#found + 1] = value
end
for _, version in ipairs(redis.call('MGET', unpack(ARGV, 3 + hashes))) do
  found[#found + 1] = version
end
return found
