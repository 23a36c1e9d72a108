-- Check the guards. If all of them pass, run all writes; otherwise run none.
-- ARGV: the number of guards; for each guard its argument count, its command, and the expected reply
-- ('=' and the value, or '-' for nothing); then the writes to the end, each with its argument count.
-- Lifetimes (EX, EXPIRE) and ends (EXAT, EXPIREAT) are rounded as `expire.lua` says.
-- Returns 0, or the number of the guard that failed.
local function round_times(first, last)
  local name, option = ARGV[first], ARGV[last - 1]
  if name == 'SET' and last - first == 4 and (option == 'EX' or option == 'EXAT') then
    ARGV[last - 1] = 'EXAT'
    ARGV[last] = option == 'EX' and end_of(ARGV[last]) or boundary(tonumber(ARGV[last]))
  elseif name == 'EXPIRE' or name == 'EXPIREAT' then
    ARGV[first] = 'EXPIREAT'
    ARGV[last] = name == 'EXPIRE' and end_of(ARGV[last]) or boundary(tonumber(ARGV[last]))
  end
end
local at = 2
for guard = 1, tonumber(ARGV[1]) do
  local argc = tonumber(ARGV[at])
  local found = redis.call(unpack(ARGV, at + 1, at + argc))
  if (found and '=' .. found or '-') ~= ARGV[at + argc + 1] then return guard end
  at = at + argc + 2
end
while at <= #ARGV do
  local argc = tonumber(ARGV[at])
  round_times(at + 1, at + argc)
  redis.call(unpack(ARGV, at + 1, at + argc))
  at = at + argc + 1
end
return 0
