/*
 * lite.c - see lite.h.
 */
#include "db/lite.h"

#include <stddef.h>

const struct pragma lite_pragmas[] = {
	{ "PRAGMA page_size = 8192", "PRAGMA page_size", "8192", true },
	{ "PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal", true },
	{ "PRAGMA synchronous = FULL", "PRAGMA synchronous", "2", false },
	{ "PRAGMA wal_autocheckpoint = 1000", "PRAGMA wal_autocheckpoint",
	    "1000", true },
	{ "PRAGMA journal_size_limit = 67108864", "PRAGMA journal_size_limit",
	    "67108864", true },
	{ "PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", "1", false },
	{ "PRAGMA trusted_schema = OFF", "PRAGMA trusted_schema", "0", false },
	{ "PRAGMA cell_size_check = ON", "PRAGMA cell_size_check", "1", false },
	{ "PRAGMA secure_delete = OFF", "PRAGMA secure_delete", "0", false },
	{ "PRAGMA busy_timeout = 5000", "PRAGMA busy_timeout", "5000", false },
	{ "PRAGMA temp_store = MEMORY", "PRAGMA temp_store", "2", false },
	/* KiB.  A reader's is per connection, and there are several. */
	{ "PRAGMA cache_size = -1024", "PRAGMA cache_size", "-1024", false },
	{ "PRAGMA cache_size = -4096", "PRAGMA cache_size", "-4096", true },
	{ NULL },
};

const char *const lite_controls[CONTROL_COUNT] = {
	[CONTROL_BEGIN] = "BEGIN IMMEDIATE",
	[CONTROL_COMMIT] = "COMMIT",
	[CONTROL_ROLLBACK] = "ROLLBACK",
	[CONTROL_SAVE] = "SAVEPOINT unit",
	[CONTROL_RELEASE] = "RELEASE unit",
	[CONTROL_BACK] = "ROLLBACK TO unit",
};
