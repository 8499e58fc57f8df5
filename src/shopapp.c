/*
 * shopapp.c - logivery-shopify, the stores' side: serve, work, migrate, check,
 * version, help.
 *
 * Everything is opened in order, runs until SIGTERM or SIGINT, and is closed
 * in reverse.  Signals are blocked before the first thread and waited for here.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/log.h"
#include "base/text.h"
#include "db/db.h"
#include "gen/sql.h"
#include "net/client.h"
#include "net/http.h"
#include "net/server.h"
#include "net/url.h"
#include "queue/runner.h"
#include "shopify/jobs.h"
#include "shopify/opt.h"
#include "shopify/site.h"

#define PREFIX "LOGIVERY_SHOPIFY"
enum { EXIT_USAGE = 2, DRAIN_MS = 25 * 1000, LISTEN_FD = 3 };

/* --- options --- */

#define OPT_DATA                                                               \
	{                                                                      \
		"data", OPTION_TEXT, NULL, true, 0, 0, "DIR",                  \
		    "Folder of database, keys and socket; made if missing."    \
	}
#define OPT_DATABASE                                                           \
	{                                                                      \
		"database", OPTION_TEXT, NULL, false, 0, 0, "URL",             \
		    "postgresql://... instead of the SQLite file in the "      \
		    "folder."                                                  \
	}
#define OPT_KEY_FILE                                                           \
	{                                                                      \
		"key-file", OPTION_TEXT, NULL, false, 0, 0, "FILE",            \
		    "Master keys; DIR/master.key if not given, made at first " \
		    "start; "                                                  \
		    "shared by all nodes."                                     \
	}
#define OPT_PUBLIC_URL                                                         \
	{                                                                      \
		"public-url", OPTION_TEXT, NULL, true, 0, 0, "URL",            \
		    "Address under which Shopify and Cloud Apps reach this "   \
		    "program."                                                 \
	}
#define OPT_CLIENT_ID                                                          \
	{                                                                      \
		"client-id", OPTION_TEXT, NULL, true, 0, 0, "ID",              \
		    "The app's client id (API key) at Shopify."                \
	}
#define OPT_SECRET                                                             \
	{                                                                      \
		"client-secret-file", OPTION_TEXT, NULL, true, 0, 0, "FILE",   \
		    "The app's client secrets, one a line, the current one "   \
		    "first; "                                                  \
		    "read at every use, so a rotated one needs no restart."    \
	}
#define OPT_SHOPIFY                                                            \
	{                                                                      \
		"shopify-url", OPTION_TEXT, "https://{shop}", false, 0, 0,     \
		    "URL",                                                     \
		    "Where a store's Admin API is; {shop} stands for its "     \
		    "domain."                                                  \
	}
#define OPT_PRIVATE                                                            \
	{                                                                      \
		"allow-private-hosts", OPTION_SWITCH, NULL, false, 0, 0, NULL, \
		    "Cloud Apps may have private addresses, http and any "     \
		    "port "                                                    \
		    "(development)."                                           \
	}
#define OPT_SWEEP                                                              \
	{                                                                      \
		"sweep-seconds", OPTION_INT, "300", false, 1, 86400, "N",      \
		    "How often a store is searched for what webhooks missed."  \
	}
#define OPT_RETRY                                                              \
	{                                                                      \
		"retry-base-ms", OPTION_INT, "1000", false, 1, 600000, "N",    \
		    "First pause before a failed job is tried again; it "      \
		    "doubles."                                                 \
	}

static const struct option serve_options[] = {
	OPT_DATA,
	{ "listen", OPTION_TEXT, "127.0.0.1:8090", false, 0, 0, "HOST:PORT",
	    "Where to serve; port 0 takes a free one. A socket inherited "
	    "with LISTEN_FDS comes first." },
	OPT_PUBLIC_URL,
	OPT_CLIENT_ID,
	OPT_SECRET,
	{ "cloud-url", OPTION_TEXT, NULL, false, 0, 0, "URL",
	    "The Host URL shown in Step 1 until a store is paired." },
	OPT_SHOPIFY,
	{ "app-bridge-url", OPTION_TEXT,
	    "https://cdn.shopify.com/shopifycloud/app-bridge.js", false, 0, 0,
	    "URL", "Where pages load App Bridge from." },
	{ "polaris-url", OPTION_TEXT,
	    "https://cdn.shopify.com/shopifycloud/polaris.js", false, 0, 0,
	    "URL", "Where pages load Polaris from." },
	OPT_DATABASE,
	OPT_KEY_FILE,
	OPT_PRIVATE,
	{ "metrics", OPTION_TEXT, NULL, false, 0, 0, "HOST:PORT",
	    "Serve numbers for Prometheus there; off if not given." },
	{ "trusted-proxy", OPTION_TEXT, NULL, false, 0, 0, "CIDR",
	    "Believe X-Forwarded-For and -Proto of proxies in this block." },
	{ "tls-cert", OPTION_TEXT, NULL, false, 0, 0, "FILE",
	    "PEM certificate chain: serve https; needs --tls-key." },
	{ "tls-key", OPTION_TEXT, NULL, false, 0, 0, "FILE",
	    "PEM key of the certificate." },
	OPT_SWEEP,
	OPT_RETRY,
	{ 0 },
};

static const struct option work_options[] = {
	OPT_DATA,
	OPT_PUBLIC_URL,
	OPT_CLIENT_ID,
	OPT_SECRET,
	OPT_SHOPIFY,
	OPT_DATABASE,
	OPT_KEY_FILE,
	OPT_PRIVATE,
	OPT_SWEEP,
	OPT_RETRY,
	{ 0 },
};

static const struct option data_options[] = {
	OPT_DATA,
	OPT_DATABASE,
	OPT_KEY_FILE,
	{ 0 },
};

static const struct option no_options[] = { { 0 } };

/* --- the world --- */

struct world {
	struct env env;
	struct cx cx;
	struct log *log;
	struct keys *keys;
	struct client *client;
};

static const struct migration *const schemas[] = { schema_queue,
	schema_shopify };

static void
complain(const struct cx *cx)
{
	fprintf(stderr, "logivery-shopify: %s\n", cx->why);
}

static const char *
in_folder(struct cx *cx, const char *name)
{
	return arena_printf(cx->mem, "%s/%s", conf_text(cx->conf, "data"),
	    name);
}

static enum err
folder_make(struct cx *cx)
{
	const char *dir = conf_text(cx->conf, "data");

	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return cx_fail(cx, ERR_STORE, "--data %s: %s", dir,
		    strerror(errno));
	return OK;
}

static enum err
keys_read(struct world *w)
{
	struct cx *cx = &w->cx;
	const char *path = conf_text(cx->conf, "key-file");
	enum err e;

	if (path == NULL)
		path = in_folder(cx, "master.key");
	if ((e = keys_open(cx, path, &w->keys)) == OK)
		cx->keys = w->keys;
	return e;
}

static enum err
database_open(struct world *w)
{
	struct cx *cx = &w->cx;
	struct db_conf c = { .url = conf_text(cx->conf, "database") };

	if (c.url == NULL)
		c.path = in_folder(cx, "shopify.db");
	return db_open(cx, &c, &cx->db);
}

static enum err
store_open(struct world *w)
{
	enum err e;

	if ((e = folder_make(&w->cx)) != OK || (e = keys_read(w)) != OK ||
	    (e = database_open(w)) != OK)
		return e;
	return db_migrate(&w->cx, schemas,
	    sizeof(schemas) / sizeof(schemas[0]));
}

static void
world_close(struct world *w)
{
	if (w->cx.db != NULL)
		db_close(w->cx.db);
	if (w->client != NULL)
		client_close(w->client);
	if (w->keys != NULL)
		keys_close(w->keys);
	if (w->log != NULL)
		log_close(w->log);
	cx_done(&w->cx);
}

static void
signals_block(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	pthread_sigmask(SIG_BLOCK, set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* sd_notify(3), the whole of it. */
static void
notify(const char *text)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	size_t n = path ? strlen(path) : 0;
	int fd;

	if (n < 2 || n >= sizeof(a.sun_path))
		return;
	memcpy(a.sun_path, path, n);
	if (a.sun_path[0] == '@')
		a.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, text, strlen(text), MSG_NOSIGNAL,
	    (const struct sockaddr *)&a,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	close(fd);
}

static int
inherited(void)
{
	const char *pid = getenv("LISTEN_PID"), *n = getenv("LISTEN_FDS");
	int64_t fds;

	if (n == NULL || !text_to_int(n, 1, 1, &fds))
		return -1;
	if (pid != NULL && strtol(pid, NULL, 10) != (long)getpid())
		return -1;
	return LISTEN_FD;
}

/* --- serve, work --- */

struct running {
	struct world *w;
	struct runner *runner;
	struct server *server, *metrics;
};

static enum err
options_check(struct cx *cx)
{
	struct secrets secrets;
	struct url u;
	enum err e;

	e = url_read(cx, conf_text(cx->conf, "public-url"), true, &u);
	if (e != OK)
		return cx_in(cx, e, "--public-url: ");
	if (u.query != NULL)
		return cx_fail(cx, ERR_INPUT, "--public-url: has a query");
	e = url_read(cx, opt_shopify_url(cx, "a.myshopify.com", ""), true, &u);
	if (e != OK)
		return cx_in(cx, e, "--shopify-url: ");
	return opt_secrets(cx, &secrets);
}

static enum err
serve_options_check(struct cx *cx)
{
	bool cert = conf_text(cx->conf, "tls-cert") != NULL;
	bool key = conf_text(cx->conf, "tls-key") != NULL;

	if (cert != key)
		return cx_fail(cx, ERR_INPUT,
		    "--tls-cert and --tls-key go together");
	return options_check(cx);
}

static enum err
work_start(struct running *r)
{
	struct cx *cx = &r->w->cx;
	struct runner_conf c = {
		.kinds = shopify_kinds,
		.retry_base_ms = conf_int(cx->conf, "retry-base-ms"),
		.tell = kinds_tell,
	};
	enum err e;

	e = client_open(cx, conf_is(cx->conf, "allow-private-hosts"),
	    &r->w->client);
	if (e != OK)
		return e;
	r->w->env.net = r->w->client;
	r->w->env.call = client_real;
	return runner_open(cx, &c, &r->runner);
}

static enum err
metrics_start(struct running *r)
{
	struct cx *cx = &r->w->cx;
	struct server_conf c = { .listen = conf_text(cx->conf, "metrics"),
		.fd = -1,
		.net_threads = 1,
		.workers = 1 };

	if (c.listen == NULL)
		return OK;
	return server_open(cx, &c, &shopify_metrics_site, &r->metrics);
}

static enum err
server_start(struct running *r)
{
	struct cx *cx = &r->w->cx;
	struct server_conf c = {
		.listen = conf_text(cx->conf, "listen"),
		.fd = inherited(),
		.trusted_proxy = conf_text(cx->conf, "trusted-proxy"),
		.tls_cert = conf_text(cx->conf, "tls-cert"),
		.tls_key = conf_text(cx->conf, "tls-key"),
	};

	shopify_hints_add();
	return server_open(cx, &c, &shopify_site, &r->server);
}

/* What an operator wants to see first, on stdout. */
static void
greet(struct running *r)
{
	struct cx *cx = &r->w->cx;
	const char *listen = conf_text(cx->conf, "listen"), *colon;

	colon = strrchr(listen, ':');
	printf("logivery-shopify: serving %s://%.*s:%d (%s)\n",
	    conf_text(cx->conf, "tls-cert") ? "https" : "http",
	    (int)(colon ? colon - listen : 0), listen, server_port(r->server),
	    conf_text(cx->conf, "public-url"));
	fflush(stdout);
}

static void
running_close(struct running *r)
{
	notify("STOPPING=1");
	if (r->server != NULL)
		server_close(r->server, DRAIN_MS);
	if (r->metrics != NULL)
		server_close(r->metrics, 0);
	if (r->runner != NULL)
		runner_close(r->runner, DRAIN_MS);
}

static enum err
serve_start(struct running *r)
{
	enum err e;

	if ((e = store_open(r->w)) != OK || (e = work_start(r)) != OK ||
	    (e = server_start(r)) != OK || (e = metrics_start(r)) != OK)
		return e;
	greet(r);
	return OK;
}

static int
run_until_signal(struct world *w, enum err (*start)(struct running *))
{
	struct running r = { .w = w };
	sigset_t set;
	int sig;
	enum err e;

	signals_block(&set);
	if ((e = start(&r)) == OK) {
		notify("READY=1");
		log_line(&w->cx, LEVEL_INFO, "started", NULL);
		sigwait(&set, &sig);
		log_line(&w->cx, LEVEL_INFO, "stopping", "signal=%d", sig);
	} else {
		complain(&w->cx);
	}
	running_close(&r);
	return e == OK ? 0 : e == ERR_INPUT ? EXIT_USAGE : 1;
}

static int
serve(struct world *w)
{
	if (serve_options_check(&w->cx) != OK) {
		complain(&w->cx);
		return EXIT_USAGE;
	}
	return run_until_signal(w, serve_start);
}

static enum err
workers_start(struct running *r)
{
	enum err e = store_open(r->w);

	return e == OK ? work_start(r) : e;
}

static int
work(struct world *w)
{
	if (options_check(&w->cx) != OK) {
		complain(&w->cx);
		return EXIT_USAGE;
	}
	return run_until_signal(w, workers_start);
}

/* --- migrate, check --- */

static int
migrate(struct world *w)
{
	if (store_open(w) != OK) {
		complain(&w->cx);
		return 1;
	}
	printf("logivery-shopify: the schema is up to date\n");
	return 0;
}

static int
check(struct world *w)
{
	int64_t dead;

	if (store_open(w) != OK || job_count(&w->cx, 0, "dead", &dead) != OK) {
		complain(&w->cx);
		return 1;
	}
	printf("logivery-shopify: keys and database are in order; jobs given "
	       "up: %" PRId64 "\n",
	    dead);
	return 0;
}

/* --- main --- */

static int
version(struct world *w)
{
	(void)w;
	printf("logivery-shopify %s\n", LOGIVERY_VERSION);
	return 0;
}

struct command {
	const char *name;
	const struct option *options;
	int (*run)(struct world *);
	const char *help;
};

static const struct command commands[] = {
	{ "serve", serve_options, serve,
	    "serve stores and Cloud Apps, and work in the background" },
	{ "work", work_options, work,
	    "only work: another node on the same PostgreSQL" },
	{ "migrate", data_options, migrate, "bring the schema up to date" },
	{ "check", data_options, check,
	    "see that keys and database are in order" },
	{ "version", no_options, version, "say which version this is" },
};
enum { NCOMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void
usage(FILE *f)
{
	const struct command *c;

	fprintf(f, "usage: logivery-shopify COMMAND [OPTIONS]\n\n");
	for (c = commands; c < commands + NCOMMANDS; c++)
		fprintf(f, "  %s\n      %s\n", c->name, c->help);
	fprintf(f, "\nlogivery-shopify COMMAND --help: its options.\n");
}

static const struct command *
command_find(int argc, char **argv)
{
	const struct command *c;

	for (c = commands; argc > 1 && c < commands + NCOMMANDS; c++)
		if (strcmp(c->name, argv[1]) == 0)
			return c;
	return NULL;
}

/* Reads the options; false: said what there is to say, exit with *status. */
static bool
options_read(struct world *w, const struct command *c, int argc, char **argv,
    int *status)
{
	struct conf *conf;
	enum err e;

	e = conf_read(&w->cx, c->options, PREFIX, argc - 2, argv + 2, 0, &conf);
	*status = EXIT_USAGE;
	if (e != OK && strcmp(w->cx.code, "help") == 0) {
		printf("logivery-shopify %s: %s\n\n%s", c->name, c->help,
		    conf_help(w->cx.mem, c->options, PREFIX));
		*status = 0;
		return false;
	}
	if (e != OK) {
		complain(&w->cx);
		return false;
	}
	w->cx.conf = conf;
	return true;
}

int
main(int argc, char **argv)
{
	const struct command *c = command_find(argc, argv);
	struct world w = { 0 };
	int status;

	if (c == NULL) {
		bool asked = argc > 1 &&
		    (strcmp(argv[1], "help") == 0 ||
			strcmp(argv[1], "--help") == 0 ||
			strcmp(argv[1], "-h") == 0);
		if (!asked && argc > 1)
			fprintf(stderr, "logivery-shopify: no command \"%s\"\n",
			    argv[1]);
		usage(asked ? stdout : stderr);
		return asked ? 0 : EXIT_USAGE;
	}
	crypt_start();
	w.env = env_real();
	w.log = log_open(STDERR_FILENO, LEVEL_INFO);
	w.cx = (struct cx){ .env = &w.env, .mem = arena_new(), .log = w.log };
	w.cx.now = env_wall(&w.env);
	if (options_read(&w, c, argc, argv, &status))
		status = c->run(&w);
	world_close(&w);
	return status;
}
