-- After a restore: what an operation did is not known; all is read anew.
DELETE FROM bulk_line;
