-- This text precedes every script that only a process with the key in use may run.
-- The script's last argument is the caller's key id.
-- The access state is the id of the key in use, or the reason for maintenance mode.
-- A Redis without an access state was emptied under a running process.
local key_id = table.remove(ARGV)
local state = redis.call('GET', 'door')
if (state or '') ~= key_id then return redis.error_reply('CLOSED ' .. (state or '')) end
