/* opt.c - options, and the client secrets behind one of them. */
#include "shopify/opt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/folder.h"
#include "base/text.h"

enum { SECRET_FILE_MAX = 4096 };

const char *
opt_text(const struct cx *cx, const char *name)
{
	return cx->conf == NULL ? NULL : conf_text(cx->conf, name);
}

bool
opt_is(const struct cx *cx, const char *name)
{
	return cx->conf != NULL && conf_is(cx->conf, name);
}

/* systemd's copy of a file: it is made anew when the service starts. */
static bool
is_credential(const char *path)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");

	return !text_is_empty(dir) && text_starts(path, dir) &&
	    path[strlen(dir)] == '/';
}

/* There is none: what to put there, and where it comes from. */
static enum err
no_secret(struct cx *cx, const char *path, const char *why)
{
	if (is_credential(path))
		why = arena_printf(cx->mem,
		    "%s; systemd puts a copy there of the file that "
		    "LoadCredential= in the unit names: change that one, and "
		    "restart",
		    why);
	return cx_fail(cx, ERR_INPUT,
	    "--client-secret-file %s: %s; put the app's client secret there, "
	    "one line: it is in Shopify's Dev Dashboard (Apps, your app, "
	    "Settings)", /* as OPT_DASHBOARD; translated whole */
	    path, why);
}

static enum err
cannot_read(struct cx *cx, const char *path, int error)
{
	if (error == ENOENT)
		return no_secret(cx, path, strerror(error));
	if (error == EISDIR)
		return no_secret(cx, path, "is a folder, not a file");
	errno = error;
	folder_failed(cx, ERR_INPUT, path);
	return cx_in(cx, ERR_INPUT, "--client-secret-file ");
}

static enum err
read_file(struct cx *cx, const char *path, char **text)
{
	char *p = arena_alloc(cx->mem, SECRET_FILE_MAX + 1);
	ssize_t n;
	int fd, error;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return cannot_read(cx, path, errno);
	n = read(fd, p, SECRET_FILE_MAX);
	error = errno;
	close(fd);
	if (n < 0)
		return cannot_read(cx, path, error);
	p[n] = '\0';
	*text = p;
	return OK;
}

enum err
opt_secrets(struct cx *cx, struct secrets *s)
{
	const char *path = opt_text(cx, "client-secret-file");
	char *text, **lines;
	size_t n, i;
	enum err e;

	if (path == NULL)
		return cx_fail(cx, ERR_BUG, "no client secret file is set");
	if ((e = read_file(cx, path, &text)) != OK)
		return e;
	n = text_split(cx->mem, text, '\n', &lines);
	if (n == 0)
		return no_secret(cx, path, "is empty");
	s->n = n < SECRETS_MAX ? n : SECRETS_MAX;
	for (i = 0; i < s->n; i++)
		s->secret[i] = lines[i];
	return OK;
}

/* systemd's credentials are 0440: it lets us in by group. */
enum err
opt_secrets_mode(struct cx *cx)
{
	const char *path = opt_text(cx, "client-secret-file");
	struct stat st;

	if (path == NULL || stat(path, &st) != 0 || (st.st_mode & 027) == 0)
		return OK;
	return cx_fail(cx, ERR_INPUT,
	    "--client-secret-file %s: mode %04o lets others in; make it 0600: "
	    "chmod 600 %s",
	    path, (unsigned)(st.st_mode & 07777), path);
}

const char *
opt_shopify_url(struct cx *cx, const char *domain, const char *path)
{
	const char *form = opt_text(cx, "shopify-url");
	struct buf b = buf_new(cx->mem);
	const char *at;

	if (form == NULL)
		form = "https://{shop}";
	while ((at = strstr(form, "{shop}")) != NULL) {
		buf_add(&b, form, (size_t)(at - form));
		buf_text(&b, domain);
		form = at + strlen("{shop}");
	}
	buf_text(&b, form);
	while (b.n > 0 && b.p[b.n - 1] == '/')
		b.p[--b.n] = '\0';
	buf_text(&b, path);
	return b.p;
}

const char *
opt_public_url(struct cx *cx, const char *path)
{
	char *url = arena_text(cx->mem, opt_text(cx, "public-url"));
	size_t n;

	if (url == NULL)
		return path;
	for (n = strlen(url); n > 0 && url[n - 1] == '/'; n--)
		url[n - 1] = '\0';
	return arena_printf(cx->mem, "%s%s", url, path);
}
