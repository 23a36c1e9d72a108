-- Note which phones a network was asked to text, and of which it said something that would cost the phone its texts.
-- The sketches hold no phone and cannot be listed; each phone counts once.
-- KEYS: this window's sketch of phones asked about, of phones that opted out, of dead phones; then the same of the
-- window before.
-- ARGV: the life of a sketch in seconds; how many digests are of phones asked about, opted out, dead; the digests.
-- Returns how many phones each sketch holds, over both windows.
local at, counts = 5, {}
for i = 1, 3 do
  local n = tonumber(ARGV[1 + i])
  if n > 0 then
    redis.call('PFADD', KEYS[i], unpack(ARGV, at, at + n - 1))
    expire_in(KEYS[i], ARGV[1])
  end
  at = at + n
  counts[i] = redis.call('PFCOUNT', KEYS[i], KEYS[i + 3])
end
return counts
