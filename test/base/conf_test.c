/* conf_test.c - command lines, and what comes of them. */
#include "lib/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/conf.h"

enum { WORDS = 6 };

#define URL_HELP                                                               \
	"What the world calls us, a sentence long enough to need more than "   \
	"one line of help."

static const struct option options[] = {
	{ "listen", OPTION_TEXT, "127.0.0.1:8080", .meta = "ADDRESS",
	    .help = "Where to serve." },
	{ "public-url", OPTION_TEXT, NULL, .must = true, .meta = "URL",
	    .help = URL_HELP },
	{ "workers", OPTION_INT, "4", .min = 1, .max = 64, .meta = "N",
	    .help = "Threads for jobs, 1 to 64." },
	{ "debug", OPTION_SWITCH, .help = "Say more." },
	{ 0 },
};

struct line_case {
	char *line[WORDS];       /* ends with NULL */
	const char *variable[2]; /* name and value, or NULL */
	const char *why;         /* NULL: what follows comes of it */
	const char *listen;
	int64_t workers;
	bool debug;
	size_t nwords;
};

#define URL "--public-url=https://x"
#define DFLT "127.0.0.1:8080"
#define MORE                                                                   \
	"what has blanks in it needs quotes, and an option its name: "         \
	"--listen, --public-url, --workers, --debug (see --help)"

/* clang-format off */
static const struct line_case cases[] = {
	{ { URL }, { NULL }, NULL, DFLT, 4, false, 0 },
	{ { URL, "--workers", "8", "--debug" }, { NULL }, NULL, DFLT, 8, true },
	{ { URL, "--workers=64", "--listen", "a" }, { NULL }, NULL, "a", 64 },
	{ { URL, "--listen=a=b" }, { NULL }, NULL, "a=b", 4 },
	{ { URL, "--listen=" }, { NULL }, NULL, "", 4 },
	{ { URL, "--listen", "-" }, { NULL }, NULL, "-", 4 },
	{ { URL, "one", "two" }, { NULL }, NULL, DFLT, 4, false, 2 },
	{ { URL, "-", "--", "--debug" }, { NULL }, NULL, DFLT, 4, false, 2 },
	{ { "one", URL, "two" }, { NULL }, NULL, DFLT, 4, false, 2 },
	/* variables */
	{ { URL }, { "T_WORKERS", "9" }, NULL, DFLT, 9 },
	{ { URL, "--workers=8" }, { "T_WORKERS", "9" }, NULL, DFLT, 8 },
	{ { URL, "--workers=8" }, { "T_WORKERS", "x" }, NULL, DFLT, 8 },
	{ { URL }, { "T_WORKERS", "" }, NULL, DFLT, 4 },
	{ { NULL }, { "T_PUBLIC_URL", "https://y" }, NULL, DFLT, 4 },
	{ { URL }, { "T_DEBUG", "yes" }, NULL, DFLT, 4, true },
	{ { URL }, { "T_DEBUG", "1" }, NULL, DFLT, 4, true },
	{ { URL }, { "T_DEBUG", "False" }, NULL, DFLT, 4, false },
	{ { URL, "--debug" }, { "T_DEBUG", "no" }, NULL, DFLT, 4, true },
	{ { URL }, { "T_DEBUG", "maybe" }, "T_DEBUG: must be yes or no" },
	{ { URL }, { "T_WORKERS", "x" },
	    "T_WORKERS: must be a whole number from 1 to 64" },
	{ { URL }, { "T_LISTEN", "\xff" }, "T_LISTEN: not UTF-8" },
	/* mistakes */
	{ { NULL }, { NULL },
	    "--public-url is missing; give it, or set T_PUBLIC_URL: " URL_HELP },
	{ { "--public-url=" }, { NULL },
	    "--public-url is missing; give it, or set T_PUBLIC_URL: " URL_HELP },
	{ { URL, "--foo" }, { NULL }, "unknown option --foo; see --help" },
	{ { URL, "--foo=secret" }, { NULL },
	    "unknown option --foo; see --help" },
	{ { URL, "--lisen", "a" }, { NULL },
	    "unknown option --lisen (did you mean --listen?); see --help" },
	{ { URL, "--worker=3" }, { NULL },
	    "unknown option --worker (did you mean --workers?); see --help" },
	{ { URL, "--public_url" }, { NULL }, "unknown option --public_url "
	    "(did you mean --public-url?); see --help" },
	{ { URL, "-debug" }, { NULL },
	    "unknown option -debug (did you mean --debug?); see --help" },
	{ { URL, "-x" }, { NULL }, "unknown option -x; see --help" },
	{ { URL, "--=" }, { NULL }, "unknown option --; see --help" },
	/* what may be a password is not said again */
	{ { URL, "--foo p://a:s3cret@h/b" }, { NULL },
	    "unknown option --foo; see --help" },
	{ { URL, "--foo:p://a:s3cret@h/b" }, { NULL },
	    "unknown option --foo; see --help" },
	{ { URL, "--listen p://a:s3cret@h/b" }, { NULL },
	    "--listen: its value is a word of its own: --listen ADDRESS" },
	{ { URL, "a", "b", "p://a:s3cret@h/b" }, { NULL },
	    "unexpected word \"p\" after \"b\"; " MORE },
	{ { URL, "a", "p://a:s3cret@h/b", "c" }, { NULL },
	    "unexpected word \"c\" after \"p\"; " MORE },
	{ { URL, "--workers" }, { NULL },
	    "--workers needs a value: --workers N" },
	{ { URL, "--workers", "--debug" }, { NULL },
	    "--workers needs a value: --workers N" },
	{ { URL, "--workers=" }, { NULL },
	    "--workers: must be a whole number from 1 to 64" },
	{ { URL, "--workers", "0" }, { NULL },
	    "--workers: must be a whole number from 1 to 64" },
	{ { URL, "--workers", "65" }, { NULL },
	    "--workers: must be a whole number from 1 to 64" },
	{ { URL, "--workers", "4x" }, { NULL },
	    "--workers: must be a whole number from 1 to 64" },
	{ { URL, "--debug=1" }, { NULL }, "--debug takes no value" },
	{ { URL, URL }, { NULL }, "--public-url is given twice; give it once" },
	{ { URL, "--debug", "--debug" }, { NULL },
	    "--debug is given twice; give it once" },
	{ { URL, "a", "b", "c" }, { NULL },
	    "unexpected word \"c\" after \"b\"; " MORE },
	{ { URL, "--listen=\xff" }, { NULL }, "--listen: not UTF-8" },
	{ { URL, "\xff" }, { NULL }, "word 1: not UTF-8" },
};
/* clang-format on */

static enum err
read_line(struct cx *cx, const struct line_case *c, struct conf **conf)
{
	char *argv[WORDS];
	int argc = 0;
	enum err e;

	while (c->line[argc] != NULL) {
		argv[argc] = c->line[argc];
		argc++;
	}
	if (c->variable[0] != NULL)
		setenv(c->variable[0], c->variable[1], 1);
	e = conf_read(cx, options, "T", argc, argv, 2, conf);
	if (c->variable[0] != NULL)
		unsetenv(c->variable[0]);
	return e;
}

static void
a_command_line_is_read_or_refused_in_one_line(void **state)
{
	struct cx *cx = *state;
	const struct line_case *c;
	const char *const *words;
	struct conf *conf;
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		c = &cases[i];
		if (c->why != NULL) {
			must_fail(cx, ERR_INPUT, read_line(cx, c, &conf));
			assert_string_equal(cx->why, c->why);
			assert_string_equal(cx->code, "");
			continue;
		}
		must(cx, read_line(cx, c, &conf));
		assert_string_equal(conf_text(conf, "listen"), c->listen);
		assert_int_equal(conf_int(conf, "workers"), c->workers);
		assert_int_equal(conf_is(conf, "debug"), c->debug);
		assert_int_equal(conf_words(conf, &words), c->nwords);
	}
}

static void
words_keep_their_order(void **state)
{
	struct cx *cx = *state;
	const struct line_case c = { { "one", URL, "--", "--two" } };
	const char *const *words;
	struct conf *conf;

	must(cx, read_line(cx, &c, &conf));
	assert_int_equal(conf_words(conf, &words), 2);
	assert_string_equal(words[0], "one");
	assert_string_equal(words[1], "--two");
}

static void
asking_for_help_is_told_apart(void **state)
{
	struct cx *cx = *state;
	const struct line_case asked = { { "--help" } };
	const struct line_case briefly = { { "-h" } };
	struct conf *conf;

	must_fail(cx, ERR_INPUT, read_line(cx, &asked, &conf));
	assert_string_equal(cx->code, "help");
	must_fail(cx, ERR_INPUT, read_line(cx, &briefly, &conf));
	assert_string_equal(cx->code, "help");
}

static void
help_names_options_defaults_and_variables(void **state)
{
	struct cx *cx = *state;

	assert_string_equal(conf_help(cx->mem, options, "T"),
	    "  --listen ADDRESS\n"
	    "      Where to serve. Default: 127.0.0.1:8080. [T_LISTEN]\n"
	    "  --public-url URL\n"
	    "      What the world calls us, a sentence long enough to need "
	    "more than one\n"
	    "      line of help. Needed. [T_PUBLIC_URL]\n"
	    "  --workers N\n"
	    "      Threads for jobs, 1 to 64. Default: 4. [T_WORKERS]\n"
	    "  --debug\n"
	    "      Say more. [T_DEBUG]\n");
}

static void
a_variable_that_is_no_option_is_found(void **state)
{
	static const struct option more[] = { { "other", OPTION_TEXT }, { 0 } };
	const struct option *const tables[] = { options, more, NULL };
	struct cx *cx = *state;
	size_t at = 0;

	setenv("T_WORKERS", "3", 1);
	setenv("T_OTHER", "3", 1);
	assert_null(conf_stranger(cx->mem, "T", tables, &at));
	setenv("T_WORKER", "3", 1);
	at = 0;
	assert_string_equal(conf_stranger(cx->mem, "T", tables, &at),
	    "T_WORKER");
	assert_null(conf_stranger(cx->mem, "T", tables, &at));
	unsetenv("T_WORKERS");
	unsetenv("T_OTHER");
	unsetenv("T_WORKER");
}

static void
fixed_options_answer_like_read_ones(void **state)
{
	struct cx *cx = *state;
	static const char *const pairs[] = { "listen", "x", "workers", "3",
		"debug", "1", NULL };
	struct conf *conf = conf_fixed(cx->mem, pairs);
	const char *const *words;

	assert_string_equal(conf_text(conf, "listen"), "x");
	assert_int_equal(conf_int(conf, "workers"), 3);
	assert_true(conf_is(conf, "debug"));
	assert_null(conf_text(conf, "public-url"));
	assert_int_equal(conf_int(conf, "other"), 0);
	assert_false(conf_is(conf, "other"));
	assert_int_equal(conf_words(conf, &words), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_command_line_is_read_or_refused_in_one_line),
		TEST(words_keep_their_order),
		TEST(asking_for_help_is_told_apart),
		TEST(help_names_options_defaults_and_variables),
		TEST(a_variable_that_is_no_option_is_found),
		TEST(fixed_options_answer_like_read_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
