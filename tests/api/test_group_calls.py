# SPDX-License-Identifier: Apache-2.0
"""The small calls about one group: administrators under both sets of names, nicks, private chat,
join links, and who is a member. What each accepts and refuses, at its boundary.

The tables are written from DingTalk's pages and the decisions in docs/compatibility.md, not from
the code. Each case has a group of its own. A refusal has the exact answer, leaves the group
(version, members and ledger included) as it was, and is explained by the rule named.
"""
import json
import sqlite3
import unittest
import urllib.parse

import qun
import rules_world as world

FORM = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
ADMINS, CHECK, QUERY = ("/v1.0/im/subAdministrators", "/v1.0/im/innerGroups/members/check",
                        "/v1.0/im/innerGroups/members/query")
SUBADMIN, NICK, SWITCH, LINK = ("/topapi/chat/subadmin/update", "/topapi/chat/updategroupnick",
                                "/topapi/chat/member/friendswitch/update",
                                "/topapi/chat/qrcode/get")

PARAMETER = ("parameter.invalid", "输入参数错误")
CONVERSATION = ("invalidParameter.openConversationId.invalid", "无效的会话id")
STAFF_ID = ("invalid.staffid", "无效的userId")
NO_STAFF = ("staff.not.found", "员工不存在")
ROLE = ("invalidParamter.role", "无效的role")
EXCEED = ("subadmin.exceed", "管理员超限")
DISBANDED = ("group.diaband", "群已经解散")
OTHER_APP = ("permession.checkFailed", "权限校验失败")
NOT_IN = ("userNotInGroup", "用户不在群中")
TEXTS = {34001: "无效的会话id", 40003: "不合法的UserID", 40016: "不合法的会话ID",
         40031: "不合法的UserID列表", 40035: "不合法的参数", 40036: "参数为空",
         43007: "需要授权", 49026: "设置为管理员的人数过多", 60124: "用户不在此群中",
         400002: "参数错误"}
FILL = world.FILL
NICK_OK = {"userid": "e2", "group_nick": "小二"}

# (call, rule, group's template, body without the group's id, field explained, answer)
# The group's id is filled in as the call takes it; "JSAPI" is the group's client-side id, "CHATID"
# and "OPEN" are the two others. None takes a key out.
REFUSED = [
    # administrators, new API
    *[(ADMINS, "body.fields", "ord", body, field, PARAMETER) for body, field in [
        ({"openConversationId": 7, "userIds": ["e2"], "role": 2}, "openConversationId"),
        ({"userIds": "e2", "role": 2}, "userIds"),
        ({"userIds": ["e2", 7], "role": 2}, "userIds[1]"),
        ({"userIds": [None], "role": 2}, "userIds[0]"),
        ({"userIds": ["e2"], "role": "2"}, "role"),
        ({"userIds": ["e2"], "role": 2.0}, "role"),
        ({"userIds": ["e2"], "role": True}, "role")]],
    *[(ADMINS, "chat.id", "ord", {"openConversationId": i, "userIds": ["e2"], "role": 2},
       "openConversationId", CONVERSATION) for i in (None, "", "c" * 65)],
    *[(ADMINS, "people.list", "ord", {"userIds": ids, "role": 2}, field, STAFF_ID)
      for ids, field in [(None, "userIds"), ([], "userIds"), (["e2", ""], "userIds[1]"),
                         (["i" * 65], "userIds[0]"), (FILL[:1001], "userIds")]],
    *[(ADMINS, "role.known", "ord", {"userIds": ["e2"], "role": role}, "role", ROLE)
      for role in (None, 0, 1, 4, -2)],
    *[(ADMINS, "conversation.known", "jsapi",
       {"openConversationId": i, "userIds": ["e2"], "role": 2}, "openConversationId", CONVERSATION)
      for i in ("c" * 64, "CHATID", "JSAPI", "cidBBBBBBBBBBBBBBBBBBBBBB==")],
    (ADMINS, "chat.active", "dissolved", {"userIds": ["e2"], "role": 2}, "openConversationId",
     DISBANDED),
    (ADMINS, "chat.app", "made_by_narrow", {"userIds": ["e2"], "role": 2}, "openConversationId",
     OTHER_APP),
    *[(ADMINS, "people.known", "crowd", {"userIds": ["e2", i], "role": role}, "userIds[1]",
       NO_STAFF) for role in (2, 3) for i in ("nobody", "gone", "un-e2", "x1", "b1")],
    *[(ADMINS, "people.members", "ord", {"userIds": ["e2", "e4"], "role": role}, "userIds[1]",
       STAFF_ID) for role in (2, 3)],
    (ADMINS, "people.members", "ord", {"userIds": FILL[:1000], "role": 2}, "userIds[0]", STAFF_ID),
    (ADMINS, "admins.cap", "crowd", {"userIds": FILL[11:13], "role": 2}, "userIds", EXCEED),
    (ADMINS, "admins.cap", "crowd_12", {"userIds": ["e2"], "role": 2}, "userIds", EXCEED),
    # administrators, old API
    (SUBADMIN, "body.fields", "ord", {"userids": "e2", "role": "two"}, "role", 400002),
    *[(SUBADMIN, "chat.id", "ord", {"chatid": i, "userids": "e2", "role": 2}, "chatid", 40016)
      for i in (None, "", "c" * 65)],
    *[(SUBADMIN, "people.list", "ord", {"userids": ids, "role": 2}, field, 40031)
      for ids, field in [(None, "userids"), ("", "userids"), ("e2,", "userids[1]"),
                         ("e2," + "i" * 65, "userids[1]")]],
    *[(SUBADMIN, "role.known", "ord", {"userids": "e2", "role": role}, "role", 400002)
      for role in (None, 1, "4")],
    *[(SUBADMIN, "chat.known", "jsapi", {"chatid": i, "userids": "e2", "role": 2}, "chatid", 40016)
      for i in ("none", "OPEN", "JSAPI", "b-group")],
    (SUBADMIN, "chat.active", "dissolved", {"userids": "e2", "role": 2}, "chatid", 40016),
    (SUBADMIN, "chat.app", "made_by_narrow", {"userids": "e2", "role": 2}, "chatid", 43007),
    (SUBADMIN, "people.known", "ord", {"userids": "e2,nobody", "role": 3}, "userids[1]", 40031),
    (SUBADMIN, "people.members", "ord", {"userids": "e4", "role": 2}, "userids[0]", 40031),
    (SUBADMIN, "admins.cap", "crowd_12", {"userids": "e2", "role": 2}, "userids", 49026),
    # nicks
    (NICK, "body.fields", "ord", {**NICK_OK, "group_nick": ["n"]}, "group_nick", 400002),
    *[(NICK, "chat.id", "ord", {**NICK_OK, "chatid": i}, "chatid", 34001)
      for i in (None, "", "c" * 65)],
    *[(NICK, "person.id", "ord", {**NICK_OK, "userid": i}, "userid", 40003)
      for i in (None, "", "i" * 65)],
    *[(NICK, "nick.length", "ord", {**NICK_OK, "group_nick": n}, "group_nick", 400002)
      for n in (None, "", "  ", "a\nb", "n" * 31, "群" * 31, "😀" * 31)],
    *[(NICK, "chat.known", "jsapi", {**NICK_OK, "chatid": i}, "chatid", 34001)
      for i in ("none", "OPEN", "JSAPI", "b-group")],
    (NICK, "chat.active", "dissolved", NICK_OK, "chatid", 34001),
    (NICK, "chat.app", "made_by_narrow", NICK_OK, "chatid", 43007),
    *[(NICK, "people.known", "crowd", {**NICK_OK, "userid": i}, "userid", 40003)
      for i in ("nobody", "gone", "un-e2", "x1", "b1")],
    (NICK, "people.members", "ord", {**NICK_OK, "userid": "e4"}, "userid", 60124),
    # private chat
    (SWITCH, "body.fields", "ord", {"is_prohibit": "maybe"}, "is_prohibit", 40035),
    (SWITCH, "values.sent", "ord", {}, "is_prohibit", 40036),
    *[(SWITCH, "values.sent", "ord", {"chatid": i, "is_prohibit": True}, "chatid", 40036)
      for i in (None, "")],
    *[(SWITCH, "chat.known", "ord", {"chatid": i, "is_prohibit": True}, "chatid", 34001)
      for i in ("none", "OPEN", "b-group", "c" * 65)],
    (SWITCH, "chat.active", "dissolved", {"is_prohibit": True}, "chatid", 34001),
    (SWITCH, "chat.app", "made_by_narrow", {"is_prohibit": True}, "chatid", 43007),
    # join links
    *[(LINK, "chat.id", "ord", {"chatid": i, "userid": "e1"}, "chatid", 34001)
      for i in (None, "", "c" * 65)],
    *[(LINK, "person.id", "ord", {"userid": i}, "userid", 40003) for i in (None, "", "i" * 65)],
    *[(LINK, "chat.known", "jsapi", {"chatid": i, "userid": "e1"}, "chatid", 34001)
      for i in ("none", "OPEN", "JSAPI", "b-group")],
    (LINK, "chat.active", "dissolved", {"userid": "e1"}, "chatid", 34001),
    *[(LINK, "people.known", "crowd", {"userid": i}, "userid", 40003)
      for i in ("nobody", "gone", "un-e1", "x1")],
    (LINK, "people.members", "ord", {"userid": "e4"}, "userid", 60124),
    # who is a member
    *[(CHECK, "body.fields", "ord", {"userId": i}, "userId", PARAMETER)
      for i in (None, "", 7, "i" * 65)],
    *[(CHECK, "body.fields", "ord", {"openConversationId": i, "userId": "e1"},
       "openConversationId", PARAMETER) for i in (None, "", 7, "i" * 65)],
    *[(CHECK, "conversation.known", "jsapi", {"openConversationId": i, "userId": "e1"},
       "openConversationId", CONVERSATION) for i in ("none", "CHATID", "JSAPI")],
    (CHECK, "chat.active", "dissolved", {"userId": "e1"}, "openConversationId", DISBANDED),
    *[(QUERY, "body.fields", "ord", {"userId": "e1", "maxResults": n}, "maxResults", PARAMETER)
      for n in (None, 0, -1, 1001, "1", 1.0)],
    *[(QUERY, "body.fields", "ord", {"userId": i, "maxResults": 1}, "userId", PARAMETER)
      for i in (None, "", 7, "i" * 65)],
    *[(QUERY, "body.fields", "ord", {"userId": "e1", "maxResults": 1, "nextToken": t}, "nextToken",
       PARAMETER) for t in (7, "t" * 65)],
    (QUERY, "conversation.known", "ord",
     {"openConversationId": "CHATID", "userId": "e1", "maxResults": 1}, "openConversationId",
     CONVERSATION),
    (QUERY, "chat.active", "dissolved", {"userId": "e1", "maxResults": 1}, "openConversationId",
     DISBANDED),
    *[(QUERY, "people.members", "ord", {"userId": i, "maxResults": 1}, "userId", NOT_IN)
      for i in ("e4", "nobody", "x1", "gone")],
]

# (what it shows, call, group's template, body, what the state then has; "changed": False if the
# request changes nothing)
ACCEPTED = [
    ("a member becomes an administrator", ADMINS, "owner_ext", {"userIds": ["e1"], "role": 2},
     {"role e1": "admin", "role e2": "admin"}),
    ("an administrator becomes an ordinary member", ADMINS, "ord", {"userIds": ["e2"], "role": 3},
     {"role e2": "member"}),
    ("one is one already", ADMINS, "ord", {"userIds": ["e2"], "role": 2}, {"changed": False}),
    ("the owner is no administrator", ADMINS, "ord", {"userIds": ["e1"], "role": 2},
     {"role e1": "owner", "changed": False}),
    ("the owner stays the owner", ADMINS, "ord", {"userIds": ["e1"], "role": 3},
     {"role e1": "owner", "changed": False}),
    ("repeated ids count once", ADMINS, "crowd", {"userIds": ["e2", "e2"], "role": 2},
     {"role e2": "admin"}),
    ("the twelfth", ADMINS, "crowd", {"userIds": FILL[:12], "role": 2},
     {"role " + FILL[11]: "admin"}),
    ("twelve at once become ordinary", ADMINS, "crowd_12", {"userIds": FILL[:12], "role": 3},
     {"role " + f: "member" for f in FILL[:12]}),
    ("an ordinary member named for removal", ADMINS, "crowd_12", {"userIds": ["e2"], "role": 3},
     {"changed": False}),
    ("a group that any app may change", ADMINS, "ord",
     {"userIds": ["e2"], "role": 3, "token": "tok-narrow"}, {"role e2": "member"}),
    ("the app that made the group", ADMINS, "made_by_narrow",
     {"userIds": ["e2"], "role": 3, "token": "tok-narrow"}, {"role e2": "member"}),
    ("an owner out of the app's sight", ADMINS, "owner_far",
     {"userIds": ["e1"], "role": 2, "token": "tok-narrow"}, {"role e1": "admin"}),
    ("unknown keys are ignored", ADMINS, "ord", {"userIds": ["e2"], "role": 3, "x": {}},
     {"role e2": "member"}),
    ("a comma list", SUBADMIN, "crowd", {"userids": "e2,f0001", "role": 2}, {"role e2": "admin"}),
    ("a number as text", SUBADMIN, "ord", {"userids": "e2", "role": "3"}, {"role e2": "member"}),
    ("a JSON list", SUBADMIN, "ord", {"userids": ["e2"], "role": 3}, {"role e2": "member"}),
    ("a nick of 1", NICK, "ord", {**NICK_OK, "group_nick": "n"}, {"nick e2": "n"}),
    ("a nick of 30", NICK, "ord", {**NICK_OK, "group_nick": "群" * 30}, {"nick e2": "群" * 30}),
    ("a nick of 30 emoji", NICK, "ord", {**NICK_OK, "group_nick": "😀" * 30},
     {"nick e2": "😀" * 30}),
    ("the owner's nick", NICK, "ord", {**NICK_OK, "userid": "e1"}, {"nick e1": "小二"}),
    ("private chat, on", SWITCH, "ord", {"is_prohibit": True}, {"privateChatProhibited": True}),
    ("private chat, as text", SWITCH, "ord", {"is_prohibit": "true"},
     {"privateChatProhibited": True}),
    ("private chat, off as it is", SWITCH, "ord", {"is_prohibit": False},
     {"privateChatProhibited": False, "changed": False}),
    ("private chat, by the client-side id", SWITCH, "jsapi",
     {"chatid": "JSAPI", "is_prohibit": "1"}, {"privateChatProhibited": True}),
]

TOPAPI_DONE = {"errcode": 0, "errmsg": "ok", "success": True}


def chat_of(table, index):
    return f"chat-{table}-{index}"


def open_of(chatid):
    return "cid" + chatid


def group_of(table, index, template):
    chatid = chat_of(table, index)
    return {**world.group(chatid, template, f"{table}{index}"),
            "openConversationId": open_of(chatid)}


def state_of(group):
    flat = dict(group)
    flat.update({"role " + m["id"]: m["role"] for m in group["members"]})
    flat.update({"nick " + m["id"]: m.get("nick") for m in group["members"]})
    return flat


class GroupCalls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        groups = [group_of("r", i, c[2]) for i, c in enumerate(REFUSED)]
        groups += [group_of("a", i, c[2]) for i, c in enumerate(ACCEPTED)]
        groups += [group_of("x", 0, "ord"), group_of("x", 1, "ord"), group_of("x", 2, "paged"),
                   group_of("x", 3, "ord"), group_of("x", 4, "ord"), group_of("x", 5, "made_by_all")]
        b = {"chatid": "b-group", "openConversationId": "cidBBBBBBBBBBBBBBBBBBBBBB==",
             "name": "乙群", "owner": "b1", "useridlist": ["b1", "e1"], "conversationTag": 0}
        cls.server = qun.Server()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        cls.server.load({"corps": [world.corp_a(groups), world.corp_b([b])]})

    def whole(self, chatid):
        ledger = self.server.admin("GET", f"groups/{chatid}/ledger?limit=1000")
        return self.server.group(chatid), ledger.json

    def send(self, call, table, index, body, headers=None):
        chatid = chat_of(table, index)
        key = "openConversationId" if call.startswith("/v1.0/") else "chatid"
        ids = {"OPEN": open_of(chatid), "CHATID": chatid, "JSAPI": f"chatjs{table}{index}"}
        sent = {key: ids["OPEN" if key != "chatid" else "CHATID"],
                **{k: v for k, v in body.items() if k != "token"}}
        sent = {k: v for k, v in sent.items() if v is not None}
        if isinstance(sent.get(key), str):
            sent[key] = ids.get(sent[key], sent[key])
        token = body.get("token", "tok-all")
        if call.startswith("/v1.0/"):
            return self.server.call(call, sent, token, headers)
        return self.server.oapi("POST", call, token, None, sent, headers)

    def refuse(self, index, call, rule, body, field, want):
        before = self.whole(chat_of("r", index))
        got = self.send(call, "r", index, body)
        if isinstance(want, int):
            self.assertEqual((got.status, got.json), (200, {
                "errcode": want, "errmsg": TEXTS[want], "request_id": got.requestid}))
        else:
            self.assertEqual((got.status, got.json), (400, {
                "code": want[0], "message": want[1], "requestid": got.requestid}))
        said = self.server.admin("GET", "requests/" + got.requestid).json
        self.assertEqual((said["rule"], said["field"]), (rule, field), said)
        self.assertTrue(said["hint"]["zh"] and said["hint"]["en"], said)
        self.assertEqual(self.whole(chat_of("r", index)), before)

    def accept(self, index, call, body, then):
        then = dict(then)
        changed = then.pop("changed", True)
        got = self.send(call, "a", index, body)
        if call.startswith("/v1.0/"):
            self.assertEqual((got.status, got.json), (200, {"success": "true"}), got)
        else:
            self.assertEqual((got.status, got.json),
                             (200, {**TOPAPI_DONE, "request_id": got.requestid}), got)
        group, ledger = self.whole(chat_of("a", index))
        state = state_of(group)
        self.assertEqual({k: state[k] for k in then}, then)
        self.assertEqual((group["version"], len(ledger)), (2, 2) if changed else (1, 1))
        # the same again changes nothing more
        again = self.send(call, "a", index, body)
        self.assertEqual(again.status, 200)
        self.assertEqual(self.whole(chat_of("a", index)), (group, ledger))

    # ---- what the tables do not say ----

    def test_permission_points(self):
        lacks = {ADMINS: "qyapi_chat_manage", CHECK: "qyapi_chat_read", QUERY: "qyapi_chat_read",
                 SUBADMIN: "qyapi_chat_manage", NICK: "qyapi_chat_manage",
                 SWITCH: "qyapi_chat_manage", LINK: "qyapi_chat_base_read"}
        for call, point in lacks.items():
            with self.subTest(call=call):
                got = self.send(call, "x", 0, {"token": "tok-bare"})
                if call.startswith("/v1.0/"):
                    self.assertEqual((got.status, got.json["accessdenieddetail"]),
                                     (403, {"requiredScopes": [point]}))
                else:
                    self.assertEqual((got.status, got.json["errcode"], got.json["sub_code"]),
                                     (200, 88, "60011"))
                said = self.server.admin("GET", "requests/" + got.requestid).json
                self.assertEqual((said["rule"], said["value"]), ("app.permission", point))

    def test_forms_of_the_old_api(self):
        """As the pages' curl samples send it: everything in a form, the token too."""
        samples = [(SUBADMIN, {"userids": "e2", "role": "3"}, {"role e2": "member"}),
                   (NICK, {"userid": "e2", "group_nick": "钉钉小二"}, {"nick e2": "钉钉小二"}),
                   (SWITCH, {"is_prohibit": "true"}, {"privateChatProhibited": True})]
        for call, more, then in samples:
            form = {"access_token": "tok-all", "chatid": chat_of("x", 1), **more}
            got = self.server.request("POST", call, urllib.parse.urlencode(form), FORM)
            self.assertEqual(got.json, {**TOPAPI_DONE, "request_id": got.requestid}, got)
            state = state_of(self.server.group(chat_of("x", 1)))
            self.assertEqual({k: state[k] for k in then}, then)

    def test_the_ledger_tells_each_change(self):
        x = "x", 3
        self.send(ADMINS, *x, {"userIds": ["e2"], "role": 3})
        self.send(ADMINS, *x, {"userIds": ["e2"], "role": 2})
        self.send(NICK, *x, NICK_OK)
        self.send(SWITCH, *x, {"is_prohibit": True})
        self.server.call("/v1.0/im/group/update",
                         {"chatid": chat_of(*x), "del_useridlist": ["e2"]}, "tok-all")
        self.server.call("/v1.0/im/group/update",
                         {"chatid": chat_of(*x), "add_useridlist": ["e2"]}, "tok-all")
        group, ledger = self.whole(chat_of(*x))
        person = {"type": "emp", "id": "e2"}
        self.assertEqual([row["change"] for row in ledger[1:]], [
            {"demoted": [person]}, {"promoted": [person]},
            {"nicks": [{**person, "before": "", "after": "小二"}]},
            {"privateChatProhibited": {"before": False, "after": True}},
            {"removed": [{**person, "admin": True, "nick": "小二"}]}, {"added": [person]}])
        self.assertEqual({row["actor"] for row in ledger[1:]}, {"all"})
        state = state_of(group)
        self.assertEqual((state["role e2"], state["nick e2"]), ("member", None))

    def test_a_verbose_answer_tells_what_changed(self):
        verbose = {"x-qun-verbose": "1"}
        got = self.send(ADMINS, "x", 0, {"userIds": ["e1", "e2"], "role": 3}, verbose)
        self.assertEqual(got.json, {"success": "true", "changed": ["admins"],
                                    "outcome": {"userIds": {"e1": "owner", "e2": "demoted"}}})
        said = self.server.admin("GET", "requests/" + got.requestid).json
        self.assertEqual((said["outcome"], said["changed"]),
                         (got.json["outcome"], ["admins"]))
        got = self.send(ADMINS, "x", 0, {"openConversationId": "CHATID", "userIds": ["e2"],
                                         "role": 3}, verbose)
        self.assertEqual((got.json["rule"], got.json["field"]),
                         ("conversation.known", "openConversationId"))
        self.assertIn("openConversationId", got.json["hint"]["en"])

    def test_who_is_a_member(self):
        for userid, member in (("e1", True), ("e2", True), ("e4", False), ("nobody", False),
                               ("x1", False), ("gone", False)):
            for token in ("tok-all", "tok-narrow"):
                got = self.send(CHECK, "x", 5, {"userId": userid, "token": token})
                self.assertEqual((got.status, got.json), (200, {"result": member}), userid)

    def test_members_page_by_page(self):
        want = sorted(["e1", "e2"] + FILL[:500])
        for size in (1, 199, 200, 201, 501, 502, 503, 1000):
            with self.subTest(size=size):
                seen, pages, more = [], 0, {}
                while True:
                    got = self.send(QUERY, "x", 2, {"userId": "e1", "maxResults": size, **more})
                    self.assertEqual(got.status, 200, got)
                    page = got.json
                    seen += page["userIds"]
                    pages += 1
                    self.assertEqual("nextToken" in page, page["hasMore"])
                    if not page["hasMore"]:
                        break
                    self.assertEqual(len(page["userIds"]), size)
                    more = {"nextToken": page["nextToken"]}
                self.assertEqual(seen, want)
                self.assertEqual(pages, -(-len(want) // size))

    def test_a_page_stays_right_while_members_come_and_go(self):
        first = self.send(QUERY, "x", 5, {"userId": "e1", "maxResults": 1}).json
        self.assertEqual(first["userIds"], ["e1"])
        change = {"chatid": chat_of("x", 5), "owner": "e2", "del_useridlist": ["e1"],
                  "add_useridlist": ["e3"]}
        self.assertEqual(self.server.call("/v1.0/im/group/update", change, "tok-all").status, 200)
        rest = self.send(QUERY, "x", 5, {"userId": "e2", "maxResults": 10,
                                         "nextToken": first["nextToken"]}).json
        self.assertEqual(rest, {"userIds": ["e2", "e3"], "hasMore": False})
        change.update(owner="e1", add_useridlist=["e1"], del_useridlist=["e3"])
        self.assertEqual(self.server.call("/v1.0/im/group/update", change, "tok-all").status, 200)

    # ---- join links ----

    def link(self, index=4):
        got = self.send(LINK, "x", index, {"userid": "e2"})
        self.assertEqual({**got.json, "result": ""},
                         {**TOPAPI_DONE, "result": "", "request_id": got.requestid})
        return got.json["result"]

    def about(self, link):
        return self.server.admin("GET", "joinlinks?" + urllib.parse.urlencode({"link": link}))

    def test_a_link_holds_until_the_name_or_the_owner_changes(self):
        chatid = chat_of("x", 4)

        def update(**body):
            got = self.server.call("/v1.0/im/group/update", {"chatid": chatid, **body}, "tok-all")
            self.assertEqual(got.status, 200, got)

        before = self.server.group(chatid)
        link = self.link()
        self.assertEqual(self.server.group(chatid), before)  # nothing is stored for it
        self.assertRegex(link, r"^https://qr\.dingtalk\.com/action/joingroup\?code=v1="
                               r"[A-Za-z0-9_-]{64,}&_dt_no_comment=1&origin=11$")
        self.assertNotIn(chatid, link)
        said = self.about(link).json
        self.assertEqual((said["valid"], said["corpId"], said["chatid"]), (True, "dingA", chatid))
        self.assertNotIn("why", said)
        self.assertEqual(int(said["expires"][:4]) - int(said["issued"][:4]), 1)
        update(icon="@a-icon2", add_useridlist=["e4"], managementOptions={"searchable": 0})
        self.send(NICK, "x", 4, NICK_OK)
        self.assertTrue(self.about(link).json["valid"])
        for change in ({"name": "新名"}, {"owner": "e2"}):
            link = self.link()
            self.assertTrue(self.about(link).json["valid"])
            update(**change)
            said = self.about(link).json
            self.assertEqual((said["valid"], said["why"]),
                             (False, "the group has another owner or name since"))
        self.assertTrue(self.about(self.link()).json["valid"])

    def test_what_is_no_link(self):
        link = self.link(1)
        for i in (52, 70, 100):
            changed = link[:i] + ("A" if link[i] != "A" else "B") + link[i + 1:]
            self.assertEqual(self.about(changed).status, 404, changed)
        for text in ("", "v1=", "AAAA", link[:90], "https://example.org/", "群"):
            self.assertEqual(self.about(text).status, 404, text)
        self.assertEqual(self.server.admin("GET", "joinlinks").status, 400)
        self.assertEqual(self.server.admin("GET", "joinlinks?link=x", token="wrong").status, 401)

    def test_a_fault_of_the_server_s(self):
        """What the pages of these calls have for it."""
        with qun.Server() as s:
            s.load(qun.small_world("dingcorp1"))
            body = {"chatid": "chat1", "openConversationId": s.group("chat1")["openConversationId"],
                    "userid": "u1", "userids": "u2", "userIds": ["u2"], "group_nick": "n",
                    "is_prohibit": True}
            db = sqlite3.connect(s.data / "qun.db")
            db.execute("ALTER TABLE chat_member RENAME TO chat_member_away")
            db.close()
            s.verified = False
            got = s.call(ADMINS, {**body, "role": 2}, "tok-dingcorp1")
            self.assertEqual((got.status, got.json), (500, {
                "requestid": got.requestid, "code": "system.error", "message": "系统错误"}))
            for call in (SUBADMIN, NICK, SWITCH, LINK):
                got = s.oapi("POST", call, "tok-dingcorp1", None, {**body, "role": "2"})
                self.assertEqual((got.status, got.json), (200, {
                    "errcode": 400001, "errmsg": "系统错误", "request_id": got.requestid}), call)
            body = {"chatid": "chat1", "add_useridlist": ["u2"]}
            got = s.oapi("POST", "/chat/update", "tok-dingcorp1", None, body)
            self.assertEqual(got.json, {"errcode": -1, "errmsg": "系统繁忙"})
            got = s.call("/v1.0/im/group/update", body, "tok-dingcorp1")
            self.assertEqual((got.status, got.json["message"]),
                             (500, "请重试，若始终失败请提交工单"))

    def test_a_link_outlives_a_restart_but_not_its_group(self):
        with qun.Server() as s:
            s.load(qun.small_world("dingcorp1"))
            ask = {"chatid": "chat1", "userid": "u1"}
            link = s.oapi("POST", LINK, "tok-dingcorp1", ask).json["result"]
            query = "joinlinks?" + urllib.parse.urlencode({"link": link})
            s.restart()
            self.assertTrue(s.admin("GET", query).json["valid"])
            s.load(qun.small_world("dingcorp1"), "replace")
            said = s.admin("GET", query).json
            self.assertEqual((said["valid"], said["why"]), (False, "the group is no more"))
        with qun.Server() as another:
            self.assertEqual(another.admin("GET", query).status, 404)


def add_cases():
    """One test for each row, so that each is counted and named."""
    for i, (call, rule, _, body, field, want) in enumerate(REFUSED):
        def test(self, i=i, call=call, rule=rule, body=body, field=field, want=want):
            self.refuse(i, call, rule, body, field, want)
        test.__doc__ = f"{call}: {rule} refuses {json.dumps(body, ensure_ascii=False)[:50]}"
        setattr(GroupCalls, f"test_refused_{i:03d}_{rule.replace('.', '_')}", test)
    for i, (what, call, _, body, then) in enumerate(ACCEPTED):
        def test(self, i=i, call=call, body=body, then=then):
            self.accept(i, call, body, then)
        test.__doc__ = f"{call}: {what}"
        setattr(GroupCalls, f"test_accepted_{i:03d}", test)


add_cases()

if __name__ == "__main__":
    unittest.main()
