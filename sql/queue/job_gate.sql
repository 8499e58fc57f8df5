-- One claim at a time: so it is on SQLite, whose transactions are.
SELECT 1 AS n;
