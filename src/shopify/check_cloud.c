/*
 * check_cloud.c - the points the Cloud App is asked for.
 *
 * The first call is a GET of the connector: it tells address, TLS, clock and
 * token apart from each other, and from the way back, which only POST /link
 * can try.
 */
#include "shopify/check.h"

#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "shopify/opt.h"
#include "shopify/pairing.h"

/* Calls are refused from 5 minutes on (doc/connector-protocol.md, section 2);
   a machine that keeps its time is never a minute off. */
enum { CLOCK_MAX_S = 60 };

/* Where nothing answered, nobody knows whether its name leads somewhere. */
static void
written_well(struct cx *cx, struct check_list *l, bool found)
{
	bool loose = opt_is(cx, "allow-private-hosts");

	(void)check_set(l, CHECK_ADDRESS,
	    !found      ? "address_written"
		: loose ? "address_private"
			: "address_good");
}

static void
well_reached(struct cx *cx, const struct pairing *in, struct check_list *l)
{
	written_well(cx, l, true);
	(void)check_set(l, CHECK_TLS,
	    text_starts(in->app_url, "https:") ? "tls_good" : "plain_http");
}

/* How far `theirs` is outside of the time in which it was said. */
static int64_t
apart_s(int64_t theirs, int64_t from, int64_t until)
{
	if (theirs < from - SECOND_MS) /* it counts whole seconds */
		return (from - theirs) / SECOND_MS;
	return theirs > until ? (theirs - until) / SECOND_MS : 0;
}

static void
check_clock(struct check_list *l, const struct json *about, int64_t from,
    int64_t until)
{
	const char *said = json_get_text(about, "time");
	int64_t theirs, s;

	if (said == NULL || !when_read(said, &theirs)) {
		(void)check_set(l, CHECK_CLOCK, "no_time");
		return;
	}
	s = apart_s(theirs, from, until);
	check_set(l, CHECK_CLOCK,
	    s > CLOCK_MAX_S ? "clock_differs" : "clock_good")
	    ->seconds = s;
}

/* No answer: how far it came. */
static const struct {
	const char *code;
	enum check_point point;
	const char *outcome;
} silences[] = {
	{ "address_refused", CHECK_ADDRESS, "address_refused" },
	{ "unreachable", CHECK_REACH, "no_answer" },
	{ "timeout", CHECK_REACH, "no_answer" },
	{ "tls", CHECK_TLS, "tls" },
	{ "cut", CHECK_REACH, "no_cloud_app" },
	{ "too_large", CHECK_REACH, "no_cloud_app" },
};

static bool
was_silent(struct cx *cx, struct check_list *l)
{
	size_t i;

	for (i = 0; i < sizeof(silences) / sizeof(silences[0]); i++) {
		if (strcmp(silences[i].code, cx->code) != 0)
			continue;
		check_fail(cx, l, silences[i].point, silences[i].outcome);
		if (silences[i].point != CHECK_ADDRESS)
			written_well(cx, l,
			    strcmp(silences[i].outcome, "no_answer") != 0);
		return true;
	}
	return strcmp(cx->code, "stopped") == 0;
}

/* Something answered; is it the Cloud App, and what does it mind? */
static void
answered_no(struct cx *cx, enum err e, const struct pairing *in,
    struct check_list *l)
{
	well_reached(cx, in, l);
	if (e == ERR_UPSTREAM || e == ERR_MISSING) {
		check_fail(cx, l, CHECK_REACH, "no_cloud_app");
		return;
	}
	(void)check_set(l, CHECK_REACH, "reached");
	if (strcmp(cx->code, "token_refused") == 0)
		check_fail(cx, l, CHECK_TOKEN, "token_refused");
}

static enum err
look(struct cx *cx, const struct shop *shop, const struct pairing *in,
    struct check_list *l)
{
	int64_t from = env_wall(cx->env);
	struct json *about;
	enum err e;

	e = pairing_look(cx, shop, in, &about);
	if (e == ERR_STORE || e == ERR_BUG)
		return e;
	if (e != OK) {
		if (!was_silent(cx, l))
			answered_no(cx, e, in, l);
		return e;
	}
	well_reached(cx, in, l);
	(void)check_set(l, CHECK_REACH, "reached");
	(void)check_set(l, CHECK_TOKEN, "token_good");
	check_clock(l, about, from, env_wall(cx->env));
	return OK;
}

static const struct {
	const char *code;
	enum check_point point;
} refusals[] = {
	{ "connector_already_linked", CHECK_STORE },
	{ "store_already_linked", CHECK_STORE },
	{ "store_linked_elsewhere", CHECK_STORE },
	{ "callback_failed", CHECK_BACK },
	{ "callback_url_refused", CHECK_BACK },
};

/* The Cloud App looks whether the connector is free before it calls back. */
static void
link_refused(struct cx *cx, struct check_list *l)
{
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (strcmp(refusals[i].code, cx->code) != 0)
			continue;
		check_fail(cx, l, refusals[i].point, refusals[i].code);
		if (refusals[i].point == CHECK_BACK)
			(void)check_set(l, CHECK_STORE, "store_free");
	}
}

static enum err
ill_written(struct cx *cx, struct check_list *l, enum err e)
{
	if (strcmp(cx->code, "bad_url") == 0)
		check_fail(cx, l, CHECK_ADDRESS, "bad_url");
	else if (e == ERR_INPUT) {
		check_fail(cx, l, CHECK_TOKEN, "bad_token");
		written_well(cx, l, false);
	}
	return e;
}

enum err
check_cloud(struct cx *cx, const struct shop *shop, struct pairing *in,
    struct check_list *l, const char **label)
{
	struct json *answer;
	enum err e;

	if ((e = pairing_tidy(cx, shop, in)) != OK)
		return ill_written(cx, l, e);
	if ((e = look(cx, shop, in, l)) != OK)
		return e;
	if ((e = pairing_link(cx, shop, in, true, &answer)) != OK) {
		link_refused(cx, l);
		return e;
	}
	(void)check_set(l, CHECK_STORE, "store_free");
	(void)check_set(l, CHECK_BACK, "called_back");
	*label = json_get_text(answer, "label");
	return OK;
}
