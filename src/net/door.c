/*
 * door.c - accept until told otherwise.  A connection that is gone before it
 * is taken, or for which the machine has no descriptor, is no reason to stop.
 */
#include "net/door.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"

enum {
	OUR_OWN = 512, /* descriptors that are no connections */
	QUEUE = 1024,  /* as listen() was told */
	FULL_MS = 10   /* until we look for room again */
};

struct door {
	struct env *env;
	struct thread *thread;
	struct door_calls calls;
	int fd;
	int told; /* eventfd: readable once the door is to close */
};

static void
raise_descriptors(int connections)
{
	struct rlimit r;
	rlim_t want = (rlim_t)connections + OUR_OWN;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur >= want)
		return;
	r.rlim_cur = want < r.rlim_max ? want : r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
}

/* False: to close. */
static bool
wait_for_one(struct door *d, bool look_at_the_socket)
{
	struct pollfd p[] = {
		{ .fd = d->told, .events = POLLIN },
		{ .fd = look_at_the_socket ? d->fd : -1, .events = POLLIN },
	};

	while (poll(p, 2, look_at_the_socket ? -1 : FULL_MS) < 0)
		assert(errno == EINTR || errno == ENOMEM);
	return p[0].revents == 0;
}

/* False: not now, for want of descriptors or whatever it may be. */
static bool
take_one(struct door *d)
{
	struct sockaddr_storage a = { 0 };
	socklen_t n = sizeof(a);
	int fd = accept4(d->fd, (struct sockaddr *)&a, &n,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return errno == EAGAIN || errno == EINTR ||
		    errno == ECONNABORTED;
	d->calls.come_in(d->calls.arg, fd, (const struct sockaddr *)&a, n);
	return true;
}

/* Who stood in the queue when we were told is served still. */
static void
take_the_queue(struct door *d)
{
	struct pollfd p = { .fd = d->fd, .events = POLLIN };
	int i;

	for (i = 0; i < QUEUE && d->calls.has_room(d->calls.arg); i++)
		if (poll(&p, 1, 0) != 1 || !take_one(d))
			return;
}

static void
keep(void *arg)
{
	struct door *d = arg;
	bool take = true;

	while (wait_for_one(d, take))
		take =
		    d->calls.has_room(d->calls.arg) && (!take || take_one(d));
	take_the_queue(d);
}

struct door *
door_open(struct env *env, int fd, int connections,
    const struct door_calls *calls)
{
	struct door *d = mem_new(sizeof(*d));

	raise_descriptors(connections);
	d->told = eventfd(0, EFD_CLOEXEC);
	if (d->told < 0) {
		mem_free(d);
		return NULL;
	}
	/* Another process may be quicker at an inherited socket. */
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	d->env = env;
	d->fd = fd;
	d->calls = *calls;
	d->thread = env->start(env, "door", keep, d);
	return d;
}

void
door_close(struct door *d)
{
	uint64_t one = 1;
	ssize_t n = write(d->told, &one, sizeof(one));

	assert(n == sizeof(one));
	(void)n;
	d->env->join(d->env, d->thread);
	close(d->told);
	mem_free(d);
}
