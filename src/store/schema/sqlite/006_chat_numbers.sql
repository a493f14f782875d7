-- SPDX-License-Identifier: Apache-2.0
-- A group's members lie under its number instead of its chatid: rows of half the size, so
-- that a page holds more groups, and an update touches fewer.

CREATE TABLE chat_with_number (
	corp INTEGER NOT NULL,
	chatid TEXT NOT NULL,
	-- Within the corp: of the ledger row that it was made with, and so never used again;
	-- below 0 if it was made before there were numbers.
	number INTEGER NOT NULL,
	open_conversation_id TEXT NOT NULL,
	tag INTEGER NOT NULL, -- enum conversation_tag
	name TEXT NOT NULL,
	owner TEXT NOT NULL, -- userid or unionid
	owner_kind INTEGER NOT NULL, -- enum person_kind
	icon TEXT NOT NULL, -- mediaId, '' without one
	mention_all_authority INTEGER NOT NULL,
	show_history_type INTEGER NOT NULL,
	validation_type INTEGER NOT NULL,
	searchable INTEGER NOT NULL,
	chat_banned_type INTEGER NOT NULL,
	management_type INTEGER NOT NULL,
	private_chat_prohibited INTEGER NOT NULL,
	made_by TEXT NOT NULL, -- app_key, '' if any app of the corp may change it
	dissolved INTEGER NOT NULL,
	member_count INTEGER NOT NULL,
	version INTEGER NOT NULL,
	link_version INTEGER NOT NULL,
	last_ledger INTEGER NOT NULL, -- number of its newest ledger row
	PRIMARY KEY (corp, chatid)
) STRICT, WITHOUT ROWID;
INSERT INTO chat_with_number
	SELECT corp, chatid, -row_number() OVER (PARTITION BY corp ORDER BY chatid),
		open_conversation_id, tag, name, owner, owner_kind, icon,
		mention_all_authority, show_history_type, validation_type, searchable,
		chat_banned_type, management_type, private_chat_prohibited, made_by, dissolved,
		member_count, version, link_version, last_ledger
	FROM chat;

CREATE TABLE numbered_member (
	corp INTEGER NOT NULL,
	chat INTEGER NOT NULL, -- its number
	kind INTEGER NOT NULL, -- enum person_kind
	id TEXT NOT NULL, -- userid or unionid
	admin INTEGER NOT NULL,
	since INTEGER NOT NULL, -- number of the ledger row he joined with
	nick TEXT NOT NULL, -- '' without one
	PRIMARY KEY (corp, chat, kind, id)
) STRICT, WITHOUT ROWID;
INSERT INTO numbered_member
	SELECT m.corp, c.number, m.kind, m.id, m.admin, m.since, m.nick
	FROM chat_with_number c CROSS JOIN chat_member m
	WHERE m.corp = c.corp AND m.chatid = c.chatid
	ORDER BY m.corp, c.number, m.kind, m.id;

DROP TABLE chat;
ALTER TABLE chat_with_number RENAME TO chat;
CREATE UNIQUE INDEX chat_open_conversation_id ON chat (corp, open_conversation_id);

DROP TABLE chat_member;
ALTER TABLE numbered_member RENAME TO chat_member;
-- Few rows, so that joining and leaving of others costs nothing more.
CREATE INDEX chat_member_admin ON chat_member (corp, chat) WHERE admin = 1;
