-- Ended; channel and orders stay.
DELETE FROM connector WHERE id = $1;
