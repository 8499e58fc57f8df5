/*
 * sql.h - a statement and a migration, as tools/embed-sql writes them.
 *
 * The text lives in sql/AREA/NAME.sql; one text serves both engines unless
 * NAME.pg.sql stands beside it.  Parameters are $1, $2, … on both.
 */
#ifndef DB_SQL_H
#define DB_SQL_H

struct sql {
	const char *name;    /* "order_insert" */
	const char *text[2]; /* by enum db_engine */
	int params;          /* how many values it takes */
	int writes;          /* changes something */
	const char *area;    /* the folder it lies in: "queue", "cloud", … */
};

struct migration {
	const char *area; /* "queue", "cloud", "shopify" */
	int number;       /* 1, 2, …; 0 ends a list */
	const char *name;
	const char *text[2]; /* by enum db_engine; several statements */
};

#endif
