-- Apply a delivery report to the broadcast whose message it is, found by the message's hash.
-- A request that is still being sent has no hash yet.
-- KEYS: counts and recipients of each broadcast, newest first.
-- ARGV: the token; the letter of its new state in each broadcast; the hash; the key that marks a single text;
-- the week in which it arrived ('' if it did not arrive); the position of the week in a packed subscription.
-- Returns 1 if it was a single text of ours, or changed a recipient.
local function state(i) return ARGV[2]:sub((i + 1) / 2, (i + 1) / 2) end
local function heard()
  if ARGV[5] == '' then return 1 end
  local token, at, week = ARGV[1], tonumber(ARGV[6]), struct.pack('>H', ARGV[5])
  local bucket = 'sub:' .. token:byte(1) * 64 + math.floor(token:byte(2) / 4)
  local kept = redis.call('HGET', bucket, token)
  redis.call('DEL', 'dead:' .. token)
  if kept and kept:sub(at + 1, at + 2) ~= week then
    redis.call('HSET', bucket, token, kept:sub(1, at) .. week .. kept:sub(at + 3))
    redis.call('SET', 'arrived', ARGV[5])
  end
  return 1
end
if redis.call('EXISTS', ARGV[4]) == 1 then return heard() end
local unmarked
for i = 1, #KEYS, 2 do
  local old = redis.call('HGET', KEYS[i + 1], ARGV[1])
  if old then
    local was, mark = old:sub(1, 1), old:sub(2)
    if mark == ARGV[3] then
      if was ~= 'a' and was ~= 'u' then return 0 end
      redis.call('HSET', KEYS[i + 1], ARGV[1], state(i) .. ARGV[3])
      redis.call('HINCRBY', KEYS[i], was, -1)
      redis.call('HINCRBY', KEYS[i], state(i), 1)
      return heard()
    elseif mark == '' and (was == 'c' or was == 'u') then
      unmarked = unmarked or i
    end
  end
end
if not unmarked then return 0 end
local was = redis.call('HGET', KEYS[unmarked + 1], ARGV[1]):sub(1, 1)
redis.call('HSET', KEYS[unmarked + 1], ARGV[1], state(unmarked) .. ARGV[3])
redis.call('HINCRBY', KEYS[unmarked], was, -1)
redis.call('HINCRBY', KEYS[unmarked], state(unmarked), 1)
return heard()
