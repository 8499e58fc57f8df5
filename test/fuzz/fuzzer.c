/*
 * fuzzer.c - for libFuzzer; LOGIVERY_FUZZ names the target (test/fuzz/run).
 */
#include <stdio.h>
#include <stdlib.h>

#include "targets.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static const struct target *target;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	target = fuzz_find(getenv("LOGIVERY_FUZZ"));
	if (target != NULL)
		return 0;
	fprintf(stderr, "LOGIVERY_FUZZ: no such target\n");
	exit(2);
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
	fuzz_one(target, p, n);
	return 0;
}
