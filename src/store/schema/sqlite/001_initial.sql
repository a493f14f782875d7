-- SPDX-License-Identifier: Apache-2.0
-- The first schema. Applied in one transaction with its number as PRAGMA user_version.
--
-- An update's cost is the pages it touches: one of chat, one of chat_member, and the ends of
-- ledger and its key, which a batch shares. So rows that are found by their key live in that
-- key (WITHOUT ROWID), there is no index from a person to his groups, and the ledger, whose
-- rows are wide, is a rowid table that only ever grows at its end.
--
-- `corp` is the corp's number in this store and part of every key, but that an app is found
-- by its key and a token by its hash. Nothing else ties tables together: who removes a row
-- removes what belongs to it.

CREATE TABLE corp (
	corp INTEGER PRIMARY KEY,
	corp_id TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	ledger_no INTEGER NOT NULL DEFAULT 0 -- the newest ledger row's number
) STRICT;

-- The last corp's number. A number is never used again, so that nothing of a corp that was
-- removed can come back to life in another.
CREATE TABLE corp_number (
	last INTEGER NOT NULL
) STRICT;
INSERT INTO corp_number (last) VALUES (0);

CREATE TABLE department (
	corp INTEGER NOT NULL,
	dept_id INTEGER NOT NULL,
	parent_id INTEGER NOT NULL, -- 0: none
	name TEXT NOT NULL,
	PRIMARY KEY (corp, dept_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE employee (
	corp INTEGER NOT NULL,
	userid TEXT NOT NULL,
	unionid TEXT NOT NULL,
	name TEXT NOT NULL,
	mobile TEXT, -- NULL: none
	active INTEGER NOT NULL, -- 0: has left the company
	PRIMARY KEY (corp, userid)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX employee_unionid ON employee (corp, unionid);
CREATE UNIQUE INDEX employee_mobile ON employee (corp, mobile);

CREATE TABLE employee_department (
	corp INTEGER NOT NULL,
	userid TEXT NOT NULL,
	dept_id INTEGER NOT NULL,
	PRIMARY KEY (corp, userid, dept_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE external_contact (
	corp INTEGER NOT NULL,
	unionid TEXT NOT NULL,
	userid TEXT NOT NULL, -- the unionid if the world gives none
	name TEXT NOT NULL,
	PRIMARY KEY (corp, unionid)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX external_contact_userid ON external_contact (corp, userid);

CREATE TABLE app (
	app_key TEXT NOT NULL PRIMARY KEY,
	corp INTEGER NOT NULL,
	secret BLOB NOT NULL, -- 16 bytes of salt, 32 of SHA-256 over salt and secret
	agent_id INTEGER NOT NULL,
	name TEXT NOT NULL,
	permissions TEXT NOT NULL, -- permission points, each followed by a blank
	sees_all INTEGER NOT NULL, -- 1: the visibility scope is the whole corp
	version INTEGER NOT NULL, -- one more with each change of the app
	-- Tokens of an older issue are dead. Starts at the clock in ms when the app is made,
	-- so that an app made again never revives a token; one more with each new token and
	-- with a changed secret.
	token_issue INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE app_scope_user (
	corp INTEGER NOT NULL,
	app_key TEXT NOT NULL,
	userid TEXT NOT NULL,
	PRIMARY KEY (corp, app_key, userid)
) STRICT, WITHOUT ROWID;

-- A department covers those below it.
CREATE TABLE app_scope_department (
	corp INTEGER NOT NULL,
	app_key TEXT NOT NULL,
	dept_id INTEGER NOT NULL,
	PRIMARY KEY (corp, app_key, dept_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE access_token (
	hash BLOB NOT NULL PRIMARY KEY, -- SHA-256 of the token
	corp INTEGER NOT NULL,
	app_key TEXT NOT NULL,
	issue INTEGER NOT NULL, -- valid while it is the app's token_issue, or if fixed
	expires_ms INTEGER NOT NULL, -- wall clock; means nothing if fixed
	fixed INTEGER NOT NULL -- 1: given by a world, never expires
) STRICT, WITHOUT ROWID;
CREATE INDEX access_token_app ON access_token (corp, app_key);

CREATE TABLE media (
	corp INTEGER NOT NULL,
	media_id TEXT NOT NULL,
	type TEXT NOT NULL, -- 'image', 'voice', 'video', 'file'
	file TEXT NOT NULL, -- its name in the media folder: SHA-256 of the bytes, in hex
	size INTEGER NOT NULL, -- bytes
	at_ms INTEGER NOT NULL,
	PRIMARY KEY (corp, media_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_file ON media (file); -- which files are in use, at start

CREATE TABLE chat (
	corp INTEGER NOT NULL,
	chatid TEXT NOT NULL,
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
	made_by TEXT NOT NULL, -- app_key, '' if any app of the corp may change it
	dissolved INTEGER NOT NULL,
	member_count INTEGER NOT NULL,
	version INTEGER NOT NULL,
	link_version INTEGER NOT NULL,
	last_ledger INTEGER NOT NULL, -- number of its newest ledger row
	PRIMARY KEY (corp, chatid)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX chat_open_conversation_id ON chat (corp, open_conversation_id);

-- Ids that the client-side JSAPI hands out for a group.
CREATE TABLE chat_client_id (
	corp INTEGER NOT NULL,
	client_chatid TEXT NOT NULL,
	chatid TEXT NOT NULL,
	PRIMARY KEY (corp, client_chatid)
) STRICT, WITHOUT ROWID;

CREATE TABLE chat_member (
	corp INTEGER NOT NULL,
	chatid TEXT NOT NULL,
	kind INTEGER NOT NULL, -- enum person_kind
	id TEXT NOT NULL, -- userid or unionid
	admin INTEGER NOT NULL,
	since INTEGER NOT NULL, -- number of the ledger row he joined with
	PRIMARY KEY (corp, chatid, kind, id)
) STRICT, WITHOUT ROWID;

-- One row for each applied change; never changed.
CREATE TABLE ledger (
	corp INTEGER NOT NULL,
	number INTEGER NOT NULL, -- 1, 2, 3 ... within a corp
	chatid TEXT NOT NULL,
	previous INTEGER NOT NULL, -- number of the same group's row before, 0 for the first
	version INTEGER NOT NULL, -- the group's, after it
	at_ms INTEGER NOT NULL,
	actor TEXT NOT NULL, -- app_key, or 'world'
	request_id TEXT NOT NULL, -- '' for a world
	change TEXT NOT NULL, -- JSON: fields before and after, who came and went
	PRIMARY KEY (corp, number)
) STRICT;
