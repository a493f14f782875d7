/* SPDX-License-Identifier: Apache-2.0 */
/* Which addresses count as one client. */
#include "testing.h"

#include "net/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>

/* The key of an address given as text, and its text again. */
static struct peer_key key_of(const char *address, char text[PEER_TEXT])
{
	struct sockaddr_in in4 = { .sin_family = AF_INET, .sin_port = htons(1) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(1) };

	if (inet_pton(AF_INET, address, &in4.sin_addr) == 1)
		return peer_of((struct sockaddr *)&in4, text);
	assert_int_equal(inet_pton(AF_INET6, address, &in6.sin6_addr), 1);
	return peer_of((struct sockaddr *)&in6, text);
}

static void addresses_count_together_by_the_table(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{ "192.0.2.1", "192.0.2.1", true },
		{ "192.0.2.1", "192.0.2.2", false },
		{ "192.0.2.1", "::ffff:192.0.2.1", true },
		{ "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true },
		{ "2001:db8:1:2::1", "2001:db8:1:3::1", false },
		{ "0.0.0.0", "::", false },
	};
	char text[PEER_TEXT];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct peer_key a = key_of(cases[i].a, text), b = key_of(cases[i].b, text);

		check_case(
			cases[i].b, (a.high == b.high && a.low == b.low) == cases[i].same);
	}
}

static void a_client_is_named_by_its_whole_address(void **state)
{
	char text[PEER_TEXT];

	(void)state;
	(void)key_of("::ffff:192.0.2.1", text);
	assert_string_equal(text, "192.0.2.1");
	(void)key_of("2001:db8:1:2::1", text);
	assert_string_equal(text, "2001:db8:1:2::1");
}

static void connections_are_counted_in_all_and_each(void **state)
{
	struct peer_table *t = peer_table_new(3, 2);
	struct peer_key a = { 1, 0 }, b = { 2, 0 };

	(void)state;
	assert_true(peer_table_enter(t, &a));
	assert_true(peer_table_enter(t, &a));
	assert_false(peer_table_enter(t, &a));
	assert_true(peer_table_enter(t, &b));
	assert_false(peer_table_enter(t, &b)); /* three in all */
	assert_int_equal(peer_table_count(t), 3);
	peer_table_leave(t, &a);
	assert_true(peer_table_enter(t, &b));
	peer_table_free(t);
}

static void many_addresses_come_and_go(void **state)
{
	enum { MANY = 20000 };
	struct peer_table *t = peer_table_new(MANY, 1);

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (uint64_t i = 0; i < MANY; i++)
			assert_true(peer_table_enter(t, &(struct peer_key){ i, i % 2 }));
		for (uint64_t i = 0; i < MANY; i++)
			assert_false(peer_table_enter(t, &(struct peer_key){ i, i % 2 }));
		for (uint64_t i = 0; i < MANY; i++)
			peer_table_leave(t, &(struct peer_key){ i, i % 2 });
		assert_int_equal(peer_table_count(t), 0);
	}
	peer_table_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_count_together_by_the_table),
		cmocka_unit_test(a_client_is_named_by_its_whole_address),
		cmocka_unit_test(connections_are_counted_in_all_and_each),
		cmocka_unit_test(many_addresses_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
