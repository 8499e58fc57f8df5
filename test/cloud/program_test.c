/*
 * program_test.c - logivery-cloud itself: commands on a served folder, the live
 * log, a clean end and a hard one.  app/program_test.c and app/folder_test.c
 * have what both do.
 */
#include "lib/program.h"

#include <dirent.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"

static struct run
run(struct cx *cx, const char *line)
{
	return program_run(cx, PROGRAM, line);
}

static struct program
serve(struct cx *cx, const char *dir, bool setup)
{
	return program_serve(cx, PROGRAM,
	    arena_printf(cx->mem,
		"serve --data %s --listen 127.0.0.1:0 --public-url "
		"http://cloud.example --allow-private-hosts",
		dir),
	    NULL, setup);
}

static const char *
http(struct cx *cx, const struct program *p, const char *head, const char *body)
{
	return program_http(cx, p->port, head, body);
}

/* --- */

static void
commands_reach_a_served_folder_and_sigterm_ends_it(void **state)
{
	struct cx *cx = *state;
	const char *dir = program_folder(cx), *head;
	struct program p = serve(cx, dir, true);
	struct stat st;
	struct run r;

	assert_contains(p.setup, "http://cloud.example/setup?token=");
	assert_contains(http(cx, &p, "GET /livez HTTP/1.1", ""),
	    "{\"status\":\"ok\"}");
	assert_contains(http(cx, &p, "GET /readyz HTTP/1.1", ""), " 200 ");
	assert_int_equal(stat(arena_printf(cx->mem, "%s/control.sock", dir),
			     &st),
	    0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(arena_printf(cx->mem, "%s/master.key", dir), &st),
	    0);
	assert_int_equal(st.st_mode & 0777, 0600);
	r = run(cx,
	    arena_printf(cx->mem, "user add a@example.com --data %s", dir));
	assert_int_equal(r.status, 0);
	assert_contains(r.out,
	    "a@example.com was added as manager\npassword: ");
	assert_int_equal(strlen(strstr(r.out, "password: ")), 10 + 20 + 1);
	r = run(cx,
	    arena_printf(cx->mem, "user add a@example.com --data %s", dir));
	assert_int_equal(r.status, 1);
	assert_contains(r.err, "already");
	r = run(cx,
	    arena_printf(cx->mem, "token add t --role viewer --data %s", dir));
	assert_int_equal(r.status, 0);
	head = arena_printf(cx->mem,
	    "GET /api/v1/connectors HTTP/1.1\r\nAuthorization: Bearer %.*s",
	    (int)strcspn(r.out, "\n"), r.out);
	assert_contains(http(cx, &p, head, ""), "\"items\":[]");
	assert_int_equal(program_stop(&p, SIGTERM), 0);
	/* the folder is free: the command opens it itself */
	r = run(cx, arena_printf(cx->mem, "token add u --data %s", dir));
	assert_int_equal(r.status, 0);
}

static void
the_log_is_live_and_survives_kill(void **state)
{
	struct cx *cx = *state;
	const char *dir = program_folder(cx), *token, *ask_log;
	struct program p = serve(cx, dir, true);
	struct run r;
	int fd;

	r = run(cx, arena_printf(cx->mem, "token add t --data %s", dir));
	token = arena_textn(cx->mem, r.out, strcspn(r.out, "\n"));
	ask_log = arena_printf(cx->mem,
	    "GET /api/v1/log/stream HTTP/1.1\r\nHost: cloud.example\r\n"
	    "Authorization: Bearer %s\r\n\r\n",
	    token);
	fd = program_dial(p.port);
	assert_true(write(fd, ask_log, strlen(ask_log)) > 0);
	program_until(cx, fd, "text/event-stream");
	http(cx, &p,
	    arena_printf(cx->mem,
		"POST /api/v1/connectors HTTP/1.1\r\nAuthorization: Bearer "
		"%s",
		token),
	    "{\"technology\":\"shopify\",\"label\":\"Tea\"}");
	assert_contains(program_until(cx, fd, "connector.added"), "event: log");
	assert_int_equal(program_stop(&p, SIGKILL), -1);
	close(fd);
	p = serve(cx, dir, true); /* still no user: the link again */
	assert_contains(http(cx, &p,
			    arena_printf(cx->mem,
				"GET /api/v1/connectors HTTP/1.1\r\n"
				"Authorization: Bearer %s",
				token),
			    ""),
	    "\"label\":\"Tea\"");
	assert_int_equal(program_stop(&p, SIGTERM), 0);
}

static size_t
descriptors(pid_t pid)
{
	char path[64];
	DIR *d;
	size_t n = 0;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	d = opendir(path);
	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2; /* "." and ".." */
}

static void
limit(pid_t pid, size_t n)
{
	struct rlimit r = { n, 4096 };

	assert_int_equal(prlimit(pid, RLIMIT_NOFILE, &r, NULL), 0);
}

static void
commands_come_through_after_descriptors_ran_short(void **state)
{
	struct cx *cx = *state;
	const char *dir = program_folder(cx);
	struct program p = serve(cx, dir, true);
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct run r;
	int fd;

	http(cx, &p, "GET /readyz HTTP/1.1", ""); /* all is open now */
	usleep(200 * 1000);
	limit(p.pid, descriptors(p.pid));
	snprintf(a.sun_path, sizeof(a.sun_path), "%s/control.sock", dir);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	usleep(300 * 1000);
	close(fd);
	limit(p.pid, 4096);
	r = run(cx, arena_printf(cx->mem, "token add t --data %s", dir));
	assert_int_equal(r.status, 0);
	assert_int_equal(program_stop(&p, SIGTERM), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(commands_reach_a_served_folder_and_sigterm_ends_it),
		TEST(the_log_is_live_and_survives_kill),
		TEST(commands_come_through_after_descriptors_ran_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
