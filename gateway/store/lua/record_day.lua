-- Record that a network called a number dead, or its owner opted out: of a subscriber, a contact, a member or the owner
-- of a record.
-- Each day counts once, and only the last days are stored.
-- KEYS: the subscription bucket, the days, the contact requests of the phone, the members; then the records of the
-- phone that STOP deletes.
-- ARGV: the token, the day, the number of days that count, the member's token.
-- Returns the number of days on which the network said so; 0 for any other number.
local owned = redis.call('HEXISTS', KEYS[1], ARGV[1]) + redis.call('EXISTS', KEYS[3])
owned = owned + redis.call('HEXISTS', KEYS[4], ARGV[4])
for i = 5, #KEYS do owned = owned + redis.call('EXISTS', KEYS[i]) end
if owned == 0 then return 0 end
local today, days = tonumber(ARGV[2]), {}
for day in string.gmatch(redis.call('GET', KEYS[2]) or '', '%d+') do
  if tonumber(day) > today - ARGV[3] and tonumber(day) < today then days[#days + 1] = day end
end
days[#days + 1] = ARGV[2]
redis.call('SET', KEYS[2], table.concat(days, ' '))
expire_in(KEYS[2], ARGV[3] * 86400)
return #days
