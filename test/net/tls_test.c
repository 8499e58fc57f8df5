/*
 * tls_test.c - certificates that are not right: nothing is sent; connections
 * that end without TLS having said so.
 *
 * A certificate authority of our own is what this program trusts in place of
 * the machine's.  Each server has a certificate of it that is wrong in one
 * thing, and one a right one: so each refusal is for that one thing.
 */
#include "lib/test.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/env.h"
#include "net/client.h"
#include "rig.h"

static const char make_ca[] =
    "cd %s && mkdir new && touch index && echo 01 > serial && "
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
    "-keyout ca.key -out ca.pem -days 2 -subj /CN=Ours 2>/dev/null";

/* NAME, its alternative name, from and until when. */
static const char make_cert[] =
    "cd %s && openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
    "-nodes -keyout %s.key -out %s.csr -subj /CN=%s 2>/dev/null && "
    "printf 'subjectAltName=%s\\n' > %s.ext && "
    "printf '[ca]\\ndefault_ca=x\\n[x]\\ndatabase=index\\nserial=serial\\n"
    "new_certs_dir=new\\nunique_subject=no\\npolicy=p\\n[p]\\n"
    "commonName=supplied\\n' > conf && "
    "openssl ca -batch -config conf -cert ca.pem -keyfile ca.key -md sha256 "
    "-startdate %s -enddate %s -extfile %s.ext -in %s.csr -out %s.pem "
    "2>/dev/null";

struct cert {
	const char *name, *who, *from, *until;
};

static const struct cert expired = { "expired", "IP:127.0.0.1",
	"20200101000000Z", "20200201000000Z" };
static const struct cert early = { "early", "IP:127.0.0.1", "20900101000000Z",
	"20900201000000Z" };
static const struct cert other = { "other", "DNS:elsewhere.example.com",
	"20200101000000Z", "20900101000000Z" };
static const struct cert right = { "right", "IP:127.0.0.1", "20200101000000Z",
	"20900101000000Z" };

/* Answers one request with a head and "half", and ends without TLS's word for
   it. The port is in a file. */
static const char cut_server[] =
    "cd %s && cat > cut.py <<'E'\n"
    "import os, socket, ssl\n"
    "c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n"
    "c.load_cert_chain('right.pem', 'right.key')\n"
    "s = socket.create_server(('127.0.0.1', 0))\n"
    "with open('port.new', 'w') as f: f.write(str(s.getsockname()[1]))\n"
    "os.rename('port.new', 'port')\n"
    "t = c.wrap_socket(s.accept()[0], server_side=True)\n"
    "while b'secret' not in t.recv(8192): pass\n"
    "t.sendall(b'HTTP/1.1 200 OK\\r\\n%s\\r\\n\\r\\n%shalf')\n"
    "t.close()\n"
    "E\n"
    "rm -f port; python3 cut.py 2>/dev/null & "
    "for i in $(seq 3000); do [ -f %s/port ] && exit 0; sleep .01; done; "
    "exit 1";

static struct env real;
static char *dir;

static void
shell(const char *cmd)
{
	if (system(cmd) != 0)
		fail_msg("%s", cmd);
}

int X509_STORE_load_file(void *store, const char *file);

/* Where libcurl would load the machine's authorities. */
int
X509_STORE_load_file(void *store, const char *file)
{
	int (*next)(void *, const char *);
	char ours[600];

	(void)file;
	snprintf(ours, sizeof(ours), "%s/ca.pem", dir);
	*(void **)&next = dlsym(RTLD_NEXT, "X509_STORE_load_file");
	return next(store, ours);
}

static void
cert_make(struct cx *cx, const struct cert *c)
{
	shell(arena_printf(cx->mem, make_cert, dir, c->name, c->name, c->name,
	    c->who, c->name, c->from, c->until, c->name, c->name, c->name));
}

/* One call with a secret to a server with this certificate: what came of it,
   and how often the server was asked. */
static enum err
call_with(struct cx *cx, const struct cert *c, struct answer *a, int *served)
{
	struct rig rig;
	char url[64];
	struct call call = { .method = POST,
		.url = url,
		.body = { (const unsigned char *)"secret", 6 } };
	enum err e;

	cert_make(cx, c);
	rig_start(&rig,
	    &(struct server_conf){
		.tls_cert = arena_printf(cx->mem, "%s/%s.pem", dir, c->name),
		.tls_key = arena_printf(cx->mem, "%s/%s.key", dir, c->name) });
	snprintf(url, sizeof(url), "https://127.0.0.1:%d/echo", rig.port);
	e = client_call(cx, &call, a);
	*served = rig.served;
	rig_stop(&rig, 1000);
	return e;
}

static void
client_start(struct cx *cx, struct cx *base)
{
	struct client *client;

	real = env_real();
	cx_child(cx, &(struct cx){ .env = &real });
	must(cx, client_open(cx, true, &client));
	real.call = client_real;
	real.net = client;
	dir = test_dir(base);
	shell(arena_printf(cx->mem, make_ca, dir));
}

static void
a_certificate_that_is_not_right_is_refused_and_nothing_is_sent(void **state)
{
	static const struct cert *const wrong[] = { &expired, &early, &other };
	struct answer a;
	struct cx cx;
	size_t i;
	int served;

	client_start(&cx, *state);
	for (i = 0; i < COUNT_OF(wrong); i++) {
		must_fail(&cx, ERR_UPSTREAM,
		    call_with(&cx, wrong[i], &a, &served));
		assert_string_equal(cx.code, "tls");
		assert_false(a.sent);
		assert_int_equal(served, 0);
	}
	must(&cx, call_with(&cx, &right, &a, &served));
	assert_int_equal(a.status, 200);
	client_close(real.net);
	cx_done(&cx);
}

static enum err
call_cut(struct cx *cx, const char *head, const char *before, struct answer *a)
{
	struct call call = { .method = POST,
		.body = { (const unsigned char *)"secret", 6 } };
	char port[16];
	FILE *f;

	shell(arena_printf(cx->mem, cut_server, dir, head, before, dir));
	f = fopen(arena_printf(cx->mem, "%s/port", dir), "r");
	assert_non_null(f);
	assert_non_null(fgets(port, sizeof(port), f));
	fclose(f);
	call.url = arena_printf(cx->mem, "https://127.0.0.1:%s/x", port);
	return client_call(cx, &call, a);
}

static void
an_answer_that_is_cut_without_notice_is_no_answer(void **state)
{
	static const struct {
		const char *head, *before;
	} rows[] = { { "Content-Length: 9", "" },
		{ "Transfer-Encoding: chunked", "9\\r\\n" },
		{ "Transfer-Encoding: chunked", "4\\r\\n" } };
	struct answer a;
	struct cx cx;
	size_t i;

	client_start(&cx, *state);
	cert_make(&cx, &right);
	must(&cx, call_cut(&cx, "Content-Length: 4", "", &a)); /* all of it */
	assert_int_equal(a.status, 200);
	for (i = 0; i < COUNT_OF(rows); i++) {
		must_fail(&cx, ERR_UPSTREAM,
		    call_cut(&cx, rows[i].head, rows[i].before, &a));
		assert_string_equal(cx.code, "cut");
		assert_true(a.sent);
		assert_int_equal(a.status, 0);
	}
	client_close(real.net);
	cx_done(&cx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(
		    a_certificate_that_is_not_right_is_refused_and_nothing_is_sent),
		TEST(an_answer_that_is_cut_without_notice_is_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
