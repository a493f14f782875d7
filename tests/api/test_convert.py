# SPDX-License-Identifier: Apache-2.0
"""convertToOpenConversationId: the path's parameter in every spelling, ids of the server and of
the client-side JSAPI, each refusal, and requests with and without an empty body."""
import re
import unittest
import urllib.parse

import qun
import rules_world as world
import wire

OPEN_ID = re.compile(r"^cid[A-Za-z0-9+/]{22}==$")
UNKNOWN = (400, "invalideChatId", "不合法的chatId")
SCOPE = (400, "permession.checkFailed", "群主不在应用可见性内")


def path(chatid, safe=""):
    return f"/v1.0/im/chat/{urllib.parse.quote(chatid, safe=safe)}/convertToOpenConversationId"


class Convert(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = qun.Server()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        groups = [
            world.group("chat-a", "ord", "a"),
            {**world.group("chat-j", "ord", "j"), "clientChatids": ["chatjs1", "chatjs2"]},
            world.group("chat-far", "owner_far", "f"), world.group("chat-ext", "owner_ext", "x"),
            world.group("chat-gone", "owner_gone", "g"),
            world.group("c" * 64, "ord", "l"),
        ]
        b = [{"chatid": "chat-b", "name": "乙群", "owner": "b1", "useridlist": ["b1"],
              "clientChatids": ["chatjs-b"]}]
        cls.server.load({"corps": [world.corp_a(groups), world.corp_b(b)]})

    def convert(self, target, token="tok-all", **more):
        return self.server.call(target, None, token, **more)

    def open_id(self, chatid):
        return self.server.group(chatid, "dingA")["openConversationId"]

    def assert_refused(self, got, want, rule):
        status, code, message = want
        self.assertEqual((got.status, got.json["code"], got.json["message"]), want, got)
        self.assertEqual(got.json["requestid"], got.requestid)
        said = self.server.admin("GET", "requests/" + got.requestid).json
        self.assertEqual((said["rule"], said["api"]), (rule, "ChatIdToOpenConversationId"), said)

    def test_a_chatid_in_any_spelling(self):
        want = {"openConversationId": self.open_id("chat-a")}
        self.assertRegex(want["openConversationId"], OPEN_ID)
        encoded = "".join(f"%{ord(c):02x}" for c in "chat-a")
        for spelling in ("chat-a", "chat%2Da", "chat%2da", encoded, encoded.upper()):
            target = f"/v1.0/im/chat/{spelling}/convertToOpenConversationId"
            with self.subTest(target=target):
                got = self.convert(target)
                self.assertEqual((got.status, got.json), (200, want))

    def test_an_id_of_64_characters(self):
        got = self.convert(path("c" * 64))
        self.assertEqual(got.json, {"openConversationId": self.open_id("c" * 64)})

    def test_ids_of_the_client_side_jsapi_are_accepted(self):
        for chatid in ("chatjs1", "chatjs2"):
            got = self.convert(path(chatid))
            self.assertEqual(got.json, {"openConversationId": self.open_id("chat-j")}, got)

    def test_who_owns_the_group_and_what_the_app_sees(self):
        for chatid, token in (("chat-far", "tok-all"), ("chat-gone", "tok-all"),
                              ("chat-a", "tok-narrow"), ("chat-ext", "tok-narrow"),
                              ("chat-gone", "tok-narrow")):
            with self.subTest(chatid=chatid, token=token):
                self.assertEqual(self.convert(path(chatid), token).status, 200)
        self.assert_refused(self.convert(path("chat-far"), "tok-narrow"), SCOPE, "owner.visible")

    def test_a_refusal_tells_what_was_sent_and_not_whose_group_it_is(self):
        said = self.server.call(path("chat-far"), None, "tok-narrow", {"x-qun-verbose": "1"}).json
        self.assertEqual((said["field"], said["value"]), ("chatId", "chat-far"))

    def test_what_is_no_group_of_the_corp(self):
        for chatid in ("chat-none", "chat-b", "chatjs-b", "c" * 63, "c" * 65, "x" * 1000, "chat%a",
                       "chat/a", "chat a", "群", "chat-a ", "Chat-a",
                       self.open_id("chat-a")):
            with self.subTest(chatid=chatid):
                self.assert_refused(self.convert(path(chatid)), UNKNOWN, "chat.known")

    def test_a_path_that_is_no_path(self):
        for target in (path("chat/a", "/"), path(""), path("chat%zz", "%"), path("chat%", "%"),
                       path("chat-a\0"), path("chat-a") + "/", path("chat-a") + "x",
                       "/v1.0/im/chat/chat-a",
                       path("chat-a").lower()):
            with self.subTest(target=target):
                got = self.convert(target)
                self.assertEqual((got.status, got.json["code"], got.json["message"]),
                                 (404, "InvalidAction.NotFound",
                                  "Specified api is not found, please check your url and method."))

    def test_the_gate(self):
        denied = self.convert(path("chat-a"), "tok-bare")
        self.assertEqual(denied.json["accessdenieddetail"], {"requiredScopes": ["qyapi_chat_read"]})
        for token, status, code in (
                (None, 400, "AuthenticationFailed.MissingParameter"),
                ("", 400, "AuthenticationFailed.MissingParameter"),
                ("no", 400, "InvalidAuthentication"),
                ("tok-bare", 403, "Forbidden.AccessDenied.AccessTokenPermissionDenied")):
            for chatid in ("chat-a", "chat-none"):
                got = self.convert(path(chatid), token)
                self.assertEqual((got.status, got.json["code"]), (status, code), got)

    def test_the_wrong_method(self):
        for method in ("GET", "PUT", "DELETE"):
            got = self.convert(path("chat-a"), method=method)
            self.assertEqual((got.status, got.json["code"]), (404, "InvalidAction.NotFound"), got)

    def test_with_and_without_a_body(self):
        want = {"openConversationId": self.open_id("chat-a")}
        token = "x-acs-dingtalk-access-token: tok-all"
        requests = {
            "no length": wire.head("POST", path("chat-a"), token),
            "length 0": wire.head("POST", path("chat-a"), token, "Content-Length: 0"),
            "chunked": wire.chunked(path("chat-a"), [], token),
            "a body": wire.post(path("chat-a"), b'{"chatId":"chat-none"}', token),
            "not JSON": wire.head("POST", path("chat-a"), token, "Content-Length: 3",
                                  "Content-Type: text/plain") + b"xyz",
        }
        with wire.Wire(self.server) as w:  # one after another, on one connection
            for what, sent in requests.items():
                with self.subTest(what=what):
                    got = w.send(sent).answer()
                    self.assertEqual((got.status, got.json), (200, want))


if __name__ == "__main__":
    unittest.main()
