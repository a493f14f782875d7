-- SPDX-License-Identifier: Apache-2.0
-- People who have left the company and are still leaving their groups, and who is in a
-- department.

-- One row from the moment someone is marked inactive until the last of his groups is left.
-- The groups of his corp are walked in the order of their chatids.
CREATE TABLE departure (
	corp INTEGER NOT NULL,
	userid TEXT NOT NULL,
	app_key TEXT NOT NULL, -- who asked for it, and in which request: for the ledger
	request_id TEXT NOT NULL,
	after_chatid TEXT NOT NULL, -- groups up to this one are done; '' before the first
	PRIMARY KEY (corp, userid)
) STRICT, WITHOUT ROWID;

CREATE INDEX employee_department_people ON employee_department (corp, dept_id, userid);
