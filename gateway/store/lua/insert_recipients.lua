-- Add people of one prefix to a broadcast, each once, and only with their present consent.
-- KEYS: counts, recipients.
-- ARGV: the state of new recipients, the end of retention in Unix seconds, then tokens.
-- Returns the packed subscription of each.
local out, new = {}, {}
local states = redis.call('HMGET', KEYS[2], unpack(ARGV, 3))
for i = 3, #ARGV do
  local token = ARGV[i]
  local bucket = token:byte(1) * 64 + math.floor(token:byte(2) / 4)
  local kept = redis.call('HGET', 'sub:' .. bucket, token)
  if kept and not states[i - 2] then new[#new + 1], new[#new + 2] = token, ARGV[1] end
  out[i - 2] = kept
end
if #new > 0 then
  redis.call('HSET', KEYS[2], unpack(new))
  redis.call('HINCRBY', KEYS[1], ARGV[1], #new / 2)
  redis.call('EXPIREAT', KEYS[1], ARGV[2])
  redis.call('EXPIREAT', KEYS[2], ARGV[2])
end
return out
