-- Reserve time in a queue with a steady rate, by Redis' clock.
-- KEYS: the queue.
-- ARGV: the time to reserve, in ms.
-- Returns the time to wait, in ms.
local ms = now_ms()
local free = math.max(ms, tonumber(redis.call('GET', KEYS[1]) or 0))
local ends = free + ARGV[1]
redis.call('SET', KEYS[1], string.format('%.0f', ends), 'PX', string.format('%.0f', ends - ms + 1000))
return free - ms
