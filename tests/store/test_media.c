/* SPDX-License-Identifier: Apache-2.0 */
/* What is promised of uploaded files: a row never without its file, a file without a row
 * only until the next start. */
#include "fixture.h"

#include "store/media_ops.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *path_of(struct fixture *f, const char *name)
{
	return arena_printf(&f->arena, "%s/%s", store_media_dir(f->store), name).p;
}

static void put(struct fixture *f, const char *name, struct str bytes)
{
	int fd = open(path_of(f, name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.n), bytes.n);
	close(fd);
}

static bool is_there(struct fixture *f, const char *name)
{
	return access(path_of(f, name), F_OK) == 0;
}

static size_t count_files(struct fixture *f)
{
	DIR *dir = opendir(store_media_dir(f->store));
	size_t n = 0;

	assert_non_null(dir);
	for (const struct dirent *d = readdir(dir); d; d = readdir(dir))
		n += d->d_name[0] != '.';
	closedir(dir);
	return n;
}

/* Keeps the bytes as an upload would: a temporary file first. */
static struct media_name keep(struct fixture *f, struct str bytes)
{
	struct media_name name = { 0 };
	struct error e = { 0 };

	put(f, "upload", bytes);
	assert_int_equal(
		media_keep(store_media_dir(f->store), path_of(f, "upload"), &name, &e),
		ST_OK);
	return name;
}

static enum status add(
	struct fixture *f, const char *token, struct str id, const struct media_name *name)
{
	struct media_add_op *op = ARENA_NEW(&f->arena, struct media_add_op);

	media_add_init(op);
	op->access = access_of(f, token);
	op->media_id = id;
	op->type = MEDIA_IMAGE;
	op->file = str_from(name->text);
	op->size = 5;
	op->at_ms = 1234;
	return do_change(f, &op->change);
}

static void reopen(struct fixture *f)
{
	fixture_close(f);
	assert_int_equal(fixture_open(f, NULL), ST_OK);
}

static void a_file_is_named_by_its_content_and_kept_once(void **state)
{
	struct fixture *f = *state;
	struct media_name one = keep(f, STR("hello")), again = keep(f, STR("hello"));
	struct media_name other = keep(f, STR("other")), third = { 0 };
	struct error e = { 0 };

	/* SHA-256 of "hello" */
	assert_string_equal(one.text,
		"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
	assert_string_equal(one.text, again.text);
	assert_string_not_equal(one.text, other.text);
	assert_int_equal(
		media_keep_bytes(store_media_dir(f->store), STR("hello"), &third, &e),
		ST_OK);
	assert_string_equal(one.text, third.text);
	assert_int_equal(count_files(f), 2);
}

static void bytes_and_files_are_kept_alike(void **state)
{
	struct fixture *f = *state;
	struct media_name name = { 0 };
	struct error e = { 0 };
	struct stat s;

	assert_int_equal(media_keep_bytes(store_media_dir(f->store), media_builtin_image(),
				 &name, &e),
		ST_OK);
	assert_int_equal(stat(path_of(f, name.text), &s), 0);
	assert_int_equal(s.st_size, media_builtin_image().n);
	assert_string_equal(name.text, keep(f, media_builtin_image()).text);
	assert_int_equal(count_files(f), 1);
}

static void an_added_file_survives_a_restart(void **state)
{
	struct fixture *f = *state;
	struct media_name name;

	small_world(f);
	name = keep(f, STR("hello"));
	assert_int_equal(add(f, "t-all", STR("@new"), &name), ST_OK);
	reopen(f);
	assert_true(is_there(f, name.text));
	assert_true(str_is(
		ask_text(f, "SELECT file FROM media WHERE media_id = '@new'"), name.text));
	assert_true(str_is(
		ask_text(f, "SELECT type FROM media WHERE media_id = '@new'"), "image"));
	assert_int_equal(ask_int(f, "SELECT corp FROM media WHERE media_id = '@new'"), 1);
}

static void an_added_image_can_be_an_icon_in_its_corp_only(void **state)
{
	struct fixture *f = *state;
	struct media_name name;

	small_world(f);
	name = keep(f, STR("hello"));
	assert_int_equal(add(f, "t-all", STR("@new"), &name), ST_OK);
	refused(f, "t-other", "{\"chatid\":\"chat1\",\"icon\":\"@new\"}", "icon.known");
	assert_int_equal(
		update(f, "t-all", "{\"chatid\":\"chat1\",\"icon\":\"@new\"}"), ST_OK);
}

static void a_file_whose_row_never_came_goes_at_the_next_start(void **state)
{
	struct fixture *f = *state;
	struct media_name with_row, without;

	small_world(f);
	with_row = keep(f, STR("with"));
	without = keep(f, STR("without"));
	put(f, "half an upload", STR("hel"));
	assert_int_equal(add(f, "t-all", STR("@new"), &with_row), ST_OK);
	reopen(f);
	assert_true(is_there(f, with_row.text));
	assert_false(is_there(f, without.text));
	assert_false(is_there(f, "half an upload"));
}

/* More than are asked for at a time. */
static void a_sweep_of_many_files_removes_the_right_ones(void **state)
{
	enum { FILES = 600 };
	struct fixture *f = *state;
	struct media_name kept;

	small_world(f);
	kept = keep(f, STR("kept"));
	assert_int_equal(add(f, "t-all", STR("@new"), &kept), ST_OK);
	for (int i = 0; i < FILES; i++)
		put(f, arena_printf(&f->arena, "f%d", i).p, STR("x"));
	reopen(f);
	assert_int_equal(count_files(f), 1);
	assert_true(is_there(f, kept.text));
}

static void a_file_that_two_rows_name_stays_until_both_are_gone(void **state)
{
	struct fixture *f = *state;
	struct media_name name;

	small_world(f);
	name = keep(f, STR("hello"));
	assert_int_equal(add(f, "t-all", STR("@new"), &name), ST_OK);
	assert_int_equal(add(f, "t-other", STR("@new"), &name), ST_OK);
	assert_int_equal(run_sql(f, "DELETE FROM media WHERE corp = 1", NULL), ST_OK);
	reopen(f);
	assert_true(is_there(f, name.text));
	assert_int_equal(run_sql(f, "DELETE FROM media WHERE corp = 2", NULL), ST_OK);
	reopen(f);
	assert_false(is_there(f, name.text));
}

static void a_folder_in_the_media_folder_is_left_alone(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mkdir(path_of(f, "folder"), 0700), 0);
	reopen(f);
	assert_true(is_there(f, "folder"));
}

static void a_caller_without_a_token_adds_nothing(void **state)
{
	struct fixture *f = *state;
	struct media_name name;

	small_world(f);
	name = keep(f, STR("hello"));
	assert_int_equal(add(f, "t-nobody", STR("@new"), &name), ST_REFUSED);
	assert_int_equal(
		ask_int(f, "SELECT count(*) FROM media WHERE media_id = '@new'"), 0);
}

static void what_cannot_be_kept_says_why_and_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct media_name name;
	struct error e = { 0 };

	assert_int_equal(
		media_keep(store_media_dir(f->store), path_of(f, "none"), &name, &e),
		ST_IO);
	assert_string_equal(e.text, "cannot open: No such file or directory");
	put(f, "upload", STR("hello"));
	assert_int_equal(
		media_keep(path_of(f, "no such folder"), path_of(f, "upload"), &name, &e),
		ST_IO);
	assert_true(is_there(f, "upload"));
	assert_int_equal(
		media_keep_bytes(path_of(f, "no such folder"), STR("x"), &name, &e), ST_IO);
	assert_int_equal(count_files(f), 1);
}

/* Where the file should go there is a folder. */
static void what_cannot_be_moved_stays_the_caller_s(void **state)
{
	struct fixture *f = *state;
	const char *dir = store_media_dir(f->store);
	struct media_name name = keep(f, STR("hello"));
	struct error e = { 0 };

	assert_int_equal(unlink(path_of(f, name.text)), 0);
	assert_int_equal(mkdir(path_of(f, name.text), 0700), 0);
	put(f, "upload", STR("hello"));
	assert_int_equal(media_keep(dir, path_of(f, "upload"), &name, &e), ST_IO);
	assert_true(is_there(f, "upload"));
	assert_int_equal(media_keep_bytes(dir, STR("hello"), &name, &e), ST_IO);
	assert_int_equal(count_files(f), 2);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_file_is_named_by_its_content_and_kept_once),
		FIXTURE_TEST(bytes_and_files_are_kept_alike),
		FIXTURE_TEST(an_added_file_survives_a_restart),
		FIXTURE_TEST(an_added_image_can_be_an_icon_in_its_corp_only),
		FIXTURE_TEST(a_file_whose_row_never_came_goes_at_the_next_start),
		FIXTURE_TEST(a_sweep_of_many_files_removes_the_right_ones),
		FIXTURE_TEST(a_file_that_two_rows_name_stays_until_both_are_gone),
		FIXTURE_TEST(a_folder_in_the_media_folder_is_left_alone),
		FIXTURE_TEST(a_caller_without_a_token_adds_nothing),
		FIXTURE_TEST(what_cannot_be_kept_says_why_and_leaves_nothing),
		FIXTURE_TEST(what_cannot_be_moved_stays_the_caller_s),
	};

	return fixture_run("media", tests, ARRAY_LEN(tests));
}
