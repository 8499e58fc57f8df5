-- What needs a look: orders in error, stores whose link does not work.
SELECT (SELECT count(*) FROM order_sync WHERE state = 'error') AS errors,
	(SELECT count(*) FROM connector WHERE link_state <> 'linked')
		AS disconnected;
