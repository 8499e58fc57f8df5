-- When the hour began in which tries are counted.
SELECT tries_from AS n FROM shop WHERE id = $1;
