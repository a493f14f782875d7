# SPDX-License-Identifier: Apache-2.0
"""--limits dingtalk: the platform's limits on calls, with their answers on both APIs, and that
nothing is limited without it."""
import time
import unittest

import qun

RATE = "您的企业应用调用钉钉开放平台当前接口的所有请求都被暂时禁用了"
QUOTA = "您的企业本月的接口调用次数已达上限"
RATE_CODE = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
QUOTA_CODE = "Forbidden.AccessDenied.ApiCountLimitForOrg"
A_SECOND = 20
A_MONTH = 5000
UPDATE = "/v1.0/im/group/update"
APPS = 127  # enough that two calls of each, 20 times, are more than a month's


def the_world():
    world = qun.small_world("c1")
    (corp,) = world["corps"]
    (app,) = corp["apps"]
    corp["apps"] += [{**app, "appKey": f"app{i}", "accessToken": f"tok{i}"} for i in range(APPS)]
    corp["apps"] += [{**app, "appKey": "bare", "accessToken": "tok-bare", "permissions": []}]
    world["corps"] += qun.small_world("c2")["corps"]
    return world


class Limits(unittest.TestCase):
    def setUp(self):
        self.server = qun.Server("--limits", "dingtalk")
        self.server.__enter__()
        self.addCleanup(self.server.__exit__, None, None, None)
        self.server.load(the_world())
        self.link = self.server.connect()
        self.addCleanup(self.link.close)

    def update(self, token="tok-c1", **more):
        return self.server.call(UPDATE, {"chatid": "chat1", **more}, token, connection=self.link)

    def get(self, token="tok-c1", chatid="chat1"):
        return self.server.oapi("GET", "/chat/get", token, {"chatid": chatid},
                                connection=self.link)

    def user(self, token="tok-c1"):
        return self.server.oapi("POST", "/topapi/v2/user/get", token, {"userid": "u1"},
                                connection=self.link)

    def until_refused(self, call, refused):
        """How many calls passed before the first that was refused, which is given too. A machine
        may be so slow that they took more than a second: then they are made again."""
        for _ in range(20):
            began, passed, got = time.monotonic(), 0, call()
            while not refused(got) and passed < 2 * A_SECOND:
                passed, got = passed + 1, call()
            if time.monotonic() - began < 0.9:
                return passed, got
            self.wait_until_passed(call, refused)
            time.sleep(1.1)  # the second that this one began is over
        self.skipTest("this machine does not make 21 calls in a second")

    def wait_until_passed(self, call, refused):
        """Refused calls do not count, so the answer changes when the second is over."""
        end = time.monotonic() + qun.START_S
        while refused(call()):
            self.assertLess(time.monotonic(), end)

    def explained(self, got):
        return self.server.admin("GET", "requests/" + got.requestid).json

    def test_the_twenty_first_call_of_a_second_on_the_new_api(self):
        passed, got = self.until_refused(self.update, lambda a: a.status != 200)
        self.assertEqual(passed, A_SECOND)
        self.assertEqual((got.status, list(got.json)), (403, ["code", "requestid", "message"]))
        self.assertEqual((got.json["code"], got.json["message"], got.json["requestid"]),
                         (RATE_CODE, RATE, got.requestid))
        said = self.explained(got)
        self.assertEqual((said["rule"], said["value"]), ("app.rate", "app-c1"))

    def test_the_twenty_first_call_of_a_second_on_the_old_api(self):
        passed, got = self.until_refused(self.get, lambda a: a.json["errcode"] != 0)
        self.assertEqual(passed, A_SECOND)
        self.assertEqual((got.status, got.json), (200, {"errcode": 90018, "errmsg": RATE}))

        passed, got = self.until_refused(self.user, lambda a: a.json["errcode"] != 0)
        self.assertEqual(passed, A_SECOND)
        self.assertEqual((got.status, got.json), (200, {
            "errcode": 88, "sub_code": "90018", "sub_msg": RATE, "request_id": got.requestid,
            "errmsg": f"ding talk error[subcode=90018,submsg={RATE}]"}))

    def test_a_refused_call_does_nothing_and_other_apps_and_calls_go_on(self):
        _, got = self.until_refused(lambda: self.update(name="拒绝前"), lambda a: a.status != 200)
        got = self.update(name="拒绝后")
        if got.status == 403:
            self.assertEqual(self.server.group("chat1", "c1")["name"], "拒绝前")
        self.assertEqual(self.get().json["errcode"], 0)
        self.assertEqual(self.update("tok0").status, 200)
        self.assertEqual(self.update("tok-c2").status, 200)

    def test_a_second_later_it_passes_again(self):
        def refused(got):
            return got.status == 403
        self.until_refused(self.update, refused)
        began = time.monotonic()
        self.wait_until_passed(self.update, refused)
        self.assertLess(time.monotonic() - began, 2)

    def test_what_the_gate_refuses_does_not_count(self):
        for _ in range(2 * A_SECOND):
            self.assertEqual(self.update("tok-bare").json["code"],
                             "Forbidden.AccessDenied.AccessTokenPermissionDenied")
            self.assertEqual(self.update("none").json["code"], "InvalidAuthentication")

    def test_token_calls_have_no_limit(self):
        for _ in range(2 * A_SECOND):
            got = self.server.call("/v1.0/oauth2/accessToken",
                                   {"appKey": "app-c1", "appSecret": "secret-c1"},
                                   connection=self.link)
            self.assertEqual(got.status, 200)

    def test_the_call_after_the_five_thousandth_of_a_month(self):
        """Each pair of app and call is used 20 times at most, so no second limits it."""
        for i in range(A_MONTH - 1):
            call = self.get if i % 2 else self.update
            got = call(f"tok{i // (2 * A_SECOND)}")
            self.assertEqual(got.status == 200 and got.json.get("errcode", 0), 0, (i, got))
        self.assertEqual(self.user("tok0").json["errcode"], 0)  # people do not count
        self.assertEqual(self.update(f"tok{APPS - 1}").status, 200)  # the last one

        got = self.update(f"tok{APPS - 1}", name="over")
        self.assertEqual((got.status, got.json), (403, {
            "code": QUOTA_CODE, "message": QUOTA, "requestid": got.requestid}))
        said = self.explained(got)
        self.assertEqual((said["rule"], said["value"]), ("corp.quota", "c1"))
        self.assertNotEqual(self.server.group("chat1", "c1")["name"], "over")
        got = self.get(f"tok{APPS - 1}")
        self.assertEqual((got.status, got.json), (200, {"errcode": 90020, "errmsg": QUOTA}))
        got = self.server.oapi("POST", "/topapi/chat/updategroupnick", f"tok{APPS - 1}",
                               body={"chatid": "chat1", "userid": "u1", "group_nick": "n"})
        self.assertEqual((got.json["errcode"], got.json["sub_code"]), (88, "90020"))
        self.assertEqual(self.user("tok1").json["errcode"], 0)
        got = self.server.oapi("GET", "/auth/scopes", "tok1")  # which people an app may see
        self.assertEqual(got.json["errcode"], 0)
        self.assertEqual(self.update("tok-c2").status, 200)

        self.server.restart()
        self.link = self.server.connect()
        self.assertEqual(self.update(f"tok{APPS - 1}").status, 200)


class NoLimits(unittest.TestCase):
    def test_nothing_is_limited_unless_asked_for(self):
        for options in ((), ("--limits", "none")):
            with qun.Server(*options) as server:
                server.load(the_world())
                link = server.connect()
                for _ in range(5 * A_SECOND):
                    got = server.call(UPDATE, {"chatid": "chat1"}, "tok-c1", connection=link)
                    self.assertEqual(got.status, 200)
                link.close()

    def test_a_set_of_limits_that_there_is_not(self):
        got = qun.run("--limits", "feishu", "--check")
        self.assertEqual(got.returncode, 2)
        self.assertIn("--limits", got.stderr)


if __name__ == "__main__":
    unittest.main()
