-- A carrier's word, once for each fulfilment.
INSERT INTO fulfil_event (ship, event, external, status, happened_at, state,
    aired_at, air_until)
VALUES ($1, $2, $3, $4, $5, 'planned', 0, 0)
ON CONFLICT (ship, event, external) DO NOTHING;
