-- What is to leave one location, or what somebody else has sent from there.
INSERT INTO fulfil (ship, location, lines, state, external, adopted, revision,
    numbers, tracking_until, aired_at, air_until)
VALUES ($1, $2, $3, $4, $5, $6, 0, '[]', 0, 0, 0)
RETURNING id;
