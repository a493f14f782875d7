/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring of packed records. A record is one block: its numbers, its texts one after the
 * other, then the outcomes as (list and word, length, id). It is built outside the lock;
 * under the lock there is only the ring's own bookkeeping, or, for a reader, a copy.
 */
#include "api/explain.h"

#include "api/outcome.h"
#include "base/limits.h"
#include "base/text.h"
#include "json/encode.h"

#include <pthread.h>
#include <string.h>

/* What is kept as text: X(name, bytes at most). Longer ones are cut; ids are never. */
#define TEXTS(X) \
	X(TEXT_ID, 64) \
	X(TEXT_CORP, 4 * LIMIT_ID) \
	X(TEXT_APP, 4 * LIMIT_ID) \
	X(TEXT_API, 64) \
	X(TEXT_CODE, 96) \
	X(TEXT_RULE, 64) \
	X(TEXT_FIELD, 160) \
	X(TEXT_VALUE, 4 * LIMIT_ID) \
	X(TEXT_WHY, 400) \
	X(TEXT_ZH, 400) \
	X(TEXT_EN, 400)

enum text {
#define X(name, max) name,
	TEXTS(X)
#undef X
		TEXT_COUNT,
};

static const size_t text_max[] = {
#define X(name, max) max,
	TEXTS(X)
#undef X
};

struct record {
	struct record *next; /* while it waits to be freed */
	int64_t at_ms, micros;
	uint32_t size; /* of the whole block */
	uint32_t changed; /* set of enum chat_change */
	uint32_t outcomes, more; /* ids kept; ids only counted */
	int16_t status;
	bool planned, creates, history_implied;
	uint16_t lengths[TEXT_COUNT]; /* a text that is not there has ABSENT */
	char bytes[];
};

enum {
	ABSENT = UINT16_MAX,
	OUTCOME_HEAD = 3, /* list and word in one byte, length in two */
	TEXTS_MAX = 0
#define X(name, max) +max
	TEXTS(X)
#undef X
};
_Static_assert(sizeof(struct record) + TEXTS_MAX <= LIMIT_EXPLANATION, "texts always fit");

struct explanations {
	pthread_mutex_t lock;
	struct record *ring[LIMIT_EXPLANATIONS];
	size_t oldest, count, bytes;
};

struct explanations *explanations_new(void)
{
	struct explanations *e = calloc(1, sizeof(*e));

	if (!e || pthread_mutex_init(&e->lock, NULL) != 0)
		die("out of memory: explanations");
	return e;
}

/* The i-th oldest. */
static struct record *nth(const struct explanations *e, size_t i)
{
	return e->ring[(e->oldest + i) % LIMIT_EXPLANATIONS];
}

void explanations_free(struct explanations *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->count; i++)
		free(nth(e, i));
	pthread_mutex_destroy(&e->lock);
	free(e);
}

/* ---- adding ---- */

/* A record under construction in a block of LIMIT_EXPLANATION bytes. */
static void pack_text(struct record *r, enum text which, struct str s)
{
	if (!s.p) {
		r->lengths[which] = ABSENT;
		return;
	}
	s = utf8_prefix(s, text_max[which]);
	memcpy((char *)r + r->size, s.p, s.n);
	r->lengths[which] = (uint16_t)s.n;
	r->size += (uint32_t)s.n;
}

static void pack_outcomes(
	struct record *r, const struct list_outcome *o, enum people_list list)
{
	for (size_t i = 0; i < o->n; i++) {
		struct str id = o->people[i].id;
		char *at = (char *)r + r->size;

		/* Once one does not fit, none does: what is kept is the beginning. */
		if (r->more || r->size + OUTCOME_HEAD + id.n > LIMIT_EXPLANATION) {
			r->more += (uint32_t)(o->n - i);
			return;
		}
		at[0] = (char)((unsigned)list << 4 | o->words[i]);
		at[1] = (char)(id.n & 0xff);
		at[2] = (char)(id.n >> 8);
		if (id.n)
			memcpy(at + OUTCOME_HEAD, id.p, id.n);
		r->size += (uint32_t)(OUTCOME_HEAD + id.n);
		r->outcomes++;
	}
}

struct str tellable_value(const struct refusal *why)
{
	static const struct str mobile = STR_INIT("mobile");
	struct str field = str_from(why->field);

	if (why->rule && why->rule->answer == REFUSE_TOKEN)
		return STR_NONE;
	if (field.n >= mobile.n &&
		str_eq(str_slice(field, field.n - mobile.n, field.n), mobile))
		return STR_NONE;
	return why->value;
}

static void pack_refusal(struct record *r, const struct refusal *why)
{
	static const struct refusal none = { 0 };

	if (!why)
		why = &none;
	pack_text(r, TEXT_RULE, str_from(why->rule ? why->rule->id : NULL));
	pack_text(r, TEXT_FIELD, str_from(why->field));
	pack_text(r, TEXT_VALUE, tellable_value(why));
	pack_text(r, TEXT_WHY, str_from(why->why));
	pack_text(r, TEXT_ZH, str_from(why->zh));
	pack_text(r, TEXT_EN, str_from(why->en));
}

static void pack_plan(struct record *r, const struct explanation *x)
{
	if (!x->plan)
		return;
	r->planned = true;
	r->creates = plan_creates(x->plan);
	r->changed = x->plan->changed;
	r->history_implied = x->plan->history_implied;
	for (unsigned list = 0; list < PEOPLE_LISTS; list++) {
		struct list_outcome o = plan_outcome(x->facts, x->plan, list);

		pack_outcomes(r, &o, list);
	}
}

/* These are told even where they are not known. */
static struct str or_empty(struct str s)
{
	return s.p ? s : STR("");
}

static struct record *pack(const struct explanation *x)
{
	_Alignas(struct record) char block[LIMIT_EXPLANATION];
	struct record *r = (void *)block, *copy;

	*r = (struct record){
		.at_ms = x->at_ms,
		.micros = x->micros,
		.status = (int16_t)x->status,
		.size = offsetof(struct record, bytes),
	};
	pack_text(r, TEXT_ID, x->request_id);
	pack_text(r, TEXT_CORP, or_empty(x->corp_id));
	pack_text(r, TEXT_APP, or_empty(x->app));
	pack_text(r, TEXT_API, or_empty(x->api));
	pack_text(r, TEXT_CODE, or_empty(x->code));
	pack_refusal(r, x->refusal);
	pack_plan(r, x);
	copy = malloc(r->size);
	if (!copy)
		die("out of memory: an explanation");
	memcpy(copy, block, r->size);
	return copy;
}

void explanations_add(struct explanations *e, const struct explanation *x)
{
	struct record *r = pack(x), *gone = NULL;

	pthread_mutex_lock(&e->lock);
	while (e->count == LIMIT_EXPLANATIONS ||
		e->bytes + r->size > LIMIT_EXPLANATION_BYTES) {
		struct record *old = nth(e, 0);

		e->oldest = (e->oldest + 1) % LIMIT_EXPLANATIONS;
		e->count--;
		e->bytes -= old->size;
		old->next = gone;
		gone = old;
	}
	e->ring[(e->oldest + e->count++) % LIMIT_EXPLANATIONS] = r;
	e->bytes += r->size;
	pthread_mutex_unlock(&e->lock);

	while (gone) {
		struct record *next = gone->next;

		free(gone);
		gone = next;
	}
}

/* ---- telling ---- */

struct hint_view {
	struct str zh, en;
};
static const struct field hint_view_fields[] = {
	FIELD(struct hint_view, zh, .doc = "in Chinese", .zh = "中文"),
	FIELD(struct hint_view, en, .doc = "in English", .zh = "英文"),
	{ 0 },
};

/* What became of each id: its keys no table can know, so the text goes in beside them. */
static const struct field outcome_view_fields[] = { { 0 } };

struct explanation_view {
	struct str requestid, at, corpId, app, api, code, rule, field, value, detail;
	int64_t status, micros;
	struct hint_view *hint;
	struct strs changed, implied;
	struct hint_view *outcome; /* NULL */
};
const struct field explanation_fields[] = {
	FIELD(struct explanation_view, requestid, .doc = "the answer's x-acs-request-id",
		.zh = "应答头 x-acs-request-id"),
	FIELD(struct explanation_view, at, .doc = "when the call came (ISO 8601, UTC)",
		.zh = "调用时间（ISO 8601，UTC）"),
	FIELD(struct explanation_view, corpId,
		.doc = "corp of the token; empty if the token is unknown",
		.zh = "token 所属企业；token 未知时为空"),
	FIELD(struct explanation_view, app,
		.doc = "appKey of the token; empty if the token is unknown",
		.zh = "token 所属应用的 appKey；token 未知时为空"),
	FIELD(struct explanation_view, api, .doc = "operation", .zh = "接口名"),
	FIELD(struct explanation_view, status, .doc = "HTTP status", .zh = "HTTP 状态码"),
	FIELD(struct explanation_view, code,
		.doc = "code or errcode of the answer; empty on success",
		.zh = "应答的 code 或 errcode；成功时为空"),
	FIELD(struct explanation_view, rule, .doc = "rule that refused",
		.zh = "拒绝本次调用的规则"),
	FIELD(struct explanation_view, field, .doc = "where in the request",
		.zh = "请求中的位置"),
	FIELD(struct explanation_view, value, .doc = "value refused; never a secret",
		.zh = "被拒绝的值；不含密钥"),
	FIELD(struct explanation_view, detail, .doc = "what is wrong with it",
		.zh = "具体原因"),
	FIELD_OBJECT(struct explanation_view, hint, hint_view_fields,
		.doc = "what would make it pass", .zh = "如何才能通过"),
	FIELD(struct explanation_view, changed, .doc = "on success: fields that changed",
		.zh = "成功时：发生变化的字段"),
	FIELD(struct explanation_view, implied, .doc = "fields set although not sent",
		.zh = "未传但被设置的字段"),
	FIELD_OBJECT(struct explanation_view, outcome, outcome_view_fields,
		.doc = "on success, by list and id: added, already_member, removed or "
		       "not_member; of administrators promoted, already_admin, demoted, "
		       "not_admin or owner; more counts what did not fit",
		.zh = "成功时，按列表与 id：added、already_member、removed 或 "
		      "not_member；管理员为 promoted、already_admin、demoted、not_admin 或 "
		      "owner；more 为未列出的个数"),
	FIELD(struct explanation_view, micros, .doc = "microseconds it took",
		.zh = "耗时（微秒）"),
	{ 0 },
};

/* Where the texts lie in a record. */
static const char *unpack_texts(const struct record *r, struct str out[TEXT_COUNT])
{
	const char *at = r->bytes;

	for (size_t i = 0; i < TEXT_COUNT; i++) {
		bool there = r->lengths[i] != ABSENT;

		out[i] = there ? (struct str){ at, r->lengths[i] } : STR_NONE;
		at += out[i].n;
	}
	return at;
}

static struct str record_outcome(const struct record *r, const char *at, struct arena *a)
{
	/* The escapes of JSON make six bytes of one at worst. */
	struct outcome_writer w = { .creates = r->creates, .max = SIZE_MAX };

	for (size_t i = 0; i < r->outcomes; i++) {
		const unsigned char *head = (const unsigned char *)at;
		size_t n = head[1] | (size_t)head[2] << 8;

		outcome_add(&w, head[0] >> 4, (struct str){ at + OUTCOME_HEAD, n },
			head[0] & 15);
		at += OUTCOME_HEAD + n;
	}
	w.more = r->more;
	return outcome_end(&w, a);
}

static void append_record(struct buf *out, const struct record *r, struct arena *a)
{
	struct str texts[TEXT_COUNT], json;
	const char *outcomes = unpack_texts(r, texts);
	struct hint_view hint = { .zh = texts[TEXT_ZH], .en = texts[TEXT_EN] };
	struct str implied[] = { STR("managementOptions.showHistoryType") };
	struct explanation_view view = {
		.requestid = texts[TEXT_ID],
		.at = time_encode(a, r->at_ms),
		.corpId = texts[TEXT_CORP],
		.app = texts[TEXT_APP],
		.api = texts[TEXT_API],
		.status = r->status,
		.code = texts[TEXT_CODE],
		.rule = texts[TEXT_RULE],
		.field = texts[TEXT_FIELD],
		.value = texts[TEXT_VALUE],
		.detail = texts[TEXT_WHY],
		.hint = hint.zh.p || hint.en.p ? &hint : NULL,
		.micros = r->micros,
	};

	if (r->planned)
		view.changed = changed_names(r->changed, a);
	if (r->history_implied)
		view.implied = (struct strs){ implied, ARRAY_LEN(implied), true };
	json = json_encode(explanation_fields, &view, a);
	if (!r->planned) {
		buf_add_str(out, json);
		return;
	}
	buf_add_str(out, str_slice(json, 0, json.n - 1));
	buf_add_str(out, STR(",\"outcome\":"));
	buf_add_str(out, record_outcome(r, outcomes, a));
	buf_add_str(out, STR("}"));
}

static struct str record_text(const struct record *r, enum text which)
{
	struct str texts[TEXT_COUNT];

	unpack_texts(r, texts);
	return texts[which];
}

static struct record *copy_of(const struct record *r, struct arena *a)
{
	return memcpy(arena_alloc(a, r->size), r, r->size);
}

/* The buffer's text, in the arena. */
static struct str take_text(struct buf *text, struct arena *a)
{
	struct str s = arena_str(a, buf_str(text));

	buf_fini(text);
	return s;
}

struct str explanations_get(struct explanations *e, struct str request_id, struct arena *a)
{
	const struct record *found = NULL;
	struct buf json = { 0 };

	pthread_mutex_lock(&e->lock);
	for (size_t i = e->count; i-- > 0 && !found;)
		if (str_eq(record_text(nth(e, i), TEXT_ID), request_id))
			found = copy_of(nth(e, i), a);
	pthread_mutex_unlock(&e->lock);
	if (!found)
		return STR_NONE;
	append_record(&json, found, a);
	return take_text(&json, a);
}

static bool wanted(const struct record *r, struct str app, struct str code)
{
	return (!app.p || str_eq(record_text(r, TEXT_APP), app)) &&
	       (!code.p || str_eq(record_text(r, TEXT_CODE), code));
}

struct str explanations_list(struct explanations *e, struct str app, struct str code,
	size_t limit, struct arena *a)
{
	const struct record **found = ARENA_ARRAY(a, const struct record *, limit);
	struct buf json = { 0 };
	size_t n = 0;

	pthread_mutex_lock(&e->lock);
	for (size_t i = e->count; i-- > 0 && n < limit;)
		if (wanted(nth(e, i), app, code))
			found[n++] = copy_of(nth(e, i), a);
	pthread_mutex_unlock(&e->lock);
	buf_add_str(&json, STR("["));
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_add_str(&json, STR(","));
		append_record(&json, found[i], a);
	}
	buf_add_str(&json, STR("]"));
	return take_text(&json, a);
}

void explanations_size(struct explanations *e, size_t *count, size_t *bytes)
{
	pthread_mutex_lock(&e->lock);
	*count = e->count;
	*bytes = e->bytes;
	pthread_mutex_unlock(&e->lock);
}
