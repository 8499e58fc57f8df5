/*
 * pg.c - start, share and stop a private PostgreSQL.
 *
 * A guardian process stands between: it starts the server and waits for the
 * test's end of a pipe to close, which it does however the test dies; then it
 * stops the server and removes the folder.  initdb refuses to be root, so as
 * root everything is done as the user postgres.
 */
#include "lib/pg.h"

#include "lib/test.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_SIZE = 256, ROOM = 1 << 30 };

static struct {
	int tried;
	char url[PATH_SIZE + 64]; /* "": none */
	char why[PATH_SIZE + 128];
	char bin[PATH_SIZE];
	char dir[PATH_SIZE];
	pid_t guardian; /* 0: not ours */
	int pipe;       /* the guardian's lifeline; a byte is a command */
	int answers;
	int databases;
} pg;

static void
be_postgres(void)
{
	struct passwd *pw;

	if (geteuid() != 0)
		return;
	pw = getpwnam("postgres");
	if (pw == NULL || initgroups(pw->pw_name, pw->pw_gid) != 0 ||
	    setgid(pw->pw_gid) != 0 || setuid(pw->pw_uid) != 0)
		_exit(126);
}

static pid_t
spawn(char *const argv[])
{
	char log[PATH_SIZE + 16];
	pid_t pid = fork();
	int fd;

	if (pid != 0)
		return pid;
	snprintf(log, sizeof(log), "%s/log", pg.dir);
	be_postgres();
	prctl(PR_SET_PDEATHSIG, SIGQUIT);
	setsid();
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(open("/dev/null", O_RDONLY), 0);
	dup2(fd, 1);
	dup2(fd, 2);
	if (chdir("/") == 0)
		execv(argv[0], argv);
	dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static pid_t
start_server(void)
{
	char exe[PATH_SIZE + 16], data[PATH_SIZE + 16];
	char *argv[] = { exe, "-D", data, "-k", pg.dir, "-c",
		"listen_addresses=", "-c", "fsync=off", "-c",
		"full_page_writes=off", "-c", "shared_buffers=16MB", "-c",
		"max_connections=100", "-c", "deadlock_timeout=100ms", "-c",
		"log_min_messages=warning", NULL };

	snprintf(exe, sizeof(exe), "%s/postgres", pg.bin);
	snprintf(data, sizeof(data), "%s/data", pg.dir);
	return spawn(argv);
}

static int
ends_well(pid_t pid)
{
	int status;

	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static int
init(char *data)
{
	char exe[PATH_SIZE + 16];
	char *argv[] = { exe, "-D", data, "-U", "postgres", "-A", "trust", "-E",
		"UTF8", "--locale=C", "--no-sync", "--no-instructions", NULL };

	snprintf(exe, sizeof(exe), "%s/initdb", pg.bin);
	return ends_well(spawn(argv));
}

static int
copy(const char *from, const char *to)
{
	pid_t pid = fork();

	if (pid == 0) {
		execlp("cp", "cp", "-a", from, to, NULL);
		_exit(127);
	}
	return ends_well(pid);
}

/* One that was never started, for the programs that come after this one. */
static void
keep(const char *data, const char *kept)
{
	char mine[PATH_SIZE + 32];

	snprintf(mine, sizeof(mine), "%.*s.%ld", PATH_SIZE, kept,
	    (long)getpid());
	if (!copy(data, mine) || rename(mine, kept) != 0)
		nftw(mine, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int
make_cluster(void)
{
	const char *kept = getenv("LOGIVERY_TEST_PGDATA");
	char data[PATH_SIZE + 16];

	snprintf(data, sizeof(data), "%s/data", pg.dir);
	if (kept != NULL && access(kept, F_OK) == 0)
		return copy(kept, data);
	if (!init(data))
		return 0;
	if (kept != NULL)
		keep(data, kept);
	return 1;
}

/* 'q': stop hard; 's': start again; end of file: the test is over. */
static void
guard(int orders, int answers)
{
	pid_t server;
	char c = 's';

	setsid();
	signal(SIGINT, SIG_IGN);
	server = make_cluster() ? start_server() : 0;
	if (server <= 0)
		c = 'n';
	while (write(answers, &c, 1) == 1 && read(orders, &c, 1) == 1) {
		if (c == 'q') {
			kill(server, SIGQUIT);
			waitpid(server, NULL, 0);
		} else {
			server = start_server();
		}
	}
	if (server > 0) {
		kill(server, SIGQUIT);
		waitpid(server, NULL, 0);
	}
	nftw(pg.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	_exit(0);
}

static int
order(char c)
{
	return write(pg.pipe, &c, 1) == 1 && read(pg.answers, &c, 1) == 1 &&
	    c != 'n';
}

static void
stop(void)
{
	if (pg.guardian == 0 || pg.pipe < 0)
		return;
	close(pg.pipe);
	waitpid(pg.guardian, NULL, 0);
}

static int
has_initdb(const char *bin)
{
	char path[PATH_SIZE + 16];

	snprintf(path, sizeof(path), "%s/initdb", bin);
	return access(path, X_OK) == 0;
}

static int
find_bin(void)
{
	static const char *const places[] = { "/usr/lib/postgresql/15/bin",
		"/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin" };
	FILE *f;
	size_t i;

	for (i = 0; i < COUNT_OF(places); i++)
		if (has_initdb(places[i])) {
			snprintf(pg.bin, sizeof(pg.bin), "%s", places[i]);
			return 1;
		}
	if ((f = popen("pg_config --bindir 2>/dev/null", "r")) == NULL)
		return 0;
	if (fgets(pg.bin, sizeof(pg.bin), f) == NULL)
		pg.bin[0] = '\0';
	pclose(f);
	pg.bin[strcspn(pg.bin, "\n")] = '\0';
	return has_initdb(pg.bin);
}

/* In memory, where there is room: a database is 300 files, and on ext4 making
   some is slow right after as many were removed. */
static int
has_room(const char *dir)
{
	struct statvfs fs;

	return statvfs(dir, &fs) == 0 && access(dir, W_OK | X_OK) == 0 &&
	    fs.f_bavail > ROOM / fs.f_frsize;
}

/* A socket's path is short, and the user postgres must get there. */
static int
make_dir(void)
{
	const char *tmp = getenv("TMPDIR");
	struct passwd *pw = getpwnam("postgres");

	if (tmp == NULL || *tmp == '\0' || strlen(tmp) > 60 || geteuid() == 0)
		tmp = "/tmp";
	if (has_room("/dev/shm"))
		tmp = "/dev/shm";
	snprintf(pg.dir, sizeof(pg.dir), "%s/logivery-pg-XXXXXX", tmp);
	if (mkdtemp(pg.dir) == NULL)
		return 0;
	if (geteuid() != 0)
		return 1;
	return pw != NULL && chown(pg.dir, pw->pw_uid, pw->pw_gid) == 0;
}

static int
wait_until_up(void)
{
	PGPing is = PQPING_NO_RESPONSE;
	int i;

	for (i = 0; i < 600 && is != PQPING_OK; i++) {
		is = PQping(pg.url);
		if (is != PQPING_OK)
			usleep(50000);
	}
	return is == PQPING_OK;
}

static int
start_guardian(void)
{
	int orders[2], answers[2];
	char c = 'n';

	if (pipe2(orders, O_CLOEXEC) != 0 || pipe2(answers, O_CLOEXEC) != 0)
		return 0;
	fflush(NULL);
	if ((pg.guardian = fork()) == 0) {
		close(orders[1]);
		close(answers[0]);
		guard(orders[0], answers[1]);
	}
	close(orders[0]);
	close(answers[1]);
	pg.pipe = orders[1];
	pg.answers = answers[0];
	atexit(stop);
	return read(pg.answers, &c, 1) == 1 && c == 's';
}

/* The log goes with its folder. */
static void
fail_with_log(const char *what)
{
	char path[PATH_SIZE + 16], line[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/log", pg.dir);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		fputs(line, stderr);
	if (f != NULL)
		fclose(f);
	snprintf(pg.why, sizeof(pg.why), "%s; what it said stands above", what);
}

static void
start(void)
{
	const char *given = getenv("LOGIVERY_TEST_PG");

	pg.pipe = -1;
	if (given != NULL && *given != '\0') {
		snprintf(pg.url, sizeof(pg.url), "%s", given);
		return;
	}
	if (!find_bin()) {
		snprintf(pg.why, sizeof(pg.why),
		    "PostgreSQL is not installed (no initdb found)");
		return;
	}
	if (!make_dir() || !start_guardian()) {
		fail_with_log("initdb failed");
		return;
	}
	snprintf(pg.url, sizeof(pg.url),
	    "postgresql:///postgres?host=%s&user=postgres", pg.dir);
	if (!wait_until_up()) {
		pg.url[0] = '\0';
		fail_with_log("PostgreSQL did not start");
	}
}

const char *
test_pg_url(void)
{
	if (!pg.tried++)
		start();
	return pg.url[0] == '\0' ? NULL : pg.url;
}

const char *
test_pg_why(void)
{
	return pg.why;
}

void
test_pg_exec(const char *url, const char *sql)
{
	PGconn *c = PQconnectdb(url);
	PGresult *r = PQexec(c, sql);

	if (PQresultStatus(r) != PGRES_COMMAND_OK &&
	    PQresultStatus(r) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(c));
	PQclear(r);
	PQfinish(c);
}

/* The URL with another database in it: postgresql://host/NAME?… */
static char *
url_of(const char *name)
{
	const char *after = strstr(pg.url, "://");
	const char *slash, *query;
	char *url = NULL;

	slash = strchr(after + 3, '/');
	query = strchr(pg.url, '?');
	if (slash == NULL || (query != NULL && slash > query))
		slash = query != NULL ? query : pg.url + strlen(pg.url);
	if (asprintf(&url, "%.*s/%s%s", (int)(slash - pg.url), pg.url, name,
		query != NULL ? query : "") < 0)
		return NULL;
	return url;
}

/* Its name in the URL. */
static int
name_in(const char *url, const char **name)
{
	*name = strchr(strstr(url, "://") + 3, '/') + 1;
	return (int)strcspn(*name, "?");
}

char *
test_pg_database(const char *like)
{
	const char *from = "template1";
	char name[64], sql[256];
	int n = (int)strlen(from);

	if (test_pg_url() == NULL)
		return NULL;
	if (like != NULL)
		n = name_in(like, &from);
	snprintf(name, sizeof(name), "t%ld_%d", (long)getpid(), ++pg.databases);
	snprintf(sql, sizeof(sql),
	    "CREATE DATABASE %s TEMPLATE %.*s STRATEGY FILE_COPY", name, n,
	    from);
	test_pg_exec(pg.url, sql);
	return url_of(name);
}

void
test_pg_drop(const char *url)
{
	const char *name;
	char sql[160];
	int n = name_in(url, &name);

	snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %.*s WITH (FORCE)",
	    n, name);
	test_pg_exec(pg.url, sql);
}

int
test_pg_crash(void)
{
	return pg.guardian != 0 && order('q');
}

int
test_pg_start_again(void)
{
	return pg.guardian != 0 && order('s') && wait_until_up();
}
