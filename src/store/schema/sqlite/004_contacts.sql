-- SPDX-License-Identifier: Apache-2.0
-- The departments below one.

CREATE INDEX department_parent ON department (corp, parent_id, dept_id);
