-- Check the guards. If all of them pass, run all writes; otherwise run none.
-- ARGV: the number of guards; for each guard its argument count, its command, and the expected reply
-- ('=' and the value, or '-' for nothing); then the writes to the end, each with its argument count.
-- Lifetimes (EX, EXPIRE) and ends (EXAT, EXPIREAT) are rounded as `expire.lua` says.
-- OUTLIVE, a key and two lifetimes: a record that would end before the first lifetime gets the second one.
-- Returns 0, or the number of the guard that failed.
local at = 2
for guard = 1, tonumber(ARGV[1]) do
  local argc = tonumber(ARGV[at])
  local found = redis.call(unpack(ARGV, at + 1, at + argc))
  if (found and '=' .. found or '-') ~= ARGV[at + argc + 1] then return guard end
  at = at + argc + 2
end
while at <= #ARGV do
  local argc = tonumber(ARGV[at])
  local name, last = ARGV[at + 1], at + argc
  local option = name == 'SET' and argc >= 5 and ARGV[at + 4]
  if option == 'EX' or option == 'EXAT' then
    local ends = option == 'EX' and end_of(ARGV[at + 5]) or boundary(ARGV[at + 5])
    redis.call('SET', ARGV[at + 2], ARGV[at + 3], 'EXAT', ends, unpack(ARGV, at + 6, last))
  elseif name == 'EXPIRE' then
    expire_in(ARGV[at + 2], ARGV[last])
  elseif name == 'EXPIREAT' then
    expire_at(ARGV[at + 2], ARGV[last])
  elseif name == 'OUTLIVE' then
    local left = redis.call('PTTL', ARGV[at + 2])
    if left > 0 and left < ARGV[last - 1] * 1000 then expire_in(ARGV[at + 2], ARGV[last]) end
  else
    redis.call(unpack(ARGV, at + 1, last))
  end
  at = last + 1
end
return 0
