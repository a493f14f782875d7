/* SPDX-License-Identifier: Apache-2.0 */
#include "store/media_ops.h"

static void media_add_ask(struct change *c, struct statements *facts)
{
	struct media_add_op *op = CONTAINER_OF(c, struct media_add_op, change);

	access_ask(op->access, facts);
}

static enum status media_add_decide(struct change *c, struct statements *facts)
{
	struct media_add_op *op = CONTAINER_OF(c, struct media_add_op, change);

	return access_take(op->access, facts, &op->why);
}

static void media_add_write(struct change *c, struct statements *out)
{
	struct media_add_op *op = CONTAINER_OF(c, struct media_add_op, change);

	STATEMENT(out,
		"INSERT INTO media (corp, media_id, type, file, size, at_ms)"
		" VALUES ($1, $2, $3, $4, $5, $6)",
		V_INT(op->access->caller.corp), V_TEXT(op->media_id),
		V_TEXT(str_from(media_type_text(op->type))), V_TEXT(op->file),
		V_INT(op->size), V_INT(op->at_ms));
}

void media_add_init(struct media_add_op *op)
{
	static const struct change_ops ops = {
		.name = "media_add",
		.ask = media_add_ask,
		.decide = media_add_decide,
		.write = media_add_write,
	};

	*op = (struct media_add_op){ .change.ops = &ops };
}
