# SPDX-License-Identifier: Apache-2.0
"""The old API's /chat/create and /chat/update: every rule at its boundary, what they accept and
what comes of it. Written from DingTalk's pages session-management-creates-groups and
modify-a-group-session, and docs/compatibility.md."""
import json
import unittest
import urllib.parse

import qun
import rules_world as world

TEXTS = {
    40007: "不合法的媒体文件id", 40014: "不合法的access_token", 40016: "不合法的会话ID",
    40031: "不合法的UserID列表", 40035: "不合法的参数", 41001: "缺少access_token参数",
    43002: "需要POST请求", 43007: "需要授权", 43009: "post参数需要json类型", 49000: "缺少chatid",
    49004: "添加成员列表和删除成员列表不能有交集", 49005: "群人数超过人数限制",
    49006: "群成员列表必须包含群主", 49008: "不合法的群类型，只能传入0或2限",
    49009: "企业群不能添加外部联系人，群主只能为企业员工", 49010: "群成员不能为空",
    49011: "群员工列表超长", 49012: "群外部联系人列表超长", 49013: "群主不能为空",
    49014: "非法的群主类型，只能为emp或者ext", 49015: "不合法的群名称", 49018: "群主非企业员工",
    49019: "群主非企业外部通讯录人员", 49023: "添加和删除外部联系人有交集",
    50002: "企业员工不在授权范围", 60011: "没有调用该接口的权限",
    71010: "POST的JSON数据不包含所需要的参数字段或包含的参数格式非法", 400002: "参数错误",
}
OPTIONS = ["mentionAllAuthority", "showHistoryType", "validationType", "searchable",
           "chatBannedType", "managementType"]
ALL_ONE = {o: 1 for o in OPTIONS}
LISTS = ["add_useridlist", "del_useridlist", "add_extidlist", "del_extidlist"]
FORM = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
JSON = {"Content-Type": "application/json;charset=utf-8"}


def ids(n, of="f"):
    return world.FILL[:n] if of == "f" else [f"{of}{i}" for i in range(n)]


# (errcode, rule, group's template, body without chatid, field that the explanation names)
REFUSED = [
    *[(71010, "body.fields", "ord", {key: 7}, key) for key in ("name", "owner", "ownerType")],
    *[(71010, "body.fields", "ord", {key: ["e4", 7]}, key + "[1]") for key in LISTS],
    *[(71010, "body.fields", "ord", {o: "one"}, o) for o in OPTIONS],
    (71010, "body.fields", "ord", {"isBan": "yes"}, "isBan"),
    (71010, "body.fields", "ord", {"isBan": 2}, "isBan"),
    (49000, "chatid.sent", "ord", {"chatid": None}, "chatid"),
    (49000, "chatid.sent", "ord", {"chatid": ""}, "chatid"),
    *[(49015, "name.length", "ord", {"name": n}, "name") for n in ("", "群" * 21, "  ", "a\nb")],
    *[(49014, "owner.type", "ord", {"ownerType": t}, "ownerType") for t in ("", "EMP", "user")],
    (49011, "members.count", "ord", {"add_useridlist": ids(41)}, "add_useridlist"),
    (49011, "members.count", "ord", {"add_useridlist": ["e4"] * 41}, "add_useridlist"),
    (49011, "members.count", "ord", {"del_useridlist": ids(1001)}, "del_useridlist"),
    (49012, "externals.count", "ord", {"add_extidlist": ids(41, "x")}, "add_extidlist"),
    (49012, "externals.count", "ord", {"del_extidlist": ids(1001, "x")}, "del_extidlist"),
    *[(40031, "members.list", "ord", {key: ["e4", ""]}, key + "[1]") for key in LISTS],
    *[(40031, "members.list", "ord", {key: ["i" * 65]}, key + "[0]") for key in LISTS],
    *[(40035, "options.range", "ord", {o: v}, o) for o in OPTIONS for v in (-1, 2)],
    (49004, "members.disjoint", "ord",
     {"add_useridlist": ["e3", "e4"], "del_useridlist": ["e2", "e4"]}, "add_useridlist[1]"),
    (40016, "chat.known", "ord", {"chatid": "chatnone", "name": "新"}, "chatid"),
    (40016, "chat.known", "ord", {"chatid": "c" * 65, "name": "新"}, "chatid"),
    (40016, "chat.known", "ord", {"chatid": "b-group", "name": "新"}, "chatid"),
    (40016, "chat.server_made", "jsapi", {"chatid": "JSAPI", "name": "新"}, "chatid"),
    (40016, "chat.active", "dissolved", {"name": "新"}, "chatid"),
    (43007, "chat.app", "made_by_narrow", {"name": "新"}, "chatid"),
    (50002, "owner.visible", "owner_far", {"name": "新", "token": "tok-narrow"}, "chatid"),
    (49009, "owner.kind", "int", {"owner": "x1", "ownerType": "ext"}, "ownerType"),
    (49009, "owner.kind", "ord", {"ownerType": "ext"}, "ownerType"),
    (50002, "owner.new_visible", "ord", {"owner": "far", "add_useridlist": ["far"],
                                         "token": "tok-narrow"}, "owner"),
    (50002, "owner.new_visible", "ord", {"owner": "nobody", "token": "tok-narrow"}, "owner"),
    (49018, "owner.known", "ord", {"owner": "nobody"}, "owner"),
    (49018, "owner.known", "ord", {"owner": ""}, "owner"),
    (49018, "owner.known", "ord", {"owner": "gone", "add_useridlist": ["e4"]}, "owner"),
    (49018, "owner.known", "ord", {"owner": "x1"}, "owner"),
    (49019, "owner.external_known", "ord", {"owner": "e2", "ownerType": "ext"}, "owner"),
    (49019, "owner.external_known", "ord", {"owner": "nobody", "ownerType": "ext"}, "owner"),
    (49019, "owner.external_known", "ord", {"owner": "", "ownerType": "ext"}, "owner"),
    *[(49009, "members.external", "int", {key: ["x1"]}, key + "[0]")
      for key in ("add_extidlist", "del_extidlist")],
    *[(49023, "externals.disjoint", "ord", {"add_extidlist": ["x2", a], "del_extidlist": [b]},
       "add_extidlist[1]") for a in ("x1", "xu1") for b in ("x1", "xu1")],
    (40031, "members.known", "ord", {"add_useridlist": ["e3", "nobody"]}, "add_useridlist[1]"),
    (40031, "members.known", "ord", {"add_useridlist": ["gone"]}, "add_useridlist[0]"),
    (40031, "members.known", "ord", {"add_extidlist": ["e3"]}, "add_extidlist[0]"),
    (40031, "members.known", "ord", {"add_extidlist": ["xu2", "un-e3"]}, "add_extidlist[1]"),
    (49006, "owner.member", "ord", {"owner": "e5"}, "owner"),
    (49006, "owner.member", "ord", {"del_useridlist": ["e1"]}, "del_useridlist[0]"),
    (49006, "owner.member", "owner_ext", {"del_extidlist": ["xu1"]}, "del_extidlist[0]"),
    (49005, "members.cap", "at_998", {"add_useridlist": ["e3", "e4", "e5"]}, "add_useridlist"),
    (49005, "members.cap", "at_1000", {"add_extidlist": ["xu2"]}, "add_extidlist"),
    *[(40007, "icon.known", "ord", {"icon": i}, "icon") for i in ("", "@none", "@b-icon")],
]

# (what, group's template, body, what must be so afterwards)
ACCEPTED = [
    ("only a chatid", "ord", {}, {"version": 1}),
    ("unknown keys and null", "ord", {"x": {"y": 1}, "name": None}, {"version": 1}),
    ("a name of 20", "ord", {"name": "群" * 20}, {"name": "群" * 20, "version": 2}),
    ("39 added", "ord", {"add_useridlist": ids(39)}, {"memberCount": 42}),
    ("40 added", "ord", {"add_useridlist": ids(40)}, {"memberCount": 43}),
    ("1,000 removed", "at_998", {"del_useridlist": ids(1000)}, {"memberCount": 3}),
    ("40 externals named, one of them twice over", "ord", {"del_extidlist": ["xu1", "x1"] * 20},
     {"memberCount": 2}),
    ("1,000 externals to remove, by userid", "ord", {"del_extidlist": ids(999, "n") + ["xu1"]},
     {"memberCount": 2}),
    ("externals by userid", "ord", {"add_extidlist": ["xu2"], "del_extidlist": ["xu1"]},
     {"memberCount": 3, "role x2": "member"}),
    ("externals by unionid", "ord", {"add_extidlist": ["x2"], "del_extidlist": ["x1"]},
     {"memberCount": 3, "role x2": "member"}),
    ("both ids of one who joins", "ord", {"add_extidlist": ["x2", "xu2"]}, {"memberCount": 4}),
    ("empty lists", "int", {key: [] for key in LISTS}, {"version": 1}),
    ("a new owner", "ord", {"owner": "e4", "add_useridlist": ["e4"]},
     {"owner": "e4", "ownerType": "emp", "role e1": "member"}),
    ("an external owner by userid", "ord", {"owner": "xu1", "ownerType": "ext"},
     {"owner": "x1", "ownerType": "ext"}),
    ("the cap reached", "at_998", {"add_useridlist": ["e3", "e4"]}, {"memberCount": 1000}),
    ("an icon", "ord", {"icon": "@a-icon2"}, {"icon": "@a-icon2"}),
    *[(f"option {o} {v!r}", "ord", {o: v}, {"option " + o: int(v)})
      for o in OPTIONS for v in (0, 1, "0", "1", False, True)],
    *[(f"isBan {v!r}", "ord", {"isBan": v}, {"option chatBannedType": want})
      for v, want in ((True, 1), ("true", 1), (1, 1), ("1", 1), (False, 0), ("false", 0))],
    ("isBan overrules chatBannedType, as in the page's example", "ord",
     {"isBan": "true", "chatBannedType": 0}, {"option chatBannedType": 1}),
    ("isBan overrules chatBannedType, the other way", "ord",
     {"isBan": False, "chatBannedType": 1}, {"option chatBannedType": 0, }),
    ("options without showHistoryType make history not viewable", "history", {"searchable": 1},
     {"option showHistoryType": 0}),
    ("no option leaves history", "history", {"name": "新"}, {"option showHistoryType": 1}),
    *[(f"isBan {v} alone leaves history", "history", {"isBan": v},
       {"option showHistoryType": 1, "option chatBannedType": int(v)}) for v in (True, False)],
    ("isBan and an option make history not viewable", "history", {"isBan": True, "searchable": 0},
     {"option showHistoryType": 0, "option chatBannedType": 1}),
    ("lists as text", "ord", {"add_useridlist": "e3, e4", "del_useridlist": '["e2"]'},
     {"memberCount": 4, "role e4": "member"}),
    ("managementOptions are another call's", "ord", {"managementOptions": {"chatBannedType": 1}},
     {"version": 1}),
]

# Requests that break two rules: the earlier one answers.
ORDERED = [
    (71010, {"chatid": None, "name": 7}),
    (49000, {"chatid": None, "name": ""}),
    (49015, {"name": "", "ownerType": "x"}),
    (49014, {"ownerType": "x", "add_useridlist": ids(41)}),
    (49011, {"add_useridlist": [""] * 41, "add_extidlist": ids(41)}),
    (49012, {"add_extidlist": [""] * 41}),
    (40031, {"add_useridlist": [""], "searchable": 2}),
    (40035, {"searchable": 2, "add_useridlist": ["e3"], "del_useridlist": ["e3"]}),
    (49004, {"add_useridlist": ["e3"], "del_useridlist": ["e3"], "chatid": "chatnone"}),
    (40016, {"chatid": "chatnone", "owner": "nobody"}),
    (49018, {"owner": "nobody", "add_extidlist": ["x1"], "del_extidlist": ["x1"]}),
    (49023, {"add_extidlist": ["x1"], "del_extidlist": ["x1"], "add_useridlist": ["nobody"]}),
    (40031, {"add_useridlist": ["nobody"], "owner": "e5"}),
    (49006, {"owner": "e5", "icon": "@none"}),
]

MAKE = {"name": "新群", "owner": "e1", "useridlist": ["e1", "e2"]}

# (errcode, rule, what differs from MAKE, field)
NOT_MADE = [
    (400002, "body.fields", {"name": 7}, "name"),
    (400002, "body.fields", {"useridlist": ["e1", 7]}, "useridlist[1]"),
    (400002, "body.fields", {"searchable": "one"}, "searchable"),
    *[(40035, "name.sent", {"name": n}, "name") for n in (None, "")],
    *[(49013, "owner.sent", {"owner": o}, "owner") for o in (None, "")],
    *[(49010, "members.sent", {"useridlist": u}, "useridlist") for u in (None, [])],
    *[(49008, "tag.known", {"conversationTag": t}, "conversationTag") for t in (-1, 1, 3)],
    *[(400002, "name.length", {"name": n}, "name") for n in ("群" * 21, " ", "a\tb")],
    (49014, "owner.type", {"ownerType": "x"}, "ownerType"),
    (49011, "members.count", {"useridlist": ["e1"] + ids(40)}, "useridlist"),
    (49012, "externals.count", {"extidlist": ids(41), "conversationTag": 0}, "extidlist"),
    (40031, "members.list", {"useridlist": ["e1", ""]}, "useridlist[1]"),
    *[(40035, "options.range", {o: 2}, o) for o in OPTIONS],
    (49009, "owner.kind", {"ownerType": "ext"}, "ownerType"),
    (50002, "owner.new_visible", {"owner": "far", "useridlist": ["far"], "token": "tok-narrow"},
     "owner"),
    (49018, "owner.known", {"owner": "gone"}, "owner"),
    (49019, "owner.external_known", {"owner": "e1", "ownerType": "ext", "conversationTag": 0},
     "owner"),
    (49009, "members.external", {"extidlist": ["x1"]}, "extidlist[0]"),
    (40031, "members.known", {"useridlist": ["e1", "nobody"]}, "useridlist[1]"),
    (40031, "members.known", {"extidlist": ["xu1", "e3"], "conversationTag": 0}, "extidlist[1]"),
    (49006, "owner.member", {"owner": "e3"}, "owner"),
    (40007, "icon.known", {"icon": "@none"}, "icon"),
]


def state_of(group):
    flat = {**group, **{"option " + k: v for k, v in group["managementOptions"].items()}}
    flat.update({"role " + m["id"]: m["role"] for m in group["members"]})
    return flat


class Legacy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        groups = [world.group(f"r{i}", c[2], i) for i, c in enumerate(REFUSED)]
        groups += [world.group(f"a{i}", c[1], f"a{i}") for i, c in enumerate(ACCEPTED)]
        groups += [world.group(f"o{i}", "ord", f"o{i}") for i in range(len(ORDERED))]
        groups += [world.group(name, "ord", name) for name in ("gate", "form", "page", "ledger")]
        b = {"chatid": "b-group", "name": "乙群", "owner": "b1", "useridlist": ["b1", "e1"],
             "conversationTag": 0}
        cls.server = qun.Server()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        cls.server.load({"corps": [world.corp_a(groups), world.corp_b([b])]})

    def whole(self, chatid):
        ledger = self.server.admin("GET", f"groups/{chatid}/ledger?limit=1000")
        return self.server.group(chatid), ledger.json

    def post(self, path, body, token="tok-all", headers=None):
        if isinstance(body, dict):
            body = json.dumps(body, ensure_ascii=False)
        return self.server.oapi("POST", path, token, body=body, headers=headers or JSON)

    def update(self, chatid, change):
        body = {"chatid": chatid, **{k: v for k, v in change.items() if k != "token"}}
        if body["chatid"] == "JSAPI":
            body["chatid"] = "chatjs" + chatid[1:]
        return self.post("/chat/update", body, change.get("token", "tok-all"))

    def make(self, change):
        body = {**MAKE, **{k: v for k, v in change.items() if k != "token"}}
        return self.post("/chat/create", body, change.get("token", "tok-all"))

    def assert_refused(self, got, errcode, rule=None, field=None):
        self.assertEqual((got.status, got.json),
                         (200, {"errcode": errcode, "errmsg": TEXTS[errcode]}), got)
        said = self.server.admin("GET", "requests/" + got.requestid).json
        self.assertEqual(said["code"], str(errcode))
        if rule:
            self.assertEqual((said["rule"], said["field"]), (rule, field), said)
        self.assertTrue(said["hint"]["zh"] and said["hint"]["en"], said)

    def refuse(self, chatid, change, errcode, rule=None, field=None):
        before = self.whole(chatid)
        self.assert_refused(self.update(chatid, change), errcode, rule, field)
        self.assertEqual(self.whole(chatid), before)

    def accept(self, chatid, change, then):
        got = self.update(chatid, change)
        self.assertEqual((got.status, got.json), (200, {"errcode": 0, "errmsg": "ok"}), got)
        group, ledger = self.whole(chatid)
        state = state_of(group)
        self.assertEqual({k: state.get(k) for k in then}, then)
        self.assertEqual(len(ledger), group["version"])
        self.assertEqual(group["memberCount"], len(group["members"]))

    # ---- the body ----

    def test_what_is_no_body(self):
        before = self.whole("gate")
        twice = '{"chatid":"gate","name":"a","name":"b"}'
        cases = [
            ("/chat/update", 71010, "body.syntax", "{", JSON),
            ("/chat/update", 71010, "body.syntax", "[]", JSON),
            ("/chat/update", 71010, "body.syntax", twice, JSON),
            ("/chat/update", 71010, "body.syntax", '{"chatid":"gate"} x', JSON),
            ("/chat/update", 71010, "body.syntax", "chatid=%zz", FORM),
            ("/chat/update", 43009, "body.json", "<chatid>gate</chatid>",
             {"Content-Type": "text/xml"}),
            ("/chat/update", 49000, "chatid.sent", "", JSON),
            ("/chat/create", 43009, "body.syntax", "{", JSON),
            ("/chat/create", 43009, "body.json", json.dumps(MAKE), {"Content-Type": "text/plain"}),
            ("/chat/create", 40035, "name.sent", "", JSON),
        ]
        for path, errcode, rule, body, headers in cases:
            with self.subTest(path=path, body=body):
                got = self.post(path, body, headers=headers)
                self.assert_refused(got, errcode)
                said = self.server.admin("GET", "requests/" + got.requestid).json
                self.assertEqual(said["rule"], rule)
        self.assertEqual(self.whole("gate"), before)

    def test_the_gate(self):
        for path, body in (("/chat/update", {"chatid": "gate", "name": "新"}),
                           ("/chat/create", MAKE)):
            with self.subTest(path=path):
                self.assert_refused(self.server.oapi("POST", path, body=body), 41001)
                self.assert_refused(self.post(path, body, "tok-none"), 40014)
                got = self.post(path, body, "tok-bare")
                self.assertEqual((got.json["errcode"], got.json["errmsg"]),
                                 (60011, TEXTS[60011]))
                got = self.server.oapi("GET", path, "tok-all")
                self.assertEqual((got.json["errcode"], got.json["errmsg"]),
                                 (43002, TEXTS[43002]))
        self.assertEqual(self.server.group("gate")["version"], 1)

    def test_a_form(self):
        form = urllib.parse.urlencode({
            "chatid": "form", "name": "表单", "add_useridlist": "e3,e4", "del_useridlist": "e2",
            "add_extidlist": "xu2", "del_extidlist": "", "isBan": "true", "searchable": "0",
            "showHistoryType": "1"})
        got = self.post("/chat/update", form, headers=FORM)
        self.assertEqual(got.json, {"errcode": 0, "errmsg": "ok"})
        group = self.server.group("form")
        self.assertEqual({m["id"] for m in group["members"]}, {"e1", "e3", "e4", "x1", "x2"})
        self.assertEqual(group["name"], "表单")
        self.assertEqual(group["managementOptions"],
                         {**{o: 0 for o in OPTIONS}, "chatBannedType": 1, "showHistoryType": 1})

    def test_the_page_example(self):
        """With ids of ours; in the page's the same externals join and leave by other names."""
        body = {"owner": "e4", "ownerType": "emp", "showHistoryType": 0, "chatid": "page",
                "add_useridlist": ["e4"], "validationType": 0, "del_useridlist": ["e1"],
                "add_extidlist": ["x2"], "del_extidlist": ["x1"], "icon": "@a-icon2",
                "searchable": 0, "chatBannedType": 0, "managementType": 0,
                "mentionAllAuthority": 0, "name": "群名称1", "isBan": "true"}
        got = self.post("/chat/update", body, headers={**JSON, "x-qun-verbose": "1"})
        self.assertEqual((got.json["errcode"], got.json["errmsg"]), (0, "ok"))
        self.assertEqual(got.json["outcome"], {
            "add_useridlist": {"e4": "added"}, "del_useridlist": {"e1": "removed"},
            "add_extidlist": {"x2": "added"}, "del_extidlist": {"x1": "removed"}})
        group = self.server.group("page")
        self.assertEqual((group["name"], group["owner"], group["icon"], group["version"]),
                         ("群名称1", "e4", "@a-icon2", 2))
        self.assertEqual(group["managementOptions"], {**{o: 0 for o in OPTIONS},
                                                      "chatBannedType": 1})

    def test_the_ledger_and_the_explanation_are_those_of_an_update(self):
        got = self.post("/chat/update", {"chatid": "ledger", "add_extidlist": ["xu2"]})
        _, ledger = self.whole("ledger")
        self.assertEqual((ledger[-1]["actor"], ledger[-1]["requestid"], ledger[-1]["version"]),
                         ("all", got.requestid, 2))
        said = self.server.admin("GET", "requests/" + got.requestid).json
        self.assertEqual((said["api"], said["outcome"], said["changed"]),
                         ("OapiChatUpdate", {"add_extidlist": {"x2": "added"}}, ["members"]))

    # ---- create ----

    def test_the_exact_answer_and_group(self):
        got = self.make(ALL_ONE)
        self.assertEqual(list(got.json), ["errcode", "errmsg", "chatid", "openConversationId",
                                          "conversationTag"])
        self.assertEqual((got.json["errcode"], got.json["errmsg"], got.json["conversationTag"]),
                         (0, "ok", 2))
        self.assertRegex(got.json["chatid"], "^chat[0-9a-f]{32}$")
        self.assertRegex(got.json["openConversationId"], "^cid[A-Za-z0-9+/]{22}==$")
        group, ledger = self.whole(got.json["chatid"])
        self.assertEqual((group["name"], group["owner"], group["icon"], group["version"]),
                         ("新群", "e1", "", 1))
        self.assertEqual(group["openConversationId"], got.json["openConversationId"])
        self.assertEqual({m["id"] for m in group["members"]}, {"e1", "e2"})
        self.assertEqual(group["managementOptions"], ALL_ONE)
        self.assertEqual(len(ledger), 1)

    def test_what_is_made(self):
        cases = [
            ({}, {"option showHistoryType": 0, "conversationTag": 2}),
            ({"searchable": "1"}, {"option searchable": 1, "option showHistoryType": 0}),
            ({"useridlist": ["e1"] + ids(38)}, {"memberCount": 39}),
            ({"useridlist": ["e1"] + ids(39)}, {"memberCount": 40}),
            ({"useridlist": "e1,e3"}, {"memberCount": 2, "role e3": "member"}),
            ({"extidlist": ["xu1", "x2"], "conversationTag": "0"},
             {"memberCount": 4, "role x1": "member", "conversationTag": 0}),
            ({"owner": "xu1", "ownerType": "ext", "extidlist": ["xu1"], "conversationTag": 0},
             {"owner": "x1", "ownerType": "ext"}),
            ({"icon": "@a-icon"}, {"icon": "@a-icon"}),
            ({"name": "群" * 20}, {"name": "群" * 20}),
        ]
        for change, then in cases:
            with self.subTest(change=change):
                got = self.make(change)
                self.assertEqual(got.json["errcode"], 0, got)
                state = state_of(self.server.group(got.json["chatid"]))
                self.assertEqual({k: state.get(k) for k in then}, then)

    def test_made_by_a_form_and_shown(self):
        form = urllib.parse.urlencode({"name": "表单", "owner": "e1", "useridlist": "e1,e2"})
        got = self.post("/chat/create", form, headers=FORM)
        shown = self.server.oapi("GET", "/chat/get", "tok-all", {"chatid": got.json["chatid"]})
        self.assertEqual(shown.json["chat_info"]["name"], "表单")

    def test_every_refusal_to_make_one(self):
        for errcode, rule, change, field in NOT_MADE:
            with self.subTest(rule=rule, change=str(change)[:80]):
                self.assert_refused(self.make(change), errcode, rule, field)


def add_cases():
    """One test for each row, so that each is counted and named."""
    for i, (errcode, rule, _, change, field) in enumerate(REFUSED):
        def test(self, i=i, change=change, errcode=errcode, rule=rule, field=field):
            self.refuse(f"r{i}", change, errcode, rule, field)
        setattr(Legacy, f"test_refused_{i:03d}_{rule.replace('.', '_')}", test)
    for i, (_, _, change, then) in enumerate(ACCEPTED):
        def test(self, i=i, change=change, then=then):
            self.accept(f"a{i}", change, then)
        setattr(Legacy, f"test_accepted_{i:03d}", test)
    for i, (errcode, change) in enumerate(ORDERED):
        def test(self, i=i, change=change, errcode=errcode):
            self.refuse(f"o{i}", change, errcode)
        setattr(Legacy, f"test_order_{i:02d}_{errcode}", test)


add_cases()

if __name__ == "__main__":
    unittest.main()
