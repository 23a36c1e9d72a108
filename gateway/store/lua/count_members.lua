-- Return how many members each of these sorted sets has; 0 for what another program put in its place.
local counts = {}
for i, key in ipairs(KEYS) do
  local found = redis.pcall('ZCARD', key)
  counts[i] = type(found) == 'number' and found or 0
end
return counts
