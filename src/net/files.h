/*
 * files.h - the files of a built front end, which are part of the program.
 *
 * tools/embed-files makes them from web/dist.  A name with a hash in it never
 * changes its content: browsers keep it for ever.  index.html is never kept,
 * so that a new version of the program is a new front end at once; anything
 * else is asked for again and answered 304 while it is the same.
 */
#ifndef NET_FILES_H
#define NET_FILES_H

#include "base/cx.h"

struct request;
struct reply;

struct file {
	const char *path; /* "assets/index-C0kKyzxS.css" */
	const char *type; /* Content-Type */
	const char *hash; /* of the content, hexadecimal */
	bool is_hashed;   /* its name holds a hash */
	struct bytes plain;
	struct bytes gzip; /* n 0: not worth it */
};

struct files {
	const struct file *list; /* by path */
	size_t n;                /* 0: the front end was not built */
};

/* A front end and how it is served. */
struct front {
	const struct files *files;
	const char *csp; /* Content-Security-Policy of its documents */
	/* Beginnings of paths that are calls, not pages; NULL ends. */
	const char *const *calls;
};

const struct file *files_find(const struct files *,
    const char *path); /* or
			  NULL */

/* The file a GET asks for; index.html for any path that may be one of its
   pages (it routes by itself): no call, and no dot in the last segment.  Else
   ERR_MISSING, code "no_such_path". */
enum err files_serve(struct cx *, const struct front *, const struct request *,
    struct reply *);

#endif
