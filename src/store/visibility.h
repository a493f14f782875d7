/* SPDX-License-Identifier: Apache-2.0 */
/* visibility.h -- SQL: is an employee, or a department, in an app's visibility scope? */
#ifndef QUN_STORE_VISIBILITY_H
#define QUN_STORE_VISIBILITY_H

/*
 * One row if so. `who`: a query for his userid. $1 is the corp, $2 the app's key. A
 * department covers those below it, so the way goes from his departments up; UNION ends it
 * even in a ring. An app that sees all is settled by the first EXISTS alone.
 */
#define SQL_VISIBLE(who) \
	"WITH RECURSIVE who(userid) AS (" who "), up(dept_id) AS (" \
	"SELECT d.dept_id FROM who JOIN employee_department d" \
	" ON d.corp = $1 AND d.userid = who.userid" \
	" UNION SELECT p.parent_id FROM up JOIN department p" \
	" ON p.corp = $1 AND p.dept_id = up.dept_id)" \
	" SELECT 1 WHERE EXISTS (SELECT 1 FROM app" \
	" WHERE app_key = $2 AND corp = $1 AND sees_all = 1)" \
	" OR EXISTS (SELECT 1 FROM who JOIN app_scope_user s" \
	" ON s.corp = $1 AND s.app_key = $2 AND s.userid = who.userid)" \
	" OR EXISTS (SELECT 1 FROM up JOIN app_scope_department s" \
	" ON s.corp = $1 AND s.app_key = $2 AND s.dept_id = up.dept_id)"

/* Likewise for the department $3. */
#define SQL_DEPARTMENT_VISIBLE \
	"WITH RECURSIVE up(dept_id) AS (SELECT CAST($3 AS INTEGER)" \
	" UNION SELECT p.parent_id FROM up JOIN department p" \
	" ON p.corp = $1 AND p.dept_id = up.dept_id)" \
	" SELECT 1 WHERE EXISTS (SELECT 1 FROM app" \
	" WHERE app_key = $2 AND corp = $1 AND sees_all = 1)" \
	" OR EXISTS (SELECT 1 FROM up JOIN app_scope_department s" \
	" ON s.corp = $1 AND s.app_key = $2 AND s.dept_id = up.dept_id)"

#endif
