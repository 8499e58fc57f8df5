-- A webhook may come after a sweep has seen a later state of its order and found
-- nothing to follow, which leaves no row to hold it against.
ALTER TABLE shop ADD COLUMN looked_to INTEGER NOT NULL DEFAULT 0; -- ms, the store's time; newest change a sweep read
