/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "api/world_file.h"
#include "base/limits.h"
#include "store/media_ops.h"
#include "store/world_index.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder with a world's files, and a media folder. */
struct place {
	char home[64];
	const char *world, *media;
	struct arena arena;
};

static void put(struct place *p, const char *name, struct str bytes)
{
	int fd = open(arena_printf(&p->arena, "%s/%s", p->world, name).p,
		O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.n), bytes.n);
	close(fd);
}

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	(void)snprintf(p->home, sizeof(p->home), "/tmp/qun-world-XXXXXX");
	assert_non_null(mkdtemp(p->home));
	p->world = arena_printf(&p->arena, "%s/world", p->home).p;
	p->media = arena_printf(&p->arena, "%s/media", p->home).p;
	assert_int_equal(mkdir(p->world, 0700), 0);
	assert_int_equal(mkdir(p->media, 0700), 0);
	assert_int_equal(mkdir(arena_printf(&p->arena, "%s/sub", p->world).p, 0700), 0);
	put(p, "icon.png", media_builtin_image());
	put(p, "sub/icon.png", media_builtin_image());
	put(p, "..icon.png", media_builtin_image());
	put(p, "text.png", STR("not a picture"));
	put(p, "empty.png", STR(""));
	*state = p;
	return 0;
}

static void empty_folder(const char *path)
{
	DIR *dir = opendir(path);

	for (const struct dirent *d = readdir(dir); d; d = readdir(dir))
		(void)unlinkat(dirfd(dir), d->d_name, 0);
	closedir(dir);
}

static int tear_down(void **state)
{
	struct place *p = *state;
	const char *sub = arena_printf(&p->arena, "%s/sub", p->world).p;

	empty_folder(sub);
	(void)rmdir(sub);
	empty_folder(p->world);
	empty_folder(p->media);
	(void)rmdir(p->world);
	(void)rmdir(p->media);
	(void)rmdir(p->home);
	arena_fini(&p->arena);
	free(p);
	return 0;
}

static size_t count_files(const char *path)
{
	DIR *dir = opendir(path);
	size_t n = 0;

	for (const struct dirent *d = readdir(dir); d; d = readdir(dir))
		n += d->d_name[0] != '.';
	closedir(dir);
	return n;
}

/* A world of one media file, kept. */
static enum status keep(struct place *p, const char *type, const char *file,
	const char *folder, struct world_media *out, struct error *e)
{
	struct str text = arena_printf(&p->arena,
		"{\"corps\":[{\"media\":[{\"type\":\"%s\",\"file\":\"%s\"}]}]}", type,
		file);
	struct world w;

	TRY(world_decode(text, LIMIT_MEMBERS, false, &p->arena, &w, e));
	TRY(world_keep_media(&w, folder, p->media, &p->arena, e));
	*out = *(const struct world_media *)((const struct world_corp *)w.corps.v)->media.v;
	return ST_OK;
}

static void a_file_beside_the_world_is_kept_under_the_name_of_its_content(void **state)
{
	static const char *const files[] = { "icon.png", "sub/icon.png", "./icon.png",
		"..icon.png" };
	struct place *p = *state;
	struct error e = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct world_media m = { 0 };
		struct stat s;

		assert_int_equal(keep(p, "image", files[i], p->world, &m, &e), ST_OK);
		assert_int_equal(m.kept.n, MEDIA_NAME);
		assert_int_equal(m.size, media_builtin_image().n);
		assert_int_equal(
			stat(arena_printf(&p->arena, "%s/%s", p->media, m.kept.p).p, &s),
			0);
		assert_int_equal(s.st_size, m.size);
	}
	assert_int_equal(count_files(p->media), 1);
}

static void a_file_that_may_not_be_read_names_its_place(void **state)
{
	static const struct {
		const char *type, *file, *why;
		bool over_http;
	} cases[] = {
		{ "image", "/etc/passwd", "must be relative, without ..", false },
		{ "image", "../world/icon.png", "must be relative, without ..", false },
		{ "image", "sub/../../x.png", "must be relative, without ..", false },
		{ "image", "..", "must be relative, without ..", false },
		{ "image", "icon.png", "a world over HTTP cannot name files", true },
		{ "image", "none.png", "No such file or directory", false },
		{ "image", "sub", "not a regular file", false },
		{ "image", "empty.png", "the file is empty", false },
		{ "image", "text.png",
			"its content is of no known format; image takes jpg, gif, png or "
			"bmp",
			false },
		{ "file", "icon.png",
			"its content is png; file takes doc, docx, xls, xlsx, ppt, pptx, "
			"zip, pdf or rar",
			false },
	};
	struct place *p = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct error e = { 0 };
		struct world_media m = { 0 };
		enum status st = keep(p, cases[i].type, cases[i].file,
			cases[i].over_http ? NULL : p->world, &m, &e);

		check_case(cases[i].file, st == ST_INVALID);
		check_str(cases[i].file, str_from(e.field), STR("corps[0].media[0].file"));
		check_str(cases[i].file, str_from(e.text), str_from(cases[i].why));
	}
	assert_int_equal(count_files(p->media), 0);
}

static void sizes_of_files_end_at_the_limit(void **state)
{
	static const struct {
		size_t size;
		enum status want;
	} cases[] = {
		{ LIMIT_VOICE - 1, ST_OK },
		{ LIMIT_VOICE, ST_OK },
		{ LIMIT_VOICE + 1, ST_INVALID },
	};
	struct place *p = *state;
	char *bytes = calloc(1, LIMIT_VOICE + 1);

	memcpy(bytes, "ID3", 3);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct error e = { 0 };
		struct world_media m = { 0 };

		put(p, "voice.mp3", (struct str){ bytes, cases[i].size });
		assert_int_equal(
			keep(p, "voice", "voice.mp3", p->world, &m, &e), cases[i].want);
	}
	free(bytes);
}

static void a_file_left_out_is_the_built_in_image_and_is_there_once(void **state)
{
	struct place *p = *state;
	struct error e = { 0 };
	const struct world_media *m;
	struct world w;

	assert_int_equal(
		world_decode(STR("{\"corps\":[{\"media\":[{},{}]},{\"media\":[{}]}]}"),
			LIMIT_MEMBERS, false, &p->arena, &w, &e),
		ST_OK);
	assert_int_equal(world_keep_media(&w, NULL, p->media, &p->arena, &e), ST_OK);
	m = ((const struct world_corp *)w.corps.v)->media.v;
	check_str("kept", m[0].kept, m[1].kept);
	assert_int_equal(m[1].size, media_builtin_image().n);
	assert_int_equal(count_files(p->media), 1);
}

static void checking_alone_keeps_nothing(void **state)
{
	struct place *p = *state;
	struct error e = { 0 };
	struct world w;

	assert_int_equal(
		world_decode(STR("{\"corps\":[{\"media\":[{},{\"file\":\"icon.png\"}]}]}"),
			LIMIT_MEMBERS, false, &p->arena, &w, &e),
		ST_OK);
	assert_int_equal(world_keep_media(&w, p->world, NULL, &p->arena, &e), ST_OK);
	assert_int_equal(count_files(p->media), 0);
}

/* What the page's example names, in the demo's first group. */
static void the_demo_world_has_what_the_page_s_example_names(void **state)
{
	struct place *p = *state;
	struct error e = { 0 };
	const struct world_index *x;
	const struct world_id *found;
	const struct world_group *g;
	struct world w;

	if (world_decode(world_demo(), LIMIT_MEMBERS, false, &p->arena, &w, &e) != ST_OK)
		fail_msg("%s: %s", e.field, e.text);
	x = w.index;
	assert_int_equal(x->missing_count, 0);
	assert_non_null(world_find(x, SPACE_TOKEN, 0, STR("6d1bxxxx")));
	assert_non_null(world_find(x, SPACE_USERID, 0, STR("userid1")));
	assert_non_null(world_find(x, SPACE_EXTERNAL, 0, STR("unionId")));
	assert_non_null(world_find(x, SPACE_MEDIA, 0, STR("@mediaId")));
	found = world_find(x, SPACE_CONVERSATION, 0, STR("chatxxxx"));
	assert_non_null(found);
	g = found->object->at;
	assert_int_equal(g->conversationTag.value, TAG_ORDINARY);
	assert_true(strs_have(&g->useridlist, STR("04201724372xxxx")));
	assert_int_equal(world_keep_media(&w, NULL, p->media, &p->arena, &e), ST_OK);
}

static void an_answer_has_what_was_generated(void **state)
{
	struct place *p = *state;
	struct error e = { 0 };
	const struct world_corp *corp;
	const struct world_app *app;
	struct world w, again;
	struct str secret;

	assert_int_equal(
		world_decode(
			STR("{\"corps\":[{\"apps\":[{}],\"users\":[{\"userid\":\"u\"}]}]}"),
			LIMIT_MEMBERS, false, &p->arena, &w, &e),
		ST_OK);
	corp = w.corps.v;
	secret = ((const struct world_app *)corp->apps.v)->appSecret;
	assert_int_equal(world_decode(world_answer(&w, &p->arena), LIMIT_MEMBERS, false,
				 &p->arena, &again, &e),
		ST_OK);
	check_str(
		"corpId", ((const struct world_corp *)again.corps.v)->corpId, corp->corpId);
	app = ((const struct world_corp *)again.corps.v)->apps.v;
	check_str("appSecret", app->appSecret, secret);
	assert_null(app->accessToken.p);
}

static void who_is_told_gets_a_token_where_none_is_given(void **state)
{
	static const struct str text =
		STR_INIT("{\"corps\":[{\"apps\":[{},{\"accessToken\":\"t\"},{}]}]}");
	struct place *p = *state;
	struct error e = { 0 };
	const struct world_app *apps;
	struct world w;

	assert_int_equal(world_decode(text, LIMIT_MEMBERS, true, &p->arena, &w, &e), ST_OK);
	apps = ((const struct world_corp *)w.corps.v)->apps.v;
	assert_int_equal(apps[0].accessToken.n, 32);
	check_str("given", apps[1].accessToken, STR("t"));
	assert_false(str_eq(apps[0].accessToken, apps[2].accessToken));
	assert_non_null(strstr(world_answer(&w, &p->arena).p, apps[0].accessToken.p));
	/* when: the store had the apps already */
	for (size_t i = 0; i < w.index->object_count; i++)
		w.index->objects[i].exists = true;
	(void)world_answer(&w, &p->arena);
	assert_null(apps[0].accessToken.p);
	check_str("given", apps[1].accessToken, STR("t"));
}

static void an_answer_has_no_secret_that_the_store_never_got(void **state)
{
	struct place *p = *state;
	struct error e = { 0 };
	struct world w;

	assert_int_equal(world_decode(STR("{\"corps\":[{\"apps\":[{\"appKey\":\"a\","
					  "\"appSecret\":\"hidden\"}]}]}"),
				 LIMIT_MEMBERS, false, &p->arena, &w, &e),
		ST_OK);
	assert_non_null(strstr(world_answer(&w, &p->arena).p, "hidden"));
	for (size_t i = 0; i < w.index->object_count; i++)
		w.index->objects[i].exists = true;
	assert_null(strstr(world_answer(&w, &p->arena).p, "hidden"));
}

static void the_limit_of_a_world_holds_exactly(void **state)
{
	static const char world[] = "{\"corps\":[{}]}";
	struct place *p = *state;
	char *text = malloc(LIMIT_WORLD + 1);
	struct error e = { 0 };
	struct world w;

	memset(text, ' ', LIMIT_WORLD + 1);
	memcpy(text, world, sizeof(world) - 1);
	for (size_t more = 0; more < 3; more++)
		assert_int_equal(world_decode((struct str){ text, LIMIT_WORLD - 1 + more },
					 LIMIT_MEMBERS, false, &p->arena, &w, &e),
			more < 2 ? ST_OK : ST_TOO_LARGE);
	free(text);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_file_beside_the_world_is_kept_under_the_name_of_its_content),
		TEST(a_file_that_may_not_be_read_names_its_place),
		TEST(sizes_of_files_end_at_the_limit),
		TEST(a_file_left_out_is_the_built_in_image_and_is_there_once),
		TEST(checking_alone_keeps_nothing),
		TEST(the_demo_world_has_what_the_page_s_example_names),
		TEST(an_answer_has_what_was_generated),
		TEST(an_answer_has_no_secret_that_the_store_never_got),
		TEST(who_is_told_gets_a_token_where_none_is_given),
		TEST(the_limit_of_a_world_holds_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
