-- SPDX-License-Identifier: Apache-2.0
-- What members may be called in a group, whether they may talk to each other outside it, and
-- who its administrators are without a look at all its members.

ALTER TABLE chat ADD COLUMN private_chat_prohibited INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_member ADD COLUMN nick TEXT NOT NULL DEFAULT ''; -- '' without one

-- Few rows, so that joining and leaving of others costs nothing more.
CREATE INDEX chat_member_admin ON chat_member (corp, chatid) WHERE admin = 1;
