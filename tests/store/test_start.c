/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in the way of a start is said in one line, and nothing is damaged by it. */
#include "fixture.h"

#include "store/schema.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A connection of our own, while the store is closed. */
static void sqlite_do(struct fixture *f, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(fixture_path(f, "qun.db"), &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int64_t sqlite_ask(struct fixture *f, const char *sql)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;
	int64_t i;

	assert_int_equal(sqlite3_open(fixture_path(f, "qun.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	i = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(db);
	return i;
}

static struct str contents(struct fixture *f, const char *name)
{
	struct buf b = { 0 };
	char bytes[65536];
	FILE *file = fopen(fixture_path(f, name), "rb");
	struct str all;
	size_t n;

	assert_non_null(file);
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_add(&b, bytes, n);
	(void)fclose(file);
	all = arena_str(&f->arena, buf_str(&b));
	buf_fini(&b);
	return all;
}

/* Opening says this, in one line, and leaves the file as it is. */
static void assert_no_start(struct fixture *f, enum status want, const char *words)
{
	struct str before = contents(f, "qun.db");
	struct error e = { 0 };

	assert_int_equal(fixture_open(f, &e), want);
	assert_null(f->store);
	if (!strstr(e.text, words) || strchr(e.text, '\n'))
		fail_msg("%s: %s", e.field, e.text);
	assert_true(str_eq(before, contents(f, "qun.db")));
}

static void a_second_process_is_refused_and_told_who_holds_the_folder(void **state)
{
	struct fixture *f = *state;
	struct error e = { 0 };
	char pid[32];
	int ended;
	pid_t child;

	(void)snprintf(pid, sizeof(pid), "pid %d", (int)getpid());
	child = fork();
	if (child == 0)
		_exit(fixture_open(f, &e) == ST_EXISTS && strstr(e.text, pid) ? 0 : 1);
	assert_int_equal(waitpid(child, &ended, 0), child);
	assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
	/* and the first goes on */
	small_world(f);
}

static void a_lock_file_left_behind_is_no_hindrance(void **state)
{
	struct fixture *f = *state;
	FILE *file;

	fixture_close(f);
	file = fopen(fixture_path(f, "lock"), "wb");
	assert_non_null(file);
	(void)fputs("999999999999 left by a crash, and longer than ours", file);
	(void)fclose(file);
	assert_int_equal(fixture_open(f, NULL), ST_OK);
	assert_true(str_eq(
		contents(f, "lock"), arena_printf(&f->arena, "%d\n", (int)getpid())));
}

static char *sqlite_text(struct fixture *f, const char *sql)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;
	char *text;

	assert_int_equal(sqlite3_open(fixture_path(f, "qun.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	text = arena_cstr(&f->arena, str_from((const char *)sqlite3_column_text(stmt, 0)));
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(db);
	return text;
}

static void data_of_a_newer_program_is_refused(void **state)
{
	struct fixture *f = *state;
	int newest;

	fixture_close(f);
	newest = (int)sqlite_ask(f, "PRAGMA user_version");
	sqlite_do(f, arena_printf(&f->arena, "PRAGMA user_version = %d", newest + 1).p);
	assert_no_start(f, ST_UNSUPPORTED,
		arena_printf(&f->arena, "newer Qun: schema %d, this program knows %d",
			newest + 1, newest)
			.p);
	sqlite_do(f, arena_printf(&f->arena, "PRAGMA user_version = %d", newest).p);
	assert_int_equal(fixture_open(f, NULL), ST_OK);
}

static void data_of_the_first_program_is_brought_up_to_date(void **state)
{
	struct fixture *f = *state;
	int64_t ours;

	/* given: a group as schema 1 had it */
	fixture_close(f);
	ours = sqlite_ask(f, "PRAGMA application_id");
	(void)unlink(fixture_path(f, "qun.db"));
	sqlite_do(f, schema_sqlite[0].sql);
	sqlite_do(f, arena_printf(&f->arena,
			     "PRAGMA application_id = %lld; PRAGMA user_version = 1;"
			     "INSERT INTO corp VALUES (1, 'corp1', 'Corp', 0);"
			     "INSERT INTO chat VALUES (1, 'chat1', 'cid1', 0, 'Name', "
			     "'u1', 0, '',"
			     " 0, 0, 0, 0, 0, 0, '', 0, 1, 1, 1, 0);"
			     "INSERT INTO chat_member VALUES (1, 'chat1', 0, 'u1', 1, 0)",
			     (long long)ours)
			     .p);

	/* when */
	assert_int_equal(fixture_open(f, NULL), ST_OK);

	/* then: it is there, with the defaults of what came later */
	assert_string_equal(chat_as_text(f).p,
		"name=Name owner=0:u1 icon= count=1 version=1 link=1 ledger=0/0 "
		"options=000000 0:u1*");
}

/* The schema of that number, and two corps that have groups of the same name. */
static void make_data_of(struct fixture *f, int version, int64_t application_id)
{
	(void)unlink(fixture_path(f, "qun.db"));
	for (int i = 0; i < version; i++)
		sqlite_do(f, schema_sqlite[i].sql);
	sqlite_do(f, arena_printf(&f->arena,
			     "PRAGMA application_id = %lld; PRAGMA user_version = %d;"
			     "INSERT INTO corp VALUES (1, 'corp1', 'Corp', 2),"
			     " (2, 'corp2', 'Corp', 1)",
			     (long long)application_id, version)
			     .p);
	sqlite_do(f,
		"INSERT INTO chat (corp, chatid, open_conversation_id, tag, name,"
		" owner, owner_kind, icon, mention_all_authority, show_history_type,"
		" validation_type, searchable, chat_banned_type, management_type,"
		" made_by, dissolved, member_count, version, link_version, last_ledger,"
		" private_chat_prohibited) VALUES"
		" (1, 'chat1', 'cid1', 0, 'One', 'u1', 0, '@i', 1, 0, 1, 0, 1, 0, 'a',"
		" 0, 3, 7, 5, 2, 1),"
		" (1, 'chat2', 'cid2', 2, 'Two', 'u1', 0, '', 0, 1, 0, 1, 0, 1, '',"
		" 1, 1, 8, 6, 1, 0),"
		" (2, 'chat1', 'cid1', 0, 'Other', 'x', 1, '', 0, 0, 0, 0, 0, 0, '',"
		" 0, 1, 9, 4, 1, 0);"
		"INSERT INTO chat_member VALUES (1, 'chat1', 0, 'u1', 0, 1, ''),"
		" (1, 'chat1', 0, 'u2', 1, 2, 'Nick'), (1, 'chat1', 1, 'u1', 0, 2, ''),"
		" (1, 'chat2', 0, 'u1', 0, 1, ''), (2, 'chat1', 1, 'x', 0, 1, 'X')");
}

static void groups_from_before_they_had_numbers_keep_all_they_have(void **state)
{
	static const char chats[] =
		"SELECT group_concat(x, char(10)) FROM (SELECT corp || chatid ||"
		" open_conversation_id || tag || name || owner || owner_kind || icon ||"
		" mention_all_authority || show_history_type || validation_type ||"
		" searchable || chat_banned_type || management_type || made_by ||"
		" dissolved || member_count || version || link_version || last_ledger ||"
		" private_chat_prohibited AS x FROM chat ORDER BY corp, chatid)";
	static const char members[] =
		"SELECT group_concat(x, char(10)) FROM (SELECT m.corp || c.chatid ||"
		" m.kind || m.id || m.admin || m.since || m.nick AS x"
		" FROM chat_member m JOIN chat c ON c.corp = m.corp AND c.%s"
		" ORDER BY m.corp, c.chatid, m.kind, m.id)";
	struct fixture *f = *state;
	const char *old_members = arena_printf(&f->arena, members, "chatid = m.chatid").p;
	const char *new_members = arena_printf(&f->arena, members, "number = m.chat").p;
	char *chats_before, *members_before;
	int64_t ours;

	/* given */
	fixture_close(f);
	ours = sqlite_ask(f, "PRAGMA application_id");
	make_data_of(f, 5, ours);
	chats_before = sqlite_text(f, chats);
	members_before = sqlite_text(f, old_members);
	assert_int_equal(strlen(members_before),
		strlen("1chat10u101\n1chat10u212Nick\n1chat11u102\n1chat20u101\n"
		       "2chat11x01X"));

	/* when */
	assert_int_equal(fixture_open(f, NULL), ST_OK);

	/* then */
	assert_int_equal(ask_int(f, "SELECT count(*) FROM chat WHERE number >= 0"), 0);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM chat_member INDEXED BY"
				    " chat_member_admin WHERE admin = 1"),
		1);
	fixture_close(f);
	assert_string_equal(sqlite_text(f, chats), chats_before);
	assert_string_equal(sqlite_text(f, new_members), members_before);
	assert_int_equal(fixture_open(f, NULL), ST_OK);
}

static void a_database_that_is_not_ours_is_left_alone(void **state)
{
	struct fixture *f = *state;

	fixture_close(f);
	(void)unlink(fixture_path(f, "qun.db"));
	sqlite_do(f, "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
	assert_no_start(f, ST_CORRUPT, "not Qun's");
	assert_int_equal(sqlite_ask(f, "SELECT count(*) FROM theirs"), 1);
}

static void an_empty_file_is_a_new_database(void **state)
{
	struct fixture *f = *state;
	FILE *file;

	fixture_close(f);
	file = fopen(fixture_path(f, "qun.db"), "wb");
	assert_non_null(file);
	(void)fclose(file);
	assert_int_equal(fixture_open(f, NULL), ST_OK);
	small_world(f);
}

static void what_is_no_database_at_all_is_reported(void **state)
{
	struct fixture *f = *state;
	FILE *file;

	fixture_close(f);
	file = fopen(fixture_path(f, "qun.db"), "wb");
	assert_non_null(file);
	for (int i = 0; i < 1000; i++)
		(void)fputs("this is not a database", file);
	(void)fclose(file);
	assert_no_start(f, ST_CORRUPT, "not a database");
}

/* Writes nonsense over the page where the table (or index) begins. */
static void damage(struct fixture *f, const char *root_sql)
{
	int64_t page = sqlite_ask(f, root_sql), size = sqlite_ask(f, "PRAGMA page_size");
	char nonsense[4096];
	int fd = open(fixture_path(f, "qun.db"), O_WRONLY | O_CLOEXEC);

	memset(nonsense, 0x5a, sizeof(nonsense));
	assert_true(fd >= 0 && page > 1 && size <= (int64_t)sizeof(nonsense));
	assert_int_equal(pwrite(fd, nonsense, (size_t)size, (page - 1) * size), size);
	(void)close(fd);
}

static void damage_in_what_a_start_reads_is_reported(void **state)
{
	static const char *const roots[] = {
		"SELECT rootpage FROM sqlite_schema WHERE name = 'corp'",
		"SELECT rootpage FROM sqlite_schema WHERE name = 'app'",
	};
	struct fixture *f = *state;

	small_world(f);
	for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
		struct str whole;
		FILE *file;

		fixture_close(f);
		whole = contents(f, "qun.db");
		damage(f, roots[i]);
		assert_no_start(f, ST_CORRUPT, "malformed");
		file = fopen(fixture_path(f, "qun.db"), "wb");
		assert_non_null(file);
		assert_int_equal(fwrite(whole.p, 1, whole.n, file), whole.n);
		(void)fclose(file);
		assert_int_equal(fixture_open(f, NULL), ST_OK);
	}
}

static void damage_elsewhere_fails_what_meets_it_and_nothing_else(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	fixture_close(f);
	damage(f, "SELECT rootpage FROM sqlite_schema WHERE name = 'chat_client_id'");
	assert_int_equal(fixture_open(f, NULL), ST_OK);
	assert_int_equal(
		update(f, "t-all", "{\"chatid\":\"chat1\",\"name\":\"N\"}"), ST_CORRUPT);
	assert_int_equal(run_sql(f, "UPDATE corp SET name = 'still here'", NULL), ST_OK);
	assert_int_equal(f->fatal, 0);
}

static void a_folder_that_cannot_be_used_is_reported(void **state)
{
	static const struct {
		const char *dir, *url;
		enum status st;
	} cases[] = {
		{ "/nonexistent/folder", NULL, ST_INVALID },
		{ "/etc/passwd", NULL, ST_INVALID },
		{ "/proc", NULL, ST_IO },
		{ "/tmp", "oracle://host/db", ST_INVALID },
		{ "/tmp", "nothing", ST_INVALID },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct store_options o = {
			.dir = cases[i].dir, .url = cases[i].url, .lanes = 1
		};
		struct store *store = NULL;
		struct error e = { 0 };

		assert_int_equal(store_open(&o, &store, &e), cases[i].st);
		assert_null(store);
		assert_true(e.text[0] != '\0');
	}
}

static void an_orderly_stop_leaves_one_file_of_data(void **state)
{
	struct fixture *f = *state;

	small_world(f);
	fixture_close(f);
	assert_int_equal(access(fixture_path(f, "qun.db"), F_OK), 0);
	assert_int_not_equal(access(fixture_path(f, "qun.db-wal"), F_OK), 0);
	assert_int_equal(sqlite_ask(f, "SELECT count(*) FROM chat"), 6);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_second_process_is_refused_and_told_who_holds_the_folder),
		FIXTURE_TEST(a_lock_file_left_behind_is_no_hindrance),
		FIXTURE_TEST(data_of_a_newer_program_is_refused),
		FIXTURE_TEST(data_of_the_first_program_is_brought_up_to_date),
		FIXTURE_TEST(groups_from_before_they_had_numbers_keep_all_they_have),
		FIXTURE_TEST(a_database_that_is_not_ours_is_left_alone),
		FIXTURE_TEST(an_empty_file_is_a_new_database),
		FIXTURE_TEST(what_is_no_database_at_all_is_reported),
		FIXTURE_TEST(damage_in_what_a_start_reads_is_reported),
		FIXTURE_TEST(damage_elsewhere_fails_what_meets_it_and_nothing_else),
		FIXTURE_TEST(a_folder_that_cannot_be_used_is_reported),
		FIXTURE_TEST(an_orderly_stop_leaves_one_file_of_data),
	};

	return fixture_run("start", tests, ARRAY_LEN(tests));
}
