# SPDX-License-Identifier: Apache-2.0
"""Every rule of group/update: what it accepts and what it refuses, at its boundary.

The tables are written from DingTalk's page and the decisions in docs/compatibility.md, not from
the code. Each case has a group of its own. A refusal has the exact answer, leaves the group
(version, members and ledger included) as it was, and is explained by the rule named.
"""
import json
import sqlite3
import unittest

import qun
import rules_world as world

PARAMETER = (400, "parameter.invalid", "输入参数错误")
CHECK = (400, "permession.checkFailed", "权限校验失败")
SCOPE = (400, "permession.checkFailed", "群主不在应用可见性内")
BODY = (400, "Missingbody", "body is mandatory for this action.")
NO_TOKEN = (400, "AuthenticationFailed.MissingParameter", "缺少参数：x-acs-dingtalk-access-token")
BAD_TOKEN = (400, "InvalidAuthentication", "不合法的access_token")
DENIED = (403, "Forbidden.AccessDenied.AccessTokenPermissionDenied",
          "没有调用该接口的权限，接口权限申请参考："
          "https://open.dingtalk.com/document/orgapp-server/add-api-permission")


def ids(n, of="f"):
    """n distinct employees (or made-up ids)."""
    return world.FILL[:n] if of == "f" else [f"{of}{i}" for i in range(n)]


OPTIONS = ["mentionAllAuthority", "showHistoryType", "validationType", "searchable",
           "chatBannedType", "managementType"]
KEYS = ["name", "owner", "ownerType", "icon"]
LISTS = ["add_useridlist", "del_useridlist", "add_extidlist", "del_extidlist"]

# (rule, group's template, body without chatid, field the explanation names)
REFUSED = [
    # body.fields: chatid absent, empty, too long; wrong JSON types, also inside lists
    ("body.fields", "ord", {"chatid": None}, "chatid"),
    ("body.fields", "ord", {"chatid": ""}, "chatid"),
    ("body.fields", "ord", {"chatid": "c" * 65}, "chatid"),
    ("body.fields", "ord", {"chatid": 7}, "chatid"),
    *[("body.fields", "ord", {key: 7}, key) for key in KEYS],
    *[("body.fields", "ord", {key: "e4"}, key) for key in LISTS],
    *[("body.fields", "ord", {key: ["e4", 7]}, key + "[1]") for key in LISTS],
    *[("body.fields", "ord", {key: [None]}, key + "[0]") for key in LISTS],
    ("body.fields", "ord", {"managementOptions": "1"}, "managementOptions"),
    ("body.fields", "ord", {"managementOptions": [1]}, "managementOptions"),
    *[("body.fields", "ord", {"managementOptions": {o: v}}, "managementOptions." + o)
      for o in OPTIONS for v in ("1", True, 1.0)],
    # name.length: 1-20 characters, whatever they are made of
    ("name.length", "ord", {"name": ""}, "name"),
    ("name.length", "ord", {"name": "a" * 21}, "name"),
    ("name.length", "ord", {"name": "群" * 21}, "name"),
    ("name.length", "ord", {"name": "😀" * 21}, "name"),
    ("name.length", "ord", {"name": "   "}, "name"),
    ("name.length", "ord", {"name": "\u3000"}, "name"),
    ("name.length", "ord", {"name": "a\nb"}, "name"),
    ("name.length", "ord", {"name": "a\x7fb"}, "name"),
    ("name.length", "ord", {"name": "a\u0085b"}, "name"),
    # owner.type
    ("owner.type", "ord", {"ownerType": ""}, "ownerType"),
    ("owner.type", "ord", {"ownerType": "EMP"}, "ownerType"),
    ("owner.type", "ord", {"owner": "e2", "ownerType": "user"}, "ownerType"),
    # members.list
    *[("members.list", "ord", {key: ids(1001, "n")}, key) for key in LISTS],
    *[("members.list", "ord", {key: ["e4", ""]}, key + "[1]") for key in LISTS],
    *[("members.list", "ord", {key: ["i" * 65]}, key + "[0]") for key in LISTS],
    # options.range
    *[("options.range", "ord", {"managementOptions": {o: v}}, "managementOptions." + o)
      for o in OPTIONS for v in (-1, 2)],
    # chat.*
    ("chat.known", "ord", {"chatid": "chatnone", "name": "新"}, "chatid"),
    ("chat.known", "ord", {"chatid": "b-group", "name": "新"}, "chatid"),
    ("chat.server_made", "jsapi", {"chatid": "JSAPI", "name": "新"}, "chatid"),
    ("chat.active", "dissolved", {"name": "新"}, "chatid"),
    ("chat.app", "made_by_narrow", {"name": "新"}, "chatid"),
    # the present owner's visibility, then the new one's
    ("owner.visible", "owner_far", {"name": "新", "token": "tok-narrow"}, "chatid"),
    ("owner.kind", "int", {"owner": "x1", "ownerType": "ext"}, "ownerType"),
    ("owner.kind", "ord", {"ownerType": "ext"}, "ownerType"),
    ("owner.kind", "owner_ext", {"ownerType": "emp"}, "ownerType"),
    ("owner.new_visible", "ord",
     {"owner": "far", "add_useridlist": ["far"], "token": "tok-narrow"}, "owner"),
    ("owner.new_visible", "ord", {"owner": "nobody", "token": "tok-narrow"}, "owner"),
    ("owner.known", "ord", {"owner": "nobody"}, "owner"),
    ("owner.known", "ord", {"owner": ""}, "owner"),
    ("owner.known", "ord", {"owner": "o" * 65}, "owner"),
    ("owner.known", "ord", {"owner": "gone", "add_useridlist": []}, "owner"),
    ("owner.known", "ord", {"owner": "x9", "ownerType": "ext"}, "owner"),
    ("owner.known", "ord", {"owner": "b1"}, "owner"),
    # members
    ("members.external", "int", {"add_extidlist": ["x1"]}, "add_extidlist[0]"),
    ("members.external", "int", {"del_extidlist": ["x1"]}, "del_extidlist[0]"),
    ("members.known", "ord", {"add_useridlist": ["e4", "nobody"]}, "add_useridlist[1]"),
    ("members.known", "ord", {"add_useridlist": ["gone"]}, "add_useridlist[0]"),
    ("members.known", "ord", {"add_useridlist": ["b1"]}, "add_useridlist[0]"),
    ("members.known", "ord", {"add_useridlist": ["un-e4"]}, "add_useridlist[0]"),
    ("members.known", "ord", {"add_extidlist": ["x9"]}, "add_extidlist[0]"),
    ("members.known", "ord", {"add_extidlist": ["xb"]}, "add_extidlist[0]"),
    ("members.known", "ord", {"add_extidlist": ["xu2"]}, "add_extidlist[0]"),
    ("members.known", "ord", {"add_extidlist": ["un-e4"]}, "add_extidlist[0]"),
    ("owner.member", "ord", {"owner": "e4"}, "owner"),
    ("owner.member", "ord", {"del_useridlist": ["e1"]}, "del_useridlist[0]"),
    ("owner.member", "ord", {"owner": "e2", "del_useridlist": ["e1", "e2"]},
     "del_useridlist[1]"),
    ("owner.member", "ord",
     {"owner": "e4", "add_useridlist": ["e4"], "del_useridlist": ["e4"]}, "del_useridlist[0]"),
    ("owner.member", "ord", {"owner": "x2", "ownerType": "ext"}, "owner"),
    ("members.cap", "at_998", {"add_useridlist": ["e3", "e4", "e5"]}, "add_useridlist"),
    ("members.cap", "at_998", {"add_useridlist": ["e3", "e4"], "add_extidlist": ["x2"]},
     "add_useridlist"),
    ("members.cap", "at_1000", {"add_extidlist": ["x2"]}, "add_extidlist"),
    # icon.known
    ("icon.known", "ord", {"icon": ""}, "icon"),
    ("icon.known", "ord", {"icon": "@none"}, "icon"),
    ("icon.known", "ord", {"icon": "@b-icon"}, "icon"),
    ("icon.known", "ord", {"icon": "i" * 65}, "icon"),
    ("icon.known", "ord", {"icon": "https://example.org/a.png"}, "icon"),
]

# (what it shows, group's template, body without chatid, what the state then has)
ACCEPTED = [
    ("only a chatid", "ord", {}, {"name": "原名", "version": 1}),
    ("null counts as not sent", "ord",
     {key: None for key in KEYS + LISTS + ["managementOptions"]}, {"version": 1}),
    ("unknown keys are ignored", "ord", {"nome": "x", "extra": {"a": [1]}}, {"version": 1}),
    ("a name of 1", "ord", {"name": "x"}, {"name": "x", "version": 2}),
    ("a name of 20, ASCII", "ord", {"name": "a" * 20}, {"name": "a" * 20}),
    ("a name of 20, Chinese", "ord", {"name": "群" * 20}, {"name": "群" * 20}),
    ("a name of 20, emoji", "ord", {"name": "😀" * 20}, {"name": "😀" * 20}),
    ("blanks inside a name stay", "ord", {"name": " a b "}, {"name": " a b "}),
    ("the same name is no change", "ord", {"name": "原名"}, {"version": 1}),
    ("a new owner without a type is an employee", "ord", {"owner": "e2"},
     {"owner": "e2", "ownerType": "emp", "version": 2}),
    ("a new owner who joins in the same call", "ord", {"owner": "e4", "add_useridlist": ["e4"]},
     {"owner": "e4", "memberCount": 4}),
    ("the old owner goes when there is a new one", "ord", {"owner": "e2", "del_useridlist": ["e1"]},
     {"owner": "e2", "memberCount": 2}),
    ("the old owner stays as a member", "ord", {"owner": "e2"}, {"role e1": "member"}),
    ("a new owner stops being an administrator", "ord", {"owner": "e2"}, {"role e2": "owner"}),
    ("an external owner, by unionid", "ord", {"owner": "x1", "ownerType": "ext"},
     {"owner": "x1", "ownerType": "ext"}),
    ("an external owner, by userid", "ord", {"owner": "xu1", "ownerType": "ext"},
     {"owner": "x1", "ownerType": "ext"}),
    ("an ownerType that is the present one", "owner_ext", {"ownerType": "ext"}, {"version": 1}),
    ("an employee takes over from an external", "owner_ext", {"owner": "e2", "ownerType": "emp"},
     {"owner": "e2", "ownerType": "emp"}),
    ("a present owner who has left the company", "owner_gone", {"name": "新"}, {"name": "新"}),
    ("a present owner in a department below a visible one", "ord",
     {"owner": "e3", "add_useridlist": ["e3"], "token": "tok-narrow"}, {"owner": "e3"}),
    ("people to add need not be visible", "ord",
     {"add_useridlist": ["far"], "token": "tok-narrow"}, {"memberCount": 4}),
    ("the app that made the group", "made_by_narrow", {"name": "新", "token": "tok-narrow"},
     {"name": "新"}),
    ("an owner out of sight for an app that sees all", "owner_far", {"name": "新"}, {"name": "新"}),
    ("an empty list changes nothing", "ord", {key: [] for key in LISTS}, {"version": 1}),
    ("an empty external list in an internal group", "int",
     {"add_extidlist": [], "del_extidlist": []}, {"version": 1}),
    ("1,000 people in a list", "ord", {"del_useridlist": ids(1000, "n")}, {"version": 1}),
    ("1,000 externals in a list", "ord", {"del_extidlist": ids(1000, "n")}, {"version": 1}),
    ("1,000 people to add, up to the cap", "at_998",
     {"add_useridlist": ids(997) + ["e1", "e2", "e1"]}, {"memberCount": 1000, "version": 2}),
    ("1,000 externals to add, the same one", "ord", {"add_extidlist": ["x2"] * 1000},
     {"memberCount": 4}),
    *[("an id of 64 characters", "ord", {key: ["i" * 64]}, {"version": 1})
      for key in ("del_useridlist", "del_extidlist")],
    ("ids of 64 characters to add, and an owner's", "ord",
     {"owner": "u" * 64, "add_useridlist": ["u" * 64], "add_extidlist": ["x" * 64]},
     {"owner": "u" * 64, "memberCount": 5}),
    ("an icon's id of 64 characters", "ord", {"icon": "@" + "i" * 63}, {"icon": "@" + "i" * 63}),
    ("a chatid of 64 characters", "long_id", {"chatid": "c" * 64, "name": "新"}, {"name": "新"}),
    ("a group whose JSAPI id is refused, by its own", "jsapi", {"name": "新"}, {"name": "新"}),
    ("repeated ids count once", "ord", {"add_useridlist": ["e4", "e4", "e4"]},
     {"memberCount": 4, "version": 2}),
    ("who is a member already stays", "ord", {"add_useridlist": ["e2"]}, {"version": 1}),
    ("who is no member cannot be removed, and that is no error", "ord",
     {"del_useridlist": ["e4", "nobody"]}, {"version": 1}),
    ("in both lists, not a member: no net effect", "ord",
     {"add_useridlist": ["e4"], "del_useridlist": ["e4"]}, {"memberCount": 3, "version": 1}),
    ("in both lists, a member: ends up out", "ord",
     {"add_useridlist": ["e2"], "del_useridlist": ["e2"]}, {"memberCount": 2, "version": 2}),
    ("an external joins and leaves", "ord", {"add_extidlist": ["x2"], "del_extidlist": ["x1"]},
     {"memberCount": 3}),
    ("the cap reached", "at_998", {"add_useridlist": ["e3", "e4"]}, {"memberCount": 1000}),
    ("one goes, one comes at the cap", "at_1000",
     {"add_extidlist": ["x2"], "del_useridlist": ["e2"]}, {"memberCount": 1000}),
    ("who is in both lists does not count at the cap", "at_1000",
     {"add_useridlist": ["e3"], "del_useridlist": ["e3"]}, {"memberCount": 1000, "version": 1}),
    *[(f"option {o} {v}", "ord", {"managementOptions": {o: v}}, {"option " + o: v})
      for o in OPTIONS for v in (0, 1)],
    ("options without showHistoryType make history not viewable", "history",
     {"managementOptions": {"validationType": 1}}, {"option showHistoryType": 0}),
    ("no option sent leaves history", "history", {"managementOptions": {}},
     {"option showHistoryType": 1, "version": 1}),
    ("PHP's empty object", "history", {"managementOptions": []},
     {"option showHistoryType": 1, "version": 1}),
    ("options that are null are not sent", "history", {"managementOptions": {"searchable": None}},
     {"option showHistoryType": 1, "version": 1}),
    ("an icon of the corp", "ord", {"icon": "@a-icon2"}, {"icon": "@a-icon2"}),
]

# Requests that break two rules: the earlier one answers.
ORDERED = [
    ("body.fields", {"name": 7, "owner": ""}),
    ("name.length", {"name": "", "ownerType": "x"}),
    ("owner.type", {"ownerType": "x", "add_useridlist": [""]}),
    ("members.list", {"add_useridlist": [""], "managementOptions": {"searchable": 2}}),
    ("options.range", {"managementOptions": {"searchable": 2}, "chatid": "chatnone"}),
    ("chat.known", {"chatid": "chatnone", "owner": "nobody"}),
    ("owner.kind", {"ownerType": "ext", "icon": "@none"}),
    ("owner.known", {"owner": "nobody", "add_useridlist": ["nobody"]}),
    ("members.known", {"add_useridlist": ["nobody"], "owner": "e5"}),
    ("owner.member", {"owner": "e5", "icon": "@none"}),
]


def chat_of(table, index):
    return f"chat-{table}-{index}"


def state_of(group):
    """The parts of a group's state that the table speaks of."""
    flat = {**group, **{"option " + k: v for k, v in group["managementOptions"].items()}}
    flat.update({"role " + m["id"]: m["role"] for m in group["members"]})
    return flat


class Rules(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        groups = [world.group(chat_of("r", i), c[1], i) for i, c in enumerate(REFUSED)]
        groups += [world.group(chat_of("a", i), c[1], f"a{i}") for i, c in enumerate(ACCEPTED)]
        groups += [world.group(chat_of("o", i), "ord", f"o{i}") for i in range(len(ORDERED))]
        groups += [world.group("chat-gate", "ord", "g"), world.group("chat-atomic", "ord", "t")]
        b = {"chatid": "b-group", "name": "乙群", "owner": "b1", "useridlist": ["b1", "e1"],
             "conversationTag": 0}
        cls.server = qun.Server()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        cls.server.load({"corps": [world.corp_a(groups), world.corp_b([b])]})

    def whole(self, chatid):
        ledger = self.server.admin("GET", f"groups/{chatid}/ledger?limit=1000")
        return self.server.group(chatid), ledger.json

    def body(self, chatid, index, change):
        body = {"chatid": chatid, **{k: v for k, v in change.items() if k != "token"}}
        if body["chatid"] == "JSAPI":
            body["chatid"] = f"chatjs{index}"
        return body

    def assert_answer(self, got, want):
        status, code, message = want
        self.assertEqual((got.status, got.json["code"], got.json["message"]),
                         (status, code, message), got)
        self.assertEqual(got.json["requestid"], got.requestid)
        self.assertEqual(set(got.json), {"code", "message", "requestid"} |
                         ({"accessdenieddetail"} if status == 403 else set()))

    def assert_explained(self, got, rule, field=None):
        said = self.server.admin("GET", "requests/" + got.requestid).json
        self.assertEqual(said["rule"], rule, said)
        self.assertEqual((said["status"], said["code"]), (got.status, got.json["code"]))
        self.assertTrue(said["hint"]["zh"] and said["hint"]["en"], said)
        if field is not None:
            self.assertEqual(said["field"], field, said)
        return said

    def refuse(self, table, index, rule, change, field=None):
        chatid = chat_of(table, index)
        before = self.whole(chatid)
        got = self.server.call("/v1.0/im/group/update", self.body(chatid, index, change),
                               change.get("token", "tok-all"))
        want = {"chat.app": CHECK, "owner.visible": SCOPE, "owner.new_visible": SCOPE}
        self.assert_answer(got, want.get(rule, PARAMETER))
        self.assert_explained(got, rule, field)
        self.assertEqual(self.whole(chatid), before)

    def accept(self, index, change, then):
        chatid = change.get("chatid", chat_of("a", index))
        got = self.server.call("/v1.0/im/group/update", self.body(chatid, index, change),
                               change.get("token", "tok-all"))
        self.assertEqual((got.status, got.json), (200, {"success": True}), got)
        group, ledger = self.whole(chatid)
        state = state_of(group)
        self.assertEqual({k: state[k] for k in then}, then)
        self.assertEqual(len(ledger), group["version"])
        self.assertEqual(group["memberCount"], len(group["members"]))

    def test_gate(self):
        """The rules before the body: token, permission, JSON."""
        before = self.whole("chat-gate")
        body = json.dumps({"chatid": "chat-gate", "name": "新"})
        json_type = {"Content-Type": "application/json"}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        token = {"x-acs-dingtalk-access-token": "tok-all"}
        cases = [
            ("token.present", NO_TOKEN, json_type, body),
            ("token.present", NO_TOKEN, {**json_type, "x-acs-dingtalk-access-token": ""}, body),
            ("token.present", NO_TOKEN, {**json_type, "Authorization": "Bearer tok-all"}, body),
            ("token.valid", BAD_TOKEN, {**json_type, "x-acs-dingtalk-access-token": "no"}, body),
            ("token.valid", BAD_TOKEN, {**json_type, "x-acs-dingtalk-access-token": '"tok-all"'},
             body),
            ("app.permission", DENIED, {**json_type, "x-acs-dingtalk-access-token": "tok-bare"},
             body),
            ("body.json", BODY, {**json_type, **token}, ""),
            ("body.json", BODY, {**json_type, **token}, "{"),
            ("body.json", BODY, {**json_type, **token}, "[]"),
            ("body.json", BODY, {**json_type, **token}, "null"),
            ("body.json", BODY, {**json_type, **token}, body + " x"),
            ("body.json", BODY, {**json_type, **token}, '{"chatid":"a","chatid":"chat-gate"}'),
            ("body.json", BODY, {**json_type, **token}, '{"chatid":"chat-gate","name":"\\u0000"}'),
            ("body.json", BODY, {**json_type, **token}, b'{"chatid":"chat-gate","name":"\xff"}'),
            ("body.json", BODY, {**form, **token}, "chatid=chat-gate&name=x"),
            ("body.json", BODY, {"Content-Type": "text/plain", **token}, body),
        ]
        for rule, want, headers, sent in cases:
            with self.subTest(rule=rule, headers=headers, body=sent):
                got = self.server.request("POST", "/v1.0/im/group/update", sent, headers)
                self.assert_answer(got, want)
                self.assert_explained(got, rule)
                if rule == "app.permission":
                    self.assertEqual(got.json["accessdenieddetail"],
                                     {"requiredScopes": ["qyapi_chat_manage"]})
                if headers.get("Content-Type") == form["Content-Type"]:
                    said = self.assert_explained(got, rule)
                    self.assertIn("application/json", said["hint"]["en"])
        self.assertEqual(self.whole("chat-gate"), before)

    def test_a_json_type_is_accepted_in_any_spelling(self):
        for kind in ("application/json", "application/json;charset=utf-8", "Application/JSON", None):
            headers = {"x-acs-dingtalk-access-token": "tok-all"}
            if kind:
                headers["Content-Type"] = kind
            got = self.server.request("POST", "/v1.0/im/group/update",
                                      b'{"chatid":"chat-gate"}', headers)
            self.assertEqual(got.json, {"success": True}, kind)

    def test_ten_fields_at_once_and_a_last_rule_that_undoes_them_all(self):
        body = {"chatid": "chat-atomic", "name": "全员群。", "owner": "e4", "ownerType": "emp",
                "add_useridlist": ["e4", "e5"], "del_useridlist": ["e1"],
                "add_extidlist": ["x2"], "del_extidlist": ["x1"], "icon": "@none",
                "managementOptions": {o: 1 for o in OPTIONS}}
        before = self.whole("chat-atomic")
        got = self.server.call("/v1.0/im/group/update", body, "tok-all")
        self.assert_answer(got, PARAMETER)
        self.assert_explained(got, "icon.known", "icon")
        self.assertEqual(self.whole("chat-atomic"), before)

        body["icon"] = "@a-icon2"
        got = self.server.call("/v1.0/im/group/update", body, "tok-all",
                               {"x-qun-verbose": "1"})
        self.assertEqual(got.status, 200, got)
        self.assertEqual(got.json["outcome"], {
            "add_useridlist": {"e4": "added", "e5": "added"},
            "del_useridlist": {"e1": "removed"},
            "add_extidlist": {"x2": "added"}, "del_extidlist": {"x1": "removed"}})
        group, ledger = self.whole("chat-atomic")
        self.assertEqual((group["name"], group["owner"], group["icon"], group["version"]),
                         ("全员群。", "e4", "@a-icon2", before[0]["version"] + 1))
        self.assertEqual({m["id"] for m in group["members"]}, {"e2", "e4", "e5", "x2"})
        self.assertEqual(group["managementOptions"], {o: 1 for o in OPTIONS})
        self.assertEqual(len(ledger), len(before[1]) + 1)

        again = self.server.call("/v1.0/im/group/update", body, "tok-all")
        self.assertEqual(again.json, {"success": True})
        self.assertEqual(self.whole("chat-atomic"), (group, ledger))

    def test_a_verbose_refusal_tells_why(self):
        got = self.server.call("/v1.0/im/group/update", {"chatid": "chat-gate", "name": "a" * 21},
                               "tok-all", {"x-qun-verbose": "1"})
        self.assertEqual((got.json["rule"], got.json["field"], got.json["value"]),
                         ("name.length", "name", "a" * 21))
        self.assertTrue(got.json["hint"]["zh"])


class HintLookup(unittest.TestCase):
    """What looks up a better hint reads one table more than the calls here do."""

    def setUp(self):
        self.server = qun.Server(verify=False)  # renaming leaves quotes in the schema
        self.server.__enter__()
        self.addCleanup(self.server.__exit__, None, None, None)
        self.server.load({"corps": [world.corp_a([world.group("chat-1", "ord", "h")])]})

    def sql(self, statement):
        db = sqlite3.connect(self.server.data / "qun.db")
        db.execute(statement)
        db.close()

    def hint(self):
        """The same refusal of both APIs, whose hint a look-up makes better."""
        body = {"chatid": "chat-1", "add_useridlist": ["un-e3"]}
        verbose = {"x-qun-verbose": "1"}
        new = self.server.call("/v1.0/im/group/update", body, "tok-all", verbose)
        self.assertEqual((new.status, new.json["code"]), (400, "parameter.invalid"), new)
        old = self.server.oapi("POST", "/chat/update", "tok-all", None, body, verbose)
        self.assertEqual((old.status, old.json["errcode"]), (200, 40031), old)
        for got in (new, old):
            self.assertEqual((got.json["rule"], got.json["value"]), ("members.known", "un-e3"))
        self.assertEqual(new.json["hint"], old.json["hint"])
        return new.json["hint"]["en"]

    def test_a_refusal_does_not_need_it(self):
        better = self.hint()
        self.assertIn("unionid", better)
        self.sql("ALTER TABLE media RENAME TO media_away")
        self.assertNotEqual(self.hint(), better)
        self.assertIn("no better hint", self.server.log())
        self.sql("ALTER TABLE media_away RENAME TO media")
        self.assertEqual(self.hint(), better)


def add_cases():
    """One test for each row, so that each is counted and named."""
    for i, (rule, _, change, field) in enumerate(REFUSED):
        def test(self, i=i, rule=rule, change=change, field=field):
            self.refuse("r", i, rule, change, field)
        shown = json.dumps(change, ensure_ascii=False)[:50]
        test.__doc__ = f"{rule} refuses {shown}"
        setattr(Rules, f"test_refused_{i:03d}_{rule.replace('.', '_')}", test)
    for i, (what, _, change, then) in enumerate(ACCEPTED):
        def test(self, i=i, change=change, then=then):
            self.accept(i, change, then)
        test.__doc__ = f"accepted: {what}"
        setattr(Rules, f"test_accepted_{i:03d}", test)
    for i, (rule, change) in enumerate(ORDERED):
        def test(self, i=i, rule=rule, change=change):
            self.refuse("o", i, rule, change)
        setattr(Rules, f"test_order_{i:02d}_{rule.replace('.', '_')}", test)


add_cases()

if __name__ == "__main__":
    unittest.main()
