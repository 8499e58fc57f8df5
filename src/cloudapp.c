/*
 * cloudapp.c - logivery-cloud, the warehouse's side.
 */
#include <stdio.h>
#include <string.h>

#include "app/program.h"
#include "base/arena.h"
#include "base/crypt.h"
#include "cloud/command.h"
#include "cloud/kinds.h"
#include "cloud/setup.h"
#include "cloud/site.h"
#include "cloud/tail.h"
#include "gen/sql.h"
#include "gen/web_cloud.h"
#include "net/http.h"
#include "net/url.h"

static const struct migration *const schemas[] = { schema_app, schema_queue,
	schema_cloud };

static const struct sql *const sealed[] = { &SQL_CONNECTOR_SEALED, NULL };

static const struct program_command commands[] = {
	{ "user", "add", "EMAIL", command_add_options,
	    "add a user; the password on standard input, or one is made and "
	    "printed",
	    command_user_add, command_user_run, command_print, false },
	{ "token", "add", "NAME", command_add_options,
	    "make an API token and print it, once", command_token_add,
	    command_token_run, command_print, false },
	{ 0 },
};

/* The Host URL is copied and compared: nothing behind the port. */
static enum err
check(struct cx *cx)
{
	struct url u;
	enum err e;

	e = url_read(cx, conf_text(cx->conf, "public-url"), true, &u);
	if (e != OK)
		return cx_in(cx, e, "--public-url: ");
	if (u.path[0] != '\0' || u.query != NULL)
		return cx_fail(cx, ERR_INPUT,
		    "--public-url: scheme, host and port only, without a "
		    "final slash");
	return OK;
}

static enum err
site_open(struct cx *cx, void **self)
{
	struct cloud *c = mem_new(sizeof(*c));

	*self = c;
	cloud_hints_add();
	c->console = &web_cloud;
	return tail_open(cx, &c->tail);
}

static void
site_close(void *self)
{
	struct cloud *c = self;

	if (c == NULL)
		return;
	tail_close(c->tail);
	mem_free(c);
}

static enum err
greet(struct cx *cx)
{
	char token[TOKEN_TEXT_MAX];
	enum err e = setup_start(cx, token);

	if (e == OK)
		printf("logivery-cloud: no user yet; open within an hour: "
		       "%s/setup?token=%s\n",
		    conf_text(cx->conf, "public-url"), token);
	return e == ERR_CONFLICT ? OK : e;
}

static const struct program program = {
	.name = "logivery-cloud",
	.prefix = "LOGIVERY_CLOUD",
	.file = "cloud.db",
	.schemas = schemas,
	.nschemas = sizeof(schemas) / sizeof(schemas[0]),
	.sealed = sealed,
	.kinds = cloud_kinds,
	.tell = kinds_tell,
	.whose = kinds_whose,
	.serve_options = command_serve_options,
	.work_options = command_work_options,
	.commands = commands,
	.check = check,
	.schedule = kinds_schedule,
	.site = &cloud_site,
	.metrics = &cloud_metrics_site,
	.open = site_open,
	.close = site_close,
	.greet = greet,
};

int
main(int argc, char **argv)
{
	return program_main(&program, argc, argv);
}
