-- With the key that is written with now.
INSERT INTO key_mark (id, seal) VALUES (1, $1)
ON CONFLICT (id) DO UPDATE SET seal = excluded.seal;
