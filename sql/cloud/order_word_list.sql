-- Orders with a word that begins so, newest first, before $3.  The "+" keeps
-- the engine from walking all orders by id in vain.
SELECT DISTINCT +order_id AS id FROM order_word
WHERE word >= $1 AND word < $2 AND +order_id < $3
ORDER BY +order_id DESC LIMIT $4;
