/*
 * shopapp.c - logivery-shopify, the stores' side.
 */
#include <string.h>

#include "app/options.h"
#include "app/program.h"
#include "base/log.h"
#include "base/text.h"
#include "gen/sql.h"
#include "gen/web_shopify.h"
#include "net/files.h"
#include "net/http.h"
#include "net/url.h"
#include "shopify/jobs.h"
#include "shopify/opt.h"
#include "shopify/restored.h"
#include "shopify/site.h"

/* --- options --- */

#define OPT_ADDRESS                                                            \
	OPT_PUBLIC_URL("Address under which Shopify and Cloud Apps reach "     \
		       "this program.")
#define OPT_CLIENT                                                             \
	{ "client-id", OPTION_TEXT, NULL, true, 0, 0, "ID",                    \
		"The app's client id, from Shopify's " OPT_DASHBOARD "." },    \
	{                                                                      \
		"client-secret-file", OPTION_TEXT, NULL, true, 0, 0, "FILE",   \
		    "The app's client secrets, from Shopify's " OPT_DASHBOARD  \
		    ", one a line, the current one first; read at every use, " \
		    "so a rotated one needs no restart."                       \
	}
#define OPT_SHOPIFY                                                            \
	{                                                                      \
		"shopify-url", OPTION_TEXT, "https://{shop}", false, 0, 0,     \
		    "URL",                                                     \
		    "Where a store's Admin API is; {shop} stands for its "     \
		    "domain."                                                  \
	}
#define OPT_CLOUDS                                                             \
	OPT_PRIVATE("Cloud Apps may have private addresses, http and any "     \
		    "port (development).")
#define OPT_PACE                                                               \
	OPT_SWEEP("How often a store is searched for what webhooks missed."),  \
	    OPT_RETRY

static const struct option serve_options[] = {
	OPT_STORE,
	OPT_LISTEN("127.0.0.1:8090"),
	OPT_ADDRESS,
	OPT_CLIENT,
	{ "cloud-url", OPTION_TEXT, NULL, false, 0, 0, "URL",
	    "The Host URL shown in Step 1 until a store is paired." },
	OPT_SHOPIFY,
	{ "app-bridge-url", OPTION_TEXT,
	    "https://cdn.shopify.com/shopifycloud/app-bridge.js", false, 0, 0,
	    "URL", "Where pages load App Bridge from." },
	{ "polaris-url", OPTION_TEXT,
	    "https://cdn.shopify.com/shopifycloud/polaris-1.js", false, 0, 0,
	    "URL", "Where pages load Polaris from." },
	{ "admin-url", OPTION_TEXT, "https://admin.shopify.com", false, 0, 0,
	    "URL", "Where the Shopify admin is, which frames the pages." },
	OPT_CLOUDS,
	OPT_DOOR,
	OPT_PACE,
	{ 0 },
};

static const struct option work_options[] = {
	OPT_STORE,
	OPT_ADDRESS,
	OPT_CLIENT,
	OPT_SHOPIFY,
	OPT_CLOUDS,
	OPT_PACE,
	{ 0 },
};

/* Of an option that may be missing. */
static enum err
url_check(struct cx *cx, const char *name, struct url *u)
{
	const char *text = conf_text(cx->conf, name);
	enum err e = text == NULL ? OK : url_read(cx, text, true, u);

	return e == OK ? OK : cx_in(cx, e, "--%s: ", name);
}

/* shopify.app.toml's place holder, copied along. */
static enum err
client_check(struct cx *cx)
{
	if (!text_starts(conf_text(cx->conf, "client-id"), "CHANGE"))
		return OK;
	return cx_fail(cx, ERR_INPUT,
	    "--client-id: put the Client ID there that Shopify shows in "
	    "its " OPT_DASHBOARD);
}

static enum err
shopify_url_check(struct cx *cx)
{
	const char *form = conf_text(cx->conf, "shopify-url");
	struct url u;
	enum err e;

	if (form != NULL && strstr(form, "{shop}") == NULL)
		return cx_fail(cx, ERR_INPUT,
		    "--shopify-url: {shop} is missing, where a store's name "
		    "goes");
	e = url_read(cx, opt_shopify_url(cx, "a.myshopify.com", ""), true, &u);
	return e == OK ? OK : cx_in(cx, e, "--shopify-url: ");
}

static enum err
urls_check(struct cx *cx)
{
	static const char *const names[] = { "cloud-url", "app-bridge-url",
		"polaris-url", "admin-url", "public-url" };
	struct url u = { 0 };
	size_t i;
	enum err e;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((e = url_check(cx, names[i], &u)) != OK)
			return e;
	}
	if (u.query != NULL)
		return cx_fail(cx, ERR_INPUT,
		    "--public-url: has a query: take away what is behind the "
		    "?");
	return shopify_url_check(cx);
}

static enum err
check(struct cx *cx)
{
	struct secrets secrets;
	enum err e;

	if ((e = urls_check(cx)) != OK || (e = client_check(cx)) != OK ||
	    (e = opt_secrets(cx, &secrets)) != OK)
		return e;
	if (opt_secrets_mode(cx) != OK)
		log_line(cx, LEVEL_WARN, "option.doubtful",
		    "option=client-secret-file why=\"%s\"", cx->why);
	return OK;
}

/* --- */

static const struct migration *const schemas[] = { schema_app, schema_queue,
	schema_shopify };

static const struct sql *const sealed[] = { &SQL_SHOP_SEALED, &SQL_BODY_SEALED,
	NULL };

static const struct program_command commands[] = { { 0 } };

static enum err
site_open(struct cx *cx, void **self)
{
	static struct files front;

	(void)cx;
	front = web_shopify;
	*self = &front;
	shopify_hints_add();
	return OK;
}

static const struct program program = {
	.name = "logivery-shopify",
	.prefix = "LOGIVERY_SHOPIFY",
	.file = "shopify.db",
	.schemas = schemas,
	.nschemas = sizeof(schemas) / sizeof(schemas[0]),
	.sealed = sealed,
	.kinds = shopify_kinds,
	.tell = kinds_tell,
	.whose = kinds_whose,
	.serve_options = serve_options,
	.work_options = work_options,
	.commands = commands,
	.check = check,
	.site = &shopify_site,
	.metrics = &shopify_metrics_site,
	.open = site_open,
	.restored = restored_careful,
};

int
main(int argc, char **argv)
{
	return program_main(&program, argc, argv);
}
