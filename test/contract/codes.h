/*
 * codes.h - every code of doc/connector-protocol.md is seen, or said why not.
 */
#ifndef TEST_CODES_H
#define TEST_CODES_H

void codes_of_calls_come_as_listed(void **state);
void codes_of_orders_come_as_listed(void **state);
/* Last: it looks at what all tests before have seen. */
void every_code_of_the_protocol_was_seen_or_has_a_reason(void **state);

#endif
