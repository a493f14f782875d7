# SPDX-License-Identifier: Apache-2.0
"""People who come, change and leave: /topapi/v2/user/create, update, delete and list,
/topapi/user/listid and count, /v1.0/contact/users; and the groups of those who leave."""
import time
import unittest

import qun

CORP, TOKEN = "dingcorp1", "tok-dingcorp1"
CREATE, UPDATE, DELETE, LIST = (f"/topapi/v2/user/{x}" for x in
                                ("create", "update", "delete", "list"))
GET, LISTID, COUNT = "/topapi/v2/user/get", "/topapi/user/listid", "/topapi/user/count"
SEARCH, CONTACT = "/v1.0/contact/users/search", "/v1.0/contact/users/"
POINTS = ["qyapi_chat_manage", "qyapi_chat_read", "qyapi_get_member", "qyapi_manage_addresslist",
          "qyapi_get_department_member", "qyapi_addresslist_search", "Contact.User.Read"]
MOBILES = ["fieldMobile", "Contact.User.mobile"]
WAIT_S = 60
TEXTS = {40003: "不合法的UserID", 40009: "不合法的部门id", 40035: "不合法的参数",
         50002: "企业员工不在授权范围", 50004: "企业部门不在授权范围", 60003: "部门不存在",
         60102: "UserID在公司中已存在", 60103: "手机号码不合法", 60104: "手机号码在公司中已存在",
         60112: "用户name不合法", 60121: "找不到该用户", 33012: "无效的USERID", 400002: "参数错误"}


def the_world(groups=0, **group):
    """u1..u5 in department 1, n1..n3 in 7 (below 1) and 8; gone has left. The app narrow sees
    u1 and department 7."""
    world = qun.small_world(CORP)
    (corp,) = world["corps"]
    corp["departments"] += [{"deptId": 7, "parentId": 1}, {"deptId": 8, "parentId": 1},
                            {"deptId": 9, "parentId": 7}]
    corp["users"] += [{"userid": f"n{i}", "unionid": f"unn{i}", "name": f"narrow {i}",
                       "mobile": f"+852-555{i}", "deptIds": [8, 7]} for i in range(1, 4)]
    corp["users"] += [{"userid": "gone", "unionid": "ungone", "name": "gone user",
                       "mobile": "13911111111", "deptIds": [7], "active": False}]
    (app,) = corp["apps"]
    corp["apps"] = [
        {**app, "permissions": POINTS + MOBILES},
        {**app, "appKey": "narrow", "accessToken": "tok-narrow", "permissions": POINTS,
         "visibleScope": {"userIds": ["u1"], "deptIds": [7]}},
        {**app, "appKey": "bare", "accessToken": "tok-bare", "permissions": []}]
    (one,) = corp["groups"]
    corp["groups"] += [{**one, "chatid": f"g{i:04d}", "useridlist": ["u1", "u2", "u3"],
                        "admins": ["u3"], **group} for i in range(groups)]
    world["corps"] += qun.small_world("dingcorp2", chatid="theirs", users=9)["corps"]
    return world


class Case(unittest.TestCase):
    def start(self, *options, **world):
        self.server = qun.Server(*options)
        self.server.__enter__()
        self.addCleanup(self.server.__exit__, None, None, None)
        self.server.load(the_world(**world))

    def ask(self, path, token=TOKEN, **body):
        return self.server.oapi("POST", path, token, None, body)

    def ok(self, path, token=TOKEN, **body):
        got = self.ask(path, token, **body)
        self.assertEqual((got.status, got.json["errcode"], got.json["errmsg"],
                          got.json["request_id"]), (200, 0, "ok", got.requestid), got)
        return got.json.get("result")

    def refused(self, errcode, path, token=TOKEN, **body):
        got = self.ask(path, token, **body)
        self.assertEqual((got.status, got.json), (200, {
            "errcode": errcode, "errmsg": TEXTS[errcode], "request_id": got.requestid}))

    def person(self, userid):
        return self.ok(GET, userid=userid)

    def ledger(self, chatid):
        return self.server.admin("GET", f"groups/{chatid}/ledger?after=0&limit=1000").json

    def replayed(self, chatid):
        """Owner, members with their roles and dissolved, from the ledger alone."""
        owner, members, dissolved = None, {}, False
        for row in self.ledger(chatid):
            change = row["change"]
            for m in change.get("added", []):
                members[m["type"], m["id"]] = m.get("admin", False)
            for m in change.get("removed", []):
                del members[m["type"], m["id"]]
            for m in change.get("demoted", []):
                members[m["type"], m["id"]] = False
            owner = change.get("owner", {}).get("after", owner)
            dissolved = change.get("dissolved", {}).get("after", dissolved)
        return owner, dissolved, {
            (kind, i): "owner" if i == owner else "admin" if admin else "member"
            for (kind, i), admin in members.items()}

    def assert_replays(self, chatid):
        g = self.server.group(chatid)
        self.assertEqual(self.replayed(chatid), (
            g["owner"], g["dissolved"], {(m["type"], m["id"]): m["role"] for m in g["members"]}))

    def await_left(self, userid, chatids):
        end = time.monotonic() + WAIT_S
        for chatid in chatids:
            while userid in [m["id"] for m in self.server.group(chatid)["members"]]:
                self.assertLess(time.monotonic(), end, f"{userid} is still in {chatid}")
                time.sleep(0.005)


class Calls(Case):
    def setUp(self):
        self.start()

    # ---- create ----

    def test_a_new_employee(self):
        made = self.ok(CREATE, userid="new", name="新人", mobile="+852-123", dept_id_list="7,8,7")
        self.assertEqual(set(made), {"userid", "unionId"})
        self.assertEqual(made["userid"], "new")
        got = self.person("new")
        self.assertEqual((got["name"], got["mobile"], got["unionid"], got["dept_id_list"]),
                         ("新人", "+852-123", made["unionId"], [7, 8]))
        got = self.server.call("/v1.0/im/group/update",
                               {"chatid": "chat1", "add_useridlist": ["new"]}, TOKEN)
        self.assertEqual(got.json, {"success": True})

    def test_a_generated_userid(self):
        made = [self.ok(CREATE, name="n", mobile=str(i), dept_id_list=[1]) for i in range(2)]
        self.assertEqual(len({m["userid"] for m in made} | {m["unionId"] for m in made}), 4)
        for m in made:
            self.assertRegex(m["userid"], r"^[1-9][0-9]{17}$")
            self.assertRegex(m["unionId"], r"^[\w-]{22}iEiE$")
            self.assertEqual(self.person(m["userid"])["unionid"], m["unionId"])

    def test_what_create_takes_and_refuses(self):
        whole = {"userid": "new", "name": "n", "mobile": "1", "dept_id_list": [1]}
        cases = [
            (400002, {"name": None}), (400002, {"mobile": None}), (400002, {"dept_id_list": None}),
            (400002, {"dept_id_list": "1,x"}), (400002, {"dept_id_list": []}),
            (400002, {"dept_id_list": [1] * 101}), (0, {"dept_id_list": [1] * 100}),
            (40009, {"dept_id_list": [1, 0]}), (40009, {"dept_id_list": [-1]}),
            (60003, {"dept_id_list": [1, 77]}),
            (40003, {"userid": "u" * 65}), (0, {"userid": "u" * 64}), (40003, {"userid": ""}),
            (60112, {"name": "名" * 81}), (0, {"name": "名" * 80}), (60112, {"name": " "}),
            (60103, {"mobile": "1" * 33}), (0, {"mobile": "1" * 32}), (60103, {"mobile": "1a"}),
            (60102, {"userid": "u1"}), (60104, {"mobile": "13800000001"}),
            (60102, {"userid": "u1", "mobile": "13800000002"}),
            (0, {"mobile": "13911111111"}),  # of one who has left
        ]
        for i, (errcode, change) in enumerate(cases):
            body = {**whole, "userid": f"new{i}", "mobile": f"9{i:04d}", **change}
            before = self.ok(COUNT, only_active=True)
            with self.subTest(change={k: str(v)[:20] for k, v in change.items()}):
                if errcode:
                    self.refused(errcode, CREATE, **body)
                    self.assertEqual(self.ok(COUNT, only_active=True), before)
                    self.refused(33012, GET, userid=f"new{i}")
                else:
                    self.assertEqual(self.ok(CREATE, **body)["userid"], body["userid"])

    def test_the_same_number_in_another_corp(self):
        self.ok(CREATE, name="n", mobile="13800000009", dept_id_list="1")  # corp 2's u9

    def test_a_narrow_app_makes_people_in_its_scope(self):
        new = {"name": "n", "mobile": "77"}
        for depts in ("1", "8", "7,8", "77"):
            self.refused(50004, CREATE, "tok-narrow", **new, dept_id_list=depts)
        self.ok(CREATE, "tok-narrow", **new, dept_id_list="7,9")

    def test_one_who_left_comes_back(self):
        made = self.ok(CREATE, userid="gone", name="back", mobile="5", dept_id_list="8")
        self.assertEqual(made, {"userid": "gone", "unionId": "ungone"})
        got = self.person("gone")
        self.assertEqual((got["name"], got["mobile"], got["dept_id_list"]), ("back", "5", [8]))

    # ---- update ----

    def test_each_key_alone(self):
        before = self.person("n1")
        for key, value, seen in (("name", "other", "other"), ("mobile", "123-4", "123-4"),
                                 ("dept_id_list", "1,9", [1, 9])):
            self.assertIsNone(self.ok(UPDATE, userid="n1", **{key: value}))
            before[key] = seen
            self.assertEqual(self.person("n1"), before)
        self.ok(UPDATE, userid="n1")
        self.ok(UPDATE, userid="n1", mobile="123-4", language="en_US", title="ignored")
        self.assertEqual(self.person("n1"), before)

    def test_what_update_refuses(self):
        before = self.person("u1")
        for errcode, change in (
                (400002, {"userid": None}), (40003, {"userid": ""}), (60121, {"userid": "nobody"}),
                (60121, {"userid": "gone"}), (60112, {"name": ""}), (60103, {"mobile": ""}),
                (60104, {"mobile": "13800000002"}), (400002, {"dept_id_list": []}),
                (40009, {"dept_id_list": "0"}), (60003, {"dept_id_list": "77"}),
                (60121, {"userid": "gone", "dept_id_list": "77"})):
            with self.subTest(change=change):
                self.refused(errcode, UPDATE, **{"userid": "u1", "name": "x", **change})
        self.assertEqual(self.person("u1"), before)

    def test_what_a_narrow_app_may_update(self):
        self.ok(UPDATE, "tok-narrow", userid="n1", name="x")
        for userid in ("u2", "nobody", "gone"):
            self.refused(50002, UPDATE, "tok-narrow", userid=userid, name="x")
            self.refused(50002, DELETE, "tok-narrow", userid=userid)
        self.refused(50004, UPDATE, "tok-narrow", userid="n1", dept_id_list="8")

    # ---- delete ----

    def test_who_leaves_is_nobody_at_once(self):
        self.assertIsNone(self.ok(DELETE, userid="u2"))
        self.refused(33012, DELETE, userid="u2")
        self.refused(33012, GET, userid="u2")
        self.refused(60121, UPDATE, userid="u2", name="x")
        self.assertNotIn("u2", self.ok(LISTID, dept_id=1)["userid_list"])
        self.assertEqual(self.server.call(CONTACT + "union2", None, TOKEN, method="GET").status, 404)
        self.await_left("u2", ["chat1"])
        self.assert_replays("chat1")
        got = self.server.call("/v1.0/im/group/update",
                               {"chatid": "chat1", "add_useridlist": ["u2"]}, TOKEN)
        self.assertEqual((got.status, got.json["code"]), (400, "parameter.invalid"))

    def test_what_delete_refuses(self):
        for errcode, userid in ((400002, None), (40003, ""), (33012, "nobody"), (33012, "gone"),
                                (33012, "union1")):
            self.refused(errcode, DELETE, userid=userid)

    # ---- list, listid, count ----

    def test_the_exact_list(self):
        self.assertEqual(self.ok(LIST, dept_id=7, cursor=0, size=1), {
            "has_more": True, "next_cursor": 1, "list": [{
                "userid": "n1", "unionid": "unn1", "name": "narrow 1", "mobile": "+852-5551",
                "dept_id_list": [7, 8], "active": True, "admin": False, "boss": False,
                "leader": False}]})
        self.assertNotIn("mobile", self.ok(LIST, "tok-narrow", dept_id=7, cursor=0, size=1)["list"][0])
        self.assertEqual(self.ok(LIST, dept_id=9, cursor=0, size=1), {"has_more": False, "list": []})

    def test_pages(self):
        for size in (1, 2, 3, 100):
            seen, cursor = [], 0
            while cursor is not None:
                page = self.ok(LIST, dept_id="7", cursor=str(cursor), size=size)
                seen += [p["userid"] for p in page["list"]]
                self.assertEqual(page["has_more"], "next_cursor" in page)
                cursor = page.get("next_cursor")
            self.assertEqual(seen, ["n1", "n2", "n3"])  # gone has left

    def test_what_list_refuses(self):
        for errcode, change in (
                (400002, {"dept_id": None}), (400002, {"cursor": None}), (400002, {"size": None}),
                (400002, {"size": "many"}), (40035, {"size": 0}), (40035, {"size": 101}),
                (40035, {"cursor": -1}), (40035, {"dept_id": 0}), (40035, {"order_field": "x"}),
                (60003, {"dept_id": 77})):
            with self.subTest(change=change):
                self.refused(errcode, LIST, **{"dept_id": 1, "cursor": 0, "size": 100, **change})
        for dept in (1, 8, 77):
            self.refused(50004, LIST, "tok-narrow", dept_id=dept, cursor=0, size=1)

    def test_listid(self):
        self.assertEqual(self.ok(LISTID, dept_id=8), {"userid_list": ["n1", "n2", "n3"]})
        self.assertEqual(self.ok(LISTID, "tok-narrow", dept_id=8),
                         {"userid_list": ["n1", "n2", "n3"]})
        self.assertEqual(self.ok(LISTID, dept_id=9), {"userid_list": []})
        self.refused(60003, LISTID, dept_id=77)
        self.refused(400002, LISTID)
        self.refused(40035, LISTID, dept_id=0)

    def test_count(self):
        for flag in (True, False, "true"):
            self.assertEqual(self.ok(COUNT, only_active=flag), {"count": 8})
        self.refused(400002, COUNT)

    # ---- the new API ----

    def test_the_exact_contact(self):
        def get(unionid, token=TOKEN):
            return self.server.call(CONTACT + unionid, None, token, method="GET")
        self.assertEqual(get("union1").json, {"nick": "user 1", "mobile": "13800000001",
                                              "unionId": "union1", "stateCode": "86"})
        self.assertEqual(get("unn1").json, {"nick": "narrow 1", "mobile": "+852-5551",
                                            "unionId": "unn1", "stateCode": "852"})
        self.assertEqual(get("unn1", "tok-narrow").json, {"nick": "narrow 1", "unionId": "unn1"})
        self.ok(UPDATE, userid="n2", mobile="+8525552")  # where the code ends is not told
        self.assertEqual(get("unn2").json, {"nick": "narrow 2", "mobile": "+8525552",
                                            "unionId": "unn2"})
        for unionid, token in (("me", TOKEN), ("nobody", TOKEN), ("ungone", TOKEN), ("ext1", TOKEN),
                               ("u1", TOKEN), ("union2", "tok-narrow"), ("search", TOKEN)):
            with self.subTest(unionid=unionid, token=token):
                got = get(unionid, token)
                self.assertEqual((got.status, got.json), (404, {
                    "requestid": got.requestid, "code": "invalidParameter.user.notFound",
                    "message": "找不到该用户"}))

    def search(self, word, offset=0, size=100, token=TOKEN, **more):
        return self.server.call(SEARCH, {"queryWord": word, "offset": offset, "size": size, **more},
                                token)

    def test_search(self):
        five = [f"u{i}" for i in range(1, 6)]
        for args, want in (
                ({"word": "user"}, (False, 5, five)),
                ({"word": "user", "size": 2}, (True, 5, five[:2])),
                ({"word": "user", "size": 2, "offset": 4}, (False, 5, five[4:])),
                ({"word": "user", "size": 5}, (False, 5, five)),
                ({"word": "user", "offset": 5}, (False, 5, [])),
                ({"word": "er 1"}, (False, 1, ["u1"])),
                ({"word": "user 1", "fullMatchField": 1}, (False, 1, ["u1"])),
                ({"word": "user", "fullMatchField": 1}, (False, 0, [])),
                ({"word": "gone"}, (False, 0, [])),
                ({"word": "%"}, (False, 0, [])),
                ({"word": "r", "token": "tok-narrow"}, (False, 4, ["n1", "n2", "n3", "u1"]))):
            with self.subTest(args=args):
                has_more, total, userids = want
                self.assertEqual(self.search(**args).json, {
                    "hasMore": has_more, "totalCount": total, "list": userids})

    def test_what_search_refuses(self):
        for change in ({"queryWord": None}, {"queryWord": ""}, {"queryWord": "x" * 81}, {"offset": -1},
                       {"offset": None}, {"size": 0}, {"size": 101}, {"size": "1"},
                       {"fullMatchField": 2}):
            with self.subTest(change=change):
                body = {"queryWord": "x", "offset": 0, "size": 1, **change}
                got = self.server.call(SEARCH, body, TOKEN)
                self.assertEqual((got.status, got.json), (400, {
                    "requestid": got.requestid, "code": "parameter.error", "message": "参数错误"}))

    # ---- the gate ----

    def test_permission_points(self):
        for path, point in ((CREATE, "qyapi_manage_addresslist"), (UPDATE, "qyapi_manage_addresslist"),
                            (DELETE, "qyapi_manage_addresslist"),
                            (LIST, "qyapi_get_department_member"), (LISTID, "qyapi_get_member"),
                            (COUNT, "qyapi_get_member")):
            got = self.ask(path, "tok-bare")
            self.assertEqual((got.json["errcode"], got.json["sub_code"]), (88, "60011"), path)
            self.assertIn(point, self.server.admin("GET", f"requests/{got.requestid}").body.decode())
        for method, path, point in (("POST", SEARCH, "qyapi_addresslist_search"),
                                    ("GET", CONTACT + "union1", "Contact.User.Read")):
            got = self.server.call(path, {}, "tok-bare", method=method)
            self.assertEqual((got.status, got.json["accessdenieddetail"]),
                             (403, {"requiredScopes": [point]}), path)


class Leaving(Case):
    def test_the_one_ledger_row_of_a_group(self):
        self.start(groups=1)
        request = self.ask(DELETE, userid="u1").requestid
        self.await_left("u1", ["g0000"])
        row = self.ledger("g0000")[-1]
        self.assertEqual((row["actor"], row["requestid"]), ("departure:app-" + CORP, request))
        self.assertEqual(row["change"], {
            "owner": {"before": "u1", "after": "u3"}, "linkVersion": {"before": 1, "after": 2},
            "removed": [{"type": "emp", "id": "u1"}], "demoted": [{"type": "emp", "id": "u3"}]})
        self.assert_replays("g0000")

    def test_who_follows_the_owner(self):
        cases = {  # the others of the group, its tag: the new owner
            "admin": (["u5", "u4"], [], ["u5"], 0, "u5"),
            "by_id": (["u5", "u4"], [], [], 2, "u4"),
            "employee_first": (["u5"], ["ext1"], [], 0, "u5"),
            "external": ([], ["ext1", "ext2"], [], 0, "ext1"),
            "not_who_left": (["gone"], ["ext1"], [], 0, "ext1"),
            "who_left_before_nobody": (["gone"], [], [], 2, "gone"),
            "empty": ([], [], [], 2, None),
        }
        self.start()
        world = the_world()
        corp, (one,) = world["corps"][0], world["corps"][0]["groups"]
        corp["groups"] = [{**one, "chatid": chatid, "useridlist": ["u1"] + users, "extidlist": ext,
                           "admins": admins, "conversationTag": tag}
                          for chatid, (users, ext, admins, tag, _) in cases.items()]
        self.server.load(world, "replace")
        self.ok(DELETE, userid="u1")
        self.await_left("u1", cases)
        for chatid, case in cases.items():
            with self.subTest(chatid):
                g = self.server.group(chatid)
                self.assertEqual(g["dissolved"], case[-1] is None)
                self.assertEqual(g["owner"], case[-1] or "u1")
                self.assertEqual(g["memberCount"], len(case[0] + case[1]))
                self.assert_replays(chatid)

    def test_the_longest_standing_member_follows(self):
        self.start(groups=1, useridlist=["u1"], admins=[])
        for userid in ("u5", "u4"):
            got = self.server.call("/v1.0/im/group/update",
                                   {"chatid": "g0000", "add_useridlist": [userid]}, TOKEN)
            self.assertEqual(got.status, 200)
        self.ok(DELETE, userid="u1")
        self.await_left("u1", ["g0000"])
        self.assertEqual(self.server.group("g0000")["owner"], "u5")

    def test_who_comes_back_is_in_no_group_and_stays_where_he_is_put(self):
        self.start(groups=200)
        self.ok(DELETE, userid="u1")
        made = self.ok(CREATE, userid="u1", name="back", mobile="13800000001", dept_id_list="1")
        self.assertEqual(made, {"userid": "u1", "unionId": "union1"})
        for i in range(200):
            members = [m["id"] for m in self.server.group(f"g{i:04d}")["members"]]
            self.assertEqual(sorted(members), ["u2", "u3"])
        got = self.server.call("/v1.0/im/group/update",
                               {"chatid": "g0199", "add_useridlist": ["u1"]}, TOKEN)
        self.assertEqual(got.status, 200)
        self.server.restart()
        self.assertIn("u1", [m["id"] for m in self.server.group("g0199")["members"]])

    def test_500_groups_and_kill_9_in_the_middle(self):
        self.start(groups=500)
        chatids = [f"g{i:04d}" for i in range(500)]
        self.ok(DELETE, userid="u3")
        self.ok(DELETE, userid="u1")
        kills = 0
        for at in (0, 150, 300, 450):
            self.await_left("u1", chatids[at:at + 1])
            self.server.kill()
            self.server.start()
            kills += "u1" in [m["id"] for m in self.server.group(chatids[-1])["members"]]
        self.assertGreater(kills, 0)
        self.await_left("u1", chatids)
        self.await_left("u3", chatids)
        for chatid in chatids:
            rows = self.ledger(chatid)
            gone = [m["id"] for row in rows for m in row["change"].get("removed", [])]
            self.assertEqual(sorted(gone), ["u1", "u3"], chatid)
            self.assertEqual([r["version"] for r in rows], [1, 2, 3])
            self.assertEqual(self.server.group(chatid)["owner"], "u2")
            self.assert_replays(chatid)


if __name__ == "__main__":
    unittest.main()
