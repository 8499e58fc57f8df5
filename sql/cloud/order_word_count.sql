-- How many entries begin so; not counted beyond $3.
SELECT count(*) AS n FROM (
	SELECT 1 AS one FROM order_word WHERE word >= $1 AND word < $2 LIMIT $3) q;
