-- Set the end of records.
-- KEYS: the records.
-- ARGV: the end in Unix seconds.
for _, key in ipairs(KEYS) do expire_at(key, ARGV[1]) end
