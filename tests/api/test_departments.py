# SPDX-License-Identifier: Apache-2.0
"""Departments: made, changed, removed and read; and what an app is told it may see, which
follows its departments at once.

The tables are written from DingTalk's pages and the decisions in docs/compatibility.md.
"""
import copy
import unittest

import qun
import rules_world as world

PERMISSIONS = world.PERMISSIONS + ["qyapi_manage_addresslist", "qyapi_get_department_list"]
PATH = "/topapi/v2/department/"
UPDATE = "/v1.0/im/group/update"
NAME_64 = "部" * 64

# (call, body, token, errcode, errmsg)
REFUSED = [
    # body.fields
    ("create", {"parent_id": 1}, "all", 400002, "参数错误"),
    ("create", {"name": "x"}, "all", 400002, "参数错误"),
    ("create", {"name": "x", "parent_id": "一"}, "all", 400002, "参数错误"),
    ("create", {"name": ["x"], "parent_id": 1}, "all", 400002, "参数错误"),
    ("update", {"name": "x"}, "all", 400002, "参数错误"),
    ("delete", {}, "all", 400002, "参数错误"),
    ("get", {}, "all", 400002, "参数错误"),
    ("listsub", {"dept_id": [1]}, "all", 400002, "参数错误"),
    ("listparentbyuser", {}, "all", 400002, "参数错误"),
    # ids
    ("create", {"name": "x", "parent_id": 0}, "all", 40009, "不合法的部门id"),
    ("create", {"name": "x", "parent_id": 2 ** 53}, "all", 40009, "不合法的部门id"),
    ("update", {"dept_id": 0}, "all", 40009, "不合法的部门id"),
    ("update", {"dept_id": 2, "parent_id": -1}, "all", 40009, "不合法的部门id"),
    ("delete", {"dept_id": 0}, "all", 40009, "不合法的部门id"),
    ("get", {"dept_id": -7}, "all", 40009, "不合法的部门id"),
    ("listsub", {"dept_id": 0}, "all", 40009, "不合法的部门id"),
    # names
    ("create", {"name": "", "parent_id": 1}, "all", 60001, "不合法的部门名称"),
    ("create", {"name": " ", "parent_id": 1}, "all", 60001, "不合法的部门名称"),
    ("create", {"name": "a\tb", "parent_id": 1}, "all", 60001, "不合法的部门名称"),
    ("create", {"name": NAME_64 + "门", "parent_id": 1}, "all", 60001, "不合法的部门名称"),
    ("update", {"dept_id": 2, "name": NAME_64 + "门"}, "all", 60001, "不合法的部门名称"),
    *[("create", {"name": f"a{c}b", "parent_id": 1}, "all", 60009, "部门名称含有非法字符")
      for c in "-,，"],
    ("update", {"dept_id": 2, "name": "-"}, "all", 60009, "部门名称含有非法字符"),
    # what there is
    ("create", {"name": "x", "parent_id": 77}, "all", 60004, "父部门不存在"),
    ("create", {"name": "x", "parent_id": 55}, "all", 60004, "父部门不存在"),  # the other corp's
    ("create", {"name": "研发", "parent_id": 1}, "all", 60008, "父部门下该部门名称已存在"),
    ("update", {"dept_id": 77}, "all", 60003, "部门不存在"),
    ("update", {"dept_id": 55, "name": "x"}, "all", 60003, "部门不存在"),
    ("update", {"dept_id": 1, "name": "x"}, "all", 60018, "不允许更新根部门"),
    ("update", {"dept_id": 2, "parent_id": 77}, "all", 60004, "父部门不存在"),
    ("update", {"dept_id": 2, "parent_id": 2}, "all", 60010, "部门存在循环关系"),
    ("update", {"dept_id": 2, "parent_id": 3}, "all", 60010, "部门存在循环关系"),
    ("update", {"dept_id": 9, "name": "研发"}, "all", 60008, "父部门下该部门名称已存在"),
    ("update", {"dept_id": 4, "parent_id": 1}, "all", 60008, "父部门下该部门名称已存在"),
    ("delete", {"dept_id": 77}, "all", 60003, "部门不存在"),
    ("delete", {"dept_id": 55}, "all", 60003, "部门不存在"),
    ("delete", {"dept_id": 1}, "all", 60007, "不允许删除根部门"),
    ("delete", {"dept_id": 3}, "all", 60005, "不允许删除有成员的部门"),
    ("delete", {"dept_id": 6}, "all", 60006, "不允许删除有子部门的部门"),
    ("get", {"dept_id": 55}, "all", 60003, "部门不存在"),
    ("listsub", {"dept_id": 77}, "all", 60003, "部门不存在"),
    ("listparentbyuser", {"userid": "nobody"}, "all", 33012, "无效的USERID"),
    ("listparentbyuser", {"userid": ""}, "all", 33012, "无效的USERID"),
    ("listparentbyuser", {"userid": "gone"}, "all", 33012, "无效的USERID"),
    ("listparentbyuser", {"userid": "b1"}, "all", 33012, "无效的USERID"),
    # an app that sees department 2 and those below it
    *[(call, body, "narrow", 50004, "企业部门不在授权范围") for call, body in [
        ("create", {"name": "x", "parent_id": 1}), ("create", {"name": "x", "parent_id": 77}),
        ("update", {"dept_id": 9, "name": "x"}), ("update", {"dept_id": 77}),
        ("update", {"dept_id": 3, "parent_id": 9}), ("delete", {"dept_id": 9}),
        ("get", {"dept_id": 1}), ("listsub", {}), ("listsub", {"dept_id": 77})]],
]


def the_world():
    a, b = world.corp_a([world.group("chat1", "owner_far", 1)]), world.corp_b([])
    a["departments"] += [{"deptId": 4, "name": "研发", "parentId": 9},
                         {"deptId": 6, "name": "空", "parentId": 1},
                         {"deptId": 7, "name": "空一", "parentId": 6},
                         {"deptId": 8, "name": "旧人", "parentId": 1}]
    a["users"] += [world.user("two", 3, 9), world.user("none"),
                   world.user("old", 8, active=False)]
    b["departments"] += [{"deptId": 55, "name": "乙部", "parentId": 1}]
    for app in a["apps"] + b["apps"]:
        app["permissions"] = [] if app["appKey"] == "bare" else PERMISSIONS
    return {"corps": [a, b]}


class Departments(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = qun.Server()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        cls.world = the_world()

    def setUp(self):
        self.server.load(copy.deepcopy(self.world), mode="replace")

    def call(self, call, body, token="all"):
        return self.server.oapi("POST", PATH + call, "tok-" + token, body=body)

    def done(self, call, body, token="all"):
        got = self.call(call, body, token)
        self.assertEqual((got.status, got.json["errcode"]), (200, 0), got)
        self.assertEqual(got.json["errmsg"], "ok")
        self.assertEqual(got.json["request_id"], got.requestid)
        return got.json.get("result")

    def assert_refused(self, got, errcode, errmsg):
        self.assertEqual((got.status, got.json), (200, {
            "errcode": errcode, "errmsg": errmsg, "request_id": got.requestid}))

    def tree(self, token="all", top=1):
        """Everything below a department: {id: (parent, name)}."""
        found = {}
        for d in self.done("listsub", {"dept_id": top}, token):
            found[d["dept_id"]] = (d["parent_id"], d["name"])
            found |= self.tree(token, d["dept_id"])
        return found

    def test_every_refusal_changes_nothing(self):
        before = self.tree(), self.tree("other")
        for call, body, token, errcode, errmsg in REFUSED:
            with self.subTest(call=call, body=body, token=token):
                self.assert_refused(self.call(call, body, token), errcode, errmsg)
        self.assertEqual((self.tree(), self.tree("other")), before)

    def test_who_may_not(self):
        for call in ("create", "update", "delete", "listsub", "get", "listparentbyuser"):
            with self.subTest(call=call):
                got = self.call(call, {"dept_id": 3, "name": "x", "parent_id": 1, "userid": "e1"},
                                "bare").json
                self.assertEqual((got["errcode"], got["sub_code"]), (88, "60011"))

    def test_a_department_is_made_found_changed_and_removed(self):
        made = self.done("create", {"name": NAME_64, "parent_id": 2, "order": 7,
                                    "hide_dept": False})
        self.assertEqual(list(made), ["dept_id"])
        new = made["dept_id"]
        self.assertEqual(len(str(new)), 9)
        self.assertEqual(self.done("get", {"dept_id": new}), {
            "dept_id": new, "name": NAME_64, "parent_id": 2, "create_dept_group": False,
            "auto_add_user": False})
        self.assertIn(new, [d["dept_id"] for d in self.done("listsub", {"dept_id": 2})])
        self.assertEqual(self.done("update", {"dept_id": new, "name": "a"}), None)
        self.assertEqual(self.tree()[new], (2, "a"))
        self.done("update", {"dept_id": new, "parent_id": 9})
        self.assertEqual(self.tree()[new], (9, "a"))
        self.done("update", {"dept_id": new, "parent_id": 9, "name": "a"})
        self.done("update", {"dept_id": new})
        self.assertEqual(self.tree()[new], (9, "a"))
        self.assertEqual(self.done("delete", {"dept_id": new}), None)
        self.assertEqual(self.tree(), {3: (2, "研发一组"), 2: (1, "研发"), 9: (1, "外地"),
                                       4: (9, "研发"), 6: (1, "空"), 7: (6, "空一"),
                                       8: (1, "旧人")})
        self.assert_refused(self.call("delete", {"dept_id": new}), 60003, "部门不存在")

    def test_the_exact_answers(self):
        got = self.call("delete", {"dept_id": 7})
        self.assertEqual(got.json, {"errcode": 0, "errmsg": "ok", "request_id": got.requestid})
        self.assertEqual(self.done("get", {"dept_id": 1}), {
            "dept_id": 1, "name": "总部", "create_dept_group": False, "auto_add_user": False})
        self.assertEqual(self.done("listsub", {"dept_id": 3}), [])
        self.assertEqual([d["dept_id"] for d in self.done("listsub", {})], [2, 6, 8, 9])
        # as the legacy clients send them
        self.assertEqual([d["dept_id"] for d in self.done("listsub", {"dept_id": "2"})], [3])

    def test_the_ways_up_from_a_person(self):
        for userid, ways in [("e1", [[1]]), ("e3", [[3, 2, 1]]), ("two", [[3, 2, 1], [9, 1]]),
                             ("none", [])]:
            for token in ("all", "narrow"):
                self.assertEqual(self.done("listparentbyuser", {"userid": userid}, token), {
                    "parent_list": [{"parent_dept_id_list": way} for way in ways]})

    def test_those_who_have_left_do_not_keep_a_department(self):
        self.done("delete", {"dept_id": 8})

    def test_at_most_32_levels(self):
        path = [1]
        for level in range(2, 33):
            path.append(self.done("create", {"name": "深", "parent_id": path[-1]})["dept_id"])
        self.assert_refused(self.call("create", {"name": "深", "parent_id": path[-1]}), 60002,
                            "部门层级深度超过限制")
        # department 2 has another level below it
        self.done("update", {"dept_id": 2, "parent_id": path[-3]})
        self.assert_refused(self.call("update", {"dept_id": 2, "parent_id": path[-2]}), 60002,
                            "部门层级深度超过限制")

    # ---- what an app sees ----

    def scopes(self, token):
        got = self.server.oapi("GET", "/auth/scopes", "tok-" + token)
        self.assertEqual(got.status, 200)
        return got.json

    def test_the_scope_of_an_app(self):
        fields = ["userid", "unionid", "name", "dept_id_list", "active"]
        for token, departments, people in [("all", [1], []), ("bare", [1], []),
                                           ("narrow", [2], ["e1"])]:
            self.assertEqual(self.scopes(token), {
                "errcode": 0, "errmsg": "ok", "auth_user_field": fields, "condition_field": [],
                "auth_org_scopes": {"authed_dept": departments, "authed_user": people}})
        self.assertEqual(self.server.oapi("GET", "/auth/scopes", "wrong").json,
                         {"errcode": 40014, "errmsg": "不合法的access_token"})

    def test_visibility_follows_the_departments_at_once(self):
        def rename(name):
            return self.server.call(UPDATE, {"chatid": "chat1", "name": name}, "tok-narrow").status
        # given: the group's owner is in 9, which the app does not see
        self.assertEqual(rename("一"), 400)
        # when 9 is below 2, it does
        self.done("update", {"dept_id": 9, "parent_id": 2})
        self.assertEqual(rename("二"), 200)
        self.done("get", {"dept_id": 9}, "narrow")
        # and no longer when it is elsewhere again
        self.done("update", {"dept_id": 9, "parent_id": 6})
        self.assertEqual(rename("三"), 400)
        self.assert_refused(self.call("get", {"dept_id": 9}, "narrow"), 50004,
                            "企业部门不在授权范围")

    def test_a_removed_department_leaves_the_scopes(self):
        corp = copy.deepcopy(self.world["corps"][0])
        corp["apps"][1]["visibleScope"] = {"deptIds": [2, 7]}
        self.server.load({"corps": [corp]}, mode="replace")
        self.assertEqual(self.scopes("narrow")["auth_org_scopes"],
                         {"authed_dept": [2, 7], "authed_user": []})
        self.done("delete", {"dept_id": 7}, "narrow")
        self.assertEqual(self.scopes("narrow")["auth_org_scopes"],
                         {"authed_dept": [2], "authed_user": []})


if __name__ == "__main__":
    unittest.main()
