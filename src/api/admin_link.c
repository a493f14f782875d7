/* SPDX-License-Identifier: Apache-2.0 */
/* admin_link.c -- whether a link to join a group by still holds. */
#include "api/admin.h"
#include "api/answer.h"
#include "api/join_link.h"
#include "base/text.h"
#include "store/chat_ops.h"

const struct field admin_link_query_fields[] = {
	FIELD(struct admin_link_query, link, .flags = F_REQUIRED,
		.doc = "the link that /topapi/chat/qrcode/get gave, or its code",
		.zh = "/topapi/chat/qrcode/get 返回的链接，或其中的 code"),
	{ 0 },
};

struct link_view {
	bool valid;
	struct str why, corpId, chatid, issued, expires;
};
const struct field admin_link_fields[] = {
	FIELD(struct link_view, valid, .doc = "it can be joined by", .zh = "是否有效"),
	FIELD(struct link_view, why, .doc = "why not; absent if it is valid",
		.zh = "失效原因；有效时不返回"),
	FIELD(struct link_view, corpId, .doc = "the group's corp", .zh = "所属企业"),
	FIELD(struct link_view, chatid, .doc = "the group; absent if it is no more",
		.zh = "群会话ID；群已不存在则不返回"),
	FIELD(struct link_view, issued, .doc = "when it was given (ISO 8601, UTC)",
		.zh = "生成时间（ISO 8601，UTC）"),
	FIELD(struct link_view, expires, .doc = "when it ends at the latest",
		.zh = "最晚失效时间"),
	{ 0 },
};

struct link_question {
	struct chat_state_read op;
	struct join_link link;
};

/* STR_NONE if nothing ends it. */
static struct str what_ends(
	const struct join_link *link, const struct chat *chat, int64_t now_ms)
{
	if (!chat)
		return STR("the group is no more");
	if (chat->dissolved)
		return STR("the group is dissolved");
	if (chat->link_version != link->link_version)
		return STR("the group has another owner or name since");
	if (now_ms >= join_link_end_ms(link))
		return STR("it is older than 365 days");
	return STR_NONE;
}

static void link_looked_up(struct request *r)
{
	struct chat_state_read *op = REQUEST_READ(r, struct chat_state_read);
	const struct join_link *link = &CONTAINER_OF(op, struct link_question, op)->link;
	const struct chat *chat = r->status == ST_OK ? &op->state.chat : NULL;
	struct link_view view = {
		.why = what_ends(link, chat, r->at_ms),
		.corpId = link->corp_id,
		.chatid = chat ? chat->chatid : STR_NONE,
		.issued = time_encode(r->arena, link->issued_ms),
		.expires = time_encode(r->arena, join_link_end_ms(link)),
	};

	view.valid = !view.why.p;
	answer_ok(r, admin_link_fields, &view);
}

void admin_link(struct request *r)
{
	const struct admin_link_query *q = r->body;
	struct link_question *question;

	if (!admin_query(r))
		return;
	question = ARENA_NEW(r->arena, struct link_question);
	if (!join_link_open(
		    q->link, request_options(r)->token_key, r->arena, &question->link)) {
		answer_admin_error(r, 404,
			"this is no join link of this server: send one that "
			"/topapi/chat/qrcode/get gave, percent-encoded");
		return;
	}
	chat_state_read_init(&question->op);
	question->op.chatid = question->link.open_conversation_id;
	question->op.corp_id = question->link.corp_id;
	request_read(r, &question->op.read, link_looked_up);
}
