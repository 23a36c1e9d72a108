-- Just before a provider call: pending recipients who still consent become claimed, who left becomes removed.
-- KEYS: counts, then recipients of one prefix each.  ARGV: until (Unix seconds), then for each prefix how many, and
-- their tokens. Returns the tokens that may be sent to now; nobody once the warning is over: its hour has passed, or
-- `stop` stands among the counts.
if redis.call('HEXISTS', KEYS[1], 'stop') == 1 then return {} end
if tonumber(redis.call('TIME')[1]) >= tonumber(ARGV[1]) then return {} end
local out, claimed, removed, at = {}, 0, 0, 2
for i = 2, #KEYS do
  local n = tonumber(ARGV[at])
  local states, moves = redis.call('HMGET', KEYS[i], unpack(ARGV, at + 1, at + n)), {}
  for j = 1, n do
    if states[j] == 'p' then
      local token = ARGV[at + j]
      local bucket = token:byte(1) * 64 + math.floor(token:byte(2) / 4)
      moves[#moves + 1] = token
      if redis.call('HEXISTS', 'sub:' .. bucket, token) == 1 then
        moves[#moves + 1] = 'c'
        out[#out + 1] = token
        claimed = claimed + 1
      else
        moves[#moves + 1] = 'v'
        removed = removed + 1
      end
    end
  end
  if #moves > 0 then redis.call('HSET', KEYS[i], unpack(moves)) end
  at = at + n + 1
end
if claimed + removed > 0 then redis.call('HINCRBY', KEYS[1], 'p', -claimed - removed) end
if claimed > 0 then redis.call('HINCRBY', KEYS[1], 'c', claimed) end
if removed > 0 then redis.call('HINCRBY', KEYS[1], 'v', removed) end
return out
