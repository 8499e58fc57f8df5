/*
 * sqlstate.h - what PostgreSQL's five letters mean to us.
 */
#ifndef DB_SQLSTATE_H
#define DB_SQLSTATE_H

#include "base/cx.h"

enum err sqlstate_err(const char *state);

#endif
