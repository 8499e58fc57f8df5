-- Those of a store that are not over, in any lane.
SELECT id, shop, generation, lane, verb, mark, state, state_at, begun_at, fill_at,
    path, called_at, gid, made_at, cancelled, read_at, failures, lines, taken,
    told, code
FROM bulk_op WHERE shop = $1 AND state <> 'done';
