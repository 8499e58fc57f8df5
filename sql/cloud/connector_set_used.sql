-- The app called with a token valid until $2; 0: with the newest.  Not if it
-- was rotated since ($3: what was noted).
UPDATE connector SET used_until = $2 WHERE id = $1 AND used_until = $3;
