-- After a restore: passes over the changes begin anew, from where the last one
-- ended.
UPDATE shop SET sweep_began = 0, sweep_at = 0, sweep_cursor = NULL;
