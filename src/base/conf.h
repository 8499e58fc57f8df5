/*
 * conf.h - one table of options feeds parsing, environment, help and manual.
 *
 * --name VALUE or --name=VALUE; a switch takes none.  Each is also the
 * environment variable PREFIX_NAME (LOGIVERY_CLOUD_LISTEN).  The command line
 * wins over the environment, the environment over the default.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/cx.h"

enum option_type { OPTION_END, OPTION_TEXT, OPTION_INT, OPTION_SWITCH };

struct option {
	const char *name; /* "public-url" */
	enum option_type type;
	const char *dflt; /* NULL: none */
	bool must;        /* the command does not run without it */
	int64_t min, max; /* INT */
	const char *meta; /* "URL" in the help */
	const char *help; /* a sentence, with unit and limits */
};

struct conf;

/* Parse argv after the subcommand.  Positional words go to words/nwords (at
   most `max_words`).  ERR_INPUT: one clear line in cx->why, to be printed
   before exit 2; with code "help" --help or -h was asked for instead.  "--"
   ends the options.  An empty variable counts as not set. */
enum err conf_read(struct cx *, const struct option *, const char *env_prefix,
    int argc, char **argv, int max_words, struct conf **);
const char *conf_text(const struct conf *, const char *name); /* or NULL */
/* By the command line or a variable, and not by default? */
bool conf_is_given(const struct conf *, const char *name);
/* 0 if neither given nor a default. */
int64_t conf_int(const struct conf *, const char *name);
bool conf_is(const struct conf *, const char *name); /* switch on? */
/* The next variable "PREFIX_…" of the environment, from *at on, that is no
   option of any of these tables (NULL ends): perhaps one that is misspelt.
   NULL: there is none. */
const char *conf_stranger(struct arena *, const char *env_prefix,
    const struct option *const *tables, size_t *at);
size_t conf_words(const struct conf *, const char *const **);
/* For tests and the simulation: "name", "value", …, NULL. */
struct conf *conf_fixed(struct arena *, const char *const *pairs);
char *conf_help(struct arena *, const struct option *, const char *env_prefix);

#endif
