/*
 * client_rig.c - see client_rig.h.
 */
#include "client_rig.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/test.h"
#include "rig.h"

/* --- the other side --- */

/* Up to the end of the head, and the body by Content-Length.  It is shown once
   it is whole: until then the test may read the one before. */
static bool
take_request(struct other *o, int fd)
{
	char in[sizeof(o->last)], *end, *len;
	size_t n = 0, want = SIZE_MAX;
	ssize_t got;

	while (n < want && n < sizeof(in) - 1) {
		got = recv(fd, in + n, sizeof(in) - 1 - n, 0);
		if (got <= 0)
			return false;
		n += (size_t)got;
		in[n] = '\0';
		end = strstr(in, "\r\n\r\n");
		if (end == NULL)
			continue;
		len = strstr(in, "Content-Length: ");
		want = (size_t)(end + 4 - in) +
		    (len == NULL ? 0 : strtoul(len + 16, NULL, 10));
	}
	memcpy(o->last, in, n + 1);
	return true;
}

static void
wait_for_the_end(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLRDHUP };

	poll(&p, 1, 20000);
}

/* True: the connection goes on. */
static bool
act(const struct peer_script *s, int fd)
{
	static char block[65536];
	const size_t n = s->n > 0 ? s->n : strlen(s->text);

	raw_send(fd, s->text, n);
	switch (s->act) {
	case SAY:
	case SAY_CLOSE:
		return s->act == SAY;
	case SILENCE:
	case DRIP:
		wait_for_the_end(fd);
		return false;
	case FLOOD:
	case HEAD_FLOOD:
		memset(block, 'a', sizeof(block));
		memcpy(block, "X-A: ", 5);
		memcpy(block + 1022, "\r\n", 3);
		while (send(fd, block, s->act == FLOOD ? sizeof(block) : 1024,
			   MSG_NOSIGNAL) > 0)
			continue;
		return false;
	}
	return false;
}

static void
other_main(void *arg)
{
	struct other *o = arg;
	int fd;

	while ((fd = accept(o->fd, NULL, NULL)) >= 0) {
		__atomic_add_fetch(&o->connections, 1, __ATOMIC_SEQ_CST);
		while (take_request(o, fd)) {
			const struct peer_script *s = o->script;

			__atomic_add_fetch(&o->requests, 1, __ATOMIC_SEQ_CST);
			if (s[1].text != NULL)
				o->script++;
			if (!act(s, fd))
				break;
		}
		close(fd);
	}
}

static void
other_start(struct other *o, struct env *env, const struct peer_script *script)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(sa);

	memset(o, 0, sizeof(*o));
	o->env = env;
	o->script = script;
	o->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(o->fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(listen(o->fd, 16), 0);
	getsockname(o->fd, (struct sockaddr *)&sa, &n);
	o->port = ntohs(sa.sin_port);
	o->thread = env->start(env, "other", other_main, o);
}

static void
other_stop(struct other *o)
{
	shutdown(o->fd, SHUT_RDWR);
	o->env->join(o->env, o->thread);
	close(o->fd);
}

/* --- our side --- */

void
side_open(struct side *s, const struct peer_script *script, bool allow)
{
	struct cx base = { .env = &s->env };

	s->env = env_real();
	cx_child(&s->cx, &base);
	must(&s->cx, client_open(&s->cx, allow, &s->client));
	s->env.call = client_real;
	s->env.net = s->client;
	other_start(&s->other, &s->env, script);
	snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%d/a",
	    s->other.port);
}

void
side_close(struct side *s)
{
	client_close(s->client);
	other_stop(&s->other);
	cx_done(&s->cx);
}
