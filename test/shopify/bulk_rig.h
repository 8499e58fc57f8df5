/*
 * bulk_rig.h - a store with so many orders that some go over at once.
 *
 * It is poor: 200 points, 10 more a second, so thirty tags are worth an
 * operation.  Whatever happens to it, each order shows its tag in the end, and
 * no tag was put on twice.
 */
#ifndef TEST_SHOPIFY_BULK_RIG_H
#define TEST_SHOPIFY_BULK_RIG_H

#include "rig.h"

enum { MANY = 48, FEW = 12 };

/* *state is the rig, whose orders all stay waiting. */
int bulk_setup(void **state);

#define T(name) cmocka_unit_test_setup_teardown(name, bulk_setup, rig_teardown)

void place(struct rig *, size_t n);
/* Until an operation runs at Shopify. */
void run_until_started(struct rig *);
/* The Cloud App takes them, and has them at once. */
void let_all_go(struct rig *);

/* No operation has any, and each shows that it waits; that was put on once. */
void assert_settled(struct rig *);
void assert_once_each(struct rig *);
bool was_told(struct rig *, const char *step);

#endif
