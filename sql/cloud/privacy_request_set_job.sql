-- Its job.
UPDATE privacy_request SET job = $2 WHERE id = $1;
