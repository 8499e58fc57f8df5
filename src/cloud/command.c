/*
 * command.c - the options of the commands, and the two that add something.
 */
#include "cloud/command.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/json.h"

#define OPT_DATA                                                               \
	{                                                                      \
		"data", OPTION_TEXT, NULL, true, 0, 0, "DIR",                  \
		    "Folder of database, keys and socket; made if missing."    \
	}
#define OPT_DATABASE                                                           \
	{                                                                      \
		"database", OPTION_TEXT, NULL, false, 0, 0, "URL",             \
		    "postgresql://... instead of the SQLite file in the "      \
		    "folder."                                                  \
	}
#define OPT_KEY_FILE                                                           \
	{                                                                      \
		"key-file", OPTION_TEXT, NULL, false, 0, 0, "FILE",            \
		    "Master keys; DIR/master.key if not given, made at first " \
		    "start; "                                                  \
		    "shared by all nodes."                                     \
	}
#define OPT_PUBLIC_URL                                                         \
	{                                                                      \
		"public-url", OPTION_TEXT, NULL, true, 0, 0, "URL",            \
		    "Address people and stores use: the Host URL."             \
	}
#define OPT_PRIVATE                                                            \
	{                                                                      \
		"allow-private-hosts", OPTION_SWITCH, NULL, false, 0, 0, NULL, \
		    "Stores may have private addresses, http and any port "    \
		    "(development)."                                           \
	}
#define OPT_SWEEP                                                              \
	{                                                                      \
		"sweep-seconds", OPTION_INT, "300", false, 1, 86400, "N",      \
		    "How often a new connector imports orders by itself; its " \
		    "other "                                                   \
		    "jobs run every 3 and 6 times that."                       \
	}
#define OPT_RETRY                                                              \
	{                                                                      \
		"retry-base-ms", OPTION_INT, "1000", false, 1, 600000, "N",    \
		    "First pause before a failed job is tried again; it "      \
		    "doubles."                                                 \
	}

const struct option command_serve_options[] = {
	OPT_DATA,
	{ "listen", OPTION_TEXT, "127.0.0.1:8080", false, 0, 0, "HOST:PORT",
	    "Where to serve; port 0 takes a free one. A socket inherited "
	    "with LISTEN_FDS comes first." },
	OPT_PUBLIC_URL,
	OPT_DATABASE,
	OPT_KEY_FILE,
	OPT_PRIVATE,
	{ "metrics", OPTION_TEXT, NULL, false, 0, 0, "HOST:PORT",
	    "Serve numbers for Prometheus there; off if not given." },
	{ "trusted-proxy", OPTION_TEXT, NULL, false, 0, 0, "CIDR",
	    "Believe X-Forwarded-For and -Proto of proxies in this block." },
	{ "tls-cert", OPTION_TEXT, NULL, false, 0, 0, "FILE",
	    "PEM certificate chain: serve https; needs --tls-key." },
	{ "tls-key", OPTION_TEXT, NULL, false, 0, 0, "FILE",
	    "PEM key of the certificate." },
	OPT_SWEEP,
	OPT_RETRY,
	{ 0 },
};

const struct option command_work_options[] = {
	OPT_DATA,
	OPT_PUBLIC_URL,
	OPT_DATABASE,
	OPT_KEY_FILE,
	OPT_PRIVATE,
	OPT_SWEEP,
	OPT_RETRY,
	{ 0 },
};

const struct option command_data_options[] = {
	OPT_DATA,
	OPT_DATABASE,
	OPT_KEY_FILE,
	{ 0 },
};

const struct option command_add_options[] = {
	OPT_DATA,
	OPT_DATABASE,
	OPT_KEY_FILE,
	{ "role", OPTION_TEXT, "manager", false, 0, 0, "ROLE",
	    "manager, operator or viewer." },
	{ 0 },
};

const struct option command_no_options[] = { { 0 } };

/* --- user add, token add --- */

enum { STDIN_WAIT_MS = 3000 };

/* A line of standard input; NULL: none.  A person at a terminal, or a pipe
   nobody writes to, is not waited for. */
static const char *
password_read(struct cx *cx)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char line[1024];
	size_t n;

	if (isatty(STDIN_FILENO) || poll(&in, 1, STDIN_WAIT_MS) <= 0 ||
	    fgets(line, sizeof(line), stdin) == NULL)
		return NULL;
	n = strcspn(line, "\r\n");
	line[n] = '\0';
	return n == 0 ? NULL : arena_text(cx->mem, line);
}

static struct json *
request(struct cx *cx, const char *name, const char *member)
{
	struct json *in = json_new_object(cx);
	const char *const *words;

	conf_words(cx->conf, &words);
	json_set_text(cx, in, "command", name);
	json_set_text(cx, in, member, words[0]);
	json_set_text(cx, in, "role", conf_text(cx->conf, "role"));
	return in;
}

struct json *
command_user_add(struct cx *cx)
{
	struct json *in = request(cx, "user.add", "email");
	const char *password = password_read(cx);
	char id[27];

	json_set_bool(cx, in, "made", password == NULL);
	if (password == NULL) {
		id_new(cx, id);
		password = arena_textn(cx->mem, id, 20); /* 100 bits */
	}
	json_set_text(cx, in, "password", password);
	return in;
}

struct json *
command_token_add(struct cx *cx)
{
	return request(cx, "token.add", "name");
}

void
command_print(const struct json *in, const struct json *out)
{
	const char *token = json_get_text(out, "token");

	if (token != NULL)
		printf("%s\n", token);
	else if (json_bool(json_get(in, "made"), false))
		printf("%s\n", json_get_text(in, "password"));
}
