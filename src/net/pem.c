/*
 * pem.c - a file whose content libmicrohttpd wants as text.
 */
#include "net/pem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

enum { PEM_MAX = 256 * 1024 };

enum err
pem_read(struct cx *cx, const char *path, char **out)
{
	FILE *f = fopen(path, "re");
	char *text;
	size_t n;

	if (f == NULL)
		return cx_fail(cx, ERR_INPUT, "%s: %s", path, strerror(errno));
	text = mem_new(PEM_MAX);
	n = fread(text, 1, PEM_MAX - 1, f);
	fclose(f);
	text[n] = '\0';
	if (n == 0 || n == PEM_MAX - 1) {
		mem_free(text);
		return cx_fail(cx, ERR_INPUT,
		    "%s: no PEM file, which begins with -----BEGIN and has "
		    "less than %d KiB",
		    path, PEM_MAX / 1024);
	}
	*out = text;
	return OK;
}
