/*
 * url.c - one spelling for every URL, or none.
 *
 * Libraries disagree about odd URLs, and attacks live in the disagreement.  So
 * this is no general parser: it knows the plain form and refuses the rest,
 * before libcurl or a resolver gets to guess.  A host that ends in a number is
 * an IP address to some library in some spelling (octal, hex, one big
 * integer): only the usual dotted form is one here, and only for `loose`.
 */
#include "net/url.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum { URL_MAX = 2048, HOST_MAX = 253, LABEL_MAX = 63 };

/* Names that never mean somebody else's machine: RFC 6761, 6762, 7686, 8375,
   9476 and ICANN's "internal". */
static const char *const local_names[] = { "localhost", "local", "internal",
	"localdomain", "intranet", "private", "corp", "home", "lan", "onion",
	"alt", "invalid", "arpa", NULL };

static enum err
bad(struct cx *cx, const char *part, const char *expected)
{
	return cx_fail_code(cx, ERR_INPUT, "bad_url", "%s%sexpected %s", part,
	    part[0] != '\0' ? ": " : "", expected);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

/* --- host, in lower case --- */

static bool
label_is(const char *p, size_t n, bool loose)
{
	size_t i;

	if (n == 0 || n > LABEL_MAX || p[0] == '-' || p[n - 1] == '-')
		return false;
	for (i = 0; i < n; i++) {
		if (!is_lower(p[i]) && !is_digit(p[i]) && p[i] != '-' &&
		    !(loose && p[i] == '_'))
			return false;
	}
	return true;
}

/* "1", "0177", "0x7f", "0x": what some resolver takes for a number. */
static bool
label_is_number(const char *p)
{
	size_t n = strlen(p);

	if (p[0] == '0' && p[1] == 'x')
		return strspn(p + 2, "0123456789abcdef") == n - 2;
	return strspn(p, "0123456789") == n;
}

static bool
name_is_local(const char *last)
{
	size_t i;

	for (i = 0; local_names[i] != NULL; i++) {
		if (strcmp(local_names[i], last) == 0)
			return true;
	}
	return false;
}

static enum err
check_name(struct cx *cx, const char *host, bool loose)
{
	const char *p = host, *last = host;
	struct in_addr v4;
	size_t n;

	for (;; p += n + 1) {
		n = strcspn(p, ".");
		last = p;
		if (!label_is(p, n, loose))
			return bad(cx, "host",
			    "letters, digits, '-' and '.' (an international "
			    "name in its xn-- form)");
		if (p[n] == '\0')
			break;
	}
	if (label_is_number(last)) {
		if (loose && inet_pton(AF_INET, host, &v4) == 1)
			return OK;
		return bad(cx, "host", "a name, not an IP address");
	}
	if (!loose && (last == host || name_is_local(last)))
		return bad(cx, "host", "a public name, like app.example.com");
	return OK;
}

static enum err
check_host(struct cx *cx, const char *host, bool loose)
{
	struct in6_addr v6;

	if (host[0] == '\0' || strlen(host) > HOST_MAX)
		return bad(cx, "host", "1 to 253 characters");
	if (strchr(host, ':') == NULL)
		return check_name(cx, host, loose);
	if (loose && inet_pton(AF_INET6, host, &v6) == 1)
		return OK;
	return bad(cx, "host", "a name, not an IP address");
}

/* --- the parts --- */

static enum err
check_bytes(struct cx *cx, const char *text)
{
	const char *p;

	if (text_is_empty(text) || strlen(text) > URL_MAX)
		return bad(cx, "", "1 to 2,048 characters");
	for (p = text; *p != '\0'; p++) {
		if (*p <= 0x20 || *p >= 0x7f ||
		    strchr("\"#<>\\^`{|}", *p) != NULL)
			return bad(cx, "",
			    "plain ASCII without blanks, quotes, '#' or '\\'");
		if (*p == '%' && !(is_hex(p[1]) && is_hex(p[2])))
			return bad(cx, "", "two hex digits after each '%'");
	}
	return OK;
}

static enum err
read_scheme(struct cx *cx, const char **p, bool loose, struct url *u, int *dflt)
{
	if (strncasecmp(*p, "https://", 8) == 0) {
		u->scheme = "https";
		*dflt = 443;
		*p += 8;
		return OK;
	}
	if (loose && strncasecmp(*p, "http://", 7) == 0) {
		u->scheme = "http";
		*dflt = 80;
		*p += 7;
		return OK;
	}
	return bad(cx, "",
	    loose ? "https:// or http:// at its beginning"
		  : "https:// at its beginning");
}

static enum err
read_port(struct cx *cx, const char *text, bool loose, int dflt, int *out)
{
	int64_t port;

	if (text[0] == '0' || !text_to_int(text, 1, 65535, &port))
		return bad(cx, "port", "a number from 1 to 65535");
	if (!loose && port != dflt)
		return bad(cx, "port", "none: HTTPS has its own, 443");
	*out = (int)port;
	return OK;
}

/* "host", "host:port", "[v6]:port"; everything up to '/' or '?'. */
static enum err
read_authority(struct cx *cx, const char *auth, bool loose, int dflt,
    struct url *u)
{
	char *host;
	const char *rest;
	size_t n;
	enum err e;

	if (strchr(auth, '@') != NULL)
		return bad(cx, "", "no user name or password");
	if (auth[0] == '[') {
		n = strcspn(auth, "]");
		if (auth[n] != ']')
			return bad(cx, "host", "']' behind the address");
		host = arena_textn(cx->mem, auth + 1, n - 1);
		rest = auth + n + 1;
		if (strchr(host, ':') == NULL)
			return bad(cx, "host", "an IPv6 address in brackets");
	} else {
		n = strcspn(auth, ":");
		host = arena_textn(cx->mem, auth, n);
		rest = auth + n;
	}
	host = text_lower_ascii(cx->mem, host);
	if ((e = check_host(cx, host, loose)) != OK)
		return e;
	u->host = host;
	u->port = dflt;
	if (rest[0] == '\0')
		return OK;
	if (rest[0] != ':')
		return bad(cx, "port", "':' and a number behind the host");
	return read_port(cx, rest + 1, loose, dflt, &u->port);
}

/* "." and ".." in any spelling: libraries resolve them at different times. */
static bool
has_dot_segment(const char *path)
{
	const char *p = path;
	size_t n, dots;

	while (*p != '\0') {
		for (dots = 0, n = 0; p[n] != '\0' && p[n] != '/'; dots++) {
			if (p[n] == '.')
				n++;
			else if (strncasecmp(p + n, "%2e", 3) == 0)
				n += 3;
			else
				break;
		}
		if ((p[n] == '\0' || p[n] == '/') && (dots == 1 || dots == 2))
			return true;
		p += n + strcspn(p + n, "/");
		p += *p == '/';
	}
	return false;
}

static enum err
read_path(struct cx *cx, const char *p, struct url *u)
{
	size_t n = strcspn(p, "?");
	size_t len = n;
	char *path;

	while (len > 0 && p[len - 1] == '/')
		len--;
	path = arena_textn(cx->mem, p, len);
	if (has_dot_segment(path))
		return bad(cx, "path", "no \".\" or \"..\" in it");
	u->path = path;
	u->query = p[n] == '?' ? arena_text(cx->mem, p + n + 1) : NULL;
	return OK;
}

static const char *
origin(struct cx *cx, const struct url *u, int dflt)
{
	bool v6 = strchr(u->host, ':') != NULL;
	char port[16] = "";

	if (u->port != dflt)
		snprintf(port, sizeof(port), ":%d", u->port);
	return arena_printf(cx->mem, "%s://%s%s%s%s", u->scheme, v6 ? "[" : "",
	    u->host, v6 ? "]" : "", port);
}

enum err
url_read(struct cx *cx, const char *text, bool loose, struct url *out)
{
	struct url u = { .port = 0 };
	const char *p = text;
	size_t n;
	int dflt = 0;
	enum err e;

	if ((e = check_bytes(cx, text)) != OK)
		return e;
	if ((e = read_scheme(cx, &p, loose, &u, &dflt)) != OK)
		return e;
	n = strcspn(p, "/?");
	e = read_authority(cx, arena_textn(cx->mem, p, n), loose, dflt, &u);
	if (e != OK)
		return e;
	if ((e = read_path(cx, p + n, &u)) != OK)
		return e;
	u.origin = origin(cx, &u, dflt);
	*out = u;
	return OK;
}
