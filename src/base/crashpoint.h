/*
 * crashpoint.h - test-only: die at a named line, switch a safety off.
 *
 * Nothing of this is in a release binary; it is compiled in with
 * -Dfaults=true (FAULTS).  Then:
 *
 *   LOGIVERY_CRASH=import.before_commit:3   dies at the third pass
 *   LOGIVERY_FAULT_OFF=dedupe,fence         those safeties are off
 *   LOGIVERY_STALL=tags.planned:5:1500      every fifth pass stands still
 *   LOGIVERY_HISTORY=1                      the log says what the judges need
 *
 * A test that passes with its safety off proves nothing: that is what
 * fault_on() is for.
 */
#ifndef BASE_CRASHPOINT_H
#define BASE_CRASHPOINT_H

#include <stdbool.h>

#ifdef FAULTS
void crash_point(const char *name); /* SIGKILL to ourselves, as told */
bool fault_on(const char *name);    /* is this safety switched off? */
int stall_ms(const char *name);     /* so long stands this pass still */
bool history_on(void);
#define CRASH_POINT(name) crash_point(name)
#else
#define CRASH_POINT(name) ((void)0)
#define fault_on(name) 0
#define history_on() 0
#endif

#endif
