/*
 * server_test.c - what a client sees of the server.
 */
#include "lib/test.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "rig.h"

static void
a_request_is_answered_with_the_security_headers(void **state)
{
	struct rig rig;
	char *reply;
	int fd;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	fd = raw_connect(rig.port);
	raw_text(fd, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	reply = raw_reply(fd);
	assert_int_equal(raw_status(reply), 200);
	assert_contains(reply, "\r\n\r\nhello");
	assert_contains(reply, "X-Content-Type-Options: nosniff");
	assert_contains(reply, "Referrer-Policy: no-referrer");
	assert_contains(reply, "Cache-Control: no-store");
	assert_contains(reply, "default-src 'none'; frame-ancestors 'none'");
	mem_free(reply);
	close(fd);
	rig_stop(&rig, 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_request_is_answered_with_the_security_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
