/*
 * api_web.c - what a browser or a probe may ask: the console, and whether we
 * live and work.
 *
 * The console is a front end of its own, a part of the program (net/files.h).
 * A program built without it says so, and has a plain page for the one thing
 * that cannot wait: making the first user.
 */
#include "cloud/api_edge.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/folder.h"
#include "base/text.h"
#include "cloud/account.h"
#include "cloud/setup.h"
#include "db/db.h"
#include "gen/sql.h"
#include "net/files.h"

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<title>Logivery Cloud App</title>\n<style>"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:38rem;"
    "margin:3rem auto;padding:0 1rem}"
    "label{display:block;margin:1rem 0 .25rem}"
    "input{font:inherit;width:100%;padding:.5rem;box-sizing:border-box}"
    "button{font:inherit;margin-top:1.5rem;padding:.5rem 1.5rem}"
    ".bad{border-left:4px solid #c00;padding-left:1rem}"
    "</style>\n";

static void
escaped(struct buf *b, const char *s)
{
	for (; s != NULL && *s != '\0'; s++) {
		if (*s == '<')
			buf_text(b, "&lt;");
		else if (*s == '&')
			buf_text(b, "&amp;");
		else if (*s == '"')
			buf_text(b, "&quot;");
		else
			buf_char(b, *s);
	}
}

/* --- the console --- */

static const char *const calls[] = { "/api", "/c/", "/livez", "/readyz",
	"/metrics", "/webhooks", NULL };

/* As web/cloud/vite.config.ts tests it: nothing inline, nobody else. */
static const char console_csp[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

static bool
console_is_built(const struct request *rq)
{
	const struct cloud *cloud = rq->site;

	return cloud != NULL && cloud->console != NULL && cloud->console->n > 0;
}

static enum err
get_console(struct cx *cx, const struct request *rq, struct reply *rp)
{
	static const struct files none = { 0 };
	const struct cloud *cloud = rq->site;
	struct front front = { &none, console_csp, calls };

	if (console_is_built(rq))
		front.files = cloud->console;
	return files_serve(cx, &front, rq, rp);
}

/* --- pages of a program without it --- */

static void
page(struct cx *cx, struct reply *rp, int status, struct buf *b)
{
	reply_header(cx, rp, "Content-Security-Policy",
	    "default-src 'none'; style-src 'unsafe-inline'; form-action "
	    "'self'; base-uri 'none'; frame-ancestors 'none'");
	reply_status(rp, status);
	reply_text(rp, "text/html; charset=utf-8", b->p);
}

static enum err
get_home(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct buf b = buf_new(cx->mem);
	bool any = false;
	enum err e;

	if (console_is_built(rq))
		return get_console(cx, rq, rp);
	if ((e = account_any(cx, &any)) != OK)
		return e;
	buf_text(&b, head);
	buf_text(&b,
	    "<h1>Logivery Cloud App</h1>\n<p>The warehouse's side of "
	    "Logivery: orders of the linked stores, the jobs that keep both "
	    "sides in step, and the Queue Log.</p>\n"
	    "<p>This program was built without its screens. To have them, run "
	    "<code>script/bootstrap web</code> in the source tree and build "
	    "it again.</p>\n");
	if (!any)
		buf_text(&b,
		    "<p>There is no user yet. Open the set-up link that the "
		    "program printed when it started; it is valid for one "
		    "hour. A new start prints a new one.</p>\n");
	buf_text(&b,
	    "<p>Programs use the REST API under <code>/api/v1</code>, "
	    "described in <code>doc/openapi.yaml</code>: sign in with "
	    "<code>POST /api/v1/session</code>, or make an API token with "
	    "<code>logivery-cloud token add NAME --role manager</code>.</p>"
	    "\n</html>\n");
	page(cx, rp, 200, &b);
	return OK;
}

/* --- set-up --- */

static void
form(struct cx *cx, struct reply *rp, int status, const char *token,
    const char *bad)
{
	struct buf b = buf_new(cx->mem);

	buf_text(&b, head);
	buf_text(&b,
	    "<h1>Set up the Cloud App</h1>\n<p>Make the first user. "
	    "It is a manager and can add the others.</p>\n");
	if (bad != NULL) {
		buf_text(&b, "<p class=\"bad\" role=\"alert\">");
		escaped(&b, bad);
		buf_text(&b, "</p>\n");
	}
	buf_text(&b,
	    "<form method=\"post\" action=\"/setup\">\n"
	    "<input type=\"hidden\" name=\"token\" value=\"");
	escaped(&b, token);
	buf_text(&b,
	    "\">\n<label for=\"email\">E-mail</label>\n"
	    "<input id=\"email\" name=\"email\" type=\"email\" required "
	    "autocomplete=\"username\">\n"
	    "<label for=\"password\">Password, at least 12 characters"
	    "</label>\n<input id=\"password\" name=\"password\" "
	    "type=\"password\" required minlength=\"12\" maxlength=\"256\" "
	    "autocomplete=\"new-password\">\n"
	    "<button>Make the user</button>\n</form>\n</html>\n");
	page(cx, rp, status, &b);
}

static void
message(struct cx *cx, struct reply *rp, int status, const char *words)
{
	struct buf b = buf_new(cx->mem);

	buf_text(&b, head);
	buf_text(&b, "<h1>Set up the Cloud App</h1>\n<p>");
	escaped(&b, words);
	buf_text(&b,
	    "</p>\n<p><a href=\"/\">To the first page</a></p>\n"
	    "</html>\n");
	page(cx, rp, status, &b);
}

/* A failed set-up in words for a browser; what is not theirs goes on. */
static enum err
setup_refused(struct cx *cx, struct reply *rp, enum err e)
{
	if (e == ERR_AUTH)
		message(cx, rp, 401,
		    "This set-up link is not valid, or is over an hour old. "
		    "Start the program again: it prints a new one.");
	else if (e == ERR_CONFLICT)
		message(cx, rp, 409,
		    "Set-up was done already: there is a user.");
	else if (e == ERR_BUSY)
		message(cx, rp, 429,
		    "Too many attempts. Wait some minutes, then open the "
		    "link again.");
	else
		return e;
	return OK;
}

static enum err
get_setup(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const char *token = query_get(rq, "token");
	enum err e;

	if (console_is_built(rq))
		return get_console(cx, rq, rp);
	if ((e = setup_check(cx, token ? token : "")) != OK)
		return setup_refused(cx, rp, e);
	form(cx, rp, 200, token, NULL);
	return OK;
}

static const char *
form_get(struct cx *cx, const struct request *rq, const char *name)
{
	char *body = arena_textn(cx->mem, (const char *)rq->body.p, rq->body.n);
	size_t len = strlen(name), n;
	char *value = NULL;
	const char *p;

	for (p = body; p != NULL; p = strchr(p, '&')) {
		p += *p == '&';
		n = strcspn(p, "&");
		if (n > len && strncmp(p, name, len) == 0 && p[len] == '=' &&
		    text_url_decode(cx->mem, p + len + 1, n - len - 1, true,
			&value))
			return value;
		if (p[n] == '\0')
			break;
		p += n;
	}
	return "";
}

static enum err
post_setup(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct setup_in in = { .remote = rq->remote };
	struct session_new s;
	enum err e;

	in.token = form_get(cx, rq, "token");
	in.email = form_get(cx, rq, "email");
	in.password = form_get(cx, rq, "password");
	e = setup_finish(cx, &in, &s);
	if (e == ERR_INPUT) {
		form(cx, rp, 422, in.token, arena_text(cx->mem, cx->why));
		return OK;
	}
	if (e != OK)
		return setup_refused(cx, rp, e);
	cookie_set(cx, rp, s.token);
	message(cx, rp, 201, "Done: you are the first user, and signed in.");
	return OK;
}

/* --- probes --- */

static enum err
get_livez(struct cx *cx, const struct request *rq, struct reply *rp)
{
	(void)cx;
	(void)rq;
	reply_text(rp, "application/json", "{\"status\":\"ok\"}");
	return OK;
}

/* A write that changes nothing needs the database and the committer, and room
   where it would have changed something. */
static enum err
get_readyz(struct cx *cx, const struct request *rq, struct reply *rp)
{
	enum err e = folder_room(cx, conf_text(cx->conf, "data"));

	if (e == OK)
		e = db_exec(cx, SQL_THROTTLE_CLEAR, V("readyz"));
	if (e == OK)
		e = db_well(cx);
	return e == OK ? get_livez(cx, rq, rp) : e;
}

const struct route cloud_page_route[] = {
	{ GET, "/{page*}", NULL, get_console, ROUTE_OPEN | ROUTE_WEB },
	{ 0 },
};

const struct route cloud_web_routes[] = {
	{ GET, "/", NULL, get_home, ROUTE_OPEN | ROUTE_WEB },
	{ GET, "/setup", NULL, get_setup, ROUTE_OPEN | ROUTE_WEB },
	{ POST, "/setup", NULL, post_setup, ROUTE_OPEN | ROUTE_WEB, 8192 },
	{ GET, "/livez", NULL, get_livez, ROUTE_OPEN },
	{ GET, "/readyz", NULL, get_readyz, ROUTE_OPEN },
	{ 0 },
};
