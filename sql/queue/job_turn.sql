-- These tenants (a JSON list) were served: they go to the end of the line.
INSERT INTO turn (tenant, served)
SELECT t.value, (SELECT coalesce(max(served), 0) + 1 FROM turn) + t.key
FROM json_each($1) AS t WHERE true
ON CONFLICT (tenant) DO UPDATE SET served = excluded.served;
