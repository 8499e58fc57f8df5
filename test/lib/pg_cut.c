/*
 * pg_cut.c - see pg_cut.h.
 *
 * One thread carries bytes between sockets.  libpq sends a COMMIT when all
 * before it was answered, so it is a chunk of its own.
 */
#include "lib/pg_cut.h"

#include "lib/db_test.h"

#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"

enum { PAIRS_MAX = 64, CHUNK = 64 * 1024 };

static const char commit[] = "Q\0\0\0\x0b"
			     "COMMIT";

/* Two ends of one connection. */
struct pair {
	int client;
	int server;
	bool condemned; /* its COMMIT is under way */
};

struct pg_cut {
	struct env *env;
	struct thread *thread;
	int door;
	int stop[2]; /* closed: the end */
	struct sockaddr_un to;
	char *url;
	_Atomic int at;
	_Atomic int done;
	struct pair pairs[PAIRS_MAX];
	size_t n;
};

static bool
pass(int to, const char *p, ssize_t n)
{
	ssize_t sent;

	for (; n > 0; p += sent, n -= sent)
		if ((sent = send(to, p, (size_t)n, MSG_NOSIGNAL)) <= 0)
			return false;
	return true;
}

static bool
is_the_one(struct pg_cut *c, const char *p, ssize_t n)
{
	if (n != sizeof(commit) || memcmp(p, commit, sizeof(commit)) != 0 ||
	    c->at == 0)
		return false;
	return --c->at == 0;
}

/* False: this pair has ended. */
static bool
carry(struct pg_cut *c, struct pair *pair, bool from_client)
{
	static char chunk[CHUNK];
	int from = from_client ? pair->client : pair->server;
	ssize_t n = recv(from, chunk, sizeof(chunk), 0);

	if (n <= 0)
		return false;
	if (!from_client && pair->condemned) {
		c->done++;
		return false;
	}
	if (from_client && is_the_one(c, chunk, n))
		pair->condemned = true;
	return pass(from_client ? pair->server : pair->client, chunk, n);
}

static void
end(struct pg_cut *c, size_t i)
{
	close(c->pairs[i].client);
	close(c->pairs[i].server);
	c->pairs[i] = c->pairs[--c->n];
}

static void
let_in(struct pg_cut *c)
{
	struct pair pair = { .client =
				 accept4(c->door, NULL, NULL, SOCK_CLOEXEC) };

	if (pair.client < 0)
		return;
	pair.server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->n < PAIRS_MAX &&
	    connect(pair.server, (const struct sockaddr *)&c->to,
		sizeof(c->to)) == 0) {
		c->pairs[c->n++] = pair;
		return;
	}
	close(pair.client);
	close(pair.server);
}

static void
carry_all(struct pg_cut *c, const struct pollfd *p)
{
	size_t i;

	for (i = c->n; i-- > 0;)
		if ((p[2 * i].revents != 0 && !carry(c, &c->pairs[i], true)) ||
		    (p[2 * i + 1].revents != 0 &&
			!carry(c, &c->pairs[i], false)))
			end(c, i);
}

static void
run(void *arg)
{
	struct pg_cut *c = arg;
	struct pollfd p[2 * PAIRS_MAX + 2];
	size_t i;

	for (;;) {
		for (i = 0; i < c->n; i++) {
			p[2 * i] =
			    (struct pollfd){ c->pairs[i].client, POLLIN, 0 };
			p[2 * i + 1] =
			    (struct pollfd){ c->pairs[i].server, POLLIN, 0 };
		}
		p[2 * i] = (struct pollfd){ c->door, POLLIN, 0 };
		p[2 * i + 1] = (struct pollfd){ c->stop[0], POLLIN, 0 };
		if (poll(p, 2 * i + 2, -1) < 0 || p[2 * i + 1].revents != 0)
			break;
		carry_all(c, p);
		if (p[2 * i].revents != 0)
			let_in(c);
	}
	while (c->n > 0)
		end(c, 0);
}

static struct sockaddr_un
socket_in(const char *dir, int n)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	snprintf(a.sun_path, sizeof(a.sun_path), "%.*s/.s.PGSQL.5432", n, dir);
	return a;
}

struct pg_cut *
pg_cut_open(struct cx *cx, const char *url)
{
	const char *host = strstr(url, "host=/"), *dir = test_dir(cx);
	struct sockaddr_un here = socket_in(dir, 80);
	struct pg_cut *c;
	int n;

	if (host == NULL) {
		printf("skip: the server is not reached by a socket\n");
		skip();
	}
	host += strlen("host=");
	n = (int)strcspn(host, "&");
	c = mem_new(sizeof(*c));
	c->env = cx->env;
	c->to = socket_in(host, n);
	c->url = arena_printf(cx->mem, "%.*s%s%s", (int)(host - url), url, dir,
	    host + n);
	c->door = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(c->door, (const struct sockaddr *)&here,
			     sizeof(here)),
	    0);
	assert_int_equal(listen(c->door, PAIRS_MAX), 0);
	assert_int_equal(pipe2(c->stop, O_CLOEXEC), 0);
	c->thread = cx->env->start(cx->env, "pg cut", run, c);
	return c;
}

const char *
pg_cut_url(const struct pg_cut *c)
{
	return c->url;
}

void
pg_cut_at(struct pg_cut *c, int n)
{
	c->at = n;
}

int
pg_cut_done(struct pg_cut *c)
{
	return c->done;
}

void
pg_cut_close(struct pg_cut *c)
{
	close(c->stop[1]);
	c->env->join(c->env, c->thread);
	close(c->stop[0]);
	close(c->door);
	mem_free(c);
}

struct pg_cut *
pg_cut_node(struct cx *cx, int readers, struct cx *node)
{
	struct pg_cut *c = pg_cut_open(cx, test_db_conf(cx)->url);
	struct db_conf conf = { .url = c->url, .readers = readers };

	cx_child(node, cx);
	must(node, db_open(node, &conf, &node->db));
	return c;
}

void
pg_cut_node_close(struct pg_cut *c, struct cx *node)
{
	db_close(node->db);
	pg_cut_close(c);
	cx_done(node);
}
