/*
 * client.c - libcurl, and nothing else knows of it.
 *
 * A call runs in its caller's thread.  Idle handles are kept with their open
 * connections and with all that is set alike for every call, the last used
 * first, and serve the next call to the same origin.  What was opened for a
 * trusted call never serves another: its address was not checked.  A handle
 * remembers the URL it last served, so that one asked again and again is read
 * once; the address behind it is judged at every connection all the same.  Each
 * handle has a multi handle around it, since curl_easy_perform looks up from
 * its socket only once a second and we promise to stop sooner.
 *
 * libcurl sends a request again by itself when a kept connection took it and
 * died without a word.  What changes something must not be: its first sending
 * may have been applied.  That call fails, "sent", and its caller decides.
 *
 * An untrusted URL passes url_read first, so no odd spelling reaches libcurl;
 * then the socket hook sees the very address that is about to be connected, and
 * a name that resolved to something else before does not matter.
 */
#include "net/client.h"

#include <assert.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/text.h"
#include "net/url.h"

enum {
	IDLE_MAX = 32,
	ANSWER_MAX = 8 * 1024 * 1024,
	HEADERS_MAX = 64 * 1024,
	RETRY_AFTER_MAX_S = 3600,
	LOOK_UP_MS = 100, /* how often cx->stop is asked */
	SLOW_MS = 5000,   /* in which … */
	SLOW_BYTES = 5 * 1024
};

/* A handle with its open connections. */
struct slot {
	struct slot *next;
	CURL *easy;
	CURLM *multi;
	char *origin;
	char *url; /* set in `easy`, and read as one we may call; or NULL */
	bool trusted;
};

struct client {
	bool allow_private;
	struct lock lock;
	struct slot *idle; /* last used first */
	int nidle;
	int busy;
};

/* One call under way. */
struct transfer {
	struct cx *cx;
	const struct call *call;
	struct slot *slot;
	struct curl_slist *headers;
	struct buf body;
	size_t max, head_bytes;
	bool any_address; /* private ones too */
	int sendings;     /* begun */
	bool refused, too_large, stopped, slow;
	int64_t slow_from_ms; /* the answer's body: since when … */
	size_t slow_had;      /* … we had so much */
};

/* --- what libcurl asks us --- */

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	n *= size;
	if (n > t->max - t->body.n) {
		t->too_large = true;
		return 0;
	}
	buf_add(&t->body, p, n);
	return n;
}

/* Only counted: this libcurl keeps headers without end (CVE-2023-38039). */
static size_t
on_head(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	(void)p;
	t->head_bytes += size * n;
	t->too_large = t->too_large || t->head_bytes > HEADERS_MAX;
	return t->too_large ? 0 : size * n;
}

static curl_socket_t
on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct transfer *t = arg;
	bool may = t->any_address || address_is_public(&a->addr);

	t->refused = t->refused || !may;
	if (t->refused || purpose != CURLSOCKTYPE_IPCXN)
		return CURL_SOCKET_BAD;
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* Before each sending of the request. */
static int
on_sending(void *arg, char *their_ip, char *our_ip, int their_port,
    int our_port)
{
	struct transfer *t = arg;
	enum method m = t->call->method;

	(void)their_ip;
	(void)our_ip;
	(void)their_port;
	(void)our_port;
	if (++t->sendings == 1 || m == GET || m == HEAD || m == OPTIONS)
		return CURL_PREREQFUNC_OK;
	return CURL_PREREQFUNC_ABORT;
}

/* --- handles --- */

static const struct {
	CURLoption option;
	long value;
} numbers[] = {
	{ CURLOPT_NOSIGNAL, 1 }, { CURLOPT_FOLLOWLOCATION, 0 },
	{ CURLOPT_SSL_VERIFYPEER, 1 }, { CURLOPT_SSL_VERIFYHOST, 2 },
	{ CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
	{ CURLOPT_CONNECTTIMEOUT_MS, CALL_CONNECT_MS },
	{ CURLOPT_DNS_CACHE_TIMEOUT, 0 }, /* the hook judges each anew */
	{ CURLOPT_MAXAGE_CONN, 60 }, { CURLOPT_DISALLOW_USERNAME_IN_URL, 1 },
	{ CURLOPT_PATH_AS_IS, 1 },
	{ CURLOPT_QUICK_EXIT, 1 }, /* do not wait for a hanging resolver */
};

/* What is alike for every call. */
static void
prepare(CURL *c, bool any_address)
{
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		curl_easy_setopt(c, numbers[i].option, numbers[i].value);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR,
	    any_address ? "https,http" : "https");
	curl_easy_setopt(c, CURLOPT_PROXY, ""); /* whatever is in environ */
	curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(c, CURLOPT_USERAGENT, "Logivery");
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_head);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, on_sending);
}

/* Forgets the call: its body, headers and method.  POSTFIELDS makes it a POST,
   so HTTPGET comes last; that also ends what HEAD has set. */
static void
clear(CURL *c)
{
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, NULL);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, NULL);
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)-1);
	curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);
}

static void
slot_free(struct slot *s)
{
	curl_easy_cleanup(s->easy);
	curl_multi_cleanup(s->multi);
	mem_free(s->origin);
	mem_free(s->url);
	mem_free(s);
}

static struct slot *
slot_new(struct client *c, const char *origin, bool trusted)
{
	struct slot *s = mem_new(sizeof(*s));

	s->easy = curl_easy_init();
	s->multi = curl_multi_init();
	assert(s->easy != NULL && s->multi != NULL); /* out of memory */
	curl_multi_setopt(s->multi, CURLMOPT_MAXCONNECTS, 2L);
	prepare(s->easy, trusted || c->allow_private);
	s->origin = mem_text(origin);
	s->trusted = trusted;
	lock_take(&c->lock);
	c->busy++;
	lock_drop(&c->lock);
	return s;
}

/* An idle one that served this URL, or this origin; the other one is NULL. */
static struct slot *
slot_find(struct client *c, const char *url, const char *origin, bool trusted)
{
	struct slot **at, *s = NULL;

	lock_take(&c->lock);
	for (at = &c->idle; *at != NULL; at = &(*at)->next) {
		if ((*at)->trusted == trusted &&
		    (text_equal((*at)->url, url) ||
			text_equal((*at)->origin, origin))) {
			s = *at;
			*at = s->next;
			c->nidle--;
			c->busy++;
			break;
		}
	}
	lock_drop(&c->lock);
	return s;
}

/* For `url`, which is of `origin` and was read. */
static void
slot_set_url(struct slot *s, const char *url)
{
	curl_easy_setopt(s->easy, CURLOPT_URL, url);
	mem_free(s->url);
	s->url = mem_text(url);
}

static void
slot_give(struct client *c, struct slot *s)
{
	struct slot **at, *oldest = NULL;

	clear(s->easy);
	lock_take(&c->lock);
	c->busy--;
	s->next = c->idle;
	c->idle = s;
	if (++c->nidle > IDLE_MAX) {
		for (at = &c->idle; (*at)->next != NULL; at = &(*at)->next)
			continue;
		oldest = *at;
		*at = NULL;
		c->nidle--;
	}
	lock_drop(&c->lock);
	if (oldest != NULL)
		slot_free(oldest);
}

/* --- setting a call up --- */

static void
set_method(CURL *c, const struct call *call)
{
	if (call->method == HEAD)
		curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
	if (call->body.p != NULL || call->method == POST) {
		curl_easy_setopt(c, CURLOPT_POST, 1L);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS,
		    call->body.p != NULL ? (const char *)call->body.p : "");
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)call->body.n);
	}
	if (call->method != GET && call->method != HEAD)
		curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST,
		    method_name(call->method));
}

static void
add_header(struct transfer *t, const char *line)
{
	struct curl_slist *more = curl_slist_append(t->headers, line);

	assert(more != NULL); /* out of memory */
	t->headers = more;
}

static void
set_headers(struct transfer *t)
{
	const struct header *h;
	bool typed = false;
	size_t i;

	for (i = 0; i < CALL_HEADERS_MAX; i++) {
		h = &t->call->headers[i];
		if (h->name == NULL)
			break;
		typed = typed || text_equal_ascii_case(h->name, "Content-Type");
		/* "Name;" is libcurl's way to send an empty one */
		add_header(t,
		    h->value[0] == '\0'
			? arena_printf(t->cx->mem, "%s;", h->name)
			: arena_printf(t->cx->mem, "%s: %s", h->name,
			      h->value));
	}
	add_header(t, "Expect:"); /* no second round trip for large bodies */
	if (!typed)
		add_header(t, "Content-Type:"); /* not a form, as it assumes */
	curl_easy_setopt(t->slot->easy, CURLOPT_HTTPHEADER, t->headers);
}

static void
set_up(struct transfer *t)
{
	CURL *c = t->slot->easy;
	int64_t timeout_ms = t->call->timeout_ms;

	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS,
	    (long)(timeout_ms > 0 ? timeout_ms : CALL_TIMEOUT_MS));
	curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)t->max);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(c, CURLOPT_PREREQDATA, t);
	set_method(c, t->call);
	set_headers(t);
}

/* --- running it --- */

/* An answer that drips.  Only once its body has begun: until then they may be
   thinking, and the call's whole time is limited anyway. */
static bool
is_slow(struct transfer *t)
{
	int64_t now = env_mono(t->cx->env);

	if (t->body.n == 0)
		return false;
	if (t->slow_from_ms == 0 || now - t->slow_from_ms >= SLOW_MS) {
		if (t->slow_from_ms != 0 &&
		    t->body.n - t->slow_had < SLOW_BYTES)
			return true;
		t->slow_from_ms = now;
		t->slow_had = t->body.n;
	}
	return false;
}

static CURLcode
result(CURLM *multi)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(multi, &left)) != NULL) {
		if (m->msg == CURLMSG_DONE)
			return m->data.result;
	}
	return CURLE_RECV_ERROR;
}

static CURLcode
perform(struct transfer *t)
{
	CURLM *multi = t->slot->multi;
	int running = 1;

	if (curl_multi_add_handle(multi, t->slot->easy) != CURLM_OK)
		return CURLE_FAILED_INIT;
	for (;;) {
		t->stopped = cx_stopped(t->cx);
		t->slow = is_slow(t);
		if (t->stopped || t->slow)
			return CURLE_ABORTED_BY_CALLBACK;
		if (curl_multi_perform(multi, &running) != CURLM_OK)
			return CURLE_RECV_ERROR;
		if (running == 0)
			return result(multi);
		curl_multi_poll(multi, NULL, 0,
		    t->cx->stop != NULL ? LOOK_UP_MS : 1000, NULL);
	}
}

/* --- reading the answer --- */

static const char *
head_value(struct transfer *t, const char *name)
{
	struct curl_header *h;

	if (curl_easy_header(t->slot->easy, name, 0, CURLH_HEADER, -1, &h) !=
		CURLHE_OK ||
	    !text_is_utf8(h->value, strlen(h->value)))
		return NULL;
	return arena_text(t->cx->mem, h->value);
}

/* Seconds, or a date (RFC 9110, section 10.2.3). */
static int64_t
retry_after(struct transfer *t)
{
	const char *v = head_value(t, "Retry-After");
	int64_t s;
	time_t at;

	if (v == NULL)
		return -1;
	if (!call_seconds_read(t->cx, v, &s)) {
		if ((at = curl_getdate(v, NULL)) < 0)
			return -1;
		s = (int64_t)at - env_wall(t->cx->env) / 1000;
	}
	if (s < 0)
		return 0;
	return s < RETRY_AFTER_MAX_S ? s : RETRY_AFTER_MAX_S;
}

static void
read_answer(struct transfer *t, struct answer *out)
{
	long status = 0;

	curl_easy_getinfo(t->slot->easy, CURLINFO_RESPONSE_CODE, &status);
	out->status = (int)status;
	out->body.p = (const unsigned char *)t->body.p;
	out->body.n = t->body.n;
	out->content_type = head_value(t, "Content-Type");
	out->api_version = head_value(t, "X-Shopify-API-Version");
	out->retry_after_s = retry_after(t);
	out->sent = true;
}

/* Which of our codes it is; the rest are connections that broke. */
static const struct {
	CURLcode from;
	const char *code;
} codes[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, "unreachable" },
	{ CURLE_COULDNT_CONNECT, "unreachable" },
	{ CURLE_FAILED_INIT, "unreachable" },
	{ CURLE_OPERATION_TIMEDOUT, "timeout" },
	{ CURLE_FILESIZE_EXCEEDED, "too_large" },
	{ CURLE_SSL_CONNECT_ERROR, "tls" },
	{ CURLE_SSL_CERTPROBLEM, "tls" },
	{ CURLE_SSL_CIPHER, "tls" },
	{ CURLE_PEER_FAILED_VERIFICATION, "tls" },
	{ CURLE_SSL_CACERT_BADFILE, "tls" },
	{ CURLE_SSL_CRL_BADFILE, "tls" },
	{ CURLE_SSL_ISSUER_ERROR, "tls" },
	{ CURLE_SSL_PINNEDPUBKEYNOTMATCH, "tls" },
	{ CURLE_SSL_INVALIDCERTSTATUS, "tls" },
};

static const char *
code_of(const struct transfer *t, CURLcode rc)
{
	size_t i;

	if (t->too_large)
		return "too_large";
	if (t->stopped)
		return "stopped";
	if (t->slow)
		return "timeout";
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (codes[i].from == rc)
			return codes[i].code;
	}
	return "cut";
}

static enum err
fail(struct transfer *t, CURLcode rc, struct answer *out)
{
	long bytes = 0;
	const char *words = curl_easy_strerror(rc);

	curl_easy_getinfo(t->slot->easy, CURLINFO_REQUEST_SIZE, &bytes);
	out->sent = bytes > 0 || t->sendings > 1;
	if (t->refused)
		return cx_fail_code(t->cx, ERR_INPUT, "address_refused",
		    "%s: its address is private or special", t->slot->origin);
	if (t->too_large)
		words = "the answer is too large";
	if (t->stopped)
		words = "stopped by us";
	if (t->slow)
		words = "the answer comes too slowly";
	if (t->sendings > 1)
		words = "the connection ended without an answer";
	return cx_fail_code(t->cx, ERR_UPSTREAM, code_of(t, rc), "%s: %s",
	    t->slot->origin, words);
}

static enum err
run(struct transfer *t, struct answer *out)
{
	CURLcode rc;
	enum err e = OK;

	set_up(t);
	rc = perform(t);
	if (rc == CURLE_OK)
		read_answer(t, out);
	else
		e = fail(t, rc, out);
	curl_multi_remove_handle(t->slot->multi, t->slot->easy);
	curl_slist_free_all(t->headers);
	return e;
}

/* Reading a URL judges its text alone, so it answers the same to the same. */
static enum err
slot_take(struct transfer *t, struct client *client)
{
	const struct call *call = t->call;
	struct url url;
	enum err e;

	t->slot = slot_find(client, call->url, NULL, call->trusted);
	if (t->slot != NULL)
		return OK;
	e = url_read(t->cx, call->url, t->any_address, &url);
	if (e != OK) {
		snprintf(t->cx->code, sizeof(t->cx->code), "address_refused");
		return e;
	}
	t->slot = slot_find(client, NULL, url.origin, call->trusted);
	if (t->slot == NULL)
		t->slot = slot_new(client, url.origin, call->trusted);
	slot_set_url(t->slot, call->url);
	return OK;
}

enum err
client_real(struct cx *cx, const struct call *call, struct answer *out)
{
	struct client *client = cx->env->net;
	struct transfer t = { .cx = cx, .call = call };
	enum err e;

	t.any_address = call->trusted || client->allow_private;
	if ((e = slot_take(&t, client)) != OK)
		return e;
	t.max = call->max_bytes > 0 ? call->max_bytes : ANSWER_MAX;
	t.body = buf_new(cx->mem);
	e = run(&t, out);
	slot_give(client, t.slot);
	return e;
}

/* --- opening and closing --- */

enum err
client_open(struct cx *cx, bool allow_private, struct client **out)
{
	struct client *c;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		return cx_fail(cx, ERR_BUG, "libcurl does not start");
	c = mem_new(sizeof(*c));
	c->allow_private = allow_private;
	lock_open(&c->lock);
	*out = c;
	return OK;
}

void
client_close(struct client *c)
{
	struct slot *s;

	assert(c->busy == 0);
	while ((s = c->idle) != NULL) {
		c->idle = s->next;
		slot_free(s);
	}
	lock_close(&c->lock);
	mem_free(c);
	curl_global_cleanup();
}
