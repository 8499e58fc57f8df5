/*
 * files.c - serving what is part of the program.
 *
 * Bytes are constants: a reply points at them, nothing is read or packed while
 * serving.  Each encoding has an ETag of its own (RFC 9110, section 8.8.3.3).
 */
#include "net/files.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "net/http.h"

const struct file *
files_find(const struct files *fs, const char *path)
{
	size_t low = 0, high = fs->n, mid;
	int order;

	while (low < high) {
		mid = low + (high - low) / 2;
		order = strcmp(path, fs->list[mid].path);
		if (order == 0)
			return &fs->list[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

static bool
is_call(const char *const *calls, const char *path)
{
	for (; *calls != NULL; calls++) {
		if (text_starts(path, *calls))
			return true;
	}
	return false;
}

static bool
is_page(const struct front *front, const char *path)
{
	const char *last = strrchr(path, '/');

	return last != NULL && strchr(last, '.') == NULL &&
	    !is_call(front->calls, path);
}

static const struct file *
file_of(const struct front *front, const char *path)
{
	const struct file *f;

	if (path[0] != '/' || is_call(front->calls, path))
		return NULL;
	f = files_find(front->files, path + 1);
	if (f == NULL && is_page(front, path))
		f = files_find(front->files, "index.html");
	return f;
}

/* "gzip;q=0" says no (RFC 9110, section 12.5.3). */
static bool
takes_gzip(struct cx *cx, const struct request *rq)
{
	const char *line = header_get(rq, "accept-encoding"), *q;
	char **pieces;
	size_t n, i, len;

	if (line == NULL)
		return false;
	n = text_split(cx->mem, line, ',', &pieces);
	for (i = 0; i < n; i++) {
		len = strcspn(pieces[i], "; \t");
		if (len != 4 || strncasecmp(pieces[i], "gzip", 4) != 0)
			continue;
		q = strstr(pieces[i] + len, "q=");
		return q == NULL || strspn(q + 2, "0.") < strcspn(q + 2, " \t");
	}
	return false;
}

/* One of the tags sent, strong or weak, or any (section 13.1.2). */
static bool
is_known(struct cx *cx, const struct request *rq, const char *etag)
{
	const char *line = header_get(rq, "if-none-match"), *tag;
	char **pieces;
	size_t n, i;

	if (line == NULL)
		return false;
	n = text_split(cx->mem, line, ',', &pieces);
	for (i = 0; i < n; i++) {
		tag = pieces[i] + (text_starts(pieces[i], "W/") ? 2 : 0);
		if (text_equal(tag, etag) || text_equal(tag, "*"))
			return true;
	}
	return false;
}

static const char *
caching(const struct file *f)
{
	if (f->is_hashed)
		return "public, max-age=31536000, immutable";
	return text_equal(f->path, "index.html") ? "no-store" : "no-cache";
}

enum err
files_serve(struct cx *cx, const struct front *front, const struct request *rq,
    struct reply *rp)
{
	const struct file *f = file_of(front, rq->path);
	const char *etag;
	bool packed;

	if (f == NULL)
		return cx_fail_code(cx, ERR_MISSING, "no_such_path",
		    "no such path");
	packed = f->gzip.n > 0 && takes_gzip(cx, rq);
	etag = arena_printf(cx->mem, "\"%s%s\"", f->hash, packed ? "-gz" : "");
	reply_header(cx, rp, "Cache-Control", "%s", caching(f));
	reply_header(cx, rp, "Content-Security-Policy", "%s", front->csp);
	reply_header(cx, rp, "ETag", "%s", etag);
	if (f->gzip.n > 0)
		reply_header(cx, rp, "Vary", "Accept-Encoding");
	if (is_known(cx, rq, etag)) {
		reply_status(rp, 304);
		return OK;
	}
	if (packed)
		reply_header(cx, rp, "Content-Encoding", "gzip");
	rp->content_type = f->type;
	rp->body = packed ? f->gzip : f->plain;
	return OK;
}
