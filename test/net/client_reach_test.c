/*
 * client_reach_test.c - whom our calls reach: public addresses, unless others
 * are allowed or trusted, and who has a certificate.
 *
 * Name look-ups are ours, so that a public name can lead to a private address.
 */
#include "lib/test.h"

#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "client_rig.h"
#include "net/url.h"
#include "rig.h"

static void
private_addresses_are_refused_unless_allowed_or_trusted(void **state)
{
	const struct peer_script script[] = { { SAY, OK_TEXT }, { 0 } };
	struct side s;
	struct answer a;

	(void)state;
	side_open(&s, script, false);
	struct call call = { .method = GET, .url = s.url };
	must_fail(&s.cx, ERR_INPUT, client_call(&s.cx, &call, &a));
	assert_string_equal(s.cx.code, "address_refused");
	call.url = "https://localhost/";
	must_fail(&s.cx, ERR_INPUT, client_call(&s.cx, &call, &a));
	assert_string_equal(s.cx.code, "address_refused");
	assert_int_equal(s.other.connections, 0);
	call.url = s.url;
	call.trusted = true;
	must(&s.cx, client_call(&s.cx, &call, &a));
	call.trusted = false; /* must not ride on the open connection */
	must_fail(&s.cx, ERR_INPUT, client_call(&s.cx, &call, &a));
	side_close(&s);
}

/* What was trusted once is not for who is not. */
static void
a_url_once_trusted_is_read_again_for_who_is_not(void **state)
{
	const struct peer_script script[] = { { SAY, OK_TEXT }, { 0 } };
	struct side s;
	struct answer a;

	(void)state;
	side_open(&s, script, false);
	struct call call = { .method = GET, .url = s.url, .trusted = true };
	must(&s.cx, client_call(&s.cx, &call, &a));
	call.trusted = false;
	assert_int_equal(client_call(&s.cx, &call, &a), ERR_INPUT);
	assert_string_equal(s.cx.code, "address_refused");
	assert_int_equal(s.other.requests, 1);
	side_close(&s);
}

/* What the next look-ups of *.rebind.example.com say, in turn. */
static const char *const *names;
static int looked_up;

int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
    struct addrinfo **out)
{
	int (*next)(const char *, const char *, const struct addrinfo *,
	    struct addrinfo **);

	*(void **)&next = dlsym(RTLD_NEXT, "getaddrinfo");
	if (names != NULL && strstr(node, "rebind.example.com") != NULL) {
		node = *names;
		if (names[1] != NULL)
			names++;
		__atomic_add_fetch(&looked_up, 1, __ATOMIC_RELAXED);
	}
	return next(node, service, hints, out);
}

static void
a_public_name_with_a_private_address_is_refused(void **state)
{
	static const char *const addresses[] = { "127.0.0.1", "10.0.0.1",
		"169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1",
		"192.168.1.1", "0.0.0.0" };
	const char *one[2] = { NULL, NULL };
	struct side s;
	struct answer a;
	size_t i;

	(void)state;
	side_open(&s, (const struct peer_script[]){ { SAY, OK_TEXT }, { 0 } },
	    false);
	for (i = 0; i < COUNT_OF(addresses); i++) {
		struct call call = { .method = GET,
			.url = "https://rebind.example.com/" };

		one[0] = addresses[i];
		names = one;
		must_fail(&s.cx, ERR_INPUT, client_call(&s.cx, &call, &a));
		assert_string_equal(s.cx.code, "address_refused");
		assert_false(a.sent);
	}
	assert_true(looked_up >= (int)COUNT_OF(addresses));
	names = NULL;
	side_close(&s);
}

/* Every connect() of this program; those to public addresses find nobody. */
static int private_connects, public_connects;
static bool watch_connects;

int
connect(int fd, const struct sockaddr *sa, socklen_t n)
{
	int (*next)(int, const struct sockaddr *, socklen_t);

	*(void **)&next = dlsym(RTLD_NEXT, "connect");
	if (!watch_connects || sa->sa_family == AF_UNIX)
		return next(fd, sa, n);
	__atomic_add_fetch(address_is_public(sa) ? &public_connects
						 : &private_connects,
	    1, __ATOMIC_RELAXED);
	errno = ENETUNREACH;
	return -1;
}

/* Looked up once it is public, once it is ours, as an attacker's name server
   says it; each call under a name of its own, so that nothing is remembered. */
static void
a_name_that_changes_its_address_reaches_no_private_one(void **state)
{
	static const char *const private[] = { "127.0.0.1", "::1", "10.0.0.1",
		"169.254.169.254", "::ffff:192.168.0.1" };
	const char *turn[500];
	struct side s;
	struct answer a;
	char url[100];
	size_t i;

	(void)state;
	side_open(&s, (const struct peer_script[]){ { SAY, OK_TEXT }, { 0 } },
	    false);
	for (i = 0; i < COUNT_OF(turn) - 1; i++)
		turn[i] = i % 2 == 0 ? "198.41.0.4"
				     : private[i / 2 % COUNT_OF(private)];
	turn[i] = NULL;
	names = turn;
	watch_connects = true;
	for (i = 0; i < COUNT_OF(turn) - 1; i++) {
		snprintf(url, sizeof(url), "https://a%zu.rebind.example.com/",
		    i);
		struct call call = { .method = GET, .url = url };
		must_fail(&s.cx, i % 2 == 0 ? ERR_UPSTREAM : ERR_INPUT,
		    client_call(&s.cx, &call, &a));
		assert_false(a.sent);
	}
	watch_connects = false;
	names = NULL;
	assert_int_equal(private_connects, 0);
	assert_true(public_connects >= (int)COUNT_OF(turn) / 2 - 1);
	assert_int_equal(s.other.connections, 0);
	side_close(&s);
}

static void
a_certificate_nobody_knows_is_refused(void **state)
{
	struct cx *cx = *state;
	char *dir = test_dir(cx);
	char *cert = arena_printf(cx->mem, "%s/cert.pem", dir);
	char *key = arena_printf(cx->mem, "%s/key.pem", dir);
	char *cmd = arena_printf(cx->mem,
	    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
	    "-nodes -keyout %s -out %s -days 2 -subj /CN=localhost "
	    "-addext subjectAltName=IP:127.0.0.1 2>/dev/null",
	    key, cert);
	struct side s;
	struct rig rig;
	struct answer a;
	char url[64];

	assert_int_equal(system(cmd), 0);
	rig_start(&rig,
	    &(struct server_conf){ .tls_cert = cert, .tls_key = key });
	side_open(&s, (const struct peer_script[]){ { SAY, OK_TEXT }, { 0 } },
	    true);
	snprintf(url, sizeof(url), "https://127.0.0.1:%d/hello", rig.port);
	struct call call = { .method = GET, .url = url };
	must_fail(&s.cx, ERR_UPSTREAM, client_call(&s.cx, &call, &a));
	assert_string_equal(s.cx.code, "tls");
	assert_false(a.sent);
	side_close(&s);
	rig_stop(&rig, 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    private_addresses_are_refused_unless_allowed_or_trusted),
		cmocka_unit_test(
		    a_url_once_trusted_is_read_again_for_who_is_not),
		cmocka_unit_test(
		    a_public_name_with_a_private_address_is_refused),
		cmocka_unit_test(
		    a_name_that_changes_its_address_reaches_no_private_one),
		TEST(a_certificate_nobody_knows_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
