-- Just before a provider call: pending recipients who still consent become claimed, who left becomes removed.
-- KEYS: counts, then one recipients key each.  ARGV: tokens. Returns 1 for each that may be sent to now.
local out, claimed, removed = {}, 0, 0
for i = 2, #KEYS do
  local token = ARGV[i - 1]
  local state = redis.call('HGET', KEYS[i], token)
  out[i - 1] = 0
  if state == 'p' then
    local bucket = token:byte(1) * 64 + math.floor(token:byte(2) / 4)
    if redis.call('HEXISTS', 'sub:' .. bucket, token) == 1 then
      redis.call('HSET', KEYS[i], token, 'c')
      claimed = claimed + 1
      out[i - 1] = 1
    else
      redis.call('HSET', KEYS[i], token, 'v')
      removed = removed + 1
    end
  end
end
if claimed + removed > 0 then redis.call('HINCRBY', KEYS[1], 'p', -claimed - removed) end
if claimed > 0 then redis.call('HINCRBY', KEYS[1], 'c', claimed) end
if removed > 0 then redis.call('HINCRBY', KEYS[1], 'v', removed) end
return out
