-- How many orders are in each state.
SELECT state, count(*) AS n FROM ledger WHERE shop = $1 GROUP BY state;
