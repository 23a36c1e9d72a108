-- Add tokens of one prefix to a broadcast: each token once, and only while it has a subscription.
-- KEYS: counts, recipients.
-- ARGV: the state of new recipients, the end of retention in Unix seconds, then tokens.
-- Returns the packed subscription of each token.
local subscriptions, new = {}, {}
local states = redis.call('HMGET', KEYS[2], unpack(ARGV, 3))
for i = 3, #ARGV do
  local token = ARGV[i]
  local bucket = token:byte(1) * 64 + math.floor(token:byte(2) / 4)
  local packed = redis.call('HGET', 'sub:' .. bucket, token)
  if packed and not states[i - 2] then new[#new + 1], new[#new + 2] = token, ARGV[1] end
  subscriptions[i - 2] = packed
end
if #new > 0 then
  redis.call('HSET', KEYS[2], unpack(new))
  redis.call('HINCRBY', KEYS[1], ARGV[1], #new / 2)
  expire_at(KEYS[1], ARGV[2])
  expire_at(KEYS[2], ARGV[2])
end
return subscriptions
