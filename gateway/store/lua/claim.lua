-- Claim recipients just before a request to the network.
-- Pending recipients who still consent become claimed.
-- Recipients who left become removed, and recipients whose text preference excludes texts now become lapsed.
-- KEYS: counts, then recipients of one prefix each.
-- ARGV: the broadcast's end in Unix seconds; the excluded text preferences as digits (bits 3 and 4 of a packed
-- subscription's second byte); for each prefix the number of tokens, and the tokens.
-- Returns the claimed tokens: none once the broadcast is over, by its end or by `stop` among the counts.
if redis.call('HEXISTS', KEYS[1], 'stop') == 1 then return {} end
if tonumber(redis.call('TIME')[1]) >= tonumber(ARGV[1]) then return {} end
local out, moved, at = {}, { c = 0, v = 0, l = 0 }, 3
for i = 2, #KEYS do
  local n = tonumber(ARGV[at])
  local states, moves = redis.call('HMGET', KEYS[i], unpack(ARGV, at + 1, at + n)), {}
  for j = 1, n do
    if states[j] == 'p' then
      local token = ARGV[at + j]
      local bucket = token:byte(1) * 64 + math.floor(token:byte(2) / 4)
      local kept, to = redis.call('HGET', 'sub:' .. bucket, token), 'c'
      if not kept then
        to = 'v'
      elseif ARGV[2]:find(math.floor(kept:byte(2) / 8) % 4, 1, true) then
        to = 'l'
      else
        out[#out + 1] = token
      end
      moves[#moves + 1], moves[#moves + 2] = token, to
      moved[to] = moved[to] + 1
    end
  end
  if #moves > 0 then redis.call('HSET', KEYS[i], unpack(moves)) end
  at = at + n + 1
end
for to, n in pairs(moved) do
  if n > 0 then
    redis.call('HINCRBY', KEYS[1], 'p', -n)
    redis.call('HINCRBY', KEYS[1], to, n)
  end
end
return out
