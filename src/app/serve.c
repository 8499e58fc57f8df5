/*
 * serve.c - opened in order, runs until SIGTERM or SIGINT, closed in reverse.
 * SIGHUP reads the key file again.
 *
 * Signals are blocked before the first thread and waited for here.
 */
#include "app/serve.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/control.h"
#include "app/sealed.h"
#include "app/supervisor.h"
#include "app/watchdog.h"
#include "app/world.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"
#include "net/client.h"
#include "net/http.h"
#include "net/listen.h"
#include "net/server.h"
#include "net/url.h"
#include "queue/runner.h"

enum { DRAIN_MS = 25 * 1000 };

struct running {
	struct world *w;
	struct site site;
	void *self; /* the site's, from program->open */
	struct runner *runner;
	struct server *server, *metrics;
	int fd;                /* the socket we were given, or -1 */
	const char *inherited; /* its address */
	struct control *control;
	struct watchdog *watchdog;
	_Atomic bool disk_lost;
};

static void
signals_block(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* --- options --- */

static enum err
options_check(struct world *w)
{
	struct cx *cx = &w->cx;
	struct url u;
	enum err e;

	e = url_read(cx, conf_text(cx->conf, "public-url"), true, &u);
	if (e != OK)
		return cx_in(cx, e, "--public-url: ");
	if ((e = w->program->check(cx)) != OK)
		return e;
	if (text_equal(u.scheme, "http") &&
	    !conf_is(cx->conf, "allow-private-hosts"))
		log_line(cx, LEVEL_WARN, "option.doubtful",
		    "option=public-url why=\"http is for development: stores "
		    "and people need https\"");
	return OK;
}

static enum err
file_check(struct cx *cx, const char *option)
{
	const char *path = conf_text(cx->conf, option);
	const char *why = "is a folder";
	struct stat st;

	if (path == NULL)
		return OK;
	if (stat(path, &st) != 0 || access(path, R_OK) != 0)
		why = strerror(errno);
	else if (!S_ISDIR(st.st_mode))
		return OK;
	return cx_fail(cx, ERR_INPUT,
	    "--%s %s: %s; give the path of the PEM file, which the user this "
	    "program runs as may read",
	    option, path, why);
}

static enum err
tls_check(struct cx *cx)
{
	bool cert = conf_text(cx->conf, "tls-cert") != NULL;
	bool key = conf_text(cx->conf, "tls-key") != NULL;
	enum err e;

	if (cert != key)
		return cx_fail(cx, ERR_INPUT,
		    "--tls-cert and --tls-key go together: give both, or "
		    "neither");
	if ((e = file_check(cx, "tls-cert")) != OK)
		return e;
	return file_check(cx, "tls-key");
}

static enum err
door_check(struct cx *cx)
{
	const char *proxy = conf_text(cx->conf, "trusted-proxy");
	const char *metrics = conf_text(cx->conf, "metrics");
	enum err e;

	if ((e = tls_check(cx)) != OK)
		return e;
	if (proxy != NULL && !address_block_is(proxy))
		return cx_fail(cx, ERR_INPUT,
		    "--trusted-proxy %s: expected a block, like 10.0.0.0/8",
		    proxy);
	if (metrics != NULL && (e = listen_check(cx, metrics)) != OK)
		return cx_in(cx, e, "--metrics: ");
	if ((e = listen_check(cx, conf_text(cx->conf, "listen"))) != OK)
		return cx_in(cx, e, "--");
	return OK;
}

static enum err
serve_options_check(struct world *w)
{
	enum err e = door_check(&w->cx);

	return e == OK ? options_check(w) : e;
}

/* --- starting --- */

static enum err
work_start(struct running *r)
{
	struct cx *cx = &r->w->cx;
	const struct program *p = r->w->program;
	struct runner_conf c = {
		.kinds = p->kinds,
		.retry_base_ms = conf_int(cx->conf, "retry-base-ms"),
		.tell = p->tell,
		.whose = p->whose,
	};
	enum err e;

	e = client_open(cx, conf_is(cx->conf, "allow-private-hosts"),
	    &r->w->client);
	if (e != OK)
		return e;
	r->w->env.net = r->w->client;
	r->w->env.call = client_real;
	if (p->schedule != NULL && (e = p->schedule(cx)) != OK)
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
		.workers = 1,
		.connections_max = 64 };
	enum err e;

	if (c.listen == NULL)
		return OK;
	e = server_open(cx, &c, r->w->program->metrics, &r->metrics);
	return e == OK ? OK : cx_in(cx, e, "--metrics: ");
}

/* Its address is its maker's choice: what we were told as well is not used. */
static enum err
inherit(struct running *r)
{
	struct cx *cx = &r->w->cx;
	enum err e = supervisor_socket(cx, &r->fd);

	if (e != OK || r->fd < 0)
		return e;
	r->inherited = listen_name(cx, r->fd);
	if (conf_is_given(cx->conf, "listen"))
		log_line(cx, LEVEL_WARN, "option.unused",
		    "option=listen given=%s served=%s why=\"the socket was "
		    "inherited (LISTEN_FDS): change its address in the .socket "
		    "unit, or take the option away\"",
		    conf_text(cx->conf, "listen"), r->inherited);
	return OK;
}

static enum err
server_start(struct running *r)
{
	struct cx *cx = &r->w->cx;
	const struct program *p = r->w->program;
	struct server_conf c = {
		.listen = conf_text(cx->conf, "listen"),
		.fd = r->fd,
		.trusted_proxy = conf_text(cx->conf, "trusted-proxy"),
		.tls_cert = conf_text(cx->conf, "tls-cert"),
		.tls_key = conf_text(cx->conf, "tls-key"),
	};
	enum err e;

	if (p->open != NULL && (e = p->open(cx, &r->self)) != OK)
		return e;
	r->site = *p->site;
	r->site.self = r->self;
	return server_open(cx, &c, &r->site, &r->server);
}

/* The port is what the machine gave. */
static const char *
served(struct running *r)
{
	const char *listen = conf_text(r->w->cx.conf, "listen");
	const char *colon = strrchr(listen, ':');

	if (r->inherited != NULL)
		return r->inherited;
	return arena_printf(r->w->cx.mem, "%.*s:%d", (int)(colon - listen),
	    listen, server_port(r->server));
}

/* What an operator wants to see first, on stdout. */
static enum err
greet(struct running *r)
{
	struct cx *cx = &r->w->cx;
	const struct program *p = r->w->program;
	enum err e = OK;

	printf("%s: serving %s://%s (%s)\n", p->name,
	    conf_text(cx->conf, "tls-cert") != NULL ? "https" : "http",
	    served(r), conf_text(cx->conf, "public-url"));
	if (p->greet != NULL)
		e = p->greet(cx);
	fflush(stdout);
	return e;
}

static enum err
serve_start(struct running *r)
{
	struct cx *cx = &r->w->cx;
	enum err e;

	/* Before we open what would be taken for it. */
	if ((e = inherit(r)) != OK || (e = world_store(r->w)) != OK)
		return e;
	if (sealed_check(cx, r->w->program, NULL) != OK)
		log_line(cx, LEVEL_ERROR, "keys.lacking", "why=\"%s\"",
		    cx->why);
	if ((e = work_start(r)) != OK || (e = server_start(r)) != OK ||
	    (e = metrics_start(r)) != OK || (e = greet(r)) != OK)
		return e;
	e = control_open(cx, conf_text(cx->conf, "data"), r->w->program,
	    &r->control);
	if (e != OK) /* commands do without; serving goes on */
		log_line(cx, LEVEL_WARN, "control.off", "why=\"%s\"", cx->why);
	return OK;
}

static enum err
workers_start(struct running *r)
{
	enum err e = world_in(r->w);

	return e == OK ? work_start(r) : e;
}

/* --- stopping --- */

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

	supervisor_tell("STOPPING=1");
	watchdog_rest(r->watchdog);
	control_stop(r->control);
	if (r->server != NULL)
		server_close(r->server, left(r, until_ms));
	if (r->metrics != NULL)
		server_close(r->metrics, 0);
	if (r->runner != NULL)
		runner_close(r->runner, left(r, until_ms));
	control_close(r->control);
	watchdog_close(r->watchdog);
	if (r->w->program->close != NULL)
		r->w->program->close(r->self);
}

/* SIGHUP reads the keys again; any other is the end. */
static int
wait_for_end(struct world *w, const sigset_t *set)
{
	int sig;

	for (;;) {
		sigwait(set, &sig);
		if (sig != SIGHUP)
			return sig;
		if (world_keys_again(w) == OK)
			log_line(&w->cx, LEVEL_INFO, "keys.read", NULL);
		else
			log_line(&w->cx, LEVEL_ERROR, "keys.kept", "why=\"%s\"",
			    w->cx.why);
	}
}

/* On the thread that commits.  No more is tried: what is on the disk is for the
   next start to read, and the supervisor's to arrange. */
static void
disk_lost(void *arg)
{
	struct running *r = arg;

	r->disk_lost = true;
	kill(getpid(), SIGTERM);
}

static void
log_end(struct running *r, int sig)
{
	struct cx *cx = &r->w->cx;

	if (r->disk_lost)
		log_line(cx, LEVEL_ERROR, "disk.lost",
		    "why=\"the disk does not take what is written\"");
	log_line(cx, LEVEL_INFO, "stopping", "signal=%d", sig);
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
		supervisor_tell("READY=1");
		r.watchdog = watchdog_open(&w->cx, r.server);
		log_line(&w->cx, LEVEL_INFO, "started", NULL);
		db_on_disk_lost(w->cx.db, disk_lost, &r);
		sig = wait_for_end(w, &set);
		log_end(&r, sig);
	} else {
		world_complain(w);
	}
	running_close(&r);
	if (e != OK)
		return world_status(e);
	db_on_disk_lost(w->cx.db, NULL, NULL);
	log_line(&w->cx, LEVEL_INFO, "stopped", NULL);
	return world_status(r.disk_lost ? ERR_STORE : OK);
}

static int
run_checked(struct world *w, enum err e, enum err (*start)(struct running *))
{
	if (e == OK)
		return run_until_signal(w, start);
	world_complain(w);
	return world_status(ERR_INPUT);
}

int
serve_run(struct world *w)
{
	return run_checked(w, serve_options_check(w), serve_start);
}

int
work_run(struct world *w)
{
	return run_checked(w, options_check(w), workers_start);
}
