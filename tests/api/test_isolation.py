# SPDX-License-Identifier: Apache-2.0
"""Two corps in one server: what is another corp's cannot be read, changed, or told from what does
not exist, by any call, verbose or not."""
import json
import unittest

import qun
import rules_world as world

OURS = "tok-all"
OPEN_A = "cidCCCCCCCCCCCCCCCCCCCCCC=="


def corp_b():
    groups = [{"chatid": "chat-b", "openConversationId": "cidAAAAAAAAAAAAAAAAAAAAAA==",
               "name": "乙群", "owner": "b1", "useridlist": ["b1"], "conversationTag": 0,
               "clientChatids": ["chatjs-b"]}]
    b = world.corp_b(groups)
    b["users"][1].update(mobile="13900000001")
    return b


# (what is named, id of the other corp, id of nobody, the call)
NAMES = {
    "chatid": ("chat-b", "chat-0"),
    "JSAPI id": ("chatjs-b", "chatjs-0"),
    "open id": ("cidAAAAAAAAAAAAAAAAAAAAAA==", "cidBBBBBBBBBBBBBBBBBBBBBB=="),
    "userid": ("b1", "b0"),
    "unionid": ("un-b1", "un-b0"),
    "external": ("xb", "x0"),
    "media": ("@b-icon", "@0-icon"),
    "mobile": ("13900000001", "13900000000"),
}


def update(**body):
    return lambda s, i: s.call("/v1.0/im/group/update", {
        "chatid": "chat-a", **{k: [i] if v is list else i for k, v in body.items()}}, OURS,
        {"x-qun-verbose": "1"})


def create(**body):
    whole = {"name": "n", "owner": "e1", "useridlist": ["e1"], "conversationTag": 0}
    return lambda s, i: s.call("/v1.0/im/group/create", {
        **whole, **{k: ["e1", i] if v is list else i for k, v in body.items()}}, OURS,
        {"x-qun-verbose": "1"})


def oapi(method, path, key):
    return lambda s, i: s.oapi(method, path, OURS, {key: i})


def admins(**body):
    whole = {"openConversationId": OPEN_A, "userIds": ["e2"], "role": 2}
    return lambda s, i: s.call("/v1.0/im/subAdministrators", {
        **whole, **{k: [i] if v is list else i for k, v in body.items()}}, OURS,
        {"x-qun-verbose": "1"})


def topapi(path, key, **more):
    return lambda s, i: s.oapi("POST", "/topapi/chat/" + path, OURS, None, {**more, key: i},
                               {"x-qun-verbose": "1"})


def members(path, key, **more):
    return lambda s, i: s.call("/v1.0/im/innerGroups/members/" + path, {**more, key: i}, OURS,
                               {"x-qun-verbose": "1"})


CASES = [
    ("chatid", update(chatid=str)), ("JSAPI id", update(chatid=str)),
    ("open id", update(chatid=str)),
    ("userid", update(owner=str)), ("userid", update(add_useridlist=list)),
    ("unionid", update(add_useridlist=list)), ("unionid", update(add_extidlist=list)),
    ("external", update(add_extidlist=list)), ("media", update(icon=str)),
    ("userid", create(useridlist=list)), ("userid", create(owner=str)),
    ("external", create(extidlist=list)), ("media", create(icon=str)),
    ("chatid", lambda s, i: s.call(f"/v1.0/im/chat/{i}/convertToOpenConversationId", None, OURS)),
    ("JSAPI id", lambda s, i: s.call(f"/v1.0/im/chat/{i}/convertToOpenConversationId", None, OURS)),
    ("chatid", oapi("GET", "/chat/get", "chatid")),
    ("open id", admins(openConversationId=str)), ("userid", admins(userIds=list)),
    ("chatid", topapi("subadmin/update", "chatid", userids="e2", role="2")),
    ("JSAPI id", topapi("subadmin/update", "chatid", userids="e2", role="2")),
    ("userid", topapi("subadmin/update", "userids", chatid="chat-a", role="3")),
    ("chatid", topapi("updategroupnick", "chatid", userid="e1", group_nick="n")),
    ("userid", topapi("updategroupnick", "userid", chatid="chat-a", group_nick="n")),
    ("chatid", topapi("member/friendswitch/update", "chatid", is_prohibit="true")),
    ("JSAPI id", topapi("member/friendswitch/update", "chatid", is_prohibit="true")),
    ("chatid", topapi("qrcode/get", "chatid", userid="e1")),
    ("userid", topapi("qrcode/get", "userid", chatid="chat-a")),
    ("open id", members("check", "openConversationId", userId="e1")),
    ("open id", members("query", "openConversationId", userId="e1", maxResults=1)),
    ("userid", members("query", "userId", openConversationId=OPEN_A, maxResults=1)),
    ("userid", oapi("POST", "/topapi/v2/user/get", "userid")),
    ("unionid", oapi("POST", "/topapi/user/getbyunionid", "unionid")),
    ("external", oapi("POST", "/topapi/user/getbyunionid", "unionid")),
    ("mobile", oapi("POST", "/topapi/v2/user/getbymobile", "mobile")),
]


class Isolation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = qun.Server("--hints")
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        a = {**world.group("chat-a", "ord", 0), "openConversationId": OPEN_A}
        cls.server.load({"corps": [world.corp_a([a]), corp_b()]})

    def plain(self, answer, sent):
        """An answer without what differs in any two answers."""
        body = answer.json
        for key in ("requestid", "request_id"):
            if key in body:
                self.assertEqual(body.pop(key), answer.requestid)
        return answer.status, json.dumps(body, sort_keys=True).replace(sent, "ID")

    def test_what_is_another_corps_looks_like_nothing(self):
        before = self.server.group("chat-b"), self.server.group("chat-a", "dingA")
        for what, call in CASES:
            theirs, nobodys = NAMES[what]
            with self.subTest(what=what):
                a, b = call(self.server, theirs), call(self.server, nobodys)
                self.assertEqual(self.plain(a, theirs), self.plain(b, nobodys))
                refused = a.status >= 400 or a.json.get("errcode", 0) != 0
                self.assertTrue(refused, a)
        self.assertEqual((self.server.group("chat-b"), self.server.group("chat-a", "dingA")), before)

    def test_nobody_out_of_the_apps_sight_is_told_from_nobody(self):
        """But for the userids of those who work here: everybody may be added to a group."""
        far, nobody = ("far", "un-far"), ("f-0", "un-f-0")
        kinds = {"owner": 0, "add_extidlist": 0, "add_useridlist": 1}
        for owner_type in (None, "emp", "ext"):
            for key, first in kinds.items():
                for a, b in list(zip(far, nobody))[first:]:
                    said = []
                    for i in (a, b):
                        body = {"chatid": "chat-a", key: i if key == "owner" else [i]}
                        if key == "owner":
                            body["ownerType"] = owner_type
                        got = self.server.call("/v1.0/im/group/update", body, "tok-narrow",
                                               {"x-qun-verbose": "1"})
                        self.assertEqual(got.status, 400, got)
                        said.append(self.plain(got, i))
                    with self.subTest(key=key, id=a, owner_type=owner_type):
                        self.assertEqual(*said)

    def test_the_small_calls_tell_a_narrow_app_of_nobody(self):
        """Who is not in the group may be out of its sight, or nobody."""
        calls = [
            lambda i: self.server.call(
                "/v1.0/im/subAdministrators",
                {"openConversationId": OPEN_A, "userIds": [i], "role": 2}, "tok-narrow"),
            lambda i: self.server.oapi(
                "POST", "/topapi/chat/updategroupnick", "tok-narrow", None,
                {"chatid": "chat-a", "userid": i, "group_nick": "n"}),
            lambda i: self.server.oapi("POST", "/topapi/chat/qrcode/get", "tok-narrow", None,
                                       {"chatid": "chat-a", "userid": i})]
        for call in calls:
            self.assertEqual(self.plain(call("far"), "far"), self.plain(call("f-0"), "f-0"))

    def test_removing_another_corps_people_is_removing_nobody(self):
        for key, name in (("del_useridlist", "userid"), ("del_extidlist", "external")):
            got = [self.server.call("/v1.0/im/group/update", {"chatid": "chat-a", key: [i]}, OURS,
                                    {"x-qun-verbose": "1"}) for i in NAMES[name]]
            self.assertEqual([self.plain(g, i) for g, i in zip(got, NAMES[name])][:1] * 2,
                             [self.plain(g, i) for g, i in zip(got, NAMES[name])])

    def test_equal_ids_are_each_corps_own(self):
        self.server.load({"corps": [{"corpId": "dingC", "name": "丙", "users": [world.user("e1")],
                                     "apps": [world.app("c", world.PERMISSIONS, {"all": True})],
                                     "groups": [{"chatid": "chat-a", "name": "丙群", "owner": "e1",
                                                 "useridlist": ["e1"]}]}]})
        got = self.server.call("/v1.0/im/group/update", {"chatid": "chat-a", "name": "丙改"}, "tok-c")
        self.assertEqual(got.json, {"success": True})
        self.assertEqual(self.server.group("chat-a", "dingC")["name"], "丙改")
        self.assertEqual(self.server.group("chat-a", "dingA")["name"], "原名")
        both = self.server.admin("GET", "groups/chat-a")
        self.assertEqual(both.status, 409)
        self.assertTrue("dingA" in both.body.decode() and "dingC" in both.body.decode(), both)


if __name__ == "__main__":
    unittest.main()
