/*
 * api_page.c - documents in the Shopify admin, and who may frame them.
 *
 * A document's URL carries a fresh id_token; without one, or with one that is
 * no longer good, App Bridge is asked for it by the bounce page, which reloads
 * where it came from; when a fresh one is refused, too, the page says so.  Only
 * a verified shop may frame a page.  shopify.dev, "Set up iframe protection".
 */
#include "shopify/api_edge.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/folder.h"
#include "base/log.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "net/files.h"
#include "shopify/idtoken.h"
#include "shopify/opt.h"
#include "shopify/site.h"
#include "shopify/token.h"

/* --- text in HTML --- */

static const char *
html(struct cx *cx, const char *s)
{
	static const char *const names[128] = {
		['&'] = "&amp;",
		['<'] = "&lt;",
		['>'] = "&gt;",
		['"'] = "&quot;",
		['\''] = "&#39;",
	};
	struct buf b = buf_new(cx->mem);
	unsigned char c;

	for (; s != NULL && *s != '\0'; s++) {
		c = (unsigned char)*s;
		if (c < 128 && names[c] != NULL)
			buf_text(&b, names[c]);
		else
			buf_char(&b, *s);
	}
	return b.p;
}

/* Scheme and host of a URL, for a policy. */
static const char *
origin(struct cx *cx, const char *url)
{
	const char *host = strstr(url, "://");

	if (host == NULL)
		return url;
	host += 3;
	return arena_textn(cx->mem, url,
	    (size_t)(host - url) + strcspn(host, "/?#"));
}

static void
policy(struct cx *cx, struct reply *rp, const char *shop)
{
	const char *bridge = origin(cx, opt_text(cx, "app-bridge-url"));
	const char *polaris = origin(cx, opt_text(cx, "polaris-url"));
	const char *frame = "'none'";

	if (shop != NULL)
		frame = arena_printf(cx->mem, "https://%s %s", shop,
		    origin(cx, opt_text(cx, "admin-url")));
	reply_header(cx, rp, "Content-Security-Policy",
	    "default-src 'none'; script-src 'self' %s %s; style-src 'self' "
	    "'unsafe-inline' %s; img-src 'self' data: %s; font-src %s; "
	    "connect-src 'self' %s; base-uri 'none'; form-action 'self'; "
	    "object-src 'none'; frame-ancestors %s",
	    bridge, polaris, polaris, polaris, polaris, bridge, frame);
}

/* --- the bounce page --- */

enum {
	BOUNCES_MAX = 2,   /* a fresh token is refused again: not by chance */
	BOUNCE_AGAIN = 60, /* s; what was before that is another visit: a frame
			      keeps its address while its token grows old */
};

static bool
is_of_the_bounce(const char *name)
{
	return text_equal(name, "id_token") ||
	    text_equal(name, "shopify-reload") || text_equal(name, "bounced");
}

static const char *
without_token(struct cx *cx, const struct request *rq)
{
	struct buf b = buf_new(cx->mem);
	size_t i;

	for (i = 0; i < rq->nquery; i++) {
		if (is_of_the_bounce(rq->query[i].name))
			continue;
		buf_printf(&b, "%s%s=%s", b.n > 0 ? "&" : "",
		    text_url_encode(cx->mem, rq->query[i].name),
		    text_url_encode(cx->mem, rq->query[i].value));
	}
	return b.p;
}

/* "2-1764190000": how often, and when last, in seconds. */
static int
times_bounced(const struct cx *cx, const struct request *rq)
{
	const char *n = query_get(rq, "bounced");
	int64_t at;

	if (n == NULL || n[0] < '0' || n[0] > '9' || n[1] != '-' ||
	    !text_to_int(n + 2, 0, INT64_MAX, &at) ||
	    at < cx->now / SECOND_MS - BOUNCE_AGAIN)
		return 0;
	return n[0] - '0';
}

/* To a path of ours, never to one from the request. */
static enum err
bounce(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const char *query = without_token(cx, rq);
	const char *back = opt_public_url(cx,
	    arena_printf(cx->mem, "%s?%s%sbounced=%d-%" PRId64, rq->path, query,
		query[0] != '\0' ? "&" : "", times_bounced(cx, rq) + 1,
		cx->now / SECOND_MS));

	reply_status(rp, 302);
	reply_header(cx, rp, "Location", "%s",
	    opt_public_url(cx,
		arena_printf(cx->mem,
		    "/auth/session-token?%s%sshopify-reload=%s", query,
		    query[0] != '\0' ? "&" : "",
		    text_url_encode(cx->mem, back))));
	return OK;
}

/* App Bridge goes to every "shopify-reload" that it finds in an address, with a
   fresh id_token; anybody can write one. */
static enum err
check_reload(struct cx *cx, const struct request *rq)
{
	const char *own = opt_public_url(cx, "/");
	size_t i;

	for (i = 0; i < rq->nquery; i++) {
		if (text_equal(rq->query[i].name, "shopify-reload") &&
		    !text_starts(rq->query[i].value, own))
			return cx_fail_code(cx, ERR_INPUT, "foreign_reload",
			    "shopify-reload: does not begin with %s", own);
	}
	return OK;
}

/* --- why there is no page --- */

/* The admin names its language, a browser by itself that of its user. */
static bool
is_italian(const struct request *rq)
{
	const char *locale = query_get(rq, "locale");

	if (locale == NULL)
		locale = header_get(rq, "accept-language");
	return locale != NULL && text_starts(locale, "it");
}

struct refusal {
	int status;
	struct {
		const char *lang, *title, *why, *next;
	} said[2];
};

static const struct refusal token_refusal = { 403,
	{ { "en", "Logivery cannot verify who is calling",
	      "What Shopify sent does not fit this app: its Client ID or "
	      "client secret is another app's, or the server's clock is "
	      "wrong.",
	      "Whoever runs Logivery compares --client-id and the file of "
	      "--client-secret-file with the app's settings at Shopify; the "
	      "program's log says what was refused. Then open the app again." },
	    { "it", "Logivery non può verificare chi chiama",
		"Ciò che Shopify ha inviato non corrisponde a questa app: il "
		"Client ID o il client secret è di un'altra app, oppure "
		"l'orologio del server è sbagliato.",
		"Chi gestisce Logivery confronti --client-id e il file di "
		"--client-secret-file con le impostazioni dell'app in Shopify; "
		"il log del programma dice che cosa è stato rifiutato. Poi "
		"riapri l'app." } } };

static const struct refusal elsewhere = { 400,
	{ { "en", "This link leads out of Logivery",
	      "Somebody made this link so that it goes on to another site.",
	      "Do not follow it. Open Logivery under Apps in the Shopify "
	      "admin." },
	    { "it", "Questo link porta fuori da Logivery",
		"Qualcuno ha fatto questo link in modo che prosegua verso un "
		"altro sito.",
		"Non seguirlo. Apri Logivery da App nel pannello di controllo "
		"Shopify." } } };

static const struct refusal closed = { 409,
	{ { "en", "This store is closed to apps",
	      "Shopify lets no app read this store: it is frozen, paused or "
	      "closed.",
	      "Settle that in the Shopify admin, under Settings > Plan. Then "
	      "open the app again." },
	    { "it", "Questo negozio è chiuso alle app",
		"Shopify non permette a nessuna app di leggere questo negozio: "
		"è bloccato, in pausa o chiuso.",
		"Risolvi la cosa nel pannello di controllo Shopify, in "
		"Impostazioni > Piano. Poi riapri l'app." } } };

static const struct refusal not_now = { 503,
	{ { "en", "Logivery cannot open just now",
	      "Shopify did not give Logivery access to this store in time. "
	      "Nothing is lost.",
	      "Open the app again in a minute. If it stays so, whoever runs "
	      "Logivery finds the reason in the program's log." },
	    { "it", "Logivery non può aprirsi in questo momento",
		"Shopify non ha dato in tempo a Logivery l'accesso a questo "
		"negozio. Nulla è andato perso.",
		"Riapri l'app tra un minuto. Se resta così, chi gestisce "
		"Logivery trova il motivo nel log del programma." } } };

/* Where the store's access fails so. */
static const struct refusal *const refusals[ERR_COUNT] = {
	[ERR_DENIED] = &closed,
	[ERR_UPSTREAM] = &not_now,
	[ERR_BUSY] = &not_now,
};

/* The last failure, which has a code, in words.  It shows nothing of any shop;
   `shop` may frame it, NULL: nobody. */
static enum err
say_why(struct cx *cx, const struct request *rq, const struct refusal *r,
    const char *shop, struct reply *rp)
{
	bool italian = is_italian(rq);

	log_line(cx, LEVEL_WARN, "page.refused", "shop=%s code=%s why=\"%s\"",
	    shop != NULL ? shop : "-", cx->code, cx->why);
	reply_text(rp, "text/html; charset=utf-8",
	    arena_printf(cx->mem,
		"<!doctype html><html lang=\"%s\"><head>"
		"<meta charset=\"utf-8\"><title>Logivery</title></head>"
		"<body style=\"font: 1rem/1.5 sans-serif; margin: 2rem; "
		"max-width: 40rem\"><h1 style=\"font-size: 1.25rem\">%s</h1>"
		"<p>%s</p><p>%s</p></body></html>\n",
		r->said[italian].lang, html(cx, r->said[italian].title),
		html(cx, r->said[italian].why),
		html(cx, r->said[italian].next)));
	reply_status(rp, r->status);
	if (r->status == 503) /* in a minute, as it says */
		reply_header(cx, rp, "Retry-After", "60");
	reply_header(cx, rp, "Cache-Control", "no-store");
	policy(cx, rp, shop);
	return OK;
}

/* Who calls is not known, so that whoever says to be a shop may frame what
   shows nothing of it; NULL: nobody. */
static const char *
named_shop(const struct request *rq)
{
	const char *shop = query_get(rq, "shop");

	return shop != NULL && shop_domain_is_valid(shop) ? shop : NULL;
}

/* App Bridge goes on from here at once; what it says is for those whom it does
   not reach. */
static const char *const stuck[2][2] = {
	{ "en",
	    "Logivery waits for Shopify. If this page stays, open Logivery "
	    "under Apps in the Shopify admin." },
	{ "it",
	    "Logivery attende Shopify. Se questa pagina resta, apri Logivery "
	    "da App nel pannello di controllo Shopify." },
};

static enum err
session_token_page(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const char *const *said = stuck[is_italian(rq)];
	const char *shop = named_shop(rq);
	const char *text;

	if (check_reload(cx, rq) != OK)
		return say_why(cx, rq, &elsewhere, shop, rp);
	text = arena_printf(cx->mem,
	    "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\">"
	    "<title>Logivery</title><style>"
	    "@keyframes late { from { visibility: hidden } }"
	    "p { font: 1rem/1.5 sans-serif; margin: 2rem; "
	    "animation: late 3s step-end }</style>"
	    "<script data-api-key=\"%s\" src=\"%s\"></script></head>"
	    "<body><p>%s</p></body></html>\n",
	    said[0], html(cx, opt_text(cx, "client-id")),
	    html(cx, opt_text(cx, "app-bridge-url")), said[1]);
	reply_text(rp, "text/html; charset=utf-8", text);
	policy(cx, rp, shop);
	return OK;
}

static enum err
again(struct cx *cx, const struct request *rq, struct reply *rp)
{
	if (times_bounced(cx, rq) < BOUNCES_MAX)
		return bounce(cx, rq, rp);
	return say_why(cx, rq, &token_refusal, named_shop(rq), rp);
}

static enum err
not_installed(struct cx *cx, const struct request *rq, enum err e,
    const char *shop, struct reply *rp)
{
	if (e == ERR_AUTH)
		return again(cx, rq, rp);
	if (refusals[e] == NULL)
		return e;
	if (cx->code[0] == '\0') /* the log names that of its class */
		(void)cx_fail_code(cx, e, err_row(e)->code, "%s",
		    arena_text(cx->mem, cx->why));
	return say_why(cx, rq, refusals[e], shop, rp);
}

/* --- the page itself --- */

/* The front end's document, as web/shopify/index.html names its places. */
static const char *
filled(struct cx *cx, const struct file *f)
{
	static const struct {
		const char *name, *option;
	} places[] = {
		{ "__CLIENT_ID__", "client-id" },
		{ "__APP_BRIDGE_URL__", "app-bridge-url" },
		{ "__POLARIS_URL__", "polaris-url" },
	};
	const char *text =
	    arena_textn(cx->mem, (const char *)f->plain.p, f->plain.n);
	const char *at;
	struct buf b;
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if ((at = strstr(text, places[i].name)) == NULL)
			continue;
		b = buf_new(cx->mem);
		buf_add(&b, text, (size_t)(at - text));
		buf_text(&b, html(cx, opt_text(cx, places[i].option)));
		buf_text(&b, at + strlen(places[i].name));
		text = b.p;
	}
	return text;
}

/* Of a program that was built without its pages. */
static const char *
plain(struct cx *cx, const struct shop *shop)
{
	return arena_printf(cx->mem,
	    "<!doctype html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"shopify-api-key\" content=\"%s\">\n"
	    "<script src=\"%s\"></script>\n"
	    "<script src=\"%s\"></script>\n"
	    "<title>Logivery</title>\n</head>\n<body>\n"
	    "<s-page heading=\"Logivery\"><s-section>"
	    "<s-paragraph>The app runs for %s. It was built without its "
	    "pages: run script/bootstrap web in the source tree and build it "
	    "again.</s-paragraph>"
	    "</s-section></s-page>\n</body>\n</html>\n",
	    html(cx, opt_text(cx, "client-id")),
	    html(cx, opt_text(cx, "app-bridge-url")),
	    html(cx, opt_text(cx, "polaris-url")), html(cx, shop->domain));
}

/* Never kept: it names the front end's files of this very program. */
static enum err
shell(struct cx *cx, const struct request *rq, const struct shop *shop,
    struct reply *rp)
{
	const struct file *f = NULL;

	if (rq->site != NULL)
		f = files_find(rq->site, "index.html");
	reply_text(rp, "text/html; charset=utf-8",
	    f != NULL ? filled(cx, f) : plain(cx, shop));
	reply_header(cx, rp, "Cache-Control", "no-store");
	reply_header(cx, rp, "Link",
	    "<%s>; rel=\"preload\"; as=\"script\", "
	    "<%s>; rel=\"preload\"; as=\"script\"",
	    opt_text(cx, "app-bridge-url"), opt_text(cx, "polaris-url"));
	policy(cx, rp, shop->domain);
	return OK;
}

/* What the document loads, by names with a hash: kept for ever. */
static enum err
asset(struct cx *cx, const struct request *rq, struct reply *rp)
{
	static const char *const calls[] = { NULL };
	const struct front front = {
		.files = rq->site,
		.csp = "default-src 'none'",
		.calls = calls,
	};

	if (rq->site == NULL || files_find(rq->site, rq->path + 1) == NULL)
		return cx_fail_code(cx, ERR_MISSING, "no_such_path",
		    "no such path");
	return files_serve(cx, &front, rq, rp);
}

static enum err
page(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const char *token = query_get(rq, "id_token");
	struct idtoken id;
	struct secrets s;
	struct shop shop;
	enum err e;

	if (token == NULL && query_get(rq, "shop") == NULL) {
		reply_text(rp, "text/plain; charset=utf-8",
		    "The Logivery app for Shopify is running. Open it in the "
		    "Shopify admin.\n");
		return OK;
	}
	if (token == NULL)
		return bounce(cx, rq, rp);
	if (check_reload(cx, rq) != OK)
		return say_why(cx, rq, &elsewhere, named_shop(rq), rp);
	if ((e = opt_secrets(cx, &s)) != OK)
		return e;
	e = idtoken_check(cx, token, opt_text(cx, "client-id"), s.secret, s.n,
	    &id);
	if (e == ERR_AUTH)
		return again(cx, rq, rp);
	if (e != OK)
		return e;
	e = token_install(cx, id.shop, token, id.issued_at, &shop);
	if (e == OK)
		e = token_renew(cx, &shop, token, id.issued_at);
	if (e != OK)
		return not_installed(cx, rq, e, id.shop, rp);
	return shell(cx, rq, &shop, rp);
}

/* --- for extensions, and for operators --- */

static enum err
preflight(struct cx *cx, const struct request *rq, struct reply *rp)
{
	(void)cx;
	(void)rq;
	reply_status(rp, 204);
	return OK;
}

static enum err
livez(struct cx *cx, const struct request *rq, struct reply *rp)
{
	(void)cx;
	(void)rq;
	reply_text(rp, "text/plain; charset=utf-8", "ok\n");
	return OK;
}

/* Is the database there, room to write, the secret?  A webhook needs all. */
static enum err
readyz(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct secrets s;
	int64_t now;
	enum err e;

	(void)rq;
	if ((e = db_now(cx, &now)) != OK)
		return e;
	if ((e = db_well(cx)) != OK)
		return e;
	if ((e = folder_room(cx, conf_text(cx->conf, "data"))) != OK)
		return e;
	if (opt_secrets(cx, &s) != OK)
		return cx_fail_code(cx, ERR_BUSY, "busy", "%s",
		    arena_text(cx->mem, cx->why));
	reply_text(rp, "text/plain; charset=utf-8", "ready\n");
	return OK;
}

const struct route page_routes[] = {
	{ GET, "/", NULL, page, ROUTE_OPEN | ROUTE_WEB },
	{ GET, "/settings", NULL, page, ROUTE_OPEN | ROUTE_WEB },
	{ GET, "/logs", NULL, page, ROUTE_OPEN | ROUTE_WEB },
	{ GET, "/assets/{name}", NULL, asset, ROUTE_OPEN | ROUTE_WEB },
	{ GET, "/auth/session-token", NULL, session_token_page,
	    ROUTE_OPEN | ROUTE_WEB },
	{ OPTIONS, "/api/{rest*}", NULL, preflight, ROUTE_OPEN },
	{ 0 },
};

const struct route health_routes[] = {
	{ GET, "/livez", NULL, livez, ROUTE_OPEN },
	{ GET, "/readyz", NULL, readyz, ROUTE_OPEN },
	{ 0 },
};
