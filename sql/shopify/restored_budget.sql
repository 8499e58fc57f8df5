-- After a restore: nothing is known of points.
DELETE FROM shop_budget;
