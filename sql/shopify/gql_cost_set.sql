-- An answer said what an operation asks.
INSERT INTO gql_cost (operation, cost) VALUES ($1, $2)
ON CONFLICT (operation) DO UPDATE SET cost = excluded.cost;
