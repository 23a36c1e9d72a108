-- Claim what is due in a lane for the length of a lease, by Redis' clock. Texts (`msg:`) several at once, and before
-- other work, unless that has waited for so long; other work alone: it may fill the lease. But calls for help wait less,
-- and come together: one text to a responder tells of many.
-- While the lane rests nothing that sends is taken, and more is looked through for what does not.
-- KEYS: due, takes, the lane's rest.  ARGV: lease in ms, how many. Returns item, how often it was taken, lease's end ...
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
