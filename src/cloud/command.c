/*
 * command.c - the options of the commands, and the two that add something.
 */
#include "cloud/command.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/options.h"
#include "base/arena.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/when.h"
#include "cloud/account.h"
#include "cloud/api_token.h"

#define OPT_HOST OPT_PUBLIC_URL("Address people and stores use: the Host URL.")
#define OPT_STORES                                                             \
	OPT_PRIVATE("Stores may have private addresses, http and any port "    \
		    "(development).")
#define OPT_PACE                                                               \
	OPT_SWEEP("How often a new connector imports orders by itself; its "   \
		  "other jobs run every 3 and 6 times that."),                 \
	    OPT_RETRY

const struct option command_serve_options[] = {
	OPT_STORE,
	OPT_LISTEN("127.0.0.1:8080"),
	OPT_HOST,
	OPT_STORES,
	OPT_DOOR,
	OPT_PACE,
	{ 0 },
};

const struct option command_work_options[] = {
	OPT_STORE,
	OPT_HOST,
	OPT_STORES,
	OPT_PACE,
	{ 0 },
};

const struct option command_add_options[] = {
	OPT_STORE,
	{ "role", OPTION_TEXT, "manager", false, 0, 0, "ROLE",
	    "manager, operator or viewer." },
	{ 0 },
};

/* --- user add, token add --- */

/* How the audit calls whoever may write the folder. */
#define BY "command line"

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
request(struct cx *cx, const char *member)
{
	struct json *in = json_new_object(cx);
	const char *const *words;

	conf_words(cx->conf, &words);
	json_set_text(cx, in, member, words[0]);
	json_set_text(cx, in, "role", conf_text(cx->conf, "role"));
	return in;
}

struct json *
command_user_add(struct cx *cx)
{
	struct json *in = request(cx, "email");
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
	return request(cx, "name");
}

enum err
command_user_run(struct cx *cx, const struct program *p, const struct json *in,
    struct json *out)
{
	const char *email = json_get_text(in, "email");
	const char *password = json_get_text(in, "password");
	const char *role = json_get_text(in, "role");
	struct user u;
	enum err e;

	(void)p;
	if (email == NULL || password == NULL || role == NULL)
		return cx_fail(cx, ERR_INPUT, "user.add: incomplete");
	e = account_add(cx, BY, email, password, role, &u);
	if (e == ERR_CONFLICT)
		return cx_fail(cx, e,
		    "user add: %s is a user already, and nothing was changed: "
		    "sign in as that one, or give another e-mail",
		    email);
	if (e != OK)
		return e;
	json_set_text(cx, out, "email", u.email);
	return OK;
}

enum err
command_token_run(struct cx *cx, const struct program *p, const struct json *in,
    struct json *out)
{
	const char *name = json_get_text(in, "name");
	const char *role = json_get_text(in, "role");
	char secret[TOKEN_TEXT_MAX];
	struct api_token_named older;
	struct api_token t;
	enum err e;

	(void)p;
	if (name == NULL || role == NULL)
		return cx_fail(cx, ERR_INPUT, "token.add: incomplete");
	if ((e = api_token_named(cx, name, &older)) != OK ||
	    (e = api_token_add(cx, BY, name, role, secret, &t)) != OK)
		return e;
	json_set_text(cx, out, "token", secret);
	json_set_int(cx, out, "older", older.n);
	if (older.n > 0)
		json_set_text(cx, out, "made_at",
		    when_write(cx->mem, older.last));
	return OK;
}

/* Not among what a script reads. */
static void
say_older(const struct json *in, const struct json *out)
{
	int64_t n = json_int(json_get(out, "older"), 0);

	if (n == 0)
		return;
	fprintf(stderr,
	    "%s: %" PRId64 " older %s named \"%s\" too (the last was made %s) "
	    "and %s valid: revoke what is not used any more in the console, "
	    "under API tokens\n",
	    json_get_text(in, "program"), n, n == 1 ? "token is" : "tokens are",
	    json_get_text(in, "name"), json_get_text(out, "made_at"),
	    n == 1 ? "stays" : "stay");
}

void
command_print(const struct json *in, const struct json *out)
{
	const char *token = json_get_text(out, "token");

	if (token != NULL) {
		printf("%s\n", token);
		say_older(in, out);
		return;
	}
	printf("%s was added as %s\n", json_get_text(in, "email"),
	    json_get_text(in, "role"));
	if (json_bool(json_get(in, "made"), false))
		printf("password: %s\n", json_get_text(in, "password"));
}
