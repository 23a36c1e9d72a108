-- Claim recipients just before a request to the network.
-- Pending recipients with a subscription become claimed.
-- Recipients who left become removed. Recipients whose text preference excludes texts now, and those whose texts rest
-- because a network said that they opted out, become lapsed.
-- KEYS: counts, then recipients of one prefix each.
-- ARGV: the broadcast's end in Unix seconds; the excluded text preferences as digits (bits 3 and 4 of a packed
-- subscription's second byte); for each prefix the number of tokens, and the tokens.
-- Returns the claimed tokens. After the broadcast's end, or with `stop` among the counts, no recipient is claimed.
if redis.call('HEXISTS', KEYS[1], 'stop') == 1 then return {} end
if tonumber(redis.call('TIME')[1]) >= tonumber(ARGV[1]) then return {} end
local claimed, changed, at = {}, { c = 0, v = 0, l = 0 }, 3
for i = 2, #KEYS do
  local n = tonumber(ARGV[at])
  local states, writes = redis.call('HMGET', KEYS[i], unpack(ARGV, at + 1, at + n)), {}
  for j = 1, n do
    if states[j] == 'p' then
      local token = ARGV[at + j]
      local bucket = token:byte(1) * 64 + math.floor(token:byte(2) / 4)
      local packed, to = redis.call('HGET', 'sub:' .. bucket, token), 'c'
      if not packed then
        to = 'v'
      elseif ARGV[2]:find(math.floor((packed:byte(2) or 0) / 8) % 4, 1, true) or redis.call('EXISTS', 'muted:' .. token) == 1 then
        to = 'l'
      else
        claimed[#claimed + 1] = token
      end
      writes[#writes + 1], writes[#writes + 2] = token, to
      changed[to] = changed[to] + 1
    end
  end
  if #writes > 0 then redis.call('HSET', KEYS[i], unpack(writes)) end
  at = at + n + 1
end
for to, n in pairs(changed) do
  if n > 0 then
    redis.call('HINCRBY', KEYS[1], 'p', -n)
    redis.call('HINCRBY', KEYS[1], to, n)
  end
end
return claimed
