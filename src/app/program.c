/*
 * program.c - the command line of both programs.
 */
#include "app/program.h"

#include <stdio.h>
#include <string.h>

#include "app/backup.h"
#include "app/commands.h"
#include "app/options.h"
#include "app/serve.h"
#include "app/world.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"

static int
migrate_run(struct world *w)
{
	enum err e = world_in(w);

	if (e == OK)
		printf("the schema is up to date\n");
	else
		world_complain(w);
	return world_status(e);
}

static int
version_run(struct world *w)
{
	printf("%s %s\n", w->program->name, LOGIVERY_VERSION);
	return 0;
}

static const struct option migrate_options[] = { OPT_STORE, { 0 } };
static const struct option no_options[] = { { 0 } };

/* A command of the command line: one of these, or one that is asked. */
struct verb {
	struct program_command c;
	int (*run)(struct world *); /* NULL: commands_run */
};

enum { VERBS_MAX = 16 };

struct verbs {
	struct verb v[VERBS_MAX];
	size_t n;
};

static void
verb_add(struct verbs *vs, const struct program_command *c,
    int (*run)(struct world *))
{
	if (vs->n < VERBS_MAX)
		vs->v[vs->n++] = (struct verb){ *c, run };
}

static struct verbs
verbs_of(const struct program *p)
{
	struct verbs vs = { .n = 0 };
	const struct program_command *c;

	verb_add(&vs,
	    &(struct program_command){ .name = "serve",
		.options = p->serve_options,
		.help = "serve stores, people and machines, and work in the "
			"background" },
	    serve_run);
	verb_add(&vs,
	    &(struct program_command){ .name = "work",
		.options = p->work_options,
		.help = "only work: another node on the same PostgreSQL" },
	    work_run);
	verb_add(&vs,
	    &(struct program_command){ .name = "migrate",
		.options = migrate_options,
		.help = "bring the schema up to date" },
	    migrate_run);
	verb_add(&vs,
	    &(struct program_command){ .name = "restore",
		.word = "FILE",
		.options = restore_options,
		.help = "put a backup back into a folder without a database",
		.more = restore_more },
	    restore_run);
	for (c = commands_shared; c->name != NULL; c++)
		verb_add(&vs, c, NULL);
	for (c = p->commands; c->name != NULL; c++)
		verb_add(&vs, c, NULL);
	verb_add(&vs,
	    &(struct program_command){ .name = "version",
		.options = no_options,
		.help = "say which version this is" },
	    version_run);
	return vs;
}

/* All commands, or those that begin with a word. */
static void
usage(const struct program *p, const struct verbs *vs, const char *first)
{
	const struct program_command *c;
	size_t i;

	printf("usage: %s COMMAND [OPTIONS]\n\n", p->name);
	for (i = 0; i < vs->n; i++) {
		c = &vs->v[i].c;
		if (first != NULL && strcmp(c->name, first) != 0)
			continue;
		printf("  %s%s%s%s%s\n      %s\n", c->name,
		    c->second != NULL ? " " : "",
		    c->second != NULL ? c->second : "",
		    c->word != NULL ? " " : "", c->word != NULL ? c->word : "",
		    c->help);
	}
	printf("\n%s COMMAND --help shows its options.\n", p->name);
}

static const struct verb *
verb_find(const struct verbs *vs, int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	const struct program_command *c;
	size_t i;

	if (strcmp(name, "--version") == 0)
		name = "version";
	for (i = 0; i < vs->n; i++) {
		c = &vs->v[i].c;
		if (strcmp(c->name, name) == 0 &&
		    (c->second == NULL ||
			(argc > 2 && strcmp(c->second, argv[2]) == 0)))
			return &vs->v[i];
	}
	return NULL;
}

static bool
is_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 ||
	    strcmp(word, "-h") == 0;
}

/* Is it the first of a command's two words? */
static bool
is_half(const struct verbs *vs, const char *word)
{
	size_t i;

	for (i = 0; i < vs->n; i++) {
		if (vs->v[i].c.second != NULL &&
		    strcmp(vs->v[i].c.name, word) == 0)
			return true;
	}
	return false;
}

/* The commands there are; of `first`, the words that may follow it. */
static void
say_words(const struct verbs *vs, const char *first)
{
	const char *word, *before = "";
	size_t i;

	if (first != NULL)
		fprintf(stderr, "; the words after \"%s\": ", first);
	else
		fprintf(stderr, "; the commands: ");
	for (i = 0; i < vs->n; i++) {
		word = vs->v[i].c.name;
		if (first != NULL && strcmp(word, first) != 0)
			continue;
		if (first != NULL)
			word = vs->v[i].c.second;
		if (strcmp(word, before) != 0)
			fprintf(stderr, "%s%s", *before != '\0' ? ", " : "",
			    word);
		before = word;
	}
}

static void
say_no_verb(const char *word, const char *next, bool half)
{
	if (*word == '\0')
		fprintf(stderr, "a command is missing");
	else if (*word == '-')
		fprintf(stderr, "%s: the command comes first, then its options",
		    word);
	else if (!half)
		fprintf(stderr, "no command \"%s\"", word);
	else if (*next == '\0' || *next == '-')
		fprintf(stderr, "%s needs another word", word);
	else
		fprintf(stderr, "no command \"%s %s\"", word, next);
}

/* A command's word; of what is none, as much as may be shown. */
static const char *
word_at(struct arena *mem, int argc, char **argv, int i)
{
	return i < argc ? text_shown(mem, argv[i]) : "";
}

static int
no_verb(const struct world *w, const struct verbs *vs, int argc, char **argv)
{
	const struct program *p = w->program;
	const char *word = word_at(w->cx.mem, argc, argv, 1);
	const char *next = word_at(w->cx.mem, argc, argv, 2);
	bool half = is_half(vs, word);

	if (is_help(word) || (half && is_help(next))) {
		usage(p, vs, half ? word : NULL);
		return 0;
	}
	fprintf(stderr, "%s: ", p->name);
	say_no_verb(word, next, half);
	say_words(vs, half ? word : NULL);
	fprintf(stderr, "; %s%s%s --help explains them\n", p->name,
	    half ? " " : "", half ? word : "");
	return world_status(ERR_INPUT);
}

static enum err
database_check(struct cx *cx, const struct conf *conf)
{
	const char *url = conf_text(conf, "database");

	if (url == NULL || text_starts(url, "postgresql://") ||
	    text_starts(url, "postgres://"))
		return OK;
	return cx_fail(cx, ERR_INPUT,
	    "--database: expected postgresql://USER@HOST/NAME");
}

static void
help(const struct world *w, const struct program_command *c, const char *name)
{
	const struct program *p = w->program;

	printf("%s %s: %s\n", p->name, name, c->help);
	if (c->more != NULL)
		printf("\n%s\n", c->more);
	printf("\n%s", conf_help(w->cx.mem, c->options, p->prefix));
}

static enum err
word_check(struct world *w, const struct program_command *c, const char *name,
    const struct conf *conf)
{
	const char *const *words;
	size_t n = conf_words(conf, &words);

	if (n == 1 && text_equal(c->word, "FILE") && strstr(words[0], "://"))
		return cx_fail(&w->cx, ERR_INPUT,
		    "%s: FILE is an address: give the path of a file", name);
	if (c->word == NULL || n == 1)
		return OK;
	return cx_fail(&w->cx, ERR_INPUT,
	    "%s: %s is missing; write: %s %s %s, then the options", name,
	    c->word, w->program->name, name, c->word);
}

static enum err
options_take(struct world *w, const struct program_command *c, const char *name,
    int argc, char **argv)
{
	struct conf *conf;
	enum err e;

	e = conf_read(&w->cx, c->options, w->program->prefix, argc, argv,
	    c->word != NULL ? 1 : 0, &conf);
	if (e != OK || (e = word_check(w, c, name, conf)) != OK ||
	    (e = database_check(&w->cx, conf)) != OK)
		return e;
	w->cx.conf = conf;
	return OK;
}

/* Reads the options.  False: said what there is to say, exit with *status. */
static bool
options_read(struct world *w, const struct program_command *c, int argc,
    char **argv, int *status)
{
	int skip = c->second != NULL ? 3 : 2;
	const char *name = arena_printf(w->cx.mem, "%s%s%s", c->name,
	    skip == 3 ? " " : "", skip == 3 ? c->second : "");

	if (options_take(w, c, name, argc - skip, argv + skip) == OK)
		return true;
	if (text_equal(w->cx.code, "help")) {
		help(w, c, name);
		*status = 0;
		return false;
	}
	world_complain(w);
	*status = world_status(ERR_INPUT);
	return false;
}

/* A misspelt one would be silence: nobody reads it. */
static void
say_strangers(struct world *w, const struct verbs *vs)
{
	const struct option *tables[VERBS_MAX + 1] = { NULL };
	const char *prefix = w->program->prefix, *name;
	size_t i, at = 0;

	for (i = 0; i < vs->n; i++)
		tables[i] = vs->v[i].c.options;
	while ((name = conf_stranger(w->cx.mem, prefix, tables, &at)) != NULL)
		log_line(&w->cx, LEVEL_WARN, "option.unknown",
		    "variable=%s why=\"no option has this variable; --help "
		    "names them\"",
		    name);
}

int
program_main(const struct program *p, int argc, char **argv)
{
	struct verbs vs = verbs_of(p);
	const struct verb *v = verb_find(&vs, argc, argv);
	struct world w;
	int status;

	world_open(&w, p);
	if (v == NULL) {
		status = no_verb(&w, &vs, argc, argv);
	} else if (options_read(&w, &v->c, argc, argv, &status)) {
		say_strangers(&w, &vs);
		status = v->run != NULL ? v->run(&w) : commands_run(&w, &v->c);
	}
	world_close(&w);
	return status;
}
