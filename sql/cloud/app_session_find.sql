-- The sign-in of a cookie and whose it is, unless idle or too old.
SELECT s.id, s.user_id, s.created_at, s.seen_at, u.role, u.email
FROM app_session s JOIN app_user u ON u.id = s.user_id
WHERE s.hash = $1 AND s.seen_at > $2 AND s.created_at > $3;
