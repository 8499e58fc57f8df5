-- Erased on request.
DELETE FROM incoming WHERE channel = $1 AND external_id = $2;
