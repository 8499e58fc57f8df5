-- A waiting job is met by one that is more urgent.
UPDATE job SET prio = $2 WHERE id = $1;
