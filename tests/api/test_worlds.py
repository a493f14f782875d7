# SPDX-License-Identifier: Apache-2.0
"""Worlds over HTTP: what is made, what comes back, what `replace` removes, every kind of mistake
with its place, and the limits. Also that the OpenAPI document and the server agree on paths."""
import copy
import json
import os
import re
import threading
import unittest

import qun

SHORT = os.environ.get("QUN_TEST_SIZE") == "short"
WORLD, OBJECTS = 32 << 20, 100000
UPDATE = "/v1.0/im/group/update"


def corp(**more):
    return {"corpId": "dingbad", "users": [{"userid": "u1"}, {"userid": "u2"}],
            "externalContacts": [{"unionid": "x1"}], "apps": [{"appKey": "app-bad"}],
            "departments": [{"deptId": 1}], "media": [{"mediaId": "@i"}], **more}


def group(**more):
    return corp(groups=[{"chatid": "bad1", "name": "n", "owner": "u1", "useridlist": ["u1"]},
                        {"chatid": "bad2", "name": "n", "owner": "u1", "useridlist": ["u1"],
                         **more}])


def one(kind, **object_):
    whole = corp()
    whole[kind] = [*whole[kind], object_]
    return whole


G = "corps[0].groups[1]"
# (the corp, the place that the answer names)
BAD = [
    (corp(corpId=""), "corps[0].corpId"), (corp(corpId="c" * 65), "corps[0].corpId"),
    (corp(coprId="dingx"), "corps[0].coprId"), (one("apps", permisions=[]), "corps[0].apps[1].permisions"),
    (corp(corpId=7), "corps[0].corpId"), (corp(name=""), "corps[0].name"),
    (corp(name="n" * 81), "corps[0].name"), (corp(users={}), "corps[0].users"),
    (corp(users=[7]), "corps[0].users[0]"), (corp(groups="x"), "corps[0].groups"),
    # ids that are there twice
    (one("users", userid="u1"), "corps[0].users[2]"),
    (corp(users=[{"userid": "a", "unionid": "u"}, {"userid": "b", "unionid": "u"}]),
     "corps[0].users[1]"),
    (corp(users=[{"mobile": "1"}, {"mobile": "1"}]), "corps[0].users[1]"),
    (one("externalContacts", unionid="x1"), "corps[0].externalContacts[1]"),
    (one("departments", deptId=1), "corps[0].departments[1]"),
    (one("apps", appKey="app-bad"), "corps[0].apps[1]"),
    (one("media", mediaId="@i"), "corps[0].media[1]"),
    (group(chatid="bad1"), G),
    (group(clientChatids=["bad1"]), G), (group(clientChatids=["js", "js"]), G),
    # what refers to nothing
    (one("users", userid="u3", deptIds=[2]), "corps[0].users[2].deptIds"),
    (one("departments", deptId=2, parentId=3), "corps[0].departments[1].parentId"),
    (corp(departments=[{"deptId": 1, "parentId": 2}, {"deptId": 2, "parentId": 1}]),
     "corps[0].departments"),
    (corp(departments=[{"deptId": 1, "parentId": 1}]), "corps[0].departments[0].parentId"),
    (one("apps", appKey="a", visibleScope={"userIds": ["no"]}), "corps[0].apps[1].visibleScope"),
    (one("apps", appKey="a", visibleScope={"deptIds": [9]}), "corps[0].apps[1].visibleScope"),
    (one("apps", appKey="a", visibleScope={"all": True, "userIds": ["u1"]}),
     "corps[0].apps[1].visibleScope"),
    (group(owner="no"), G + ".owner"), (group(owner="u2"), G + ".owner"),
    (group(owner="x1", ownerType="ext", conversationTag=0), G + ".owner"),
    (group(useridlist=["u1", "no"]), G + ".useridlist[1]"),
    (group(useridlist=["u1", "x1"]), G + ".useridlist[1]"),
    (group(conversationTag=0, extidlist=["no"]), G + ".extidlist[0]"),
    (group(conversationTag=2, extidlist=["x1"]), G),
    (group(admins=["u2"]), G + ".admins[0]"), (group(admins=["u1"]), G + ".admins[0]"),
    (group(icon="@no"), G + ".icon"), (group(createdBy="no"), G + ".createdBy"),
    # what is out of its range
    (group(name=""), G + ".name"), (group(name="n" * 21), G + ".name"),
    (group(name="a\nb"), G + ".name"), (group(name=None), G + ".name"),
    (group(conversationTag=1), G + ".conversationTag"),
    (group(conversationTag="0"), G + ".conversationTag"),
    (group(ownerType="x"), G + ".ownerType"), (group(chatid="c" * 65), G + ".chatid"),
    (group(chatid=""), G + ".chatid"),
    (group(managementOptions={"searchable": 2}), G + ".managementOptions.searchable"),
    (group(managementOptions={"searchable": "1"}), G + ".managementOptions.searchable"),
    (group(dissolved=1), G + ".dissolved"),
    (one("apps", appKey="a", permissions=[""]), "corps[0].apps[1].permissions[0]"),
    (one("apps", appKey="a", permissions=["p"] * 257), "corps[0].apps[1].permissions"),
    (one("apps", appKey="a", appSecret="s" * 129), "corps[0].apps[1].appSecret"),
    (one("apps", appKey="a", accessToken=""), "corps[0].apps[1].accessToken"),
    (one("users", userid="a", mobile="1" * 33), "corps[0].users[2].mobile"),
    (one("users", userid="a", deptIds=[1] * 101), "corps[0].users[2].deptIds"),
    (one("users", userid="a", active="yes"), "corps[0].users[2].active"),
    (one("departments", deptId=0), "corps[0].departments[1].deptId"),
    (one("departments", name="x"), "corps[0].departments[1].deptId"),
    (one("media", mediaId="@m", type="text"), "corps[0].media[1].type"),
    (one("media", mediaId="@m", file="icon.png"), "corps[0].media[1].file"),
    # what another corp has
    (one("apps", appKey="app-dingcorp1"), "corps[0].apps[1]"),
    (one("apps", appKey="a", accessToken="tok-dingcorp1"), "corps[0].apps[1]"),
]


class Worlds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = qun.Server()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        cls.server.load(qun.small_world())

    def refuse(self, bad, place):
        good = qun.small_world("dinggood", chatid="good")
        body = {"corps": [bad, *good["corps"]]}
        for made in ("dingbad", "dinggood"):  # should the test fail
            self.addCleanup(self.server.admin, "DELETE", "corps/" + made)
        got = self.server.admin("POST", "worlds", body)
        self.assertEqual(got.status, 400, got)
        self.assertIn(place, got.json["error"])
        self.assertIsNone(self.server.group("good"), "a part of it was made")
        self.assertIsNone(self.server.group("bad1"))
        got = self.server.admin("POST", "worlds?mode=replace", body)
        self.assertEqual(got.status, 400, got)
        self.assertIsNotNone(self.server.group("chat1"))

    def test_the_second_corp_of_an_id(self):
        self.assertIn("corps[1]", self.server.admin("POST", "worlds", {
            "corps": [{"corpId": "dingx"}, {"corpId": "dingx"}]}).json["error"])

    def test_what_is_generated_works(self):
        got = self.server.load({"corps": [{
            "users": [{}, {}], "externalContacts": [{}], "media": [{}],
            "apps": [{"permissions": ["qyapi_chat_manage", "qyapi_chat_read"]}]}]})
        (c,) = got["corps"]
        self.assertRegex(c["corpId"], r"^ding[0-9a-z]{8,}$")
        self.assertRegex(c["apps"][0]["appKey"], r"^ding[0-9a-z]{8,}$")
        self.assertRegex(c["media"][0]["mediaId"], r"^@.+$")
        self.assertNotEqual(c["users"][0]["userid"], c["users"][1]["userid"])
        self.addCleanup(self.server.admin, "DELETE", "corps/" + c["corpId"])
        app = c["apps"][0]
        token = self.server.call(f"/v1.0/oauth2/{c['corpId']}/token", {
            "client_id": app["appKey"], "client_secret": app["appSecret"],
            "grant_type": "client_credentials"}).json["access_token"]
        made = self.server.call("/v1.0/im/group/create", {
            "name": "n", "owner": c["users"][0]["userid"], "icon": c["media"][0]["mediaId"],
            "useridlist": [u["userid"] for u in c["users"]], "conversationTag": 0,
            "extidlist": [c["externalContacts"][0]["unionid"]]}, token)
        self.assertEqual(made.status, 200, made)
        got = self.server.load({"corps": [{"corpId": c["corpId"], "groups": [{
            "name": "n", "owner": c["users"][0]["userid"],
            "useridlist": [c["users"][0]["userid"]]}]}]})
        (g,) = got["corps"][0]["groups"]
        self.assertRegex(g["chatid"], r"^chat[0-9a-f]{32}$")
        self.assertRegex(g["openConversationId"], r"^cid[A-Za-z0-9+/]{22}==$")
        state = self.server.group(g["chatid"])
        self.assertEqual((state["conversationTag"], state["createdBy"]), (2, ""))
        self.assertEqual(self.server.call(UPDATE, {"chatid": g["chatid"], "name": "x"}, token).json,
                         {"success": True})

    def test_two_worlds_without_ids_are_two_worlds(self):
        a, b = (self.server.load({"corps": [{"apps": [{}]}]})["corps"][0] for _ in range(2))
        self.assertNotEqual(a["corpId"], b["corpId"])
        self.assertNotEqual(a["apps"][0]["appSecret"], b["apps"][0]["appSecret"])
        for c in (a, b):
            self.assertEqual(self.server.admin("DELETE", "corps/" + c["corpId"]).status, 200)

    def test_a_group_as_the_world_describes_it(self):
        options = {"mentionAllAuthority": 1, "searchable": 1}
        self.server.load({"corps": [corp(corpId="dingfull", apps=[{"appKey": "app-full"}], groups=[{
            "chatid": "full", "openConversationId": "cid-full", "conversationTag": 0, "name": "群",
            "owner": "x1", "ownerType": "ext", "createdBy": "app-full", "useridlist": ["u1", "u2"],
            "extidlist": ["x1"], "admins": ["u2"], "icon": "@i", "managementOptions": options,
            "dissolved": True}])]})
        self.addCleanup(self.server.admin, "DELETE", "corps/dingfull")
        self.assertEqual(self.server.group("full"), {
            "chatid": "full", "openConversationId": "cid-full", "corpId": "dingfull", "name": "群",
            "owner": "x1", "ownerType": "ext", "icon": "@i", "conversationTag": 0,
            "createdBy": "app-full", "memberCount": 3, "version": 1, "dissolved": True,
            "privateChatProhibited": False,
            "managementOptions": {**{o: 0 for o in (
                "showHistoryType", "validationType", "chatBannedType", "managementType")},
                **options},
            "members": [{"type": "emp", "id": "u1", "role": "member"},
                        {"type": "emp", "id": "u2", "role": "admin"},
                        {"type": "ext", "id": "x1", "role": "owner"}]})

    def test_create_is_harmless_to_repeat(self):
        before = self.server.group("chat1")
        for _ in range(3):
            self.server.load(qun.small_world())
        self.assertEqual(self.server.group("chat1"), before)
        self.assertEqual(len(self.server.admin("GET", "groups/chat1/ledger").json), 1)

    def test_create_adds_to_a_corp_what_is_absent(self):
        self.server.load(qun.small_world("dingmore", users=2))
        self.addCleanup(self.server.admin, "DELETE", "corps/dingmore")
        more = qun.small_world("dingmore", users=4, chatid="more", useridlist=["u1", "u4"])
        more["corps"][0]["users"][0]["active"] = False  # exists: stays as it is
        self.server.load(more)
        got = self.server.call(UPDATE, {"chatid": "chat1", "add_useridlist": ["u4"]},
                               "tok-dingmore")
        self.assertEqual(got.json, {"success": True})
        self.assertEqual(self.server.group("more")["memberCount"], 2)
        got = self.server.call(UPDATE, {"chatid": "more", "owner": "u4"}, "tok-dingmore")
        self.assertEqual(got.json, {"success": True})
        got = self.server.call(UPDATE, {"chatid": "more", "owner": "u1"}, "tok-dingmore")
        self.assertEqual(got.json, {"success": True})

    def test_replace_makes_exactly_what_it_says_and_leaves_other_corps(self):
        other = self.server.group("chat1", "dingcorp1")
        first = qun.small_world("dingrep", chatid="rep", useridlist=["u1", "u2", "u3"])
        first["corps"][0]["groups"].append({**first["corps"][0]["groups"][0], "chatid": "rep2"})
        self.server.load(first)
        self.addCleanup(self.server.admin, "DELETE", "corps/dingrep")
        self.server.call(UPDATE, {"chatid": "rep", "name": "x"}, "tok-dingrep")
        second = qun.small_world("dingrep", users=2, externals=0, chatid="rep", icon="@icon1")
        self.server.load(second, "replace")
        self.assertIsNone(self.server.group("rep2"))
        state = self.server.group("rep")
        self.assertEqual((state["name"], state["memberCount"], state["icon"]),
                         ("group", 2, "@icon1"))
        for who in ("u3", "u5"):
            body = {"chatid": "rep", "add_useridlist": [who]}
            got = self.server.call(UPDATE, body, "tok-dingrep")
            self.assertEqual(got.json["code"], "parameter.invalid")
        self.assertEqual(self.server.group("chat1", "dingcorp1"), other)

    def test_a_world_is_atomic_to_its_readers(self):
        """Two groups that every world gives the same name are never seen with two."""
        def world(i):
            w = qun.small_world("dingatom", chatid="atom1", name=f"n{i}")
            w["corps"][0]["groups"].append({**w["corps"][0]["groups"][0], "chatid": "atom2"})
            return w
        self.server.load(world(0))
        self.addCleanup(self.server.admin, "DELETE", "corps/dingatom")
        done, seen = threading.Event(), []

        def load():
            try:
                for i in range(1, 21):
                    self.server.load(world(i), "replace")
            finally:
                done.set()
        loader = threading.Thread(target=load)
        loader.start()
        while not done.is_set():
            seen.append([self.server.group(f"atom{i}") for i in (1, 2, 1)])
        loader.join()
        for a, b, c in seen:
            self.assertTrue(a and b and c, "a group was not there for a moment")
            names = [int(g["name"][1:]) for g in (a, b, c)]
            self.assertEqual(names, sorted(names))
        self.assertEqual(self.server.group("atom2")["name"], "n20")

    # ---- limits ----

    def test_the_size_of_a_world(self):
        body = json.dumps({"corps": [{"corpId": "dingsize"}]}).encode()
        self.addCleanup(self.server.admin, "DELETE", "corps/dingsize")
        for over, status in ((-1, 200), (0, 200), (1, 413)):
            with self.subTest(over=over):
                got = self.server.admin("POST", "worlds", body.ljust(WORLD + over))
                self.assertEqual(got.status, status)

    def test_nobody_else_may_send_that_much(self):
        body = b" " * (2 << 20)
        got = self.server.request("POST", "/_qun/worlds", body[:1000])
        self.assertEqual(got.status, 401)
        got = self.server.request("POST", "/_qun/worlds", body, {"Authorization": "Bearer no"})
        self.assertEqual(got.status, 401)

    def test_the_number_of_objects(self):
        for over, status in ((-1, 200), (0, 200), (1, 400))[1 if SHORT else 0:]:
            with self.subTest(over=over):
                users = [{"userid": f"o{i}"} for i in range(OBJECTS - 1 + over)]  # and the corp
                got = self.server.admin("POST", "worlds", {
                    "corps": [{"corpId": "dingmany", "users": users}]})
                self.assertEqual(got.status, status, got)
                if status == 200:
                    self.assertEqual(self.server.admin("DELETE", "corps/dingmany").status, 200)
                else:
                    self.assertIn("100", got.json["error"])

    def test_the_cap_of_members(self):
        for over, status in ((-1, 200), (0, 200), (1, 400)):
            ids = [f"u{i}" for i in range(1000 + over)]
            c = {"corpId": f"dingcap{over}", "users": [{"userid": i} for i in ids],
                 "groups": [{"name": "n", "owner": "u0", "useridlist": ids}]}
            with self.subTest(over=over):
                got = self.server.admin("POST", "worlds", {"corps": [c]})
                self.assertEqual(got.status, status, got)
                if status == 200:
                    self.server.admin("DELETE", "corps/" + c["corpId"])

    # ---- the document ----

    def test_every_path_of_the_openapi_document_works_and_no_other_is_known(self):
        document = self.server.admin("GET", "openapi.json").json
        self.assertTrue(document["openapi"].startswith("3.0"))
        for path in document["paths"]:
            target = re.sub(r"\{\w+\}", "none", path)
            # users/search is also a users/{unionId}
            methods = {method for other, methods in document["paths"].items() for method in methods
                       if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", other), target)}
            for method in ("get", "post", "put", "delete"):
                got = self.server.request(method.upper(), target, headers={
                    "Authorization": "Bearer " + qun.ADMIN_TOKEN})
                with self.subTest(method=method, path=path):
                    self.assertEqual(is_known(got), method in methods, got)
        for path in (UPDATE, "/v1.0/im/group/create", "/v1.0/oauth2/accessToken",
                     "/v1.0/im/chat/{chatId}/convertToOpenConversationId",
                     "/v1.0/oauth2/{corpId}/token", "/gettoken", "/chat/get", "/media/upload",
                     "/topapi/v2/user/getbymobile", "/topapi/v2/user/get",
                     "/topapi/user/getbyunionid"):
            self.assertIn(path, document["paths"])


def is_known(got):
    """Whether an answer is of a call that exists."""
    if not got.headers["content-type"].startswith("application/json"):
        return True
    said = got.json if isinstance(got.json, dict) else {}
    return (said.get("code") != "InvalidAction.NotFound"
            and said.get("errcode") not in (22, 404, 43001, 43002)
            and not said.get("error", "").startswith("no such path"))


def add_cases():
    for i, (bad, place) in enumerate(BAD):
        def test(self, bad=bad, place=place):
            self.refuse(copy.deepcopy(bad), place)
        test.__doc__ = f"refused at {place}"
        setattr(Worlds, f"test_refused_{i:02d}_" + re.sub(r"\W+", "_", place), test)


add_cases()

if __name__ == "__main__":
    unittest.main()
