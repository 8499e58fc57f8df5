/*
 * conf.c - options from words, variables and defaults.
 *
 * Every value is checked where it enters and its mistake is named by the word
 * the operator wrote: the option, or the variable.  An option given twice is a
 * mistake too, since one of the two does not do what its author thinks.
 */
#include "base/conf.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

enum {
	HELP_INDENT = 6,
	HELP_WIDTH = 78,
	NEAR_LONGEST = 40 /* longer names are not compared for likeness */
};

struct setting {
	const char *name;
	const char *value; /* NULL: not set */
	bool given;        /* on the command line */
	bool variable;     /* in the environment */
};

struct conf {
	struct setting *settings;
	size_t n;
	const char **words;
	size_t nwords;
};

/* What one reading needs; lives for one conf_read. */
struct reading {
	const struct option *options;
	const char *prefix;
	int argc;
	char **argv;
	int at; /* the word in turn */
	struct conf *conf;
};

static struct setting *
setting_of(const struct conf *conf, const char *name)
{
	size_t i;

	for (i = 0; i < conf->n; i++) {
		if (strcmp(conf->settings[i].name, name) == 0)
			return &conf->settings[i];
	}
	return NULL;
}

static size_t
option_count(const struct option *o)
{
	size_t n = 0;

	while (o[n].type != OPTION_END)
		n++;
	return n;
}

/* "public-url" is LOGIVERY_CLOUD_PUBLIC_URL. */
static char *
variable_of(struct arena *mem, const char *prefix, const char *name)
{
	char *s = arena_printf(mem, "%s_%s", prefix, name), *p;

	for (p = s; *p != '\0'; p++) {
		if (*p == '-')
			*p = '_';
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	}
	return s;
}

static bool
read_switch(const char *s, bool *on)
{
	static const char *const words[][2] = {
		{ "0", "1" },
		{ "no", "yes" },
		{ "off", "on" },
		{ "false", "true" },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (text_equal_ascii_case(s, words[i][0]) ||
		    text_equal_ascii_case(s, words[i][1])) {
			*on = text_equal_ascii_case(s, words[i][1]);
			return true;
		}
	}
	return false;
}

/* The database's address in the wrong place may hold a password: it is not
   shown. */
static bool
is_misplaced(const struct option *o, const char *value)
{
	static const char *const metas[] = { "DIR", "FILE", "HOST:PORT",
		"CIDR" };
	size_t i;

	if (strstr(value, "://") == NULL && strstr(value, "password=") == NULL)
		return false;
	for (i = 0; i < sizeof(metas) / sizeof(metas[0]); i++)
		if (text_equal(o->meta, metas[i]))
			return true;
	return false;
}

/* `source` is the word the operator knows it by. */
static enum err
check_value(struct cx *cx, const struct option *o, const char *source,
    const char *value)
{
	int64_t n;
	bool on;

	if (!text_is_utf8(value, strlen(value)))
		return cx_fail(cx, ERR_INPUT, "%s: not UTF-8", source);
	if (o->type == OPTION_INT && !text_to_int(value, o->min, o->max, &n))
		return cx_fail(cx, ERR_INPUT,
		    "%s: must be a whole number from %" PRId64 " to %" PRId64,
		    source, o->min, o->max);
	if (o->type == OPTION_SWITCH && !read_switch(value, &on))
		return cx_fail(cx, ERR_INPUT, "%s: must be yes or no", source);
	if (is_misplaced(o, value))
		return cx_fail(cx, ERR_INPUT,
		    "%s: takes %s, not the address of something", source,
		    o->meta);
	return OK;
}

static size_t
min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Letters to add, drop or change to get from a to b. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[NEAR_LONGEST + 1], na = strlen(a), nb = strlen(b);
	size_t i, j, corner, above;

	if (na > NEAR_LONGEST || nb > NEAR_LONGEST)
		return NEAR_LONGEST;
	for (j = 0; j <= nb; j++)
		row[j] = j;
	for (i = 1; i <= na; i++) {
		corner = row[0];
		row[0] = i;
		for (j = 1; j <= nb; j++) {
			above = row[j];
			row[j] = min3(above + 1, row[j - 1] + 1,
			    corner + (a[i - 1] != b[j - 1]));
			corner = above;
		}
	}
	return row[nb];
}

static enum err
unknown(struct cx *cx, const struct option *o, const char *word)
{
	const char *name = text_starts(word, "--") ? word + 2 : word + 1;
	const char *near = NULL;
	size_t best = 3, d; /* two letters wrong are a slip of the hand */

	if (best > strlen(name))
		best = strlen(name);
	for (; o->type != OPTION_END; o++) {
		if ((d = distance(name, o->name)) < best) {
			best = d;
			near = o->name;
		}
	}
	if (near != NULL)
		return cx_fail(cx, ERR_INPUT,
		    "unknown option %s (did you mean --%s?); see --help", word,
		    near);
	return cx_fail(cx, ERR_INPUT, "unknown option %s; see --help", word);
}

static const struct option *
option_of(const struct option *o, const char *name, size_t n)
{
	for (; o->type != OPTION_END; o++) {
		if (strlen(o->name) == n && memcmp(o->name, name, n) == 0)
			return o;
	}
	return NULL;
}

/* The value of option `o` in the word in turn, or in the one after it. */
static enum err
value_of(struct cx *cx, struct reading *r, const struct option *o,
    const char **value)
{
	const char *given = strchr(r->argv[r->at], '=');
	const char *next;

	if (o->type == OPTION_SWITCH) {
		if (given != NULL)
			return cx_fail(cx, ERR_INPUT, "--%s takes no value",
			    o->name);
		*value = "1";
		return OK;
	}
	if (given != NULL) {
		*value = given + 1;
		return OK;
	}
	next = r->at + 1 < r->argc ? r->argv[r->at + 1] : NULL;
	if (next == NULL || text_starts(next, "--"))
		return cx_fail(cx, ERR_INPUT, "--%s needs a value: --%s %s",
		    o->name, o->name, o->meta != NULL ? o->meta : "VALUE");
	*value = next;
	r->at++;
	return OK;
}

/* The option that the word in turn names; *word: what may be shown of it. */
static enum err
option_find(struct cx *cx, const struct reading *r, const char **word,
    const struct option **o)
{
	const char *given = r->argv[r->at], *name;

	name = text_shown(cx->mem, given);
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return cx_fail_code(cx, ERR_INPUT, "help", "help asked for");
	*o = NULL;
	if (text_starts(name, "--"))
		*o = option_of(r->options, name + 2, strlen(name + 2));
	if (*o == NULL)
		return unknown(cx, r->options, name);
	if (given[strlen(name)] != '\0' && given[strlen(name)] != '=')
		return cx_fail(cx, ERR_INPUT,
		    "%s: its value is a word of its own: %s %s", name, name,
		    (*o)->meta != NULL ? (*o)->meta : "VALUE");
	*word = name;
	return OK;
}

static enum err
take_option(struct cx *cx, struct reading *r)
{
	const struct option *o = NULL;
	const char *word, *value;
	struct setting *s;
	enum err e;

	if ((e = option_find(cx, r, &word, &o)) != OK ||
	    (e = value_of(cx, r, o, &value)) != OK ||
	    (e = check_value(cx, o, word, value)) != OK)
		return e;
	s = setting_of(r->conf, o->name);
	if (s->given)
		return cx_fail(cx, ERR_INPUT, "%s is given twice; give it once",
		    word);
	s->value = arena_text(cx->mem, value);
	s->given = true;
	return OK;
}

/* "--data, --role" */
static const char *
names_of(struct arena *mem, const struct option *o)
{
	struct buf b = buf_new(mem);

	for (; o->type != OPTION_END; o++)
		buf_printf(&b, "%s--%s", b.n > 0 ? ", " : "", o->name);
	return b.p;
}

static enum err
unexpected(struct cx *cx, const struct reading *r, const char *word)
{
	const struct conf *conf = r->conf;

	word = text_shown(cx->mem, word);
	if (conf->nwords == 0)
		return cx_fail(cx, ERR_INPUT,
		    "unexpected word \"%s\"; only options, --NAME VALUE, are "
		    "taken here: see --help",
		    word);
	return cx_fail(cx, ERR_INPUT,
	    "unexpected word \"%s\" after \"%s\"; what has blanks in it needs "
	    "quotes, and an option its name: %s (see --help)",
	    word, text_shown(cx->mem, conf->words[conf->nwords - 1]),
	    names_of(cx->mem, r->options));
}

static enum err
take_word(struct cx *cx, struct reading *r, size_t max_words)
{
	const char *word = r->argv[r->at];

	if (r->conf->nwords == max_words)
		return unexpected(cx, r, word);
	if (!text_is_utf8(word, strlen(word)))
		return cx_fail(cx, ERR_INPUT, "word %zu: not UTF-8",
		    r->conf->nwords + 1);
	r->conf->words[r->conf->nwords++] = arena_text(cx->mem, word);
	return OK;
}

static enum err
take_line(struct cx *cx, struct reading *r, size_t max_words)
{
	bool more_options = true;
	const char *word;
	enum err e;

	for (r->at = 0; r->at < r->argc; r->at++) {
		word = r->argv[r->at];
		if (more_options && strcmp(word, "--") == 0) {
			more_options = false;
			continue;
		}
		if (more_options && word[0] == '-' && word[1] != '\0')
			e = take_option(cx, r);
		else
			e = take_word(cx, r, max_words);
		if (e != OK)
			return e;
	}
	return OK;
}

/* Variables and defaults, for what the command line left open. */
static enum err
take_rest(struct cx *cx, struct reading *r)
{
	const struct option *o;
	const char *variable, *value;
	struct setting *s;
	enum err e;

	for (o = r->options; o->type != OPTION_END; o++) {
		s = setting_of(r->conf, o->name);
		if (s->given)
			continue;
		variable = variable_of(cx->mem, r->prefix, o->name);
		value = getenv(variable);
		if (text_is_empty(value)) {
			s->value = o->dflt;
			continue;
		}
		if ((e = check_value(cx, o, variable, value)) != OK)
			return e;
		s->value = arena_text(cx->mem, value);
		s->variable = true;
	}
	return OK;
}

static enum err
check_musts(struct cx *cx, struct reading *r)
{
	const struct option *o;

	for (o = r->options; o->type != OPTION_END; o++) {
		if (o->must &&
		    text_is_empty(setting_of(r->conf, o->name)->value))
			return cx_fail(cx, ERR_INPUT,
			    "--%s is missing; give it, or set %s%s%s", o->name,
			    variable_of(cx->mem, r->prefix, o->name),
			    o->help != NULL ? ": " : "",
			    o->help != NULL ? o->help : "");
	}
	return OK;
}

static struct conf *
conf_new(struct arena *mem, size_t settings, size_t words)
{
	struct conf *conf = arena_alloc(mem, sizeof(*conf));

	conf->settings = arena_alloc(mem, settings * sizeof(*conf->settings));
	conf->n = settings;
	conf->words = arena_alloc(mem, words * sizeof(*conf->words));
	return conf;
}

enum err
conf_read(struct cx *cx, const struct option *options, const char *env_prefix,
    int argc, char **argv, int max_words, struct conf **out)
{
	size_t n = option_count(options), i;
	struct reading r = { options, env_prefix, argc, argv, 0, NULL };
	enum err e;

	r.conf = conf_new(cx->mem, n, (size_t)max_words);
	for (i = 0; i < n; i++)
		r.conf->settings[i].name = options[i].name;
	if ((e = take_line(cx, &r, (size_t)max_words)) != OK)
		return e;
	if ((e = take_rest(cx, &r)) != OK)
		return e;
	if ((e = check_musts(cx, &r)) != OK)
		return e;
	*out = r.conf;
	return OK;
}

const char *
conf_text(const struct conf *conf, const char *name)
{
	const struct setting *s = setting_of(conf, name);

	return s != NULL ? s->value : NULL;
}

bool
conf_is_given(const struct conf *conf, const char *name)
{
	const struct setting *s = setting_of(conf, name);

	return s != NULL && (s->given || s->variable);
}

int64_t
conf_int(const struct conf *conf, const char *name)
{
	int64_t n = 0;

	text_to_int(conf_text(conf, name), INT64_MIN, INT64_MAX, &n);
	return n;
}

bool
conf_is(const struct conf *conf, const char *name)
{
	const char *value = conf_text(conf, name);
	bool on = false;

	if (value != NULL)
		read_switch(value, &on);
	return on;
}

static bool
is_known(struct arena *mem, const char *prefix,
    const struct option *const *tables, const char *name)
{
	const struct option *o;

	for (; *tables != NULL; tables++) {
		for (o = *tables; o->type != OPTION_END; o++) {
			if (text_equal(variable_of(mem, prefix, o->name), name))
				return true;
		}
	}
	return false;
}

const char *
conf_stranger(struct arena *mem, const char *prefix,
    const struct option *const *tables, size_t *at)
{
	const char *begin = arena_printf(mem, "%s_", prefix), *name;

	while (environ[*at] != NULL) {
		name = environ[(*at)++];
		if (!text_starts(name, begin))
			continue;
		name = arena_textn(mem, name, strcspn(name, "="));
		if (!is_known(mem, prefix, tables, name))
			return name;
	}
	return NULL;
}

size_t
conf_words(const struct conf *conf, const char *const **words)
{
	*words = conf->words;
	return conf->nwords;
}

struct conf *
conf_fixed(struct arena *mem, const char *const *pairs)
{
	struct conf *conf;
	size_t n = 0, i;

	while (pairs[n] != NULL)
		n++;
	assert(n % 2 == 0);
	conf = conf_new(mem, n / 2, 0);
	for (i = 0; i < n / 2; i++) {
		conf->settings[i].name = pairs[2 * i];
		conf->settings[i].value = pairs[2 * i + 1];
	}
	return conf;
}

/* Words of `s`, wrapped. */
static void
add_wrapped(struct buf *b, const char *s)
{
	size_t column = HELP_WIDTH, n;

	while (*(s += strspn(s, " ")) != '\0') {
		n = strcspn(s, " ");
		if (column + 1 + n > HELP_WIDTH) {
			buf_printf(b, "\n%*s", HELP_INDENT - 1, "");
			column = HELP_INDENT - 1;
		}
		buf_char(b, ' ');
		buf_add(b, s, n);
		column += 1 + n;
		s += n;
	}
}

static void
add_option(struct buf *b, const struct option *o, const char *variable)
{
	const char *how = "";

	buf_printf(b, "  --%s", o->name);
	if (o->type != OPTION_SWITCH)
		buf_printf(b, " %s", o->meta != NULL ? o->meta : "VALUE");
	if (o->must)
		how = " Needed.";
	else if (o->dflt != NULL)
		how = arena_printf(b->mem, " Default: %s.", o->dflt);
	add_wrapped(b,
	    arena_printf(b->mem, "%s%s [%s]", o->help != NULL ? o->help : "",
		how, variable));
	buf_char(b, '\n');
}

char *
conf_help(struct arena *mem, const struct option *o, const char *env_prefix)
{
	struct buf b = buf_new(mem);

	for (; o->type != OPTION_END; o++)
		add_option(&b, o, variable_of(mem, env_prefix, o->name));
	return b.p;
}
