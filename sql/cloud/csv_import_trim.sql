-- Files of long ago, and those that never came in whole.
DELETE FROM csv_import WHERE created_at < $1
	OR (state = 'receiving' AND created_at < $2);
