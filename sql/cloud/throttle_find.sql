-- Failures of an account or address.
SELECT failures, last_at FROM throttle WHERE name = $1;
