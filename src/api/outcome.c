/* SPDX-License-Identifier: Apache-2.0 */
#include "api/outcome.h"

#include "api/explain.h"
#include "json/encode.h"

static const char *const list_names[][PEOPLE_LISTS] = {
	{ "add_useridlist", "del_useridlist", "add_extidlist", "del_extidlist", "userIds" },
	/* a create has nobody to remove */
	{ "useridlist", "del_useridlist", "extidlist", "del_extidlist", "userIds" },
};

struct list_outcome plan_outcome(const struct group_facts *facts,
	const struct group_plan *plan, enum people_list list)
{
	const struct people_facts *people[] = { &facts->add_emp, &facts->del_emp,
		&facts->add_ext, &facts->del_ext, &facts->add_emp };
	const struct outcomes *words[] = { &plan->add_emp, &plan->del_emp, &plan->add_ext,
		&plan->del_ext, &plan->admins };

	return (struct list_outcome){
		.people = people[list]->v, .words = words[list]->v, .n = words[list]->n
	};
}

bool plan_creates(const struct group_plan *plan)
{
	return plan->before.chatid.n == 0;
}

void outcome_add(
	struct outcome_writer *w, enum people_list list, struct str id, enum outcome word)
{
	enum { END = 32 }; /* room for what outcome_end appends */
	size_t before = w->text.n;
	int open = w->list;

	if (w->more) {
		w->more++;
		return;
	}
	if (w->list != (int)list + 1) {
		buf_printf(&w->text, "%s\"%s\":{", open ? "}," : "{",
			list_names[w->creates][list]);
		w->list = (int)list + 1;
	} else {
		buf_add_str(&w->text, STR(","));
	}
	json_append_str(&w->text, id);
	buf_printf(&w->text, ":\"%s\"", outcome_text(word));
	if (w->text.n + END <= w->max)
		return;
	w->text.n = before;
	w->list = open;
	w->more = 1;
}

struct str outcome_end(struct outcome_writer *w, struct arena *a)
{
	struct str json;

	if (w->text.n == 0)
		buf_add_str(&w->text, STR("{"));
	if (w->list)
		buf_add_str(&w->text, STR("}"));
	if (w->more)
		buf_printf(&w->text, "%s\"more\":%zu", w->list ? "," : "", w->more);
	buf_add_str(&w->text, STR("}"));
	json = arena_str(a, buf_str(&w->text));
	buf_fini(&w->text);
	w->list = 0;
	w->more = 0;
	return json;
}

struct strs changed_names(unsigned changed, struct arena *a)
{
	static const struct {
		unsigned bit;
		const char *name;
	} fields[] = {
		{ CHANGED_NAME, "name" },
		{ CHANGED_OWNER, "owner" },
		{ CHANGED_MEMBERS, "members" },
		{ CHANGED_ICON, "icon" },
		{ CHANGED_ADMINS, "admins" },
		{ CHANGED_NICKS, "nicks" },
		{ CHANGED_PRIVATE_CHAT, "privateChatProhibited" },
	};
	struct strs names = { .set = true };

	names.v = ARENA_ARRAY(a, struct str, ARRAY_LEN(fields) + OPTION_COUNT);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (changed & fields[i].bit)
			names.v[names.n++] = str_from(fields[i].name);
	for (unsigned i = 0; i < OPTION_COUNT; i++)
		if (changed & (unsigned)CHANGED_OPTION_0 << i)
			names.v[names.n++] = arena_printf(
				a, "managementOptions.%s", chat_option_name(i));
	return names;
}

struct str outcome_json(const struct group_facts *facts, const struct group_plan *plan,
	size_t max, struct arena *a)
{
	struct outcome_writer w = { .creates = plan_creates(plan), .max = max };

	for (unsigned list = 0; list < PEOPLE_LISTS; list++) {
		struct list_outcome o = plan_outcome(facts, plan, list);

		for (size_t i = 0; i < o.n; i++)
			outcome_add(&w, list, o.people[i].id, o.words[i]);
	}
	return outcome_end(&w, a);
}

struct str changed_json(const struct group_plan *plan, struct arena *a)
{
	struct strs names = changed_names(plan->changed, a);
	struct buf json = { 0 };
	struct str copy;

	for (size_t i = 0; i < names.n; i++) {
		buf_add_str(&json, i ? STR(",") : STR("["));
		json_append_str(&json, names.v[i]);
	}
	buf_add_str(&json, names.n ? STR("]") : STR("[]"));
	copy = arena_str(a, buf_str(&json));
	buf_fini(&json);
	return copy;
}
