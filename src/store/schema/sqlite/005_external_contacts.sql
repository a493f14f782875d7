-- SPDX-License-Identifier: Apache-2.0
-- What is known of external contacts, and those of them who are leaving their groups.

ALTER TABLE external_contact ADD COLUMN mobile TEXT NOT NULL DEFAULT ''; -- '' without one, as all
ALTER TABLE external_contact ADD COLUMN state_code TEXT NOT NULL DEFAULT '';
ALTER TABLE external_contact ADD COLUMN follower_user_id TEXT NOT NULL DEFAULT '';
ALTER TABLE external_contact ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE external_contact ADD COLUMN company_name TEXT NOT NULL DEFAULT '';
ALTER TABLE external_contact ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE external_contact ADD COLUMN remark TEXT NOT NULL DEFAULT '';
-- Lists: each element followed by a line feed.
ALTER TABLE external_contact ADD COLUMN label_ids TEXT NOT NULL DEFAULT '';
ALTER TABLE external_contact ADD COLUMN share_dept_ids TEXT NOT NULL DEFAULT '';
ALTER TABLE external_contact ADD COLUMN share_user_ids TEXT NOT NULL DEFAULT '';

ALTER TABLE departure RENAME TO departure_of_employees;
CREATE TABLE departure (
	corp INTEGER NOT NULL,
	kind INTEGER NOT NULL, -- enum person_kind
	userid TEXT NOT NULL, -- or an external contact's unionid
	app_key TEXT NOT NULL, -- who asked for it, and in which request: for the ledger
	request_id TEXT NOT NULL,
	after_chatid TEXT NOT NULL, -- groups up to this one are done; '' before the first
	PRIMARY KEY (corp, kind, userid)
) STRICT, WITHOUT ROWID;
INSERT INTO departure SELECT corp, 0, userid, app_key, request_id, after_chatid
	FROM departure_of_employees;
DROP TABLE departure_of_employees;
