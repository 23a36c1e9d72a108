-- All that a turn needs, in one round trip.
-- KEYS: subscriber bucket, set of this caller's referral codes, outings, then plain keys.  ARGV: subscriber token, tag of
-- her outing. Returns time in seconds, subscription, referrals, outing, then the plain values.
local referrals = {}
for _, code in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  local sealed = redis.call('GET', 'ref:' .. code)
  if sealed then referrals[#referrals + 1] = sealed end
end
local got = redis.call('MGET', unpack(KEYS, 4))
table.insert(got, 1, redis.call('HGET', KEYS[3], ARGV[2]))
table.insert(got, 1, referrals)
table.insert(got, 1, redis.call('HGET', KEYS[1], ARGV[1]))
table.insert(got, 1, redis.call('TIME')[1])
return got
