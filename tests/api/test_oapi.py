# SPDX-License-Identifier: Apache-2.0
"""The old API: chat/get and the people's calls, where parameters and tokens may stand, and the
errors in their envelope, which is HTTP 200 whatever it holds."""
import json
import unittest
import urllib.parse

import qun
import wire

CORP = "dingcorp1"
TOKEN = "tok-" + CORP
OPTIONS = ["mentionAllAuthority", "showHistoryType", "validationType", "searchable",
           "chatBannedType", "managementType"]
FORM = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
SIZES = [1, 199, 200, 201, 202, 998]  # around what is read at once, and nearly the cap
BY_MOBILE, GET, BY_UNIONID = ("/topapi/v2/user/getbymobile", "/topapi/v2/user/get",
                              "/topapi/user/getbyunionid")
TOPAPI = [(BY_MOBILE, {"mobile": "13800000001"}), (GET, {"userid": "u1"}),
          (BY_UNIONID, {"unionid": "union1"})]


def member(i):
    return f"u{i}"


def the_world():
    world = qun.small_world(CORP, users=1000)
    (corp,) = world["corps"]
    corp["departments"] += [{"deptId": 7, "name": "b", "parentId": 1}]
    corp["users"][1]["deptIds"] = [1, 7]
    corp["users"] += [{"userid": "gone", "unionid": "ungone", "mobile": "13911111111",
                       "active": False}]
    corp["externalContacts"] += [{"unionid": "extu", "userid": "its-userid"}]
    (whole,) = corp["apps"]

    def app(name, permissions, scope):
        return {**whole, "appKey": name, "accessToken": "tok-" + name, "permissions": permissions,
                "visibleScope": scope}
    some = [p for p in whole["permissions"] if p != "fieldMobile"]
    corp["apps"] += [app("nomobile", some, {"all": True}), app("bare", [], {"all": True}),
                     app("narrow", some, {"userIds": ["u1"], "deptIds": [7]})]
    (group,) = corp["groups"]
    corp["groups"] += [{**group, "chatid": f"size{n}", "extidlist": ["ext1", "ext2"],
                        "useridlist": [member(i) for i in range(1, n + 1)]} for n in SIZES]
    corp["groups"] += [
        {**group, "chatid": "gone", "dissolved": True},
        {**group, "chatid": "full", "icon": "@icon1", "clientChatids": ["chatjs1"],
         "name": "群\"\\/名", "owner": "ext1", "ownerType": "ext", "extidlist": ["ext1"],
         "managementOptions": {o: 1 for o in OPTIONS}}]
    world["corps"] += qun.small_world("dingcorp2", chatid="theirs")["corps"]
    return world


class Oapi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = qun.Server()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        cls.server.load(the_world())

    def get(self, chatid, token=TOKEN):
        return self.server.oapi("GET", "/chat/get", token, {"chatid": chatid})

    def assert_errcode(self, got, errcode, errmsg):
        """The exact refusal of a call outside /topapi/."""
        self.assertEqual((got.status, got.json), (200, {"errcode": errcode, "errmsg": errmsg}))

    def assert_topapi_errcode(self, got, errcode, errmsg):
        self.assertEqual((got.status, got.json), (200, {
            "errcode": errcode, "errmsg": errmsg, "request_id": got.requestid}))

    def assert_gate(self, got, number, text):
        """How /topapi/ wraps what is wrong before the call itself."""
        self.assertEqual(got.status, 200)
        body = got.json
        body.pop("accessdenieddetail", None)
        self.assertEqual(body, {
            "errcode": 88, "sub_code": str(number), "sub_msg": text,
            "errmsg": f"ding talk error[subcode={number},submsg={text}]",
            "request_id": got.requestid})

    # ---- chat/get ----

    def test_the_exact_chat_info(self):
        got = self.get("full")
        self.assertEqual(got.headers["content-type"], "application/json;charset=utf-8")
        self.assertEqual(set(got.json), {"errcode", "errmsg", "chat_info"})
        self.assertEqual((got.json["errcode"], got.json["errmsg"]), (0, "ok"))
        info = got.json["chat_info"]
        self.assertEqual(sorted(info.pop("useridlist")), ["u1", "u2"])
        self.assertEqual(info, {
            "chatid": "full", "name": "群\"\\/名", "owner": "ext1", "extidlist": ["ext1"],
            "conversationTag": 0, "icon": "@icon1", "status": 1, **{o: 1 for o in OPTIONS}})

    def test_the_list_of_externals_is_there_when_it_is_empty(self):
        self.assertEqual(self.get("chat1").json["chat_info"]["extidlist"], [])

    def test_groups_of_every_size(self):
        for n in SIZES:
            with self.subTest(members=n):
                info = self.get(f"size{n}").json["chat_info"]
                self.assertEqual(sorted(info["useridlist"]),
                                 sorted(member(i) for i in range(1, n + 1)))
                self.assertEqual(sorted(info["extidlist"]), ["ext1", "ext2"])

    def test_large_and_small_reads_keep_their_order(self):
        order = ["size998", "chat1", "size998", "nothing", "size201", "full"]
        with wire.Wire(self.server) as w:
            for chatid in order:
                w.send(wire.head("GET", f"/chat/get?access_token={TOKEN}&chatid={chatid}"))
            got = [w.answer().json for _ in order]
        self.assertEqual([g.get("chat_info", {}).get("chatid") for g in got],
                         [c if c != "nothing" else None for c in order])

    def test_a_dissolved_group(self):
        self.assertEqual(self.get("gone").json["chat_info"]["status"], 2)

    def test_what_is_no_group_of_the_corp(self):
        for chatid in ("none", "theirs", "chatjs1", "c" * 65, "x" * 4000, "chat1 ", "Chat1", "群",
                       self.server.group("full")["openConversationId"]):
            with self.subTest(chatid=chatid[:70]):
                self.assert_errcode(self.get(chatid), 40016, "不合法的会话ID")

    def test_no_chatid(self):
        for query in ({}, {"chatid": ""}, {"chatId": "chat1"}):
            with self.subTest(query=query):
                got = self.server.oapi("GET", "/chat/get", TOKEN, query)
                self.assert_errcode(got, 49000, "缺少chatid")

    def test_any_place_for_the_parameters_of_a_get(self):
        pairs = {"access_token": TOKEN, "chatid": "chat1"}
        for in_query in ((), ("access_token",), ("chatid",), ("access_token", "chatid")):
            query = urllib.parse.urlencode({k: pairs[k] for k in in_query})
            form = urllib.parse.urlencode({k: v for k, v in pairs.items() if k not in in_query})
            with self.subTest(query=query, form=form):
                got = self.server.request("GET", "/chat/get?" + query, form, FORM)
                self.assertEqual(got.json["errcode"], 0, got)

    def test_values_are_percent_decoded(self):
        for target in (f"/chat/get?access_token={TOKEN}&chatid=%63hat%31",
                       f"/chat/get?ch%61tid=chat1&access_token={TOKEN}",
                       f"/chat/get?&&access_token={TOKEN}&&chatid=chat1&x&y=&=z&"):
            with self.subTest(target=target):
                self.assertEqual(self.server.request("GET", target).json["errcode"], 0)

    def test_a_query_that_is_no_query(self):
        for query in ("chatid=%zz", "chatid=%f", "chatid=%", "chatid=%ff%fe"):
            with self.subTest(query=query):
                target = f"/chat/get?access_token={TOKEN}&{query}"
                self.assertNotEqual(self.server.request("GET", target).json["errcode"], 0)

    def test_pairs_of_a_query_at_their_limit(self):
        for pairs, fine in ((255, True), (256, True), (257, False)):
            more = "&a=b" * (pairs - 2)
            target = f"/chat/get?access_token={TOKEN}&chatid=chat1{more}"
            with self.subTest(pairs=pairs):
                errcode = self.server.request("GET", target).json["errcode"]
                self.assertEqual(errcode == 0, fine, errcode)

    # ---- people ----

    def test_by_mobile(self):
        got = self.server.oapi("POST", BY_MOBILE, TOKEN, body={"mobile": "13800000007"})
        self.assertEqual((got.status, got.json), (200, {
            "errcode": 0, "errmsg": "ok", "result": {"userid": "u7"}, "request_id": got.requestid}))

    def test_details(self):
        got = self.server.oapi("POST", GET, TOKEN, body={"userid": "u2", "language": "en_US"})
        result = got.json.pop("result")
        self.assertEqual(got.json["request_id"], got.requestid)
        self.assertEqual(sorted(result.pop("dept_id_list")), [1, 7])
        self.assertEqual(result, {
            "userid": "u2", "unionid": "union2", "name": "user 2", "mobile": "13800000002",
            "active": True, "admin": False, "boss": False, "senior": False})

    def test_a_number_is_shown_only_with_its_permission(self):
        got = self.server.oapi("POST", GET, "tok-nomobile", body={"userid": "u2"})
        self.assertEqual(got.json["errcode"], 0)
        self.assertNotIn("mobile", got.json["result"])
        got = self.server.oapi("POST", BY_MOBILE, "tok-nomobile", body={"mobile": "13800000002"})
        self.assertEqual(got.json["result"], {"userid": "u2"})

    def test_by_unionid(self):
        for unionid, userid, kind in (("union3", "u3", 0), ("ext1", "ext1", 1),
                                      ("extu", "its-userid", 1)):
            with self.subTest(unionid=unionid):
                got = self.server.oapi("POST", BY_UNIONID, TOKEN, body={"unionid": unionid})
                self.assertEqual(got.json, {
                    "errcode": 0, "errmsg": "ok", "request_id": got.requestid,
                    "result": {"userid": userid, "contact_type": kind}})

    def test_nobody(self):
        cases = [
            (BY_MOBILE, {"mobile": "13800009999"}, 60121, "找不到该用户"),
            (GET, {"userid": "nobody"}, 33012, "无效的USERID"),
            (GET, {"userid": "union1"}, 33012, "无效的USERID"),
            (GET, {"userid": "ext1"}, 33012, "无效的USERID"),
            (GET, {"userid": "u" * 65}, 33012, "无效的USERID"),
            (BY_UNIONID, {"unionid": "nobody"}, 60121, "找不到该用户"),
            # who has left the company
            (BY_MOBILE, {"mobile": "13911111111"}, 60121, "找不到该用户"),
            (GET, {"userid": "gone"}, 33012, "无效的USERID"),
            (BY_UNIONID, {"unionid": "ungone"}, 60121, "找不到该用户"),
            (BY_UNIONID, {"unionid": "u1"}, 60121, "找不到该用户"),
            (BY_UNIONID, {"unionid": "its-userid"}, 60121, "找不到该用户"),
            *[(BY_MOBILE, {"mobile": m}, 40104, "电话号码无效")
              for m in ("x", "1380000000a", "138 0000 0001", "1" * 33)],
        ]
        for path, body, errcode, errmsg in cases:
            with self.subTest(path=path, body=body):
                self.assert_topapi_errcode(self.server.oapi("POST", path, TOKEN, body=body),
                                           errcode, errmsg)

    def test_who_is_out_of_sight(self):
        for path, seen, unseen in (
                (GET, {"userid": "u2"}, {"userid": "u3"}),
                (BY_MOBILE, {"mobile": "13800000002"}, {"mobile": "13800000003"}),
                (BY_UNIONID, {"unionid": "union1"}, {"unionid": "union3"})):
            with self.subTest(path=path):
                got = self.server.oapi("POST", path, "tok-narrow", body=seen)
                self.assertEqual(got.json["errcode"], 0, got)
                got = self.server.oapi("POST", path, "tok-narrow", body=unseen)
                self.assert_topapi_errcode(got, 50002, "企业员工不在授权范围")

    def test_no_parameter(self):
        for path, body in TOPAPI:
            (key,) = body
            for sent in ({}, {key: ""}, {key: None}, None):
                with self.subTest(path=path, body=sent):
                    got = self.server.oapi("POST", path, TOKEN, body=sent)
                    self.assert_topapi_errcode(got, 400002, "参数错误")

    def test_any_place_for_the_parameters_of_a_post(self):
        for path, pairs in TOPAPI:
            whole = {"access_token": TOKEN, **pairs}
            requests = {
                "query": self.server.oapi("POST", path, TOKEN, pairs),
                "form": self.server.request("POST", path, urllib.parse.urlencode(whole), FORM),
                "token in the query, form": self.server.oapi(
                    "POST", path, TOKEN, body=urllib.parse.urlencode(pairs), headers=FORM),
                "token in the query, JSON": self.server.oapi("POST", path, TOKEN, body=pairs),
                "JSON without a type": self.server.oapi("POST", path, TOKEN,
                                                        body=json.dumps(pairs)),
                "chunked": self.chunked(f"{path}?access_token={TOKEN}", json.dumps(pairs)),
            }
            for what, got in requests.items():
                with self.subTest(path=path, what=what):
                    self.assertEqual(got.json["errcode"], 0, got)
                    self.assertEqual(got.json["result"]["userid"], "u1")

    def chunked(self, target, text):
        with wire.Wire(self.server) as w:
            return w.send(wire.chunked(target, [c.encode() for c in text])).answer()

    def test_what_the_java_sdk_sends(self):
        """Scalars as strings, lists as lists, and a wish for XML that nobody follows."""
        body = {"userid": "u1", "language": "zh_CN", "number": "7", "flag": "true", "list": [1]}
        got = self.server.oapi("POST", GET, TOKEN, body=json.dumps(body), headers={
            "Content-Type": "application/json;charset=utf-8", "User-Agent": "top-sdk-java",
            "Accept": "text/xml,text/javascript"})
        self.assertEqual(got.headers["content-type"], "application/json;charset=utf-8")
        self.assertEqual(got.json["result"]["userid"], "u1")

    def test_what_is_no_body(self):
        for body, headers in ((b"{", {}), (b"[]", {}), (b'{"userid":"u1","userid":"u2"}', {}),
                              (b'{"userid":"\xff"}', {}), (b'{"userid":"u1"} x', {}),
                              (b'{"userid":{"a":1}}', {}), (b"userid=%zz", FORM)):
            with self.subTest(body=body):
                got = self.server.oapi("POST", GET, TOKEN, body=body,
                                       headers={"Content-Type": "application/json", **headers})
                self.assertEqual(got.status, 200)
                self.assertNotEqual(got.json["errcode"], 0)
                self.assertEqual(got.json["request_id"], got.requestid)

    # ---- the gate ----

    def test_a_token_that_is_none(self):
        text = "不合法的access_token"
        for token in ("no", "6d1b", f'"{TOKEN}"', TOKEN.upper(), TOKEN + " ", "t" * 4000):
            with self.subTest(token=token[:40]):
                self.assert_errcode(self.get("chat1", token), 40014, text)
                for path, body in TOPAPI:
                    self.assert_gate(self.server.oapi("POST", path, token, body=body), 40014, text)

    def test_no_token(self):
        """Absent and empty are one: 41001, as the official table says."""
        text = "缺少access_token参数"
        header = {"x-acs-dingtalk-access-token": TOKEN, "Authorization": "Bearer " + TOKEN}
        got = self.server.oapi("GET", "/chat/get", None, {"chatid": "chat1"}, headers=header)
        self.assert_errcode(got, 41001, text)
        self.assert_errcode(self.server.oapi("POST", "/media/upload"), 41001, text)
        for path, body in TOPAPI:
            self.assert_gate(self.server.oapi("POST", path, body=body, headers=header),
                             41001, text)
            self.assert_gate(self.server.oapi("POST", path, "", body=body), 41001, text)

    def test_a_missing_permission(self):
        text = "没有调用该接口的权限"
        got = self.get("chat1", "tok-bare")
        self.assertEqual((got.json["errcode"], got.json["errmsg"]), (60011, text))
        for path, body in TOPAPI:
            self.assert_gate(self.server.oapi("POST", path, "tok-bare", body=body), 60011, text)

    def test_the_wrong_method(self):
        for method in ("POST", "PUT", "DELETE", "PATCH", "FOO"):
            got = self.server.oapi(method, "/chat/get", TOKEN, {"chatid": "chat1"})
            self.assertEqual((got.status, got.json["errcode"], got.json["errmsg"]),
                             (200, 43001, "需要GET请求"), got)
        for path, body in TOPAPI:
            for method in ("GET", "PUT", "DELETE"):
                got = self.server.oapi(method, path, TOKEN, body)
                self.assertEqual((got.status, got.json["errcode"], got.json["errmsg"]),
                                 (200, 43002, "需要POST请求"), got)

    def test_a_path_that_is_none(self):
        for path in ("/", "/chat", "/chat/get/", "/chat/Get", "/chat/updates", "/gettoken/x", "/v1",
                     "/chat%2Fget", "/user/get", "//chat/get", "/chat/../chat/get"):
            for method in ("GET", "POST"):
                with self.subTest(method=method, path=path):
                    self.assert_errcode(self.server.request(method, path), 404,
                                        "请求的URI地址不存在")

    def test_an_unknown_topapi_method(self):
        for path in ("/topapi/none", "/topapi/v2/user", "/topapi/v2/user/get/", "/topapi/"):
            for method in ("GET", "POST"):
                with self.subTest(method=method, path=path):
                    got = self.server.oapi(method, path, TOKEN)
                    self.assertEqual((got.status, got.json["errcode"]), (200, 22), got)
                    self.assertIn("Invalid method[submsg=不合法ApiName，ApiName = ",
                                  got.json["errmsg"])
                    self.assertEqual(got.json["request_id"], got.requestid)

    def test_ids_of_requests(self):
        got = self.server.oapi("POST", GET, TOKEN, body={"userid": "u1"})
        self.assertRegex(got.json["request_id"], r"^[0-9a-z]{12,13}$")
        again = self.server.oapi("POST", GET, TOKEN, body={"userid": "u1"})
        self.assertNotEqual(got.requestid, again.requestid)
        self.assertNotIn("request_id", self.get("chat1").json)
        said = self.server.admin("GET", "requests/" + got.requestid).json
        self.assertEqual((said["api"], said["status"], said["code"]),
                         ("OapiV2UserGet", 200, ""))

    def test_a_refusal_is_explained(self):
        got = self.server.oapi("GET", "/chat/get", TOKEN, {"chatid": "none"},
                               headers={"x-qun-verbose": "1"})
        self.assertEqual((got.json["errcode"], got.json["rule"], got.json["field"],
                          got.json["value"]), (40016, "chat.known", "chatid", "none"))
        said = self.server.admin("GET", "requests/" + got.requestid).json
        self.assertEqual((said["rule"], said["code"], said["app"]),
                         ("chat.known", "40016", "app-" + CORP))

    def test_a_change_is_seen_at_once(self):
        for i in range(5):
            name = f"now {i}"
            self.server.call("/v1.0/im/group/update", {"chatid": "chat1", "name": name}, TOKEN)
            self.assertEqual(self.get("chat1").json["chat_info"]["name"], name)


if __name__ == "__main__":
    unittest.main()
