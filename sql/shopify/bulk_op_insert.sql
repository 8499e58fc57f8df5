-- One operation a lane at a time; another unit may have been faster.
INSERT INTO bulk_op (shop, generation, lane, verb, mark, state, state_at,
    begun_at)
VALUES ($1, $2, $3, $4, $5, 'filling', $6, $6)
ON CONFLICT (shop, lane) WHERE state <> 'done' DO NOTHING;
