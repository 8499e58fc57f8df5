/*
 * ears.c - wait for the server to say something, or for the end.
 *
 * While there is no connection, one is tried with growing pauses; once it is
 * made, every bell sounds, since some may have been rung unheard.
 */
#include "db/ears.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/arena.h"
#include "db/engine.h"

enum { PAUSE_MIN_MS = 100, PAUSE_MAX_MS = 5000 };

struct ears {
	struct db *db;
	const struct ear_ops *ops;
	struct ear ear;
	struct cx cx; /* of whoever opens the ear: one at a time */
	struct lock lock;
	struct thread *thread;
	int stop_fd;
	char node[17]; /* who we are among the nodes */
};

/* Hear, or try to connect; how long the next try may wait. */
static int
turn(struct ears *l, int pause_ms)
{
	if (l->ear.own == NULL) {
		if (l->ops->open(&l->cx, l->db, &l->ear) == OK)
			bell_sound(l->db, NULL);
		return pause_ms < PAUSE_MAX_MS ? 2 * pause_ms : PAUSE_MAX_MS;
	}
	if (!l->ops->hear(l->db, &l->ear)) {
		l->ops->close(&l->ear);
		l->ear = (struct ear){ 0 };
	}
	return PAUSE_MIN_MS;
}

static void
run(void *arg)
{
	struct ears *l = arg;
	struct pollfd p[2] = { { .fd = l->stop_fd, .events = POLLIN } };
	int pause_ms = PAUSE_MIN_MS;

	for (;;) {
		p[1].fd = l->ear.own == NULL ? -1 : l->ear.fd;
		p[1].events = POLLIN;
		poll(p, 2, l->ear.own == NULL ? pause_ms : -1);
		if (p[0].revents != 0)
			return;
		pause_ms = turn(l, pause_ms);
	}
}

void
ears_text(const struct ears *l, const char *bell, char out[EARS_TEXT_SIZE])
{
	snprintf(out, EARS_TEXT_SIZE, "%s %s", bell, l->node);
}

void
ears_heard(struct ears *l, const char *text)
{
	char bell[BELL_SIZE];
	size_t n = strcspn(text, " ");

	if (text[n] == '\0' || n >= sizeof(bell) ||
	    strcmp(text + n + 1, l->node) == 0)
		return;
	memcpy(bell, text, n);
	bell[n] = '\0';
	bell_sound(l->db, bell);
}

struct ears *
ears_open(struct db *db, const struct ear_ops *ops)
{
	struct ears *l = mem_new(sizeof(*l));
	unsigned long long node;

	/* The address too: two in a test may share a seed. */
	env_random(db->env, &node, sizeof(node));
	node += (uintptr_t)l;
	snprintf(l->node, sizeof(l->node), "%016llx", node);
	l->db = db;
	l->ops = ops;
	cx_child(&l->cx, &(struct cx){ .env = db->env, .db = db });
	lock_open(&l->lock);
	if ((l->stop_fd = eventfd(0, EFD_CLOEXEC)) < 0)
		abort();
	return l;
}

void
ears_start(struct ears *l)
{
	struct env *env = l->db->env;

	lock_take(&l->lock);
	if (l->thread == NULL && env->start != NULL) {
		l->ops->open(&l->cx, l->db, &l->ear);
		l->thread = env->start(env, "listener", run, l);
	}
	lock_drop(&l->lock);
}

void
ears_close(struct ears *l)
{
	uint64_t one = 1;

	if (l->thread != NULL) {
		if (write(l->stop_fd, &one, sizeof(one)) != sizeof(one))
			abort();
		l->db->env->join(l->db->env, l->thread);
	}
	if (l->ear.own != NULL)
		l->ops->close(&l->ear);
	close(l->stop_fd);
	lock_close(&l->lock);
	cx_done(&l->cx);
	mem_free(l);
}
