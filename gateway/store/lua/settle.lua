-- Move recipients from one state to another, counts with them; a state that may not be left stays.
-- KEYS: counts, then one recipients key each.  ARGV: triples of token, new value (state and details), states that may be left.
-- With details, only a recipient who has the same details, or none yet, moves. Returns 1 or 0 for each.
local moved, delta = {}, {}
for i = 2, #KEYS do
  local at = (i - 2) * 3 + 1
  local token, value, from = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local old = redis.call('HGET', KEYS[i], token)
  local ok = old and from:find(old:sub(1, 1), 1, true) and (#old == 1 or #value == 1 or old:sub(2) == value:sub(2))
  moved[i - 1] = ok and 1 or 0
  if ok then
    if #value == 1 then value = value .. old:sub(2) end
    redis.call('HSET', KEYS[i], token, value)
    local was, is = old:sub(1, 1), value:sub(1, 1)
    delta[was] = (delta[was] or 0) - 1
    delta[is] = (delta[is] or 0) + 1
  end
end
for state, by in pairs(delta) do
  if by ~= 0 then redis.call('HINCRBY', KEYS[1], state, by) end
end
return moved
