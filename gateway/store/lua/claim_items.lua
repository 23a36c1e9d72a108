-- Claim due items of a lane for the length of a lease, by Redis' clock.
-- Several texts (`msg:`) are claimed at once, before other work that has not waited too long.
-- Other work is claimed alone, because it may fill the lease.
-- SOS items wait less and are claimed together, because one text to a responder covers several SOS.
-- While the lane pauses, no item that sends is claimed, and the script reads more items to find those that do not send.
-- KEYS: due, claims, the lane's pause.
-- ARGV: lease in ms, how many items.
-- Returns item, number of claims, end of the lease; repeated.
local MAX_WAIT_MS, MAX_SOS_WAIT_MS, MAX_SOS_ITEMS = 1000, 200, 200
local is_paused = redis.call('EXISTS', KEYS[3]) == 1
local max_read = is_paused and 1000 or 256
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local until_now = string.format('%.3f', now[1] * 1000 + now[2] / 1000)
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', until_now, 'WITHSCORES', 'LIMIT', 0, max_read)
local chosen, other = {}, nil
for i = 1, #due, 2 do
  local is_text = due[i]:sub(1, 4) == 'msg:'
  if is_paused and (is_text or due[i]:sub(1, 3) == 'bc:') then
    -- the item stays on the lane until the pause ends
  elseif not is_text then
    other = other or { due[i], tonumber(due[i + 1]) }
  elseif #chosen < tonumber(ARGV[2]) then
    chosen[#chosen + 1] = due[i]
  end
end
local is_sos = other and other[1]:sub(1, 4) == 'sos:'
if other and (#chosen == 0 or other[2] < ms - (is_sos and MAX_SOS_WAIT_MS or MAX_WAIT_MS)) then
  chosen = { other[1] }
  if is_sos then
    for _, item in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ms, 'LIMIT', 0, 4 * MAX_SOS_ITEMS)) do
      if item:sub(1, 4) == 'sos:' and item ~= other[1] and #chosen < MAX_SOS_ITEMS then chosen[#chosen + 1] = item end
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
