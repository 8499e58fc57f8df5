/* rig.c - either program, and a folder of it. */
#include "rig.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"

const struct rig_program programs[BOTH] = {
	{ CLOUD_PROGRAM, "logivery-cloud", "LOGIVERY_CLOUD", "cloud.db" },
	{ SHOPIFY_PROGRAM, "logivery-shopify", "LOGIVERY_SHOPIFY",
	    "shopify.db" },
};

const char *
in(struct cx *cx, const char *dir, const char *name)
{
	return arena_printf(cx->mem, "%s/%s", dir, name);
}

bool
is_there(struct cx *cx, const char *dir, const char *name)
{
	return access(in(cx, dir, name), F_OK) == 0;
}

const char *
serving(struct cx *cx, int i, const char *dir, const char *more)
{
	const char *secret = "";

	if (i == SHOPIFY) {
		secret = in(cx, test_dir(cx), "secret");
		test_write_file(secret, "hush\n", 0600);
		secret = arena_printf(cx->mem,
		    " --client-id id --client-secret-file %s", secret);
	}
	return arena_printf(cx->mem,
	    "serve --data %s --public-url http://a.example "
	    "--allow-private-hosts%s %s",
	    dir, secret, more);
}

struct program
serve(struct cx *cx, int i, const char *dir, const char *more)
{
	return program_serve(cx, programs[i].path,
	    serving(cx, i, dir,
		arena_printf(cx->mem, "--listen 127.0.0.1:0 %s", more)),
	    NULL, false);
}

struct run
on(struct cx *cx, int i, const char *command, const char *dir)
{
	return program_run(cx, programs[i].path,
	    arena_printf(cx->mem, "%s --data %s", command, dir));
}

int
rig_listening(const char *path, int kind)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, kind | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}
