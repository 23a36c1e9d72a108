-- Return the next prefixes of a broadcast that are not finished.
-- Prefixes are listed in portions, because listing 16,384 at once would block all other clients of Redis.
-- KEYS: the list; the counts (`all`: how many prefixes exist; `open`: how many were listed; `keep`: when the list
-- expires).
-- ARGV: how many to return, the portion, the lowest score of a postponed prefix.
-- Returns prefix and score, repeated.
if redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. ARGV[3]) < tonumber(ARGV[1]) then
  local all, open, keep = unpack(redis.call('HMGET', KEYS[2], 'all', 'open', 'keep'))
  if all and tonumber(open) < tonumber(all) then
    local to, rows = math.min(all, open + math.max(ARGV[1], ARGV[2])), {}
    for prefix = open, to - 1 do
      rows[#rows + 1], rows[#rows + 2] = string.format('%.0f', prefix), string.format('%.0f', prefix)
    end
    redis.call('ZADD', KEYS[1], 'NX', unpack(rows))
    expire_at(KEYS[1], keep)
    redis.call('HSET', KEYS[2], 'open', string.format('%.0f', to))
  end
end
return redis.call('ZRANGE', KEYS[1], 0, ARGV[1] - 1, 'WITHSCORES')
