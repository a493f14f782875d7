/* SPDX-License-Identifier: Apache-2.0 */
#include "store/facts.h"

#include "store/chat_row.h"
#include "store/visibility.h"

/* Is he known (NULL: no; an employee also says whether he is active), is he a member (NULL:
 * no; else whether an administrator). Always one row. */
static const char employee_sql[] =
	"SELECT (SELECT active FROM employee WHERE corp = $1 AND userid = $3),"
	" (SELECT admin FROM chat_member"
	" WHERE corp = $1 AND chat = " SQL_NUMBER("$2") " AND kind = 0 AND id = $3)";
static const char external_sql[] =
	"SELECT (SELECT 1 FROM external_contact WHERE corp = $1 AND unionid = $3),"
	" (SELECT admin FROM chat_member"
	" WHERE corp = $1 AND chat = " SQL_NUMBER("$2") " AND kind = 1 AND id = $3)";

static void ask_person(const struct facts_of *of, struct str id, enum person_kind kind,
	struct statements *facts)
{
	const struct value params[] = { V_INT(of->corp), V_TEXT(of->chatid), V_TEXT(id) };

	statements_add(facts, kind == PERSON_EXT ? external_sql : employee_sql, params,
		ARRAY_LEN(params));
}

void ask_owner(const struct facts_of *of, struct str owner, enum person_kind kind,
	struct statements *facts)
{
	if (!owner.p)
		return;
	if (kind == PERSON_EMP) {
		ask_person(of, owner, kind, facts);
		STATEMENT(facts, SQL_VISIBLE("SELECT CAST($3 AS TEXT)"), V_INT(of->corp),
			V_TEXT(of->app_key), V_TEXT(owner));
		return;
	}
	STATEMENT(facts,
		"SELECT x.unionid, (SELECT m.admin FROM chat_member m WHERE m.corp = $1"
		" AND m.chat = " SQL_NUMBER("$2") " AND m.kind = 1 AND m.id = x.unionid)"
						  " FROM external_contact x WHERE x.corp = "
						  "$1 AND x.unionid = $3",
		V_INT(of->corp), V_TEXT(of->chatid), V_TEXT(owner));
	STATEMENT(facts,
		"SELECT x.unionid, (SELECT m.admin FROM chat_member m WHERE m.corp = $1"
		" AND m.chat = " SQL_NUMBER("$2") " AND m.kind = 1 AND m.id = x.unionid)"
						  " FROM external_contact x WHERE x.corp = "
						  "$1 AND x.userid = $3",
		V_INT(of->corp), V_TEXT(of->chatid), V_TEXT(owner));
}

static void take_employee_owner(struct statements *facts, struct owner_facts *out)
{
	const struct rows *person = rows_next(facts), *visible = rows_next(facts);

	out->exists = !rows_is_null(person, 0, 0);
	out->active = rows_int(person, 0, 0) != 0;
	out->member = !rows_is_null(person, 0, 1);
	out->admin = rows_int(person, 0, 1) != 0;
	/* One who does not exist is no more visible than one who is out of sight. */
	out->visible = out->exists && visible->n > 0;
}

static void take_external_owner(struct statements *facts, struct owner_facts *out)
{
	const struct rows *by_unionid = rows_next(facts), *by_userid = rows_next(facts);
	const struct rows *person = by_unionid->n ? by_unionid : by_userid;

	if (person->n == 0)
		return;
	out->id = rows_text(person, 0, 0);
	out->exists = true;
	out->member = !rows_is_null(person, 0, 1);
	out->admin = rows_int(person, 0, 1) != 0;
}

void take_owner(struct str owner, enum person_kind kind, struct statements *facts,
	struct owner_facts *out)
{
	*out = (struct owner_facts){ .id = owner };
	if (!owner.p)
		return;
	if (kind == PERSON_EMP)
		take_employee_owner(facts, out);
	else
		take_external_owner(facts, out);
}

void ask_added(const struct facts_of *of, const struct people_facts *people,
	enum person_kind kind, struct statements *facts)
{
	for (size_t i = 0; i < people->n; i++)
		ask_person(of, people->v[i].id, kind, facts);
}

void take_added(struct statements *facts, struct people_facts *people)
{
	for (size_t i = 0; i < people->n; i++) {
		const struct rows *r = rows_next(facts);

		people->v[i].known = rows_int(r, 0, 0) != 0;
		people->v[i].member = !rows_is_null(r, 0, 1);
		people->v[i].admin = rows_int(r, 0, 1) != 0;
	}
}

void ask_removed(const struct facts_of *of, const struct people_facts *people,
	enum person_kind kind, struct statements *facts)
{
	for (size_t i = 0; i < people->n; i++)
		STATEMENT(facts,
			"SELECT admin, nick FROM chat_member"
			" WHERE corp = $1 AND chat = " SQL_NUMBER("$2") " AND kind = $3"
									" AND id = $4",
			V_INT(of->corp), V_TEXT(of->chatid), V_INT(kind),
			V_TEXT(people->v[i].id));
}

void take_removed(struct statements *facts, struct people_facts *people)
{
	for (size_t i = 0; i < people->n; i++) {
		const struct rows *r = rows_next(facts);

		people->v[i].member = r->n > 0;
		people->v[i].admin = r->n > 0 && rows_int(r, 0, 0) != 0;
		people->v[i].nick = r->n > 0 ? rows_text(r, 0, 1) : STR_NONE;
	}
}

void ask_icon(const struct facts_of *of, struct str icon, struct statements *facts)
{
	if (icon.p)
		STATEMENT(facts,
			"SELECT 1 FROM media"
			" WHERE corp = $1 AND media_id = $2 AND type = 'image'",
			V_INT(of->corp), V_TEXT(icon));
}

bool take_icon(struct str icon, struct statements *facts)
{
	return icon.p && rows_next(facts)->n > 0;
}
