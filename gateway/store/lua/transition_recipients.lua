-- Move recipients from one state to another, counts with them; a state that may not be left stays.
-- KEYS: counts, then recipients of one prefix each.  ARGV: for each prefix how many; their tokens; for each of them the
-- new value (state and mark) and the states that may be left. With a mark, only a recipient who has the same mark, or
-- none yet, moves. Who is refused has the network's code for a mark, counted too. Returns the tokens that moved.
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
