/*
 * cloudapp.c - logivery-cloud, the warehouse's side: serve, work, migrate,
 * check, user add, token add, version.
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
#include "base/buf.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "cloud/command.h"
#include "cloud/control.h"
#include "cloud/kinds.h"
#include "cloud/setup.h"
#include "cloud/site.h"
#include "cloud/tail.h"
#include "db/db.h"
#include "gen/sql.h"
#include "gen/web_cloud.h"
#include "net/client.h"
#include "net/http.h"
#include "net/server.h"
#include "net/url.h"
#include "queue/runner.h"

enum { EXIT_USAGE = 2, DRAIN_MS = 25 * 1000, LISTEN_FD = 3 };

/* --- the world --- */

struct world {
	struct env env;
	struct cx cx;
	struct log *log;
	struct keys *keys;
	struct client *client;
};

static const struct migration *const schemas[] = { schema_queue, schema_cloud };

static void
complain(const struct cx *cx)
{
	fprintf(stderr, "logivery-cloud: %s\n", cx->why);
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
		c.path = in_folder(cx, "cloud.db");
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
	struct cloud cloud;
	struct site site;
	struct runner *runner;
	struct server *server, *metrics;
	struct control *control;
};

static enum err
options_check(struct cx *cx)
{
	struct url u;
	enum err e;

	e = url_read(cx, conf_text(cx->conf, "public-url"), true, &u);
	if (e != OK)
		return cx_in(cx, e, "--public-url: ");
	if (u.path[0] != '\0' || u.query != NULL)
		return cx_fail(cx, ERR_INPUT,
		    "--public-url: scheme, host and port only, without a "
		    "final slash");
	return OK;
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
		.kinds = cloud_kinds,
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
	if ((e = kinds_schedule(cx)) != OK)
		return e;
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
	return server_open(cx, &c, &cloud_metrics_site, &r->metrics);
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
	enum err e;

	cloud_hints_add();
	if ((e = tail_open(cx, &r->cloud.tail)) != OK)
		return e;
	r->cloud.console = &web_cloud;
	r->site = cloud_site;
	r->site.self = &r->cloud;
	return server_open(cx, &c, &r->site, &r->server);
}

/* What an operator wants to see first, on stdout. */
static enum err
greet(struct running *r)
{
	struct cx *cx = &r->w->cx;
	const char *url = conf_text(cx->conf, "public-url");
	const char *listen = conf_text(cx->conf, "listen"), *colon;
	char token[TOKEN_TEXT_MAX];
	enum err e;

	colon = strrchr(listen, ':');
	printf("logivery-cloud: serving %s://%.*s:%d (%s)\n",
	    conf_text(cx->conf, "tls-cert") ? "https" : "http",
	    (int)(colon ? colon - listen : 0), listen, server_port(r->server),
	    url);
	e = setup_start(cx, token);
	if (e == OK)
		printf("logivery-cloud: no user yet; open within an hour: "
		       "%s/setup?token=%s\n",
		    url, token);
	fflush(stdout);
	return e == ERR_CONFLICT ? OK : e;
}

static int64_t
left(struct running *r, int64_t until_ms)
{
	int64_t ms = until_ms - env_mono(&r->w->env);

	return ms > 0 ? ms : 0;
}

/* Requests and jobs share the time: whoever stops us waits for both. */
static void
running_close(struct running *r)
{
	int64_t until_ms = env_mono(&r->w->env) + DRAIN_MS;

	notify("STOPPING=1");
	control_close(r->control);
	if (r->server != NULL)
		server_close(r->server, left(r, until_ms));
	if (r->metrics != NULL)
		server_close(r->metrics, 0);
	if (r->runner != NULL)
		runner_close(r->runner, left(r, until_ms));
	tail_close(r->cloud.tail);
}

static enum err
serve_start(struct running *r)
{
	struct cx *cx = &r->w->cx;
	enum err e;

	if ((e = store_open(r->w)) != OK || (e = work_start(r)) != OK ||
	    (e = server_start(r)) != OK || (e = metrics_start(r)) != OK ||
	    (e = greet(r)) != OK)
		return e;
	e = control_open(cx, conf_text(cx->conf, "data"), &r->control);
	if (e != OK) /* commands do without; serving goes on */
		log_line(cx, LEVEL_WARN, "control.off", "why=\"%s\"", cx->why);
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
	printf("logivery-cloud: the schema is up to date\n");
	return 0;
}

static int
check(struct world *w)
{
	static const char *const states[] = { "waiting", "running", "parked",
		"dead" };
	int64_t n = 0;
	size_t i;
	enum err e;

	e = store_open(w);
	for (i = 0; e == OK && i < 4; i++) {
		e = job_count(&w->cx, 0, states[i], &n);
		if (e == OK)
			printf("jobs %s: %" PRId64 "\n", states[i], n);
	}
	if (e != OK) {
		complain(&w->cx);
		return 1;
	}
	printf("logivery-cloud: keys and database are in order\n");
	return 0;
}

/* --- user add, token add --- */

/* By the server of that folder, if one runs; else here. */
static enum err
command_run(struct world *w, const struct json *in, struct json **out)
{
	struct cx *cx = &w->cx;
	enum err e;

	e = control_ask(cx, conf_text(cx->conf, "data"), in, out);
	if (e != ERR_MISSING)
		return e;
	if ((e = store_open(w)) != OK)
		return e;
	return control_run(cx, in, out);
}

static int
command(struct world *w, struct json *in)
{
	struct json *out = NULL;
	enum err e;

	if ((e = command_run(w, in, &out)) == OK) {
		command_print(in, out);
		return 0;
	}
	complain(&w->cx);
	return e == ERR_INPUT ? EXIT_USAGE : 1;
}

static int
user_add(struct world *w)
{
	return command(w, command_user_add(&w->cx));
}

static int
token_add(struct world *w)
{
	return command(w, command_token_add(&w->cx));
}

/* --- main --- */

static int
version(struct world *w)
{
	(void)w;
	printf("logivery-cloud %s\n", LOGIVERY_VERSION);
	return 0;
}

struct command {
	const char *name, *second; /* "user", "add" */
	const char *word;          /* the one that must follow; NULL: none */
	const struct option *options;
	int (*run)(struct world *);
	const char *help;
};

static const struct command commands[] = {
	{ "serve", NULL, NULL, command_serve_options, serve,
	    "serve stores, people and machines, and work in the background" },
	{ "work", NULL, NULL, command_work_options, work,
	    "only work: another node on the same PostgreSQL" },
	{ "migrate", NULL, NULL, command_data_options, migrate,
	    "bring the schema up to date" },
	{ "check", NULL, NULL, command_data_options, check,
	    "see that keys and database are in order" },
	{ "user", "add", "EMAIL", command_add_options, user_add,
	    "add a user; the password on standard input, or one is made and "
	    "printed" },
	{ "token", "add", "NAME", command_add_options, token_add,
	    "make an API token and print it, once" },
	{ "version", NULL, NULL, command_no_options, version,
	    "say which version this is" },
};
enum { NCOMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void
usage(FILE *f)
{
	const struct command *c;

	fprintf(f, "usage: logivery-cloud COMMAND [OPTIONS]\n\n");
	for (c = commands; c < commands + NCOMMANDS; c++)
		fprintf(f, "  %s%s%s%s%s\n      %s\n", c->name,
		    c->second ? " " : "", c->second ? c->second : "",
		    c->word ? " " : "", c->word ? c->word : "", c->help);
	fprintf(f, "\nlogivery-cloud COMMAND --help shows its options.\n");
}

static const struct command *
command_find(int argc, char **argv)
{
	const struct command *c;

	for (c = commands; argc > 1 && c < commands + NCOMMANDS; c++) {
		if (strcmp(c->name, argv[1]) != 0)
			continue;
		if (c->second == NULL ||
		    (argc > 2 && strcmp(c->second, argv[2]) == 0))
			return c;
	}
	return NULL;
}

/* Reads the options; *done: said what there is to say, exit with *status. */
static bool
options_read(struct world *w, const struct command *c, int argc, char **argv,
    int *status)
{
	int skip = c->second ? 3 : 2;
	const char *const *words;
	struct conf *conf;
	enum err e;

	e = conf_read(&w->cx, c->options, COMMAND_PREFIX, argc - skip,
	    argv + skip, c->word ? 1 : 0, &conf);
	*status = EXIT_USAGE;
	if (e != OK && strcmp(w->cx.code, "help") == 0) {
		printf("logivery-cloud %s: %s\n\n%s", c->name, c->help,
		    conf_help(w->cx.mem, c->options, COMMAND_PREFIX));
		*status = 0;
		return false;
	}
	if (e == OK && c->word != NULL && conf_words(conf, &words) != 1)
		e = cx_fail(&w->cx, ERR_INPUT, "%s %s: %s is missing", c->name,
		    c->second, c->word);
	if (e != OK) {
		complain(&w->cx);
		return false;
	}
	w->cx.conf = conf;
	return true;
}

static int
no_command(int argc, char **argv)
{
	static const char *const words[] = { "help", "--help", "-h" };
	size_t i;

	for (i = 0; argc > 1 && i < 3; i++) {
		if (strcmp(argv[1], words[i]) == 0) {
			usage(stdout);
			return 0;
		}
	}
	fprintf(stderr,
	    "logivery-cloud: %s%s%s; logivery-cloud --help names them\n",
	    argc > 1 ? "no command \"" : "a command is missing",
	    argc > 1 ? argv[1] : "", argc > 1 ? "\"" : "");
	return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	const struct command *c = command_find(argc, argv);
	struct world w = { 0 };
	int status;

	if (c == NULL)
		return no_command(argc, argv);
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
