-- Apply a delivery report to the newest broadcast that sent this message, found by the message's hash.
-- A recipient has no hash until the network's reply to the request was recorded, and after a rotation of the keys.
-- The best news wins: a message that arrived stays so, and one that was reported as failed or expired may still arrive.
-- KEYS: counts and recipients of each broadcast, newest first.
-- ARGV: the token; the letter of the reported state for each broadcast; the hash; the key that marks a single
-- text; the week in which the message arrived ('' if it did not arrive); the position of the week in a packed
-- subscription; the key that counts reports on texts that we never sent, and its life in seconds.
-- Returns 1 if the message was a single text of ours, or if the report changed a recipient; 2 if the message is ours
-- and was reported before; 3 if it was reported as lost before, and has arrived; 0 if no text of ours has this hash.
local has_arrived = ARGV[5] ~= ''
local function reported_state(i) return ARGV[2]:sub((i + 1) / 2, (i + 1) / 2) end
local function record_arrival()
  if not has_arrived then return 1 end
  local token, at, week = ARGV[1], tonumber(ARGV[6]), struct.pack('>H', ARGV[5])
  local bucket = 'sub:' .. token:byte(1) * 64 + math.floor(token:byte(2) / 4)
  local packed = redis.call('HGET', bucket, token)
  redis.call('DEL', 'dead:' .. token)
  if packed and packed:sub(at + 1, at + 2) ~= week then
    redis.call('HSET', bucket, token, packed:sub(1, at) .. week .. packed:sub(at + 3))
    redis.call('SET', 'arrived', ARGV[5])
  end
  return 1
end
local function count_foreign()
  redis.call('ZADD', ARGV[7], 0, ARGV[3])
  expire_in(ARGV[7], ARGV[8])
  return 0
end
local function change(i, was)
  redis.call('HSET', KEYS[i + 1], ARGV[1], reported_state(i) .. ARGV[3])
  redis.call('HINCRBY', KEYS[i], was, -1)
  redis.call('HINCRBY', KEYS[i], reported_state(i), 1)
  return record_arrival()
end
local function unmute() redis.call('DEL', 'muted:' .. ARGV[1]) end
local single = redis.call('GET', ARGV[4])
if single then
  if has_arrived then
    if single:sub(1, 5) == 'asked' then unmute() end
    return record_arrival()
  end
  if single:sub(-1) == 'f' then return 2 end
  redis.call('SET', ARGV[4], single .. 'f', 'KEEPTTL')
  return 1
end
local unhashed
for i = 1, #KEYS, 2 do
  local old = redis.call('HGET', KEYS[i + 1], ARGV[1])
  if old then
    local was, hash = old:sub(1, 1), old:sub(2)
    if hash == ARGV[3] then
      if was == 'a' or was == 'u' then return change(i, was) end
      if not has_arrived or (was ~= 'f' and was ~= 'x') then return 2 end
      unmute()
      change(i, was)
      return 3
    elseif hash == '' and (was == 'a' or was == 'c' or was == 'u') then
      unhashed = unhashed or i
    end
  end
end
if not unhashed then return count_foreign() end
return change(unhashed, redis.call('HGET', KEYS[unhashed + 1], ARGV[1]):sub(1, 1))
