-- The next prefixes of a broadcast that are not done. They come onto its list a portion at a time: sixteen thousand at
-- once would hold up everybody else.
-- KEYS: list, counts ('all' prefixes there are, 'open' of them stand or stood on the list, which is kept until 'keep').
-- ARGV: how many, the portion, the lowest score of what was put off. Returns prefix, score ...
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
