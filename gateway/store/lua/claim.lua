-- Just before a provider call: pending recipients who still consent become claimed, who left becomes removed, and who
-- chose to have no texts now becomes lapsed.
-- KEYS: counts, then recipients of one prefix each.  ARGV: until (Unix seconds); the choices (`Texts`, bits 3 and 4 of
-- a packed subscription's second byte) that close now, as digits; for each prefix how many, and their tokens.
-- Returns the tokens that may be sent to now; nobody once the warning is over: its hour has passed, or `stop` stands
-- among the counts.
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
