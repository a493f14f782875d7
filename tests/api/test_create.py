# SPDX-License-Identifier: Apache-2.0
"""group/create: every rule at its boundary, the ids it gives, and that what it says is there is
there. Written from DingTalk's page and docs/compatibility.md."""
import json
import re
import unittest

import qun
import rules_world as world

PARAMETER = (400, "parameter.invalid", "输入参数错误")
SCOPE = (400, "permession.checkFailed", "群主不在应用可见性内")
OPTIONS = ["mentionAllAuthority", "showHistoryType", "validationType", "searchable",
           "chatBannedType", "managementType"]
ABSENT = object()
PLAIN = {"name": "新群", "owner": "e1", "useridlist": ["e1", "e2"]}

# (rule, what differs from PLAIN, field that the explanation names)
REFUSED = [
    *[("body.fields", {key: value}, key) for key in PLAIN for value in (ABSENT, None, 7)],
    ("body.fields", {"useridlist": "e1"}, "useridlist"),
    ("body.fields", {"useridlist": {}}, "useridlist"),
    ("body.fields", {"useridlist": ["e1", 7]}, "useridlist[1]"),
    ("body.fields", {"useridlist": ["e1", None]}, "useridlist[1]"),
    ("body.fields", {"extidlist": "x1"}, "extidlist"),
    ("body.fields", {"extidlist": [7]}, "extidlist[0]"),
    ("body.fields", {"ownerType": 7}, "ownerType"),
    ("body.fields", {"icon": 7}, "icon"),
    *[("body.fields", {"conversationTag": v}, "conversationTag") for v in ("2", 2.0, True, [2])],
    ("body.fields", {"managementOptions": "1"}, "managementOptions"),
    ("body.fields", {"managementOptions": [1]}, "managementOptions"),
    *[("body.fields", {"managementOptions": {o: "1"}}, "managementOptions." + o) for o in OPTIONS],
    *[("tag.known", {"conversationTag": v}, "conversationTag") for v in (-1, 1, 3)],
    ("name.length", {"name": ""}, "name"),
    ("name.length", {"name": "a" * 21}, "name"),
    ("name.length", {"name": "群" * 21}, "name"),
    ("name.length", {"name": "😀" * 21}, "name"),
    ("name.length", {"name": " \u3000"}, "name"),
    ("name.length", {"name": "a\tb"}, "name"),
    ("owner.type", {"ownerType": ""}, "ownerType"),
    ("owner.type", {"ownerType": "Emp"}, "ownerType"),
    ("members.list", {"useridlist": ["e1"] * 1001}, "useridlist"),
    ("members.list", {"extidlist": ["x1"] * 1001, "conversationTag": 0}, "extidlist"),
    ("members.list", {"useridlist": ["e1", ""]}, "useridlist[1]"),
    ("members.list", {"useridlist": ["e1", "i" * 65]}, "useridlist[1]"),
    ("members.list", {"extidlist": [""], "conversationTag": 0}, "extidlist[0]"),
    *[("options.range", {"managementOptions": {o: v}}, "managementOptions." + o)
      for o in OPTIONS for v in (-1, 2)],
    ("owner.kind", {"owner": "x1", "ownerType": "ext"}, "ownerType"),
    ("owner.kind", {"owner": "x1", "ownerType": "ext", "conversationTag": 2}, "ownerType"),
    ("owner.new_visible", {"owner": "far", "useridlist": ["far"], "token": "tok-narrow"}, "owner"),
    ("owner.new_visible", {"owner": "nobody", "token": "tok-narrow"}, "owner"),
    *[("owner.known", {"owner": o, "useridlist": ["e1"]}, "owner")
      for o in ("", "nobody", "gone", "b1", "un-e1", "x1", "o" * 65)],
    *[("owner.known", {"owner": o, "ownerType": "ext", "conversationTag": 0, "extidlist": ["x1"]},
       "owner") for o in ("x9", "xb", "un-e1", "e1")],
    ("members.external", {"extidlist": ["x1"]}, "extidlist[0]"),
    ("members.external", {"extidlist": ["x1"], "conversationTag": 2}, "extidlist[0]"),
    *[("members.known", {"useridlist": ["e1", who]}, "useridlist[1]")
      for who in ("nobody", "gone", "b1", "un-e4", "x1", "i" * 64)],
    *[("members.known", {"conversationTag": 0, "extidlist": ["x1", who]}, "extidlist[1]")
      for who in ("x9", "xb", "xu2", "un-e4", "e4")],
    ("owner.member", {"useridlist": []}, "owner"),
    ("owner.member", {"useridlist": ["e2"]}, "owner"),
    ("owner.member", {"owner": "x1", "ownerType": "ext", "conversationTag": 0}, "owner"),
    ("owner.member", {"owner": "x1", "ownerType": "ext", "conversationTag": 0,
                      "extidlist": ["x2"]}, "owner"),
    ("members.cap", {"useridlist": ["e1"] + world.FILL[:999], "conversationTag": 0,
                     "extidlist": ["x1"]}, "useridlist"),
    *[("icon.known", {"icon": i}, "icon")
      for i in ("", "@none", "@b-icon", "i" * 65, "https://example.org/a.png")],
]

# (what it shows, what differs from PLAIN, what the state then has)
ACCEPTED = [
    ("the defaults", {}, {"conversationTag": 2, "name": "新群", "owner": "e1", "ownerType": "emp",
                          "memberCount": 2, "version": 1, "dissolved": False,
                          **{"option " + o: 0 for o in OPTIONS}}),
    ("an ordinary group", {"conversationTag": 0}, {"conversationTag": 0}),
    ("an internal group, said so", {"conversationTag": 2}, {"conversationTag": 2}),
    ("null counts as not sent", {k: None for k in ("ownerType", "conversationTag", "extidlist",
                                                   "icon", "managementOptions")},
     {"conversationTag": 2, "ownerType": "emp"}),
    ("unknown keys are ignored", {"chatid": "chat-mine", "uuid": {"a": []}}, {"memberCount": 2}),
    ("a name of 1", {"name": "x"}, {"name": "x"}),
    *[("a name of 20", {"name": c * 20}, {"name": c * 20}) for c in "a群😀"],
    ("ownerType emp", {"ownerType": "emp"}, {"ownerType": "emp"}),
    ("repeated ids count once", {"useridlist": ["e1", "e2", "e1", "e2"]}, {"memberCount": 2}),
    ("the owner alone", {"useridlist": ["e1"]}, {"memberCount": 1, "role e1": "owner"}),
    ("others are ordinary members", {}, {"role e2": "member"}),
    ("people need not be visible", {"useridlist": ["e1", "far"], "token": "tok-narrow"},
     {"memberCount": 2}),
    ("an owner two departments below a visible one",
     {"owner": "e3", "useridlist": ["e3"], "token": "tok-narrow"}, {"owner": "e3"}),
    ("externals in an ordinary group", {"conversationTag": 0, "extidlist": ["x1", "x2"]},
     {"memberCount": 4, "role x1": "member"}),
    ("an empty external list in an internal group", {"extidlist": []}, {"memberCount": 2}),
    ("an external owner, by unionid",
     {"owner": "x1", "ownerType": "ext", "conversationTag": 0, "extidlist": ["x1"]},
     {"owner": "x1", "ownerType": "ext", "role x1": "owner", "memberCount": 3}),
    ("an external owner, by userid",
     {"owner": "xu1", "ownerType": "ext", "conversationTag": 0, "extidlist": ["x1"]},
     {"owner": "x1", "ownerType": "ext"}),
    ("an icon of the corp", {"icon": "@a-icon"}, {"icon": "@a-icon"}),
    *[(f"option {o}", {"managementOptions": {o: 1}},
       {"option " + p: int(p == o) for p in OPTIONS}) for o in OPTIONS],
    ("PHP's empty object", {"managementOptions": []}, {"option searchable": 0}),
    ("a list of 1,000, and the cap reached", {"useridlist": ["e1"] + world.FILL[:999]},
     {"memberCount": 1000}),
    ("the cap reached with an external",
     {"useridlist": ["e1"] + world.FILL[:998], "conversationTag": 0, "extidlist": ["x1"]},
     {"memberCount": 1000}),
    ("1,000 names of one person", {"useridlist": ["e1"] * 1000}, {"memberCount": 1}),
]

# Requests that break two rules: the earlier one answers.
ORDERED = [
    ("body.fields", {"icon": 7, "conversationTag": 1}),
    ("tag.known", {"conversationTag": 1, "name": ""}),
    ("name.length", {"name": "", "ownerType": "x"}),
    ("owner.type", {"ownerType": "x", "useridlist": [""]}),
    ("members.list", {"useridlist": [""], "managementOptions": {"searchable": 2}}),
    ("options.range", {"managementOptions": {"searchable": 2}, "owner": "x1", "ownerType": "ext"}),
    ("owner.kind", {"owner": "x9", "ownerType": "ext"}),
    ("owner.known", {"owner": "nobody", "useridlist": ["nobody"]}),
    ("members.external", {"extidlist": ["x9"]}),
    ("members.known", {"useridlist": ["nobody"]}),
    ("owner.member", {"useridlist": ["e2"], "icon": "@none"}),
]


def body_of(change):
    whole = {**PLAIN, **change}
    return {k: v for k, v in whole.items() if k != "token" and v is not ABSENT}


class Create(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = qun.Server()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        b = [{"chatid": "b-group", "name": "乙群", "owner": "b1", "useridlist": ["b1"]}]
        cls.server.load({"corps": [world.corp_a([]), world.corp_b(b)]})

    def create(self, change, **headers):
        return self.server.call("/v1.0/im/group/create", body_of(change),
                                change.get("token", "tok-all"), headers)

    def number(self):
        """The ledger number that a new group of the corp gets: one more than the last."""
        got = self.create({})
        self.assertEqual(got.status, 200, got)
        (row,) = self.server.admin("GET", f"groups/{got.json['chatid']}/ledger").json
        return row["number"]

    def refuse(self, rule, change, field=None):
        before = self.number()
        got = self.create(change)
        status, code, message = SCOPE if rule == "owner.new_visible" else PARAMETER
        self.assertEqual(got.status, status, got)
        self.assertEqual(got.json, {"requestid": got.requestid, "code": code, "message": message})
        said = self.server.admin("GET", "requests/" + got.requestid).json
        self.assertEqual((said["rule"], said["api"], said["status"], said["code"]),
                         (rule, "CreateGroup", status, code), said)
        self.assertTrue(said["hint"]["zh"] and said["hint"]["en"], said)
        if field:
            self.assertEqual(said["field"], field, said)
        self.assertEqual(self.number(), before + 1, "something was made")

    def accept(self, change, then):
        got = self.create(change)
        self.assertEqual(got.status, 200, got)
        self.assertEqual(set(got.json), {"conversationTag", "openConversationId", "chatid"})
        self.assertRegex(got.json["chatid"], r"^chat[0-9a-f]{32}$")
        self.assertRegex(got.json["openConversationId"], r"^cid[A-Za-z0-9+/]{22}==$")
        group = self.server.group(got.json["chatid"])
        for key, value in got.json.items():
            self.assertEqual(group[key], value)
        flat = {**group, **{"option " + k: v for k, v in group["managementOptions"].items()},
                **{"role " + m["id"]: m["role"] for m in group["members"]}}
        self.assertEqual({k: flat[k] for k in then}, then)
        self.assertEqual(group["memberCount"], len(group["members"]))
        ledger = self.server.admin("GET", f"groups/{group['chatid']}/ledger").json
        self.assertEqual([(r["version"], r["requestid"]) for r in ledger], [(1, got.requestid)])

    def test_the_gate(self):
        body = json.dumps(PLAIN)
        token = {"x-acs-dingtalk-access-token": "tok-all"}
        cases = [
            (400, "AuthenticationFailed.MissingParameter", {}, body),
            (400, "InvalidAuthentication", {"x-acs-dingtalk-access-token": "no"}, body),
            (403, "Forbidden.AccessDenied.AccessTokenPermissionDenied",
             {"x-acs-dingtalk-access-token": "tok-bare"}, body),
            (400, "Missingbody", token, ""), (400, "Missingbody", token, "[]"),
            (400, "Missingbody", token, body[:-1]),
            (400, "Missingbody", {**token, "Content-Type": "text/plain"}, body),
        ]
        before = self.number()
        for status, code, headers, sent in cases:
            with self.subTest(code=code, body=sent):
                got = self.server.request("POST", "/v1.0/im/group/create", sent, headers)
                self.assertEqual((got.status, got.json["code"]), (status, code), got)
                if status == 403:
                    self.assertEqual(got.json["accessdenieddetail"],
                                     {"requiredScopes": ["qyapi_chat_manage"]})
        self.assertEqual(self.number(), before + 1)

    def test_what_is_made_is_read_by_chat_get_and_convert(self):
        options = {o: i % 2 for i, o in enumerate(OPTIONS)}
        made = self.create({"conversationTag": 0, "extidlist": ["x2"], "icon": "@a-icon",
                            "managementOptions": options}).json
        seen = self.server.oapi("GET", "/chat/get", "tok-all", {"chatid": made["chatid"]}).json
        self.assertEqual((seen["errcode"], seen["errmsg"]), (0, "ok"))
        info = seen["chat_info"]
        self.assertEqual(sorted(info.pop("useridlist")), ["e1", "e2"])
        self.assertEqual(info, {
            "chatid": made["chatid"], "name": "新群", "owner": "e1", "conversationTag": 0,
            "extidlist": ["x2"], "icon": "@a-icon", "status": 1, **options})
        got = self.server.call(f"/v1.0/im/chat/{made['chatid']}/convertToOpenConversationId",
                               None, "tok-all")
        self.assertEqual((got.status, got.json),
                         (200, {"openConversationId": made["openConversationId"]}))

    def test_a_group_is_its_makers_to_change(self):
        made = self.create({})
        body = {"chatid": made.json["chatid"], "name": "改名"}
        theirs = self.server.call("/v1.0/im/group/update", body, "tok-narrow")
        self.assertEqual((theirs.status, theirs.json["code"], theirs.json["message"]),
                         (400, "permession.checkFailed", "权限校验失败"))
        ours = self.server.call("/v1.0/im/group/update", body, "tok-all")
        self.assertEqual(ours.json, {"success": True})
        group = self.server.group(made.json["chatid"])
        self.assertEqual((group["name"], group["version"]), ("改名", 2))

    def test_the_same_request_twice_makes_two_groups(self):
        a, b = self.create({}).json, self.create({}).json
        self.assertNotEqual(a["chatid"], b["chatid"])
        self.assertNotEqual(a["openConversationId"], b["openConversationId"])

    def test_verbose_tells_what_became_of_each_id(self):
        got = self.create({"conversationTag": 0, "useridlist": ["e1", "e2", "e2"],
                           "extidlist": ["x1"]}, **{"x-qun-verbose": "1"})
        self.assertEqual(got.status, 200, got)
        self.assertEqual(got.json["outcome"], {"useridlist": {"e1": "added", "e2": "added"},
                                               "extidlist": {"x1": "added"}})
        said = self.server.admin("GET", "requests/" + got.requestid).json
        self.assertEqual(said["outcome"], got.json["outcome"])
        self.assertLessEqual({"name", "owner", "members"}, set(said["changed"]), said)
        self.assertNotIn("rule", said)

    def test_a_verbose_refusal_tells_why(self):
        got = self.create({"owner": "x1"}, **{"x-qun-verbose": "1"})
        self.assertEqual((got.json["rule"], got.json["field"], got.json["value"]),
                         ("owner.known", "owner", "x1"))
        self.assertTrue(got.json["hint"]["zh"] and got.json["hint"]["en"])

    def test_another_cap(self):
        with qun.Server("--member-cap", 3) as server:
            server.load(qun.small_world())
            for externals, status in ((0, 200), (1, 200), (2, 400)):
                body = {"name": "n", "owner": "u1", "useridlist": ["u1", "u2"],
                        "conversationTag": 0,
                        "extidlist": [f"ext{i + 1}" for i in range(externals)]}
                got = server.call("/v1.0/im/group/create", body, "tok-dingcorp1")
                self.assertEqual(got.status, status, got)


def add_cases():
    """One test for each row, so that each is counted and named."""
    def add(kind, index, rule, run, row):
        name = re.sub(r"\W", "_", rule)
        test = lambda self: run(self, *row)  # noqa: E731
        shown = json.dumps(row[1 if kind == "refused" else 0], default=str, ensure_ascii=False)
        test.__doc__ = shown[:70]
        setattr(Create, f"test_{kind}_{index:03d}_{name}", test)
    for i, row in enumerate(REFUSED):
        add("refused", i, row[0], Create.refuse, row)
    for i, (what, change, then) in enumerate(ACCEPTED):
        add("accepted", i, what, Create.accept, (change, then))
    for i, row in enumerate(ORDERED):
        add("order", i, row[0], Create.refuse, row)


add_cases()

if __name__ == "__main__":
    unittest.main()
