-- As job_turn.sql, in the words PostgreSQL has for JSON.
INSERT INTO turn (tenant, served)
SELECT CAST(t.value AS BIGINT),
    (SELECT coalesce(max(served), 0) FROM turn) + t.place
FROM json_array_elements_text(CAST($1 AS json)) WITH ORDINALITY
    AS t(value, place)
ON CONFLICT (tenant) DO UPDATE SET served = excluded.served;
