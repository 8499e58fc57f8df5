-- Points ran short when its turn came: the step that was owed is left out.
UPDATE ledger SET owed = 0 WHERE id = $1 AND owed = 1;
