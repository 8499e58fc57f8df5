/*
 * program.h - a built program, run as an operator or a supervisor runs it.
 *
 * Arguments are one line, parted by blanks.
 */
#ifndef TEST_PROGRAM_H
#define TEST_PROGRAM_H

#include <stdio.h>
#include <sys/types.h>

#include "lib/test.h"

struct run {
	int status;      /* exit status; -1: a signal */
	const char *out; /* standard output */
	const char *err;
};

/* What it finds when it starts. */
struct given {
	const char *const *env; /* "NAME=value", ..., NULL; or NULL */
	int socket;             /* becomes descriptor 3; 0: none */
	const char *log;        /* a file for standard error; NULL: none */
};

struct program {
	pid_t pid;
	int port;
	FILE *out;
	const char *first; /* the line that says where it serves */
	const char *setup; /* the line with the link, or "" */
};

/* To its end. */
struct run program_run(struct cx *, const char *path, const char *line);
/* Until it says where it serves; with `setup` one line more. */
struct program program_serve(struct cx *, const char *path, const char *line,
    const struct given *, bool setup);
/* Only started: what it says is not read. */
pid_t program_start(struct cx *, const char *path, const char *line,
    const struct given *);
/* The exit status; -1: a signal. */
int program_stop(struct program *, int sig);
int program_ended(pid_t);

/* A new folder's name, which does not exist. */
char *program_folder(struct cx *);
/* A self-signed certificate for 127.0.0.1 and its key, in files. */
void program_certificate(struct cx *, const char **cert, const char **key);

/* --- as a client --- */
int program_dial(int port);
bool program_reaches(int port); /* does anybody listen there? */
/* Read until `part` came, or the other side is silent for long. */
const char *program_until(struct cx *, int fd, const char *part);
/* One request: its line and further headers, and a body of JSON. */
const char *program_http(struct cx *, int port, const char *head,
    const char *body);
/* What a shell command says. */
const char *program_shell(struct cx *, const char *command);

/* --- as a supervisor --- */
int program_listening(int *port);  /* a socket to hand over */
int program_ear(const char *path); /* hears NOTIFY_SOCKET */

#endif
