-- The network called the number of a subscriber, of somebody's contact or of a member dead: one strike a day, those of
-- the last days kept.
-- KEYS: subscriber bucket, strikes, who named this phone a contact, members.  ARGV: token, day, how many days count, token
-- of the member. Returns on how many days it was called so; 0 for who is none of them.
local known = redis.call('HEXISTS', KEYS[1], ARGV[1]) + redis.call('EXISTS', KEYS[3]) + redis.call('HEXISTS', KEYS[4], ARGV[4])
if known == 0 then return 0 end
local today, days = tonumber(ARGV[2]), {}
for day in string.gmatch(redis.call('GET', KEYS[2]) or '', '%d+') do
  if tonumber(day) > today - ARGV[3] and tonumber(day) < today then days[#days + 1] = day end
end
days[#days + 1] = ARGV[2]
redis.call('SET', KEYS[2], table.concat(days, ' '), 'EX', ARGV[3] * 86400)
return #days
