-- Change the states of recipients, and the counts of the states.
-- A recipient is changed only from one of the permitted states.
-- KEYS: counts, then recipients of one prefix each.
-- ARGV: for each prefix the number of tokens; the tokens; for each token the new value (state and detail) and the
-- permitted states.
-- If the detail is a message hash, only a recipient with the same hash, or without a hash, is changed.
-- A new value without a detail keeps the hash. If a recipient is refused, the detail is the network's code, and the script counts the code too.
-- Returns the tokens of the changed recipients.
local changed, delta, at = {}, {}, 1
for i = 2, #KEYS do
  local n = tonumber(ARGV[at])
  local states, writes = redis.call('HMGET', KEYS[i], unpack(ARGV, at + 1, at + n)), {}
  for j = 1, n do
    local old, value, from = states[j], ARGV[at + n + j * 2 - 1], ARGV[at + n + j * 2]
    local fits = old and from:find(old:sub(1, 1), 1, true)
    if fits and (#old == 1 or #value == 1 or old:sub(2) == value:sub(2)) then
      if #value == 1 and old:sub(1, 1) ~= 'r' then value = value .. old:sub(2) end
      local was, is = old:sub(1, 1), value:sub(1, 1)
      writes[#writes + 1], writes[#writes + 2] = ARGV[at + j], value
      delta[was], changed[#changed + 1] = (delta[was] or 0) - 1, ARGV[at + j]
      delta[is] = (delta[is] or 0) + 1
      if was == 'r' and #old > 1 then delta[old] = (delta[old] or 0) - 1 end
      if is == 'r' and #value > 1 then delta[value] = (delta[value] or 0) + 1 end
    end
  end
  if #writes > 0 then redis.call('HSET', KEYS[i], unpack(writes)) end
  at = at + n * 3 + 1
end
for state, by in pairs(delta) do
  if by ~= 0 then redis.call('HINCRBY', KEYS[1], state, by) end
end
return changed
