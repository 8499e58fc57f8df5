-- One event's rows, in the order they were added.
SELECT id, ship, event, external, status, happened_at, state, code, reason,
    aired_at, air_until
FROM fulfil_event WHERE ship = $1 AND event = $2 ORDER BY id;
