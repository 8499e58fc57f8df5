/*
 * commands.c - the commands that do one thing and end.
 *
 * A folder that is served is asked through its server, so that nobody else
 * ever opens its database.
 */
#include "app/commands.h"

#include <inttypes.h>
#include <stdio.h>

#include "app/backup.h"
#include "app/control.h"
#include "app/options.h"
#include "app/sealed.h"
#include "app/world.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"

/* --- check --- */

static const struct option check_options[] = { OPT_STORE, { 0 } };

static struct json *
check_ask(struct cx *cx)
{
	return json_new_object(cx);
}

static const char *const states[] = { "waiting", "running", "parked", "dead" };
enum { NSTATES = sizeof(states) / sizeof(states[0]) };

static enum err
check_answer(struct cx *cx, const struct program *p, const struct json *in,
    struct json *out)
{
	struct json *sealed = json_new_object(cx);
	int64_t n = 0;
	size_t i;
	enum err e;

	(void)in;
	for (i = 0; i < NSTATES; i++) {
		if ((e = job_count(cx, 0, states[i], &n)) != OK)
			return e;
		json_set_int(cx, out, states[i], n);
	}
	if ((e = sealed_check(cx, p, sealed)) != OK)
		return e;
	json_set(out, "sealed", sealed);
	return OK;
}

static void
check_print(const struct json *in, const struct json *out)
{
	const struct json *sealed = json_get(out, "sealed");
	struct json *n;
	const char *key;
	size_t i;

	(void)in;
	for (i = 0; i < NSTATES; i++)
		printf("jobs %s: %" PRId64 "\n", states[i],
		    json_int(json_get(out, states[i]), 0));
	for (i = 0; (key = json_key(sealed, i, &n)) != NULL; i++)
		printf("rows sealed with key %s: %" PRId64 "\n", key,
		    json_int(n, 0));
	printf("keys and database are in order\n");
}

const struct program_command commands_shared[] = {
	{ "check", NULL, NULL, check_options,
	    "see that keys and database are in order; changes nothing",
	    check_ask, check_answer, check_print, .looks = true },
	{ "backup", NULL, "FILE", backup_options,
	    "write a copy of the database to FILE, also while it is served",
	    backup_ask, backup_run, backup_print, .looks = true,
	    .more = backup_more },
	{ 0 },
};

/* --- which, and where --- */

static const char *
full_name(struct cx *cx, const struct program_command *c)
{
	return arena_printf(cx->mem, "%s%s%s", c->name,
	    c->second != NULL ? "." : "", c->second != NULL ? c->second : "");
}

static const struct program_command *
find(struct cx *cx, const struct program_command *c, const char *name)
{
	for (; c->name != NULL; c++) {
		if (text_equal(full_name(cx, c), name))
			return c;
	}
	return NULL;
}

/* Asked by the other program, which was given our folder: what it would have of
   ours is not what it is taken for. */
static enum err
must_be_mine(struct cx *cx, const struct program *p, const struct json *in)
{
	const char *who = json_get_text(in, "program");

	if (who == NULL || text_equal(who, p->name))
		return OK;
	return cx_fail(cx, ERR_CONFLICT,
	    "--data: %s serves this folder; %s has another one: give it the "
	    "folder of its own",
	    p->name, who);
}

enum err
commands_answer(struct cx *cx, const struct program *p, const struct json *in,
    struct json **out)
{
	const char *name = json_get_text(in, "command");
	const struct program_command *c = find(cx, p->commands, name);
	enum err e;

	if ((e = must_be_mine(cx, p, in)) != OK)
		return e;
	if (c == NULL)
		c = find(cx, commands_shared, name);
	if (c == NULL)
		return cx_fail(cx, ERR_INPUT,
		    "the server does not know this command");
	*out = json_new_object(cx);
	return c->run(cx, p, in, *out);
}

static enum err
run_somewhere(struct world *w, const struct program_command *c,
    const struct json *in, struct json **out)
{
	struct cx *cx = &w->cx;
	enum err e;

	e = control_ask(cx, conf_text(cx->conf, "data"), in, out);
	if (e != ERR_MISSING)
		return e;
	if ((e = c->looks ? world_look(w) : world_again(w)) != OK)
		return e;
	return commands_answer(cx, w->program, in, out);
}

int
commands_run(struct world *w, const struct program_command *c)
{
	struct json *in = c->ask(&w->cx), *out = NULL;
	enum err e;

	json_set_text(&w->cx, in, "command", full_name(&w->cx, c));
	json_set_text(&w->cx, in, "program", w->program->name);
	if ((e = run_somewhere(w, c, in, &out)) == OK)
		c->print(in, out);
	else
		world_complain(w);
	return world_status(e);
}
