/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "store/media_content.h"

/* The shortest beginning of a file that shows its format. */
static const struct {
	const char *format;
	enum media_type type;
	struct str head;
} files[] = {
	{ "jpg", MEDIA_IMAGE, STR_INIT("\xff\xd8\xff") },
	{ "gif of 1987", MEDIA_IMAGE, STR_INIT("GIF87a") },
	{ "gif of 1989", MEDIA_IMAGE, STR_INIT("GIF89a") },
	{ "png", MEDIA_IMAGE, STR_INIT("\x89PNG\r\n\x1a\n") },
	{ "bmp", MEDIA_IMAGE, STR_INIT("BM\x46\0\0\0\0\0\0\0") },
	{ "amr", MEDIA_VOICE, STR_INIT("#!AMR\n") },
	{ "wide-band amr", MEDIA_VOICE, STR_INIT("#!AMR-WB\n") },
	{ "mp3 with a tag", MEDIA_VOICE, STR_INIT("ID3") },
	{ "mp3 without a tag", MEDIA_VOICE, STR_INIT("\xff\xfb") },
	{ "mp3 with a checksum", MEDIA_VOICE, STR_INIT("\xff\xfa") },
	{ "mp3 of MPEG 2", MEDIA_VOICE, STR_INIT("\xff\xf3") },
	{ "mp3 of MPEG 2.5", MEDIA_VOICE, STR_INIT("\xff\xe3") },
	{ "wav", MEDIA_VOICE, STR_INIT("RIFF\x24\0\0\0WAVE") },
	{ "mp4", MEDIA_VIDEO,
		STR_INIT("\0\0\0\x18"
			 "ftyp") },
	{ "doc", MEDIA_FILE, STR_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") },
	{ "zip or docx", MEDIA_FILE, STR_INIT("PK\3\4") },
	{ "empty zip", MEDIA_FILE, STR_INIT("PK\5\6") },
	{ "pdf", MEDIA_FILE, STR_INIT("%PDF-") },
	{ "rar", MEDIA_FILE, STR_INIT("Rar!\x1a\x07") },
};

static void each_format_is_taken_as_its_type_and_as_no_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		for (size_t type = 0; type < MEDIA_TYPES; type++) {
			enum status st = media_content_check(
				(enum media_type)type, files[i].head, 100, NULL);

			if (st != (type == files[i].type ? ST_OK : ST_UNSUPPORTED))
				fail_msg("%s as %s: %s", files[i].format,
					media_type_text((enum media_type)type),
					status_text(st));
		}
	}
}

static void a_format_cut_short_by_one_byte_is_not_recognised(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct str head = str_slice(files[i].head, 0, files[i].head.n - 1);

		if (media_content_check(files[i].type, head, 100, NULL) != ST_UNSUPPORTED)
			fail_msg("%s is recognised by %zu bytes", files[i].format, head.n);
	}
}

static void formats_that_only_look_alike_are_refused(void **state)
{
	static const struct {
		const char *what;
		enum media_type type;
		struct str head;
	} cases[] = {
		{ "a text that begins with BM", MEDIA_IMAGE, STR_INIT("BMW is a car") },
		{ "webp, which is RIFF too", MEDIA_VOICE, STR_INIT("RIFF\x24\0\0\0WEBP") },
		{ "a RIFF file as an image", MEDIA_IMAGE, STR_INIT("RIFF\x24\0\0\0WAVE") },
		{ "html", MEDIA_FILE, STR_INIT("<!DOCTYPE html>") },
		{ "svg", MEDIA_IMAGE, STR_INIT("<svg xmlns=") },
		{ "plain text", MEDIA_FILE, STR_INIT("hello") },
		{ "nothing but a name", MEDIA_FILE, STR_INIT("") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (media_content_check(cases[i].type, cases[i].head, 100, NULL) !=
			ST_UNSUPPORTED)
			fail_msg("%s is accepted", cases[i].what);
}

static void sizes_end_at_the_limit_of_the_type(void **state)
{
	static const int64_t limits[MEDIA_TYPES] = {
		[MEDIA_IMAGE] = 20971520,
		[MEDIA_VOICE] = 2097152,
		[MEDIA_VIDEO] = 20971520,
		[MEDIA_FILE] = 20971520,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		enum media_type type = files[i].type;
		int64_t limit = limits[type];

		assert_int_equal(media_size_limit(type), limit);
		assert_int_equal(
			media_content_check(type, files[i].head, 0, NULL), ST_UNSUPPORTED);
		assert_int_equal(media_content_check(type, files[i].head, 1, NULL), ST_OK);
		assert_int_equal(
			media_content_check(type, files[i].head, limit - 1, NULL), ST_OK);
		assert_int_equal(
			media_content_check(type, files[i].head, limit, NULL), ST_OK);
		assert_int_equal(media_content_check(type, files[i].head, limit + 1, NULL),
			ST_TOO_LARGE);
	}
}

static void a_refusal_says_what_was_found_and_what_would_do(void **state)
{
	struct error e = { 0 };

	(void)state;
	assert_int_equal(
		media_content_check(MEDIA_IMAGE, STR("%PDF-1.7"), 100, &e), ST_UNSUPPORTED);
	assert_string_equal(e.text, "its content is pdf; image takes jpg, gif, png or bmp");
	assert_int_equal(
		media_content_check(MEDIA_VOICE, STR("hello"), 100, &e), ST_UNSUPPORTED);
	assert_string_equal(
		e.text, "its content is of no known format; voice takes amr, mp3 or wav");
	assert_int_equal(
		media_content_check(MEDIA_VOICE, STR("ID3"), 2097153, &e), ST_TOO_LARGE);
	assert_string_equal(e.text, "2097153 bytes, at most 2097152 for voice");
}

static void the_built_in_image_is_an_image(void **state)
{
	struct str png = media_builtin_image();

	(void)state;
	assert_int_equal(
		media_content_check(MEDIA_IMAGE, png, (int64_t)png.n, NULL), ST_OK);
	assert_memory_equal(png.p + png.n - 8, "IEND\xae\x42\x60\x82", 8);
}

static void media_ids_are_fresh_and_of_the_documented_shape(void **state)
{
	struct arena a = { 0 };
	struct str one = media_id_new(&a), two = media_id_new(&a);

	(void)state;
	assert_int_equal(one.n, 23);
	assert_int_equal(one.p[0], '@');
	for (size_t i = 1; i < one.n; i++)
		assert_non_null(
			strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			       "0123456789-_",
				one.p[i]));
	assert_false(str_eq(one, two));
	arena_fini(&a);
}

static void type_words_go_both_ways(void **state)
{
	enum media_type type;

	(void)state;
	for (size_t i = 0; i < MEDIA_TYPES; i++) {
		assert_true(media_type_from(str_from(media_type_words[i]), &type));
		assert_int_equal(type, i);
	}
	assert_false(media_type_from(STR("Image"), &type));
	assert_false(media_type_from(STR(""), &type));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_format_is_taken_as_its_type_and_as_no_other),
		cmocka_unit_test(a_format_cut_short_by_one_byte_is_not_recognised),
		cmocka_unit_test(formats_that_only_look_alike_are_refused),
		cmocka_unit_test(sizes_end_at_the_limit_of_the_type),
		cmocka_unit_test(a_refusal_says_what_was_found_and_what_would_do),
		cmocka_unit_test(the_built_in_image_is_an_image),
		cmocka_unit_test(media_ids_are_fresh_and_of_the_documented_shape),
		cmocka_unit_test(type_words_go_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
