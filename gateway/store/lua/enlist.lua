-- Write people into a broadcast, each once; returns what is known of each (its packed subscription, or nothing).
-- KEYS: recipients, counts.  ARGV: state for new ones, keep until (Unix seconds), tokens ...
local out, new = {}, 0
for i = 3, #ARGV do
  local token = ARGV[i]
  new = new + redis.call('HSETNX', KEYS[1], token, ARGV[1])
  local bucket = token:byte(1) * 64 + math.floor(token:byte(2) / 4)
  out[i - 2] = redis.call('HGET', 'sub:' .. bucket, token)
end
if new > 0 then
  redis.call('HINCRBY', KEYS[2], ARGV[1], new)
  redis.call('EXPIREAT', KEYS[1], ARGV[2])
  redis.call('EXPIREAT', KEYS[2], ARGV[2])
end
return out
