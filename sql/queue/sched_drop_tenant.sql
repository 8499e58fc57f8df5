-- A tenant is gone: nothing runs by itself.
DELETE FROM sched WHERE tenant = $1;
