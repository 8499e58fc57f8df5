-- How orders get their latest shipping date; NULL: they get none.
UPDATE connector SET ship_rule = $2 WHERE id = $1;
