-- Stands before every script that reads or writes what only the key in use may: its last argument is the name of
-- the caller's keys. At the door stands the name of those in use (nothing: any), or why it is shut.
local held = table.remove(ARGV)
local door = redis.call('GET', 'door')
if door and door ~= held then return redis.error_reply('CLOSED ' .. door) end
