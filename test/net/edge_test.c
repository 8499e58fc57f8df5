/*
 * edge_test.c - how a server is set up: sockets, proxies, TLS, and its log.
 */
#include "lib/test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/log.h"
#include "net/door.h"
#include "rig.h"

#define H "Host: a\r\n"
#define HELLO "GET /hello HTTP/1.1\r\n" H "\r\n"

/* --- where from --- */

static void
only_the_configured_proxy_is_believed_about_the_client(void **state)
{
	static const struct {
		const char *proxy, *headers, *want;
	} rows[] = {
		{ NULL, "", "127.0.0.1 plain" },
		{ NULL, "X-Forwarded-For: 9.9.9.9\r\n", "127.0.0.1 plain" },
		{ NULL, "X-Forwarded-Proto: https\r\n", "127.0.0.1 plain" },
		{ "10.0.0.0/8", "X-Forwarded-For: 9.9.9.9\r\n",
		    "127.0.0.1 plain" },
		{ "127.0.0.1", "X-Forwarded-For: 9.9.9.9\r\n",
		    "9.9.9.9 plain" },
		{ "127.0.0.0/8",
		    "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n",
		    "9.9.9.9 secure" },
		{ "127.0.0.0/8", "X-Forwarded-For: 6.6.6.6, 9.9.9.9\r\n",
		    "9.9.9.9 plain" },
		{ "127.0.0.0/8", "X-Forwarded-For: 9.9.9.9, 127.0.0.2\r\n",
		    "9.9.9.9 plain" },
		{ "127.0.0.0/8",
		    "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 9.9.9.9\r\n",
		    "9.9.9.9 plain" },
		{ "127.0.0.0/8", "X-Forwarded-For: 6.6.6.6, junk\r\n",
		    "127.0.0.1 plain" },
		{ "127.0.0.0/8", "X-Forwarded-For: 2001:DB8::1\r\n",
		    "2001:db8::1 plain" },
		{ "127.0.0.0/8", "X-Forwarded-For: ::ffff:9.9.9.9\r\n",
		    "9.9.9.9 plain" },
		{ "127.0.0.0/8", "X-Forwarded-For:\r\n", "127.0.0.1 plain" },
		{ "127.0.0.0/8",
		    "X-Forwarded-Proto: http\r\nX-Forwarded-Proto: https\r\n",
		    "127.0.0.1 plain" },
	};
	struct rig rig;
	char text[300];
	char *got;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		rig_start(&rig,
		    &(struct server_conf){ .trusted_proxy = rows[i].proxy });
		snprintf(text, sizeof(text),
		    "GET /who/%%C3%%A4/b HTTP/1.1\r\n" H "%s\r\n",
		    rows[i].headers);
		assert_int_equal(rig_ask(&rig, text, &got), 200);
		assert_contains(got, rows[i].want);
		assert_contains(got, " /who/\xc3\xa4/b");
		mem_free(got);
		rig_stop(&rig, 1000);
	}
}

static void
an_inherited_socket_is_served(void **state)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct rig rig;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(listen(fd, 16), 0);
	rig_start(&rig, &(struct server_conf){ .fd = fd });
	assert_true(rig.port > 0);
	assert_int_equal(rig_ask(&rig, HELLO, NULL), 200);
	rig_stop(&rig, 1000);
}

static const struct route *const no_tables[] = { NULL };
static const struct site no_site = { .tables = no_tables };

/* In a process of its own: a lower limit is for good. */
static int
places_of(rlim_t descriptors, int wanted)
{
	struct rlimit r = { descriptors, descriptors };
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(setrlimit(RLIMIT_NOFILE, &r) == 0
			? door_places(wanted) / 8
			: 255);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) * 8;
}

static void
few_descriptors_leave_some_to_the_program(void **state)
{
	(void)state;
	assert_int_equal(places_of(128, 4096), 64);
	assert_int_equal(places_of(1024 + 8, 4096), 512 + 8);
	assert_int_equal(places_of(4096, 64), 64);
}

/* Two places; a third waits at the door, and comes in when one leaves. */
static void
who_finds_no_place_waits_for_one(void **state)
{
	struct rig rig;
	int fd[3], i;
	bool closed;
	char *got;

	(void)state;
	rig_start(&rig, &(struct server_conf){ .connections_max = 2 });
	for (i = 0; i < 2; i++) {
		fd[i] = raw_connect(rig.port);
		raw_text(fd[i], HELLO);
		got = raw_reply(fd[i]);
		assert_int_equal(raw_status(got), 200);
		mem_free(got);
	}
	fd[2] = raw_connect(rig.port);
	raw_text(fd[2], HELLO);
	got = raw_read(fd[2], 100, &closed);
	assert_string_equal(got, "");
	assert_false(closed);
	mem_free(got);
	close(fd[0]);
	got = raw_reply(fd[2]);
	assert_int_equal(raw_status(got), 200);
	mem_free(got);
	close(fd[1]);
	close(fd[2]);
	rig_stop(&rig, 1000);
}

/* Opened and closed under connections that come and go all the while. */
static void
a_server_closes_while_many_come_and_go(void **state)
{
	struct rig rig;
	int round, i, fd[20];

	(void)state;
	for (round = 0; round < 15; round++) {
		rig_start(&rig, &(struct server_conf){ 0 });
		for (i = 0; i < 20; i++) {
			fd[i] = raw_connect(rig.port);
			raw_text(fd[i], HELLO);
		}
		for (i = 0; i < 10; i++)
			close(fd[i]);
		rig_stop(&rig, 1000);
		for (; i < 20; i++) {
			char *got = raw_reply(fd[i]);

			assert_int_equal(raw_status(got), 200);
			mem_free(got);
			close(fd[i]);
		}
	}
}

static void
a_wrong_configuration_is_refused_with_a_reason(void **state)
{
	static const struct {
		struct server_conf conf;
		const char *why;
	} rows[] = {
		{ { .listen = "8080" }, "expected an address and a port" },
		{ { .listen = "localhost:8080" }, "expected an address" },
		{ { .listen = "127.0.0.1:99999" }, "expected an address" },
		{ { .listen = "[::1:80" }, "expected an address" },
		{ { .listen = "192.0.2.1:80" }, "listen 192.0.2.1:80: " },
		{ { .listen = "127.0.0.1:0", .trusted_proxy = "all" },
		    "trusted proxy all" },
		{ { .listen = "127.0.0.1:0", .tls_cert = "x" }, "both" },
		{ { .listen = "127.0.0.1:0",
		      .tls_cert = "/nowhere",
		      .tls_key = "/nowhere" },
		    "/nowhere: No such file" },
		{ { .listen = "127.0.0.1:0",
		      .tls_cert = "/etc/hostname",
		      .tls_key = "/etc/hostname" },
		    "do not fit" },
	};
	struct env env = env_real();
	struct cx base = { .env = &env }, cx;
	struct server_conf c;
	struct server *sv;
	size_t i;

	(void)state;
	cx_child(&cx, &base);
	for (i = 0; i < COUNT_OF(rows); i++) {
		c = rows[i].conf;
		c.fd = -1;
		assert_int_not_equal(server_open(&cx, &c, &no_site, &sv), OK);
		assert_contains(cx.why, rows[i].why);
	}
	cx_done(&cx);
}

static void
tls_is_spoken_when_a_certificate_is_there(void **state)
{
	struct cx *cx = *state;
	char *dir = test_dir(cx);
	char *cert = arena_printf(cx->mem, "%s/cert.pem", dir);
	char *key = arena_printf(cx->mem, "%s/key.pem", dir);
	char *cmd = arena_printf(cx->mem,
	    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
	    "-nodes -keyout %s -out %s -days 2 -subj /CN=localhost "
	    "2>/dev/null",
	    key, cert);
	char text[4096] = "";
	struct rig rig;
	bool closed;
	FILE *f;
	int fd;

	f = popen(cmd, "r");
	assert_int_equal(pclose(f), 0);
	rig_start(&rig,
	    &(struct server_conf){ .tls_cert = cert,
		.tls_key = key,
		.headers_ms = 500 });
	cmd = arena_printf(cx->mem,
	    "curl -sik --http1.1 --tlsv1.2 https://127.0.0.1:%d/who/x",
	    rig.port);
	f = popen(cmd, "r");
	assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
	pclose(f);
	assert_contains(text, "127.0.0.1 secure");
	assert_contains(text, "Strict-Transport-Security: max-age=31536000");
	cmd = arena_printf(cx->mem,
	    "curl -sk --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 "
	    "https://127.0.0.1:%d/hello; echo status $?",
	    rig.port);
	memset(text, 0, sizeof(text));
	f = popen(cmd, "r");
	assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
	pclose(f);
	assert_contains(text, "status 35"); /* no handshake below TLS 1.2 */
	fd = raw_connect(rig.port);         /* no handshake at all */
	mem_free(raw_read(fd, 5000, &closed));
	assert_true(closed);
	close(fd);
	rig_stop(&rig, 1000);
}

static void
each_request_is_one_line_of_the_log(void **state)
{
	struct cx *cx = *state;
	char *path = arena_printf(cx->mem, "%s/log", test_dir(cx));
	int i, fd = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
	static const char *const requests[] = { HELLO,
		"GET /who/secret?token=secret HTTP/1.1\r\n" H "\r\n",
		"GET /nowhere/secret HTTP/1.1\r\n" H "\r\n",
		"GET /broken HTTP/1.1\r\n" H "\r\n",
		"GET /direct HTTP/1.1\r\n\r\n" };
	static const char *const lines[] = {
		" http.request method=GET route=/hello status=200 ms=",
		" http.request method=GET route=/who/{rest*} status=200 ms=",
		" http.request method=GET route=- status=404 ms=",
		" http.request method=GET route=/broken status=500 ms=",
		" http.request method=GET route=- status=400 ms=",
	};
	struct log *log = log_open(fd, LEVEL_INFO);
	struct rig rig;
	char *text;

	rig_start_logging(&rig, &(struct server_conf){ 0 }, log);
	for (i = 0; i < (int)COUNT_OF(requests); i++)
		rig_ask(&rig, requests[i], NULL);
	rig_stop(&rig, 1000);
	log_close(log);
	close(fd);
	text = test_read_file(cx, path);
	for (i = 0; i < (int)COUNT_OF(lines); i++)
		assert_contains(text, lines[i]);
	assert_int_equal(raw_count(text, "\n"), COUNT_OF(lines));
	assert_contains(text, "the cat sat"); /* why, for the operator */
	assert_null(strstr(text, "/secret"));
	assert_null(strstr(text, "token"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    only_the_configured_proxy_is_believed_about_the_client),
		cmocka_unit_test(an_inherited_socket_is_served),
		cmocka_unit_test(few_descriptors_leave_some_to_the_program),
		cmocka_unit_test(who_finds_no_place_waits_for_one),
		cmocka_unit_test(a_server_closes_while_many_come_and_go),
		cmocka_unit_test(
		    a_wrong_configuration_is_refused_with_a_reason),
		TEST(tls_is_spoken_when_a_certificate_is_there),
		TEST(each_request_is_one_line_of_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
