/*
 * contract_rig.h - what must be so before a call of the protocol: documents
 * that were sent, jobs that follow, a token that was changed.
 */
#ifndef TEST_CONTRACT_RIG_H
#define TEST_CONTRACT_RIG_H

#include "sample.h"

#define FIRST_ID INT64_C(6832000001001) /* of the samples */

/* A document of the app's making. */
const char *document(struct bench *, int64_t id, int64_t age_s, int note);
void send_document(struct bench *, const char *text, const char *key);
/* The newest job of a kind is the bench's. */
void find_job(struct bench *, const char *kind);
/* The connector has another token; the old one goes on for a day. */
void rotated(struct bench *);

#endif
