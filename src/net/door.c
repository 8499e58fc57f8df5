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

enum {
	OUR_OWN = 512,    /* descriptors that are no connections */
	QUEUE = 1024,     /* as listen() was told */
	FULL_MS = 10,     /* until we look for room again */
	COME_IN_MS = 1000 /* until one's thread has it, at most */
};

static bool
has_room(const struct door *d)
{
	return __atomic_load_n(&d->here, __ATOMIC_RELAXED) < d->places;
}

static void
come_in(struct door *d, int fd, const struct sockaddr *a, socklen_t n)
{
	__atomic_add_fetch(&d->here, 1, __ATOMIC_RELAXED);
	__atomic_add_fetch(&d->coming, 1, __ATOMIC_RELAXED);
	if (d->calls.come_in(d->calls.arg, fd, a, n))
		return;
	door_arrived(d);
	door_left(d);
}

void
door_arrived(struct door *d)
{
	__atomic_sub_fetch(&d->coming, 1, __ATOMIC_RELEASE);
}

void
door_left(struct door *d)
{
	__atomic_sub_fetch(&d->here, 1, __ATOMIC_RELAXED);
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
	come_in(d, fd, (const struct sockaddr *)&a, n);
	return true;
}

/* Who stood in the queue when we were told is served still. */
static void
take_the_queue(struct door *d)
{
	struct pollfd p = { .fd = d->fd, .events = POLLIN };
	int i;

	for (i = 0; i < QUEUE && has_room(d); i++)
		if (poll(&p, 1, 0) != 1 || !take_one(d))
			return;
}

static void
keep(void *arg)
{
	struct door *d = arg;
	bool take = true;

	while (wait_for_one(d, take))
		take = has_room(d) && (!take || take_one(d));
	take_the_queue(d);
}

int
door_places(int wanted)
{
	struct rlimit r;
	rlim_t want = (rlim_t)wanted + OUR_OWN, room;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return wanted;
	if (r.rlim_cur < want) {
		r.rlim_cur = want < r.rlim_max ? want : r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
		getrlimit(RLIMIT_NOFILE, &r);
	}
	room = r.rlim_cur > 2 * OUR_OWN ? r.rlim_cur - OUR_OWN : r.rlim_cur / 2;
	return room < (rlim_t)wanted ? (int)room : wanted;
}

bool
door_open(struct door *d, struct env *env, int fd, int places,
    const struct door_calls *calls)
{
	*d = (struct door){ .env = env,
		.calls = *calls,
		.fd = fd,
		.places = door_places(places),
		.told = eventfd(0, EFD_CLOEXEC) };
	if (d->told < 0)
		return false;
	/* Another process may be quicker at an inherited socket. */
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	d->thread = env->start(env, "door", keep, d);
	return true;
}

static void
wait_for_the_last(struct door *d)
{
	int i;

	for (i = 0; i < COME_IN_MS; i++) {
		if (__atomic_load_n(&d->coming, __ATOMIC_ACQUIRE) == 0)
			return;
		poll(NULL, 0, 1);
	}
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
	wait_for_the_last(d);
}
