-- Where in its list the pass under way goes on: of one second there may be more
-- orders than a page holds.
ALTER TABLE shop ADD COLUMN sweep_cursor TEXT; -- NULL: at sweep_at
