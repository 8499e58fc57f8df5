-- A tenant is gone, and with it what it had not begun.
DELETE FROM job WHERE tenant = $1 AND state IN ('waiting', 'parked');
