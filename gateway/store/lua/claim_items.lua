-- Claim what is due in a lane for the length of a lease, by Redis' clock.
-- Several texts (`msg:`) are claimed at once, before other work that has not waited too long.
-- Other work is claimed alone, because it may fill the lease.
-- SOS wait less and are claimed together, because one text to a responder covers several.
-- While the lane pauses no item that sends is claimed, and more items are searched for those that do not send.
-- KEYS: due, claims, the lane's pause.
-- ARGV: lease in ms, how many items.
-- Returns item, number of claims, end of the lease; repeated.
local LONG, HELP, TOGETHER, rests = 1000, 200, 200, redis.call('EXISTS', KEYS[3]) == 1
local LOOK = rests and 1000 or 256
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ms, 'WITHSCORES', 'LIMIT', 0, LOOK)
local chosen, other = {}, nil
for i = 1, #due, 2 do
  local text = due[i]:sub(1, 4) == 'msg:'
  if rests and (text or due[i]:sub(1, 3) == 'bc:') then
    -- its time comes
  elseif not text then
    other = other or { due[i], tonumber(due[i + 1]) }
  elseif #chosen < tonumber(ARGV[2]) then
    chosen[#chosen + 1] = due[i]
  end
end
local help = other and other[1]:sub(1, 4) == 'sos:'
if other and (#chosen == 0 or other[2] < ms - (help and HELP or LONG)) then
  chosen = { other[1] }
  if help then
    for _, item in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ms, 'LIMIT', 0, 4 * TOGETHER)) do
      if item:sub(1, 4) == 'sos:' and item ~= other[1] and #chosen < TOGETHER then chosen[#chosen + 1] = item end
    end
  end
end
local out = {}
for _, item in ipairs(chosen) do
  redis.call('ZADD', KEYS[1], ms + ARGV[1], item)
  out[#out + 1] = item
  out[#out + 1] = redis.call('HINCRBY', KEYS[2], item, 1)
  out[#out + 1] = ms + ARGV[1]
end
return out
