-- What an operation asks, as learned.
SELECT cost FROM gql_cost WHERE operation = $1;
