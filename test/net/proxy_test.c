/*
 * proxy_test.c - the same malformed requests through nginx and HAProxy.
 *
 * What must never be: that the proxy sees one request and we see two.  The
 * proxy marks each request it passes on with X-Via, and keeps its connections
 * to us: whatever reaches GET /hello unmarked was smuggled, and an answer that
 * got out of step would be given to somebody else.
 */
#include "lib/program.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "framing_rows.h"
#include "rig.h"

enum { ECHOES = 40 };

struct proxy {
	const char *name, *path;
	const char *args; /* %s: the configuration's file */
	const char *conf; /* %1$s folder, %2$d its port, %3$d ours */
};

static const struct proxy nginx = { "nginx", "/usr/sbin/nginx",
	"-e stderr -c %s",
	"daemon off; master_process off; worker_processes 1;\n"
	"pid %1$s/pid; error_log stderr crit;\n"
	"events { worker_connections 512; }\n"
	"http {\n"
	"access_log off; client_body_temp_path %1$s/a;\n"
	"proxy_temp_path %1$s/b; fastcgi_temp_path %1$s/c;\n"
	"uwsgi_temp_path %1$s/d; scgi_temp_path %1$s/e;\n"
	"upstream us { server 127.0.0.1:%3$d; keepalive 8; }\n"
	"server { listen 127.0.0.1:%2$d;\n"
	"location / { proxy_pass http://us; proxy_http_version 1.1;\n"
	"proxy_set_header Connection \"\";\n"
	"proxy_set_header X-Via $request_id; } } }\n" };

static const struct proxy haproxy = { "HAProxy", "/usr/sbin/haproxy",
	"-q -db -f %s",
	"# %1$s\n"
	"global\n  maxconn 512\n"
	"defaults\n  mode http\n  timeout connect 5s\n  timeout client 5s\n"
	"  timeout server 5s\n  option http-keep-alive\n"
	"frontend door\n  bind 127.0.0.1:%2$d\n"
	"  http-request set-header X-Via %%[uuid]\n  default_backend us\n"
	"backend us\n  http-reuse always\n  server us 127.0.0.1:%3$d\n" };

/* Until it takes connections. */
static pid_t
proxy_start(struct cx *cx, const struct proxy *p, int *port, int ours)
{
	const char *dir = test_dir(cx);
	const char *file = arena_printf(cx->mem, "%s/conf", dir);
	pid_t pid;
	int fd = program_listening(port);

	close(fd);
	test_write_file(file, arena_printf(cx->mem, p->conf, dir, *port, ours),
	    0600);
	pid = program_start(cx, p->path, arena_printf(cx->mem, p->args, file),
	    NULL);
	while (!program_reaches(*port)) {
		assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
		usleep(10000);
	}
	return pid;
}

/* Every row on a connection of its own, all at once. */
static void
send_bad_rows(struct cx *cx, int port)
{
	int *fds = arena_alloc(cx->mem, nframing_bad * sizeof(*fds));
	const struct framing_row *r;
	bool closed;
	size_t i;

	for (i = 0; i < nframing_bad; i++) {
		r = &framing_bad[i];
		fds[i] = raw_connect(port);
		raw_send(fds[i], r->text, r->n > 0 ? r->n : strlen(r->text));
	}
	for (i = 0; i < nframing_bad; i++) {
		mem_free(raw_read(fds[i], i == 0 ? 1000 : 1, &closed));
		close(fds[i]);
	}
}

static void
each_gets_the_answer_of_his_own(struct cx *cx, int port)
{
	const char *word, *got;
	int i;

	for (i = 0; i < ECHOES; i++) {
		word = arena_printf(cx->mem, "\"word %d\"", i);
		got = program_http(cx, port, "POST /echo HTTP/1.1", word);
		assert_contains(got, " 200 ");
		assert_contains(got, word);
	}
}

static void
through(struct cx *cx, const struct proxy *p)
{
	struct rig rig;
	int port;
	pid_t pid;

	if (access(p->path, X_OK) != 0) {
		printf("skip: %s is not installed\n", p->name);
		skip();
	}
	rig_start(&rig, &(struct server_conf){ 0 });
	pid = proxy_start(cx, p, &port, rig.port);
	each_gets_the_answer_of_his_own(cx, port);
	send_bad_rows(cx, port);
	each_gets_the_answer_of_his_own(cx, port);
	send_bad_rows(cx, port);
	each_gets_the_answer_of_his_own(cx, port);
	kill(pid, SIGTERM);
	(void)program_ended(pid);
	rig_stop(&rig, 1000);
	assert_int_equal(rig.bare, 0);
}

static void
behind_nginx_nothing_is_smuggled(void **state)
{
	through(*state, &nginx);
}

static void
behind_haproxy_nothing_is_smuggled(void **state)
{
	through(*state, &haproxy);
}

/* The mark is what shows it: asked directly there is none. */
static void
what_is_not_marked_is_counted(void **state)
{
	struct rig rig;
	int fd;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	fd = raw_connect(rig.port);
	raw_text(fd, SMUGGLED);
	mem_free(raw_reply(fd));
	close(fd);
	rig_stop(&rig, 1000);
	assert_int_equal(rig.bare, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(behind_nginx_nothing_is_smuggled),
		TEST(behind_haproxy_nothing_is_smuggled),
		TEST(what_is_not_marked_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
