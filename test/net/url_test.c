/*
 * url_test.c - which URLs merchants may give us, and which addresses we call.
 */
#include "lib/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "net/url.h"

/* --- URLs --- */

struct good {
	const char *text;
	bool loose;
	const char *host;
	int port;
	const char *path, *query, *origin;
};

static const struct good good[] = {
	{ "https://shop.example.com", false, "shop.example.com", 443, "", NULL,
	    "https://shop.example.com" },
	{ "https://shop.example.com/", false, "shop.example.com", 443, "", NULL,
	    "https://shop.example.com" },
	{ "https://shop.example.com///", false, "shop.example.com", 443, "",
	    NULL, "https://shop.example.com" },
	{ "HTTPS://Shop.Example.COM:443/A/b/", false, "shop.example.com", 443,
	    "/A/b", NULL, "https://shop.example.com" },
	{ "https://a.b/c?d=e&f=%20/", false, "a.b", 443, "/c", "d=e&f=%20/",
	    "https://a.b" },
	{ "https://a.b?x", false, "a.b", 443, "", "x", "https://a.b" },
	{ "https://xn--bcher-kva.example", false, "xn--bcher-kva.example", 443,
	    "", NULL, "https://xn--bcher-kva.example" },
	{ "https://1.2.3.4.example", false, "1.2.3.4.example", 443, "", NULL,
	    "https://1.2.3.4.example" },
	{ "https://0x7f.example", false, "0x7f.example", 443, "", NULL,
	    "https://0x7f.example" },
	{ "https://a.b/...", false, "a.b", 443, "/...", NULL, "https://a.b" },
	{ "https://a.b/.c/d.", false, "a.b", 443, "/.c/d.", NULL,
	    "https://a.b" },
	{ "http://localhost:8080/x", true, "localhost", 8080, "/x", NULL,
	    "http://localhost:8080" },
	{ "http://127.0.0.1", true, "127.0.0.1", 80, "", NULL,
	    "http://127.0.0.1" },
	{ "https://[::1]:8443/a", true, "::1", 8443, "/a", NULL,
	    "https://[::1]:8443" },
	{ "http://cloud_app:80/", true, "cloud_app", 80, "", NULL,
	    "http://cloud_app" },
	{ "https://a.local:444", true, "a.local", 444, "", NULL,
	    "https://a.local:444" },
};

static void
plain_urls_are_taken_apart(void **state)
{
	struct cx *cx = *state;
	struct url u;
	size_t i;

	for (i = 0; i < COUNT_OF(good); i++) {
		must(cx, url_read(cx, good[i].text, good[i].loose, &u));
		assert_string_equal(u.host, good[i].host);
		assert_int_equal(u.port, good[i].port);
		assert_string_equal(u.path, good[i].path);
		if (good[i].query == NULL)
			assert_null(u.query);
		else
			assert_string_equal(u.query, good[i].query);
		assert_string_equal(u.origin, good[i].origin);
	}
}

/* None of these is a public HTTPS URL in its plain form. */
static const char *const bad[] = {
	/* not https */
	"",
	" ",
	"https",
	"https:",
	"https:/",
	"https://",
	"https:///",
	"http://a.example",
	"ftp://a.example",
	"file:///etc/passwd",
	"gopher://a.example",
	"javascript:alert(1)",
	"data:text/html,x",
	"dict://a.example:11211/",
	"ldap://a.example",
	"ws://a.example",
	"//a.example",
	"a.example",
	"/a",
	"https:a.example",
	"https:/a.example",
	"https:\\\\a.example",
	"https//a.example",
	" https://a.example",
	"https://a.example ",
	"https ://a.example",
	"\thttps://a.example",
	"https://a.example\n",
	"ht\ntps://a.example",
	"https://a.example\r\nHost: b",
	"blob:https://a.example",
	"https:https://a.example",
	"view-source:https://a.example",
	/* IPv4 in every spelling */
	"https://127.0.0.1",
	"https://10.0.0.1",
	"https://8.8.8.8",
	"https://169.254.169.254/latest/meta-data",
	"https://192.168.1.1",
	"https://2130706433",
	"https://0x7f000001",
	"https://0x7F.0x0.0x0.0x1",
	"https://0177.0.0.1",
	"https://017700000001",
	"https://0177.0.0.01",
	"https://127.1",
	"https://127.0.1",
	"https://0",
	"https://0.0.0.0",
	"https://00",
	"https://0x0",
	"https://0x",
	"https://1",
	"https://1.1",
	"https://127.0.0.1.",
	"https://127.0.0.1..",
	"https://127.0.0.0x1",
	"https://127.0.0.1:443",
	"https://127.000.000.001",
	"https://0x7f.1",
	"https://4294967295",
	"https://4294967296",
	"https://99999999999999",
	"https://1.2.3.4.5",
	"https://256.256.256.256",
	"https://a.1",
	"https://a.example.0x7f",
	"https://%31%32%37.0.0.1",
	"https://127%2e0%2e0%2e1",
	"https://127。0。0。1",
	"https://127．0．0．1",
	"https://①②⑦.⓪.⓪.①",
	"https://１２７.0.0.1",
	"https://٠.0.0.1",
	/* IPv6 */
	"https://[::1]",
	"https://[::]",
	"https://[::ffff:127.0.0.1]",
	"https://[::ffff:7f00:1]",
	"https://[0:0:0:0:0:ffff:127.0.0.1]",
	"https://[::127.0.0.1]",
	"https://[fe80::1%25eth0]",
	"https://[fe80::1%eth0]",
	"https://[fd00::1]",
	"https://[2002:7f00:1::]",
	"https://[64:ff9b::7f00:1]",
	"https://[2606:4700::1111]",
	"https://[v1.x]",
	"https://[]",
	"https://[::1",
	"https://::1]",
	"https://::1",
	"https://fe80::1",
	"https://[127.0.0.1]",
	"https://[a.example]",
	"https://[::1]a.example",
	"https://[::1].a.example",
	"https://a.example[::1]",
	"https://0--1.ipv6-literal.net.",
	/* names of this machine or network */
	"https://localhost",
	"https://LOCALHOST",
	"https://localhost.",
	"https://localhost:443",
	"https://a.localhost",
	"https://foo.LocalHost",
	"https://localhost.localdomain",
	"https://router.local",
	"https://metadata.google.internal",
	"https://a.lan",
	"https://a.corp",
	"https://a.home.arpa",
	"https://1.0.0.127.in-addr.arpa",
	"https://intranet",
	"https://cloud",
	"https://a.onion",
	"https://a.invalid",
	/* users, ports, fragments */
	"https://a.example@127.0.0.1",
	"https://user@a.example",
	"https://user:secret@a.example",
	"https://@a.example",
	"https://:@a.example",
	"https://a.example:pw@b.example",
	"https://a.example%40b.example",
	"https://a.example:80",
	"https://a.example:8443",
	"https://a.example:",
	"https://a.example:0",
	"https://a.example:0443",
	"https://a.example:+443",
	"https://a.example:-443",
	"https://a.example:443x",
	"https://a.example:443:443",
	"https://a.example:65979",
	"https://a.example:4 43",
	"https://a.example: 443",
	"https://a.example:99999999999999999999",
	"https://a.example:４４３",
	"https://a.example#",
	"https://a.example#@b.example",
	"https://a.example/#x",
	"https://a.example/?#",
	/* confusing hosts and paths */
	"https://shop{x}.example",
	"https://a.example\\@b.example",
	"https://a.example\\b",
	"https://a.example/\\b",
	"https://a.example/a b",
	"https://a.example/\"",
	"https://a.example/<x>",
	"https://a.example/{x}",
	"https://a.example/|",
	"https://a.example/^",
	"https://a.example/`",
	"https://a.example/%",
	"https://a.example/%z0",
	"https://a.example/%0",
	"https://a.example/?%",
	"https://a.example/\x7f",
	"https://a.example/\x01",
	"https://a.example/é",
	"https://é.example",
	"https://аpple.example",
	"https://a\u200b.example",
	"https://ｅxample.com",
	"https://a.example\u3002b",
	"https://ⓔxample.com",
	"https://a%2eexample",
	"https://a..example",
	"https://.a.example",
	"https://a.example.",
	"https://a.example..",
	"https://-a.example",
	"https://a-.example",
	"https://a_b.example",
	"https://a~b.example",
	"https://a.exa mple",
	"https://a.*",
	"https://*.example",
	"https://a.example;b",
	"https://a.example,b.example",
	"https://a.example&b",
	"https://a!.example",
	"https://a$.example",
	"https://(a).example",
	"https://a.example/..",
	"https://a.example/../b",
	"https://a.example/b/.",
	"https://a.example/./b",
	"https://a.example/%2e%2E/b",
	"https://a.example/.%2e",
	"https://a.example/b/%2e",
	"https://"
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
	"example",
};

static void
anything_else_is_refused_with_what_is_expected(void **state)
{
	struct cx *cx = *state;
	struct url u;
	size_t i;
	int wrong = 0;

	assert_true(COUNT_OF(bad) >= 150);
	for (i = 0; i < COUNT_OF(bad); i++) {
		if (url_read(cx, bad[i], false, &u) == OK) {
			print_error("taken: %s\n", bad[i]);
			wrong++;
			continue;
		}
		assert_string_equal(cx->code, "bad_url");
		assert_contains(cx->why, "expected ");
	}
	assert_int_equal(wrong, 0);
	must_fail(cx, ERR_INPUT, url_read(cx, NULL, false, &u));
}

/* Where private hosts are allowed, odd spellings still are not. */
static void
loose_reading_admits_plain_spellings_only(void **state)
{
	static const char *const odd[] = { "http://2130706433", "http://0x7f.1",
		"http://0177.0.0.1", "http://127.1", "http://a@b",
		"http://localhost#x", "http://localhost:0",
		"http://localhost:", "http://localhost:65536",
		"http://[::1%25lo]", "http://[::1%lo]", "http://[127.0.0.1]",
		"http://[::1]x", "ftp://localhost", "http://localhost\\",
		"http://127.0.0.1.", "http://[::1]:x", "http://a/../b",
		"file:///x", "http://" };
	struct cx *cx = *state;
	struct url u;
	size_t i;

	for (i = 0; i < COUNT_OF(odd); i++) {
		if (url_read(cx, odd[i], true, &u) == OK)
			print_error("taken: %s\n", odd[i]);
		must_fail(cx, ERR_INPUT, url_read(cx, odd[i], true, &u));
	}
}

static void
a_host_is_at_most_253_characters(void **state)
{
	static const char label[] = "abcdefghijklmnopqrstuvwxyz.";
	struct cx *cx = *state;
	char text[300] = "https://";
	struct url u;
	int i;

	for (i = 0; i < 9; i++)
		strcat(text, label);
	strcat(text, "ab.example");
	must(cx, url_read(cx, text, false, &u));
	assert_int_equal(strlen(u.host), 253);
	strcat(text, "s");
	must_fail(cx, ERR_INPUT, url_read(cx, text, false, &u));
}

static void
a_url_is_at_most_2048_bytes(void **state)
{
	struct cx *cx = *state;
	char text[2100];
	struct url u;

	memset(text, 'a', sizeof(text));
	memcpy(text, "https://a.example/", 18);
	text[2048] = '\0';
	must(cx, url_read(cx, text, false, &u));
	text[2048] = 'a';
	text[2049] = '\0';
	must_fail(cx, ERR_INPUT, url_read(cx, text, false, &u));
}

/* --- addresses --- */

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static const struct sockaddr *
address(const char *text, union address *a)
{
	memset(a, 0, sizeof(*a));
	if (strchr(text, ':') != NULL) {
		a->v6.sin6_family = AF_INET6;
		assert_int_equal(inet_pton(AF_INET6, text, &a->v6.sin6_addr),
		    1);
	} else {
		a->v4.sin_family = AF_INET;
		assert_int_equal(inet_pton(AF_INET, text, &a->v4.sin_addr), 1);
	}
	return &a->any;
}

/* IANA IPv4 and IPv6 Special-Purpose Address Registries: first, last and the
   neighbours of each block. */
static const struct {
	const char *text;
	bool public;
} addresses[] = {
	{ "0.0.0.0", false },
	{ "0.255.255.255", false },
	{ "1.0.0.0", true },
	{ "9.255.255.255", true },
	{ "10.0.0.0", false },
	{ "10.255.255.255", false },
	{ "11.0.0.0", true },
	{ "100.63.255.255", true },
	{ "100.64.0.0", false },
	{ "100.127.255.255", false },
	{ "100.128.0.0", true },
	{ "126.255.255.255", true },
	{ "127.0.0.0", false },
	{ "127.0.0.1", false },
	{ "127.255.255.255", false },
	{ "128.0.0.0", true },
	{ "169.253.255.255", true },
	{ "169.254.0.0", false },
	{ "169.254.169.254", false },
	{ "169.254.255.255", false },
	{ "169.255.0.0", true },
	{ "172.15.255.255", true },
	{ "172.16.0.0", false },
	{ "172.31.255.255", false },
	{ "172.32.0.0", true },
	{ "191.255.255.255", true },
	{ "192.0.0.0", false },
	{ "192.0.0.8", false },
	{ "192.0.0.170", false },
	{ "192.0.0.255", false },
	{ "192.0.1.0", true },
	{ "192.0.2.0", false },
	{ "192.0.2.255", false },
	{ "192.0.3.0", true },
	{ "192.88.99.1", false },
	{ "192.88.98.255", true },
	{ "192.88.100.0", true },
	{ "192.167.255.255", true },
	{ "192.168.0.0", false },
	{ "192.168.255.255", false },
	{ "192.169.0.0", true },
	{ "198.17.255.255", true },
	{ "198.18.0.0", false },
	{ "198.19.255.255", false },
	{ "198.20.0.0", true },
	{ "198.51.99.255", true },
	{ "198.51.100.0", false },
	{ "198.51.100.255", false },
	{ "198.51.101.0", true },
	{ "203.0.112.255", true },
	{ "203.0.113.0", false },
	{ "203.0.113.255", false },
	{ "203.0.114.0", true },
	{ "223.255.255.255", true },
	{ "224.0.0.0", false },
	{ "239.255.255.255", false },
	{ "240.0.0.0", false },
	{ "255.255.255.255", false },
	{ "8.8.8.8", true },
	{ "23.227.38.65", true },
	{ "::", false },
	{ "::1", false },
	{ "0:0:1:1::1", false },
	{ "::2", false },
	{ "::127.0.0.1", false },
	{ "::8.8.8.8", false },
	{ "::ffff:127.0.0.1", false },
	{ "::ffff:8.8.8.8", false },
	{ "::ffff:0:127.0.0.1", false },
	{ "64:ff9b::7f00:1", false },
	{ "64:ff9b::808:808", false },
	{ "64:ff9b:1::1", false },
	{ "100::1", false },
	{ "100:0:0:1::", false },
	{ "1fff:ffff::", false },
	{ "2000::1", true },
	{ "2001::", false },
	{ "2001:0:4136:e378::", false },
	{ "2001:2::1", false },
	{ "2001:10::1", false },
	{ "2001:20::1", false },
	{ "2001:30::1", false },
	{ "2001:1ff:ffff::", false },
	{ "2001:200::1", true },
	{ "2001:4860:4860::8888", true },
	{ "2001:db8::1", false },
	{ "2001:db8:ffff::", false },
	{ "2001:db9::", true },
	{ "2002::", false },
	{ "2002:7f00:1::", false },
	{ "2002:ffff::", false },
	{ "2003::1", true },
	{ "2606:4700::1111", true },
	{ "2a00:1450::1", true },
	{ "3ffe:ffff::", true },
	{ "3fff::1", false },
	{ "3fff:fff:ffff::", false },
	{ "3fff:1000::", true },
	{ "4000::", false },
	{ "5f00::1", false },
	{ "fc00::1", false },
	{ "fdff::1", false },
	{ "fe80::1", false },
	{ "febf::1", false },
	{ "fec0::1", false },
	{ "ff02::1", false },
	{ "ffff::", false },
};

static void
only_public_addresses_are_public(void **state)
{
	union address a;
	size_t i;
	bool is;

	(void)state;
	for (i = 0; i < COUNT_OF(addresses); i++) {
		is = address_is_public(address(addresses[i].text, &a));
		if (is != addresses[i].public)
			print_error("%s\n", addresses[i].text);
		assert_int_equal(is, addresses[i].public);
	}
	memset(&a, 0, sizeof(a));
	a.any.sa_family = AF_UNIX;
	assert_false(address_is_public(&a.any));
	assert_false(address_in(&a.any, "0.0.0.0/0"));
	assert_false(address_in(&a.any, "::/0"));
}

static void
blocks_hold_what_is_inside_them(void **state)
{
	static const struct {
		const char *text, *block;
		bool in;
	} rows[] = {
		{ "10.1.2.3", "10.0.0.0/8", true },
		{ "11.1.2.3", "10.0.0.0/8", false },
		{ "10.1.2.3", "10.1.2.3", true },
		{ "10.1.2.3", "10.1.2.3/32", true },
		{ "10.1.2.4", "10.1.2.3/32", false },
		{ "10.1.2.3", "0.0.0.0/0", true },
		{ "10.1.2.3", "10.1.2.2/31", true },
		{ "10.1.2.4", "10.1.2.2/31", false },
		{ "::1", "::1/128", true },
		{ "::1", "::/0", true },
		{ "::1", "0.0.0.0/0", false },
		{ "10.1.2.3", "::/0", false },
		{ "::ffff:10.1.2.3", "10.0.0.0/8", true },
		{ "fd00::1", "fd00::/8", true },
		{ "fe00::1", "fd00::/8", false },
		{ "10.1.2.3", "10.0.0.0/33", false },
		{ "10.1.2.3", "10.0.0.0/", false },
		{ "10.1.2.3", "10.0.0.0/-1", false },
		{ "10.1.2.3", "10.0.0/8", false },
		{ "10.1.2.3", "", false },
		{ "10.1.2.3", "all", false },
		{ "::1", "::1/129", false },
	};
	union address a;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(address_in(address(rows[i].text, &a),
				     rows[i].block),
		    rows[i].in);
	assert_true(address_block_is("10.0.0.0/8"));
	assert_false(address_block_is("10.0.0.0/40"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain_urls_are_taken_apart),
		TEST(anything_else_is_refused_with_what_is_expected),
		TEST(loose_reading_admits_plain_spellings_only),
		TEST(a_host_is_at_most_253_characters),
		TEST(a_url_is_at_most_2048_bytes),
		TEST(only_public_addresses_are_public),
		TEST(blocks_hold_what_is_inside_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
