-- Note that the network called the number of a subscriber, a contact, a member or the owner of a record dead.
-- Each day counts once, and only the last days are kept.
-- KEYS: the subscription bucket, the dead days, the contact requests of the phone, the members; then any records of the
-- phone that STOP deletes.
-- ARGV: the token, the day, the number of days that count, the member's token.
-- Returns on how many days the number was called dead; 0 for a number that is none of these.
local known = redis.call('HEXISTS', KEYS[1], ARGV[1]) + redis.call('EXISTS', KEYS[3]) + redis.call('HEXISTS', KEYS[4], ARGV[4])
for i = 5, #KEYS do known = known + redis.call('EXISTS', KEYS[i]) end
if known == 0 then return 0 end
local today, days = tonumber(ARGV[2]), {}
for day in string.gmatch(redis.call('GET', KEYS[2]) or '', '%d+') do
  if tonumber(day) > today - ARGV[3] and tonumber(day) < today then days[#days + 1] = day end
end
days[#days + 1] = ARGV[2]
redis.call('SET', KEYS[2], table.concat(days, ' '), 'EX', ARGV[3] * 86400)
return #days
