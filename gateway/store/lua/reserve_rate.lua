-- Reserve time in a queue with a steady rate, by Redis' clock.
-- KEYS: the queue.
-- ARGV: the time to reserve, in ms.
-- Returns the time to wait, in ms.
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local free = math.max(ms, tonumber(redis.call('GET', KEYS[1]) or 0))
local ends = free + ARGV[1]
redis.call('SET', KEYS[1], string.format('%.0f', ends), 'PX', string.format('%.0f', ends - ms + 1000))
return free - ms
