/* SPDX-License-Identifier: Apache-2.0 */
/* Multipart bodies on their way to disk. */
#include "net_fixture.h"

#include "base/limits.h"

#include <unistd.h>

static void an_upload_goes_to_a_file_of_ours_and_is_removed(void **state)
{
	struct fixture *f = *state;
	const char body[] =
		"--XX\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nimage\r\n"
		"--XX\r\nContent-Disposition: form-data; name=\"media\"; "
		"filename=\"../a.png\"\r\n\r\nPNG\r\n--XX--\r\n";
	const char type[] = "Content-Type: multipart/form-data; boundary=XX\r\n";
	char kept[128], list[256];
	struct client c;

	server_start(f, NULL);
	c = client_connect(f->port);
	client_printf(&c,
		"POST /upload HTTP/1.1\r\nHost: qun\r\n%sContent-Length: %zu\r\n\r\n%s",
		type, strlen(body), body);
	expect(&c, 200, "type=image media|../a.png|3|3|PNG|600 ");

	/* when the service renames the file, it stays */
	client_printf(&c,
		"POST /keep HTTP/1.1\r\nHost: qun\r\n%sContent-Length: %zu\r\n\r\n%s", type,
		strlen(body), body);
	expect(&c, 200, NULL);
	client_close(&c);

	/* then nothing else is left */
	server_stop(f);
	(void)snprintf(kept, sizeof(kept), "%s/kept", f->dir);
	assert_int_equal(unlink(kept), 0);
	(void)snprintf(list, sizeof(list), "%s", f->dir);
	assert_int_equal(rmdir(list), 0);
}

static void an_upload_that_cannot_be_taken_is_explained(void **state)
{
	static const struct {
		const char *path, *type, *body, *answer;
	} cases[] = {
		{ "/upload", "multipart/form-data; boundary=XX", "--YY",
			"not well-formed: the body does not begin with its boundary" },
		{ "/upload", "multipart/form-data; boundary=XX", "",
			"not well-formed: the body ends before its last boundary" },
		{ "/upload", "multipart/form-data", "--XX--",
			"not well-formed: a Content-Type without a valid boundary" },
		{ "/upload?", "multipart/form-data; boundary=XX",
			"--XX\r\nContent-Disposition: form-data; name=a; "
			"filename=b\r\n\r\nv\r\n--XX--",
			"input or output failed: the upload could not be written" },
		{ "/upload", "application/json", "{}", "not multipart" },
	};
	struct fixture *f = *state;
	struct client c;

	server_start(f, NULL);
	c = client_connect(f->port);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		client_printf(&c,
			"POST %s HTTP/1.1\r\nHost: qun\r\nContent-Type: %s\r\n"
			"Content-Length: %zu\r\n\r\n%s",
			cases[i].path, cases[i].type, strlen(cases[i].body), cases[i].body);
		expect(&c, 200, cases[i].answer);
	}
	client_close(&c);
}

static void only_a_multipart_upload_may_be_large(void **state)
{
	struct fixture *f = *state;

	server_start(f, NULL);
	for (int over = 0; over <= 1; over++) {
		struct arena a = { 0 };
		int n = LIMIT_BODY + over;

		expect_alone(f,
			arena_printf(&a,
				"POST /upload HTTP/1.1\r\nHost: qun\r\nContent-Length: "
				"%d\r\n\r\n%0*d",
				n, n, 0),
			over ? 413 : 200, NULL);
		arena_fini(&a);
	}
}

static void an_upload_cut_short_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct client c;

	server_start(f, NULL);
	c = client_connect(f->port);
	client_send(&c, STR("POST /upload HTTP/1.1\r\nHost: qun\r\n"
			    "Content-Type: multipart/form-data; boundary=XX\r\n"
			    "Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n"));
	expect(&c, 100, NULL);
	client_send(&c,
		STR("--XX\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\nv"));
	client_close(&c);
	wait_open(f, 0);
	assert_int_equal(rmdir(f->dir), 0);
}

#define net_test(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		net_test(an_upload_goes_to_a_file_of_ours_and_is_removed),
		net_test(an_upload_that_cannot_be_taken_is_explained),
		net_test(only_a_multipart_upload_may_be_large),
		net_test(an_upload_cut_short_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
