-- Jobs whose time has come ($1: now).  Sleepers are apart from the others so
-- that ten thousand retries of tomorrow do not slow the claims of today.
UPDATE job SET asleep = 0
WHERE state = 'waiting' AND asleep = 1 AND run_at <= $1;
