-- Change recipients from one state to another, and the counts with them.
-- A recipient in a state that may not be left is not changed.
-- KEYS: counts, then recipients of one prefix each.
-- ARGV: for each prefix the number of tokens; the tokens; for each token the new value (state and detail) and the
-- states that may be left.
-- With a message hash as detail, only a recipient with the same hash, or with none yet, is changed.
-- The detail of a refused recipient is the network's code, which is counted too.
-- Returns the tokens that were changed.
local out, delta, at = {}, {}, 1
for i = 2, #KEYS do
  local n = tonumber(ARGV[at])
  local states, moves = redis.call('HMGET', KEYS[i], unpack(ARGV, at + 1, at + n)), {}
  for j = 1, n do
    local old, value, from = states[j], ARGV[at + n + j * 2 - 1], ARGV[at + n + j * 2]
    local fits = old and from:find(old:sub(1, 1), 1, true)
    if fits and (#old == 1 or #value == 1 or old:sub(2) == value:sub(2)) then
      if #value == 1 then value = value .. old:sub(2) end
      local was, is = old:sub(1, 1), value:sub(1, 1)
      moves[#moves + 1], moves[#moves + 2] = ARGV[at + j], value
      delta[was], out[#out + 1] = (delta[was] or 0) - 1, ARGV[at + j]
      delta[is] = (delta[is] or 0) + 1
      if is == 'r' and #value > 1 then delta[value] = (delta[value] or 0) + 1 end
    end
  end
  if #moves > 0 then redis.call('HSET', KEYS[i], unpack(moves)) end
  at = at + n * 3 + 1
end
for state, by in pairs(delta) do
  if by ~= 0 then redis.call('HINCRBY', KEYS[1], state, by) end
end
return out
