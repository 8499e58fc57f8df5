/*
 * sample.h - doc/samples/ sent to the end that serves them.
 *
 * What a test may put its own values for (connector, tokens, callback address,
 * UUIDs of jobs, times) is put in; the answer is held against the sample's:
 * status, members, types, states and codes.
 */
#ifndef TEST_SAMPLE_H
#define TEST_SAMPLE_H

#include "lib/sim_both.h"

#define SAMPLE_JOB "01982f6e-7c1a-7b52-9d0e-3f5a6b7c8d91"

struct sample {
	const char *name;
	const struct json *request, *answer;
};

/* A world, and what of the samples stands for what of it. */
struct bench {
	struct sim_both *both;
	struct cx *cx;          /* of the test */
	const char *callback;   /* "/callback/…" of the store */
	const char *old_token;  /* before the last rotation, or NULL */
	const char *job;        /* stands for SAMPLE_JOB, or NULL */
	struct sim_reply reply; /* to the last one sent */
	struct json *body;      /* of it, or NULL */
};

struct bench *bench_open(bool paired);
/* Another one, with which it speaks from now on. */
void bench_connector_add(struct bench *, const char *label);
void bench_close(struct bench *);
/* The Cloud App's jobs of the next seconds, not the app's. */
void bench_work(struct bench *);

void sample_read(struct bench *, const char *name, struct sample *);
/* Send it; the reply is in the bench. */
void sample_send(struct bench *, const struct sample *);
/* The same for any call of the protocol towards the app, signed anew. */
struct signing {
	const char *token;  /* NULL: the connector's */
	const char *second; /* another signature beside it, or NULL */
	const char *id;     /* NULL: a fresh one */
	int64_t off_s;      /* the clock is wrong by */
};
void callback_send(struct bench *, enum method, const char *path,
    const char *body, const struct signing *);
void cloud_send(struct bench *, enum method, const char *path, const char *body,
    const char *key);

/* Read the last reply's body and note its codes; the senders do it. */
void sample_note(struct bench *);

/* Hold the last reply against the sample; says every difference.  0: none. */
int sample_compare(struct bench *, const struct sample *);

/* Every code seen in any answer of this process. */
bool code_was_seen(const char *code);

#endif
