-- The newest operation of a lane, over or not.
SELECT id, shop, generation, lane, verb, mark, state, state_at, begun_at, fill_at,
    path, called_at, gid, made_at, cancelled, read_at, failures, lines, taken,
    told, code
FROM bulk_op WHERE shop = $1 AND lane = $2 ORDER BY id DESC LIMIT 1;
