/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_faults.c -- SQLite on a disk that fails on request.
 * The disk is SQLite's own VFS with three methods replaced: what is written is really
 * written unless a fault is set for that kind of file.
 */
#include "fixture.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define ADD "INSERT INTO corp (corp_id, name) SELECT 'c' || count(*), '' FROM corp"
#define COUNT "SELECT count(*) FROM corp"

enum { LOG, DATABASE, KINDS };

static struct disk {
	sqlite3_io_methods methods[KINDS];
	const sqlite3_io_methods *real[KINDS];
	/* 0, or what the method answers instead */
	_Atomic int sync_fails[KINDS], write_fails[KINDS];
	_Atomic int write_errno;
	_Atomic bool read_only[KINDS]; /* whatever it is opened for */
} disk;

static int kind_of(const sqlite3_file *file)
{
	return file->pMethods == &disk.methods[LOG] ? LOG : DATABASE;
}

static int disk_sync(sqlite3_file *file, int flags)
{
	int rc = disk.sync_fails[kind_of(file)];

	errno = EIO;
	return rc ? rc : disk.real[kind_of(file)]->xSync(file, flags);
}

static int disk_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
	int rc = disk.write_fails[kind_of(file)];

	return rc ? rc : disk.real[kind_of(file)]->xWrite(file, bytes, n, at);
}

static int disk_control(sqlite3_file *file, int op, void *arg)
{
	if (op != SQLITE_FCNTL_LAST_ERRNO || !disk.write_fails[kind_of(file)])
		return disk.real[kind_of(file)]->xFileControl(file, op, arg);
	*(int *)arg = disk.write_errno;
	return SQLITE_OK;
}

static sqlite3_vfs *real_vfs;

/* A log is not locked and a database is, so each kind has methods of its own. The writer
 * opens one of each before there is another thread. */
static int disk_open(
	sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	int kind = flags & SQLITE_OPEN_WAL ? LOG : DATABASE;
	int rc;

	if (disk.read_only[kind])
		flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) |
			SQLITE_OPEN_READONLY;
	rc = real_vfs->xOpen(vfs, name, file, flags, out);
	if (rc != SQLITE_OK || !(flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_DB)))
		return rc;
	if (!disk.real[kind]) {
		disk.real[kind] = file->pMethods;
		disk.methods[kind] = *file->pMethods;
		disk.methods[kind].xSync = disk_sync;
		disk.methods[kind].xWrite = disk_write;
		disk.methods[kind].xFileControl = disk_control;
	}
	file->pMethods = &disk.methods[kind];
	return rc;
}

static void install_disk(void)
{
	static sqlite3_vfs vfs;

	(void)sqlite3_initialize();
	real_vfs = sqlite3_vfs_find(NULL);
	vfs = *real_vfs;
	vfs.zName = "failing";
	vfs.xOpen = disk_open;
	(void)sqlite3_vfs_register(&vfs, 1);
}

static void mend(void)
{
	struct rlimit limit;

	(void)getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_FSIZE, &limit);
	for (int i = 0; i < KINDS; i++) {
		disk.sync_fails[i] = disk.write_fails[i] = 0;
		disk.read_only[i] = false;
	}
}

static int mended_teardown(void **state)
{
	mend();
	return fixture_teardown(state);
}

/* For what the writer does by itself, after it has answered. */
#define WAIT_UNTIL(condition) \
	while (!(condition)) \
	(void)usleep(1000)

/* ---- no space ---- */

static void a_full_disk_fails_the_change_and_is_over_when_there_is_room(void **state)
{
	static const struct {
		int rc, error;
	} cases[] = {
		{ SQLITE_FULL, ENOSPC },
		{ SQLITE_IOERR_WRITE, EDQUOT },
		{ SQLITE_IOERR_WRITE, EFBIG },
	};
	struct fixture *f = *state;
	int64_t kept = 0;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(run_sql(f, ADD, NULL), ST_OK);
		kept++;
		disk.write_errno = cases[i].error;
		disk.write_fails[LOG] = disk.write_fails[DATABASE] = cases[i].rc;
		assert_int_equal(run_sql(f, ADD, NULL), ST_NO_SPACE);
		assert_int_equal(run_sql(f, ADD, NULL), ST_NO_SPACE);
		assert_int_equal(ask_int(f, COUNT), kept);
		mend();
		assert_int_equal(run_sql(f, ADD, NULL), ST_OK);
		assert_int_equal(ask_int(f, COUNT), ++kept);
	}
	assert_int_equal(f->fatal, 0);
	fixture_crash(f);
	assert_int_equal(ask_int(f, COUNT), kept);
}

static void a_size_limit_of_the_system_is_such_a_disk(void **state)
{
	struct fixture *f = *state;
	struct rlimit limit;
	struct stat log;

	assert_int_equal(run_sql(f, ADD, NULL), ST_OK);
	assert_int_equal(stat(fixture_path(f, "qun.db-wal"), &log), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = (rlim_t)log.st_size + 100;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(
			run_sql(f, "UPDATE corp SET name = printf('%.1000000c', 'x')",
				NULL),
			ST_NO_SPACE);
	mend();
	assert_int_equal(run_sql(f, ADD, NULL), ST_OK);
	assert_int_equal(ask_int(f, COUNT), 2);
	assert_int_equal(f->fatal, 0);
}

static void a_full_disk_lets_the_log_begin_again(void **state)
{
	struct fixture *f = *state;
	struct rlimit limit;
	struct stat log;
	enum status st = ST_OK;

	assert_int_equal(run_sql(f, ADD, NULL), ST_OK);
	assert_int_equal(stat(fixture_path(f, "qun.db-wal"), &log), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = (rlim_t)log.st_size + 100;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	/* A page at a time, so that there is room for some from its beginning. */
	for (int full = 0, kept = 0; kept < 3 || full < 3;) {
		enum status before = st;

		st = run_sql(f, "UPDATE corp SET name = name || 'x'", NULL);
		assert_true(st == ST_OK || st == ST_NO_SPACE);
		assert_true(st == ST_OK || before == ST_OK);
		full += st == ST_NO_SPACE;
		kept += st == ST_OK;
	}
	assert_int_equal(f->fatal, 0);
}

static void a_checkpoint_without_space_is_tried_again(void **state)
{
	struct fixture *f = *state;
	uint64_t tried = stats_of(f).checkpoints;

	disk.write_errno = ENOSPC;
	disk.write_fails[DATABASE] = SQLITE_FULL;
	assert_int_equal(run_sql(f, ADD, NULL), ST_OK);
	WAIT_UNTIL(stats_of(f).checkpoints > tried);
	assert_int_not_equal(stats_of(f).wal_pages, 0);
	mend();
	WAIT_UNTIL(stats_of(f).wal_pages == 0);
	assert_int_equal(f->fatal, 0);
	assert_int_equal(ask_int(f, COUNT), 1);
}

/* ---- a disk that lies ---- */

static void a_failed_sync_of_a_commit_is_final(void **state)
{
	struct fixture *f = *state;
	struct test_change *first = test_change_new(f), *refusal = test_change_new(f);
	struct test_change *later = test_change_new(f);
	struct gate *gate;
	struct pending *a, *b, *c;

	assert_int_equal(run_sql(f, ADD, NULL), ST_OK);
	gate = gate_close(f);
	first->write = later->write = ADD;
	refusal->decide = ST_REFUSED;
	later->change.alone = true;
	a = submit(f, &first->change);
	b = submit(f, &refusal->change);
	c = submit(f, &later->change);
	disk.sync_fails[LOG] = SQLITE_IOERR_FSYNC;
	gate_open(gate);
	/* The refusal may rest on what its neighbour wrote. */
	assert_int_equal(wait_for(a), ST_UNKNOWN);
	assert_int_equal(wait_for(b), ST_UNKNOWN);
	assert_int_equal(wait_for(c), ST_CLOSED);
	mend();
	assert_int_equal(run_sql(f, ADD, NULL), ST_CLOSED);
	WAIT_UNTIL(f->fatal > 0);
	assert_int_equal(f->fatal, 1);
	/* Either is right for the unknown one; the first is there. The log is recovery's:
	 * an orderly close does not move it. */
	fixture_close(f);
	assert_int_equal(access(fixture_path(f, "qun.db-wal"), F_OK), 0);
	assert_int_equal(fixture_open(f, NULL), ST_OK);
	assert_in_range(ask_int(f, COUNT), 1, 2);
	assert_int_equal(run_sql(f, ADD, NULL), ST_OK);
}

static void a_failed_sync_of_a_checkpoint_is_final(void **state)
{
	struct fixture *f = *state;

	disk.sync_fails[DATABASE] = SQLITE_IOERR_FSYNC;
	assert_int_equal(run_sql(f, ADD, NULL), ST_OK);
	WAIT_UNTIL(f->fatal > 0);
	assert_int_equal(run_sql(f, ADD, NULL), ST_CLOSED);
	mend();
	fixture_close(f);
	assert_int_equal(access(fixture_path(f, "qun.db-wal"), F_OK), 0);
	assert_int_equal(fixture_open(f, NULL), ST_OK);
	assert_int_equal(ask_int(f, COUNT), 1);
	assert_int_equal(f->fatal, 1);
}

static void a_failed_write_of_a_commit_is_final(void **state)
{
	struct fixture *f = *state;

	disk.write_errno = EIO;
	disk.write_fails[LOG] = SQLITE_IOERR_WRITE;
	assert_int_equal(run_sql(f, ADD, NULL), ST_UNKNOWN);
	WAIT_UNTIL(f->fatal > 0);
}

/* As SQLite opens what it cannot open for writing. */
static void what_cannot_be_written_is_noticed_at_the_start(void **state)
{
	struct fixture *f = *state;
	struct error e = { 0 };

	for (int kind = 0; kind < KINDS; kind++) {
		/* the log stays */
		disk.sync_fails[LOG] = SQLITE_IOERR_FSYNC;
		assert_int_equal(run_sql(f, ADD, NULL), ST_UNKNOWN);
		mend();
		fixture_close(f);
		disk.read_only[kind] = true;
		assert_int_equal(fixture_open(f, &e), ST_IO);
		mend();
		assert_int_equal(fixture_open(f, NULL), ST_OK);
		assert_int_equal(run_sql(f, ADD, NULL), ST_OK);
	}
}

/* ---- the log ---- */

#define ADD_MEGABYTE \
	"INSERT INTO corp (corp_id, name)" \
	" SELECT 'c' || count(*), printf('%.1000000c', 'x') FROM corp"

static void the_log_does_not_grow_with_what_is_written(void **state)
{
	struct fixture *f = *state;
	struct stat log;

	for (int i = 0; i < 50; i++)
		assert_int_equal(run_sql(f, ADD_MEGABYTE, NULL), ST_OK);
	assert_int_equal(stat(fixture_path(f, "qun.db-wal"), &log), 0);
	assert_in_range(log.st_size, 0, 20 << 20);
	WAIT_UNTIL(stats_of(f).wal_pages == 0);
}

struct held_read {
	struct read read;
	struct fixture *f;
	_Atomic int reached, release;
};

static void held_ask(struct read *r, struct statements *facts)
{
	(void)r;
	statements_add(facts, COUNT, NULL, 0);
	/* Slow enough to be overtaken, for it holds its view of the database open. */
	statements_add(facts,
		"WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n"
		" WHERE v < 3000000) SELECT max(v) FROM n",
		NULL, 0);
	statements_add(facts, COUNT, NULL, 0);
}

static enum status held_take(struct read *r, struct statements *facts)
{
	int64_t first = rows_int(rows_next(facts), 0, 0);

	(void)r;
	(void)rows_next(facts);
	return rows_int(rows_next(facts), 0, 0) == first ? ST_OK : ST_INTERNAL;
}

static void held_done(struct read *r)
{
	CONTAINER_OF(r, struct held_read, read)->reached = 1;
}

static void a_long_read_keeps_its_view_and_delays_the_log_only(void **state)
{
	static const struct read_ops ops = { "held", held_ask, held_take };
	struct fixture *f = *state;
	struct arena arena = { 0 };
	struct held_read q = {
		.read = { .ops = &ops, .arena = &arena, .done = held_done, .large = true }
	};
	int written = 0;

	store_read(f->store, &q.read);
	while (!q.reached && written < 100) {
		assert_int_equal(run_sql(f, ADD_MEGABYTE, NULL), ST_OK);
		written++;
	}
	WAIT_UNTIL(q.reached);
	assert_int_equal(q.read.status, ST_OK);
	WAIT_UNTIL(stats_of(f).wal_pages == 0);
	assert_int_equal(ask_int(f, COUNT), written);
	arena_fini(&arena);
}

static void short_ask(struct read *r, struct statements *facts)
{
	(void)r;
	statements_add(facts, COUNT, NULL, 0);
	statements_add(facts,
		"WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n"
		" WHERE v < 3000) SELECT max(v) FROM n",
		NULL, 0);
}

static enum status short_take(struct read *r, struct statements *facts)
{
	(void)r;
	(void)facts;
	return ST_OK;
}

struct endless {
	struct fixture *f;
	_Atomic int stop;
};

static void *read_without_end(void *arg)
{
	static const struct read_ops ops = { "short", short_ask, short_take };
	struct endless *e = arg;

	while (!e->stop) {
		struct arena arena = { 0 };
		struct read r = { .ops = &ops, .arena = &arena, .large = true };

		assert_int_equal(do_read(e->f, &r), ST_OK);
		arena_fini(&arena);
	}
	return NULL;
}

static void reads_that_never_stop_do_not_let_the_log_grow(void **state)
{
	enum { MEGABYTES = 120, BOUND = 70 };
	struct fixture *f = *state;
	struct endless e = { .f = f };
	pthread_t readers[2];
	off_t longest = 0;

	/* Two, so that there is always one. */
	for (size_t i = 0; i < ARRAY_LEN(readers); i++)
		assert_int_equal(
			pthread_create(&readers[i], NULL, read_without_end, &e), 0);
	for (int i = 0; i < MEGABYTES; i++) {
		struct stat log;

		assert_int_equal(run_sql(f, ADD_MEGABYTE, NULL), ST_OK);
		assert_int_equal(stat(fixture_path(f, "qun.db-wal"), &log), 0);
		if (log.st_size > longest)
			longest = log.st_size;
	}
	e.stop = 1;
	for (size_t i = 0; i < ARRAY_LEN(readers); i++)
		(void)pthread_join(readers[i], NULL);
	assert_in_range(longest, 0, BOUND << 20);
}

#define FAULT_TEST(f) \
	{ \
		.name = #f, .test_func = (f), .setup_func = fixture_setup, \
		.teardown_func = mended_teardown \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FAULT_TEST(a_full_disk_fails_the_change_and_is_over_when_there_is_room),
		FAULT_TEST(a_size_limit_of_the_system_is_such_a_disk),
		FAULT_TEST(a_full_disk_lets_the_log_begin_again),
		FAULT_TEST(a_checkpoint_without_space_is_tried_again),
		FAULT_TEST(a_failed_sync_of_a_commit_is_final),
		FAULT_TEST(a_failed_sync_of_a_checkpoint_is_final),
		FAULT_TEST(a_failed_write_of_a_commit_is_final),
		FAULT_TEST(what_cannot_be_written_is_noticed_at_the_start),
		FAULT_TEST(the_log_does_not_grow_with_what_is_written),
		FAULT_TEST(a_long_read_keeps_its_view_and_delays_the_log_only),
		FAULT_TEST(reads_that_never_stop_do_not_let_the_log_grow),
	};

	(void)signal(SIGXFSZ, SIG_IGN);
	install_disk();
	return fixture_run("faults", tests, ARRAY_LEN(tests));
}
