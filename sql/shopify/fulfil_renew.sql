-- Still ours ($3): until $4.
UPDATE fulfil_order SET until = $4
WHERE shop = $1 AND order_id = $2 AND owner = $3;
