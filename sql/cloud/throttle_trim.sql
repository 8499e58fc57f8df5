-- Failures of long ago.
DELETE FROM throttle WHERE last_at < $1;
