/* SPDX-License-Identifier: Apache-2.0 */
#include "group/chat.h"

struct str person_kind_text(enum person_kind kind)
{
	return kind == PERSON_EXT ? STR("ext") : STR("emp");
}

enum person_kind person_kind_from(struct str text)
{
	return str_eq(text, STR("ext")) ? PERSON_EXT : PERSON_EMP;
}

const struct field management_options_fields[] = {
#define X(member, chinese, english) \
	FIELD(struct management_options, member, .min = 0, .max = 1, \
		.rule = "options.range", .doc = english, .zh = chinese),
	CHAT_OPTIONS(X)
#undef X
		{ 0 },
};

const char *chat_option_name(enum chat_option option)
{
	return management_options_fields[option].name;
}

const struct opt_int *management_option(
	const struct management_options *o, enum chat_option option)
{
	return field_at(&management_options_fields[option], o);
}
