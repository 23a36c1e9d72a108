-- Return the next prefixes of a broadcast that are not done.
-- Prefixes are listed in portions, because 16,384 at once would block Redis for everybody else.
-- KEYS: the list; the counts (`all` prefixes exist, `open` of them were listed, the list is kept until `keep`).
-- ARGV: how many, the portion, the lowest score of a prefix that was put off.
-- Returns prefix and score, repeated.
if redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. ARGV[3]) < tonumber(ARGV[1]) then
  local all, open, keep = unpack(redis.call('HMGET', KEYS[2], 'all', 'open', 'keep'))
  if all and tonumber(open) < tonumber(all) then
    local to, rows = math.min(all, open + math.max(ARGV[1], ARGV[2])), {}
    for prefix = open, to - 1 do
      rows[#rows + 1], rows[#rows + 2] = string.format('%.0f', prefix), string.format('%.0f', prefix)
    end
    redis.call('ZADD', KEYS[1], 'NX', unpack(rows))
    redis.call('EXPIREAT', KEYS[1], keep)
    redis.call('HSET', KEYS[2], 'open', string.format('%.0f', to))
  end
end
return redis.call('ZRANGE', KEYS[1], 0, ARGV[1] - 1, 'WITHSCORES')
