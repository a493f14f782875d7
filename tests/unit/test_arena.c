/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that is given back all at once. ASan sees what is not, and what overlaps. */
#include "testing.h"

#include "base/arena.h"

#include <stdalign.h>
#include <string.h>

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
	/* sizes around a chunk's own, so that pieces fit, just fit and do not fit */
	const size_t sizes[] = { 0, 1, 15, 16, 17, 1000, 1008, 1009, 1024, 4032, 4033,
		100000 };
	unsigned char *pieces[100 * ARRAY_LEN(sizes)];
	struct arena a = { 0 };
	size_t n = 0;

	(void)state;
	for (int round = 0; round < 100; round++)
		for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
			unsigned char *p = arena_alloc(&a, sizes[i]);

			assert_non_null(p);
			assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
			for (size_t j = 0; j < sizes[i]; j++)
				assert_int_equal(p[j], 0);
			memset(p, (int)(n % 255 + 1), sizes[i]);
			pieces[n++] = p;
		}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < sizes[i % ARRAY_LEN(sizes)]; j++)
			if (pieces[i][j] != i % 255 + 1)
				fail_msg("piece %zu was overwritten", i);
	arena_fini(&a);
}

static void an_arena_is_usable_again(void **state)
{
	struct arena a = { 0 };

	(void)state;
	arena_fini(&a); /* of one never used */
	memset(arena_alloc(&a, 100), 1, 100);
	arena_fini(&a);
	assert_null(a.chunks);
	assert_int_equal(((char *)arena_alloc(&a, 100))[99], 0);
	arena_fini(&a);
}

static void a_reset_keeps_one_chunk_and_its_pieces_are_zeroed(void **state)
{
	const size_t sizes[] = { 16, 1008, 1009, 4032, 100000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct arena a = { 0 };
		char *first, *again;

		arena_reset(&a); /* of one never used */
		first = arena_alloc(&a, 16);
		for (int n = 0; n < 10; n++)
			memset(arena_alloc(&a, sizes[i]), 1, sizes[i]);
		arena_reset(&a);
		assert_non_null(a.chunks);
		again = arena_alloc(&a, 1000);
		assert_true(sizes[i] != 16 || again == first);
		for (size_t j = 0; j < 1000; j++)
			assert_int_equal(again[j], 0);
		arena_fini(&a);
	}
}

static void a_reset_keeps_nothing_large(void **state)
{
	struct arena a = { 0 };

	(void)state;
	(void)arena_alloc(&a, 1 << 20);
	arena_reset(&a);
	assert_null(a.chunks);
	arena_fini(&a);
}

static void a_large_piece_leaves_the_current_chunk_in_use(void **state)
{
	struct arena a = { 0 };
	char *first = arena_alloc(&a, 16), *second;

	(void)state;
	(void)arena_alloc(&a, 1 << 20);
	second = arena_alloc(&a, 16);
	assert_ptr_equal(second, first + 16);
	arena_fini(&a);
}

static void a_large_first_piece_is_fine(void **state)
{
	struct arena a = { 0 };

	(void)state;
	memset(arena_alloc(&a, 50000), 1, 50000);
	memset(arena_alloc(&a, 10), 1, 10);
	memset(arena_alloc(&a, 50000), 1, 50000);
	arena_fini(&a);
}

static void arrays_and_structs_are_typed(void **state)
{
	struct arena a = { 0 };
	int64_t *numbers = ARENA_ARRAY(&a, int64_t, 10);
	struct str *one = ARENA_NEW(&a, struct str);

	(void)state;
	assert_int_equal(numbers[9], 0);
	assert_null(one->p);
	assert_non_null(ARENA_ARRAY(&a, int64_t, 0));
	arena_fini(&a);
}

static void copies_end_with_a_nul_that_is_not_counted(void **state)
{
	struct arena a = { 0 };
	struct str copy = arena_str(&a, str_slice(STR("abcdef"), 1, 3));

	(void)state;
	check_str("copy", copy, STR("bc"));
	assert_int_equal(copy.p[2], '\0');
	assert_null(arena_str(&a, STR_NONE).p);
	assert_non_null(arena_str(&a, STR("")).p);
	assert_string_equal(arena_cstr(&a, STR_NONE), "");
	assert_string_equal(arena_cstr(&a, STR("x")), "x");
	arena_fini(&a);
}

static void text_is_printed_whole(void **state)
{
	struct arena a = { 0 };
	struct str s = arena_printf(&a, "%s[%zu]", "add_useridlist", (size_t)3);

	(void)state;
	check_str("short", s, STR("add_useridlist[3]"));
	assert_int_equal(s.p[s.n], '\0');
	s = arena_printf(&a, "%05000d", 1);
	assert_int_equal(s.n, 5000);
	assert_int_equal(s.p[4999], '1');
	check_str("empty", arena_printf(&a, "%s", ""), STR(""));
	arena_fini(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
		cmocka_unit_test(an_arena_is_usable_again),
		cmocka_unit_test(a_reset_keeps_one_chunk_and_its_pieces_are_zeroed),
		cmocka_unit_test(a_reset_keeps_nothing_large),
		cmocka_unit_test(a_large_piece_leaves_the_current_chunk_in_use),
		cmocka_unit_test(a_large_first_piece_is_fine),
		cmocka_unit_test(arrays_and_structs_are_typed),
		cmocka_unit_test(copies_end_with_a_nul_that_is_not_counted),
		cmocka_unit_test(text_is_printed_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
