# SPDX-License-Identifier: Apache-2.0
"""The HTTP example of DingTalk's page, byte for byte, against the demo world: it succeeds, it is
seen by a reader, and it is still there after kill -9. Over plain HTTP and over TLS."""
import tempfile
import unittest

import qun
import wire

HEAD = (b"POST /v1.0/im/group/update HTTP/1.1\r\n"
        b"Host:api.dingtalk.io\r\n"
        b"x-acs-dingtalk-access-token:6d1bxxxx\r\n"
        b"Content-Type:application/json\r\n")
BODY = """{
  "chatid" : "chatxxxx",
  "name" : "全员群。",
  "owner" : "04201724372xxxx",
  "ownerType" : "emp",
  "add_useridlist" : [ "userid1" ],
  "del_useridlist" : [ "userid1" ],
  "add_extidlist" : [ "unionId" ],
  "del_extidlist" : [ "unionId" ],
  "icon" : "@mediaId",
  "managementOptions" : {
    "mentionAllAuthority" : 0,
    "showHistoryType" : 0,
    "validationType" : 0,
    "searchable" : 0,
    "chatBannedType" : 0,
    "managementType" : 0
  }
}""".encode()


def post_example(server, tls):
    """Sends the page's bytes and nothing else but the Content-Length that every client adds."""
    with wire.Wire(server, tls) as w:
        return w.send(HEAD + b"Content-Length:%d\r\n\r\n" % len(BODY) + BODY).answer()


class PageExample(unittest.TestCase):
    def check(self, tls):
        with tempfile.TemporaryDirectory() as home:
            options = ["--demo", "--data", home + "/demo"]
            with qun.Server(*options, data=home + "/demo", tls=tls) as server:
                got = post_example(server, tls)
                self.assertEqual((got.status, got.body), (200, b'{"success":true}'), got)
                self.assertTrue(got.headers["content-type"].startswith("application/json"), got)
                before = self.seen(server, tls)
                self.assertEqual(before["name"], "全员群。")
                self.assertEqual(before["owner"], "04201724372xxxx")
                self.assertEqual(before["icon"], "@mediaId")
                self.assertNotIn("userid1", before["useridlist"])
                self.assertNotIn("unionId", before["extidlist"])
                self.assertEqual(before["status"], 1)
                server.kill()
                server.start()
                self.assertEqual(self.seen(server, tls), before)
                self.assertEqual(post_example(server, tls).json, {"success": True})
                self.assertEqual(self.seen(server, tls), before)

    def seen(self, server, tls):
        got = server.oapi("GET", "/chat/get", "6d1bxxxx", {"chatid": "chatxxxx"}, tls=tls)
        self.assertEqual(got.json["errcode"], 0, got)
        return got.json["chat_info"]

    def test_over_http(self):
        self.check(tls=False)

    def test_over_tls_with_the_generated_ca(self):
        self.check(tls=True)


if __name__ == "__main__":
    unittest.main()
