/*
 * limit.c - the least a durable webhook intake can be.
 *
 *	limit STORE WHERE SECRET [each]
 *
 * STORE is file, sqlite or pg; "each" commits every request for itself.  One
 * epoll thread reads requests of just the form load.c writes and checks their
 * HMAC; one thread makes all that wait durable at once; then each is answered.
 * Prints the port.
 */
#include "limit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/crypt.h"

enum { REQUEST_MAX = 64 * 1024, BATCH_MAX = 256 };

struct conn {
	int fd;
	char *in;
	size_t got;
	struct item item;
};

static struct {
	const struct limit_store *store;
	struct bytes secret;
	size_t batch;
	int ep, listener, bell;
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct item *waiting, **tail;
	struct item *answered;
} l = { .lock = PTHREAD_MUTEX_INITIALIZER,
	.work = PTHREAD_COND_INITIALIZER,
	.tail = &l.waiting };

static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
static const char denied[] = "HTTP/1.1 401 Unauthorized\r\n"
			     "Content-Length: 0\r\n\r\n";

static void
say(struct conn *c, const char *text)
{
	if (write(c->fd, text, strlen(text)) < 0)
		close(c->fd);
}

/* --- the committer --- */

static struct item *
take_batch(size_t *n)
{
	struct item *first, *i;

	pthread_mutex_lock(&l.lock);
	while (l.waiting == NULL)
		pthread_cond_wait(&l.work, &l.lock);
	first = i = l.waiting;
	for (*n = 1; *n < l.batch && i->next != NULL; (*n)++)
		i = i->next;
	l.waiting = i->next;
	if (l.waiting == NULL)
		l.tail = &l.waiting;
	i->next = NULL;
	pthread_mutex_unlock(&l.lock);
	return first;
}

static void *
commit_all(void *arg)
{
	uint64_t one = 1;
	struct item *first, *last;
	size_t n;

	for (;;) {
		first = take_batch(&n);
		l.store->keep(first, n);
		for (last = first; last->next != NULL; last = last->next)
			;
		pthread_mutex_lock(&l.lock);
		last->next = l.answered;
		l.answered = first;
		pthread_mutex_unlock(&l.lock);
		if (write(l.bell, &one, sizeof(one)) < 0)
			return arg;
	}
}

/* --- the network --- */

static void
answer_all(void)
{
	struct item *i, *next;
	uint64_t n;

	if (read(l.bell, &n, sizeof(n)) < 0)
		return;
	pthread_mutex_lock(&l.lock);
	i = l.answered;
	l.answered = NULL;
	pthread_mutex_unlock(&l.lock);
	for (; i != NULL; i = next) {
		next = i->next;
		say(i->conn, ok);
	}
}

static const char *
header(const char *in, const char *name)
{
	const char *at = strcasestr(in, name);

	return at == NULL ? "" : at + strlen(name);
}

static bool
is_signed(const char *in, struct bytes body)
{
	static struct arena *mem;
	unsigned char mac[DIGEST_BYTES];
	bool same;

	if (mem == NULL)
		mem = arena_new();
	hmac_sha256(l.secret, body, mac);
	same = strncmp(header(in, "X-Shopify-Hmac-Sha256: "),
		   base64_encode(mem, (struct bytes){ mac, sizeof(mac) }),
		   44) == 0;
	arena_free(mem);
	mem = NULL;
	return same;
}

static void
take(struct conn *c, const char *body, size_t n)
{
	struct item *i = &c->item;

	*i = (struct item){ .conn = c,
		.body = { (const unsigned char *)body, n } };
	memcpy(i->id, header(c->in, "X-Shopify-Webhook-Id: "), 36);
	if (!is_signed(c->in, i->body)) {
		say(c, denied);
		return;
	}
	pthread_mutex_lock(&l.lock);
	*l.tail = i;
	l.tail = &i->next;
	pthread_cond_signal(&l.work);
	pthread_mutex_unlock(&l.lock);
}

static void
read_on(struct conn *c)
{
	ssize_t n = read(c->fd, c->in + c->got, REQUEST_MAX - 1 - c->got);
	size_t length;
	char *end;

	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			close(c->fd);
		return;
	}
	c->got += (size_t)n;
	c->in[c->got] = '\0';
	if ((end = strstr(c->in, "\r\n\r\n")) == NULL)
		return;
	length = strtoul(header(c->in, "Content-Length: "), NULL, 10);
	if (c->got < (size_t)(end + 4 - c->in) + length)
		return;
	c->got = 0;
	take(c, end + 4, length);
}

static void
want(int fd, void *p)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = p };

	epoll_ctl(l.ep, EPOLL_CTL_ADD, fd, &ev);
}

static void
welcome(void)
{
	struct conn *c = mem_new(sizeof(*c));
	int on = 1;

	c->fd = accept4(l.listener, NULL, NULL, SOCK_NONBLOCK);
	c->in = mem_new(REQUEST_MAX);
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	want(c->fd, c);
}

static void
serve(void)
{
	struct epoll_event ev[128];
	int i, n;

	for (;;) {
		n = epoll_wait(l.ep, ev, 128, -1);
		for (i = 0; i < n; i++) {
			if (ev[i].data.ptr == &l.listener)
				welcome();
			else if (ev[i].data.ptr == &l.bell)
				answer_all();
			else
				read_on(ev[i].data.ptr);
		}
	}
}

static void
listen_here(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);

	l.listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(l.listener, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(l.listener, 1024) != 0)
		exit(2);
	getsockname(l.listener, (struct sockaddr *)&a, &n);
	printf("%d\n", ntohs(a.sin_port));
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	static const struct limit_store *const stores[] = { &limit_file,
		&limit_sqlite, &limit_pg };
	pthread_t t;
	size_t i;

	if (argc < 4)
		return 2;
	for (i = 0; i < 3; i++) {
		if (strcmp(stores[i]->name, argv[1]) == 0)
			l.store = stores[i];
	}
	if (l.store == NULL)
		return 2;
	l.secret = (struct bytes){ (unsigned char *)argv[3], strlen(argv[3]) };
	l.batch = argc > 4 ? 1 : BATCH_MAX;
	crypt_start();
	l.store->open(argv[2]);
	l.ep = epoll_create1(0);
	l.bell = eventfd(0, EFD_NONBLOCK);
	listen_here();
	want(l.listener, &l.listener);
	want(l.bell, &l.bell);
	pthread_create(&t, NULL, commit_all, NULL);
	serve();
	return 0;
}
