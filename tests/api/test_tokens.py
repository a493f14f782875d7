# SPDX-License-Identifier: Apache-2.0
"""The three calls that give an access token: what they give, for how long, to whom, and how often
one may be wrong. Expiry itself is tests/store's, which can set the clock."""
import http.client
import json
import threading
import unittest
import urllib.parse

import qun

LIMIT = 10  # wrong secrets per app and address within a minute
REMEMBERED = 4096  # tokens in the cache of a loop
CORP = "dingcorp1"
KEY, SECRET = "app-" + CORP, "secret-" + CORP
TOKEN = r"^[0-9a-f]{32}$"
THROTTLED = "您的企业应用调用钉钉开放平台当前接口的所有请求都被暂时禁用了"


def access_token(server, key=KEY, secret=SECRET, **more):
    return server.call("/v1.0/oauth2/accessToken", {"appKey": key, "appSecret": secret}, **more)


def corp_token(server, key=KEY, secret=SECRET, corp=CORP, grant="client_credentials", **more):
    return server.call(f"/v1.0/oauth2/{urllib.parse.quote(corp, safe='')}/token", {
        "client_id": key, "client_secret": secret, "grant_type": grant}, **more)


def gettoken(server, key=KEY, secret=SECRET, **more):
    return server.oapi("GET", "/gettoken", query={"appkey": key, "appsecret": secret}, **more)


CALLS = [(access_token, "accessToken"), (corp_token, "access_token"), (gettoken, "access_token")]


def given(server, call=access_token, **more):
    """The token that a call gives, or None."""
    return call(server, **more).json.get("accessToken" if call is access_token else "access_token")


def update(server, token, corp=CORP):
    return server.call("/v1.0/im/group/update", {"chatid": "chat1"}, token)


class Tokens(unittest.TestCase):
    """On a server that every test leaves as it was, but for wrong attempts: each uses an app of
    its own for those."""

    @classmethod
    def setUpClass(cls):
        cls.server = qun.Server()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        world = qun.small_world(CORP)
        (app,) = world["corps"][0]["apps"]
        world["corps"][0]["apps"] += [
            {**app, "appKey": f"app{i}", "appSecret": f"secret{i}", "accessToken": f"tok{i}"}
            for i in range(60)]
        world["corps"] += qun.small_world("dingcorp2")["corps"]
        cls.server.load(world)
        cls.used = 0

    def fresh(self):
        """The key and the secret of an app with which nobody was wrong yet."""
        type(self).used += 1
        return {"key": f"app{self.used - 1}", "secret": f"secret{self.used - 1}"}

    def assert_error(self, got, status, code, message):
        self.assertEqual(got.status, status, got)
        self.assertEqual(got.json, {"requestid": got.requestid, "code": code, "message": message})

    def assert_errcode(self, got, errcode, errmsg):
        self.assertEqual((got.status, got.json), (200, {"errcode": errcode, "errmsg": errmsg}))

    def from_address(self, address, call, **more):
        link = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=qun.START_S,
                                          source_address=(address, 0))
        try:
            return call(self.server, connection=link, **more)
        finally:
            link.close()

    # ---- what is given ----

    def test_the_exact_answers(self):
        got = access_token(self.server)
        self.assertRegex(got.json["accessToken"], TOKEN)
        self.assertEqual((got.status, got.json),
                         (200, {"accessToken": got.json["accessToken"], "expireIn": 7200}))
        token = got.json["accessToken"]
        got = corp_token(self.server)
        self.assertEqual((got.status, got.json), (200, {"access_token": token, "expires_in": 7200}))
        got = gettoken(self.server)
        self.assertEqual((got.status, got.json), (200, {
            "errcode": 0, "access_token": token, "errmsg": "ok", "expires_in": 7200}))

    def test_asked_again_the_same_one_comes_back_renewed(self):
        first = given(self.server)
        for call, key in CALLS * 3:
            got = call(self.server).json
            self.assertEqual(got[key], first)
            self.assertEqual(got.get("expireIn", got.get("expires_in")), 7200)

    def test_each_app_has_its_own(self):
        tokens = {given(self.server)} | {given(self.server, **self.fresh()) for _ in range(3)}
        tokens.add(given(self.server, key="app-dingcorp2", secret="secret-dingcorp2"))
        self.assertEqual(len(tokens), 5)

    def test_it_works_on_both_apis(self):
        token = given(self.server)
        self.assertEqual(update(self.server, token).json, {"success": True})
        got = self.server.oapi("GET", "/chat/get", token, {"chatid": "chat1"})
        self.assertEqual((got.json["errcode"], got.json["chat_info"]["chatid"]), (0, "chat1"))

    def test_no_token_is_needed_or_looked_at(self):
        for token in ("", "no", "tok-dingcorp2"):
            self.assertEqual(access_token(self.server, token=token).status, 200)
        got = self.server.oapi("GET", "/gettoken", "no", {"appkey": KEY, "appsecret": SECRET})
        self.assertEqual(got.json["errcode"], 0)

    def test_gettoken_takes_no_json_body(self):
        got = self.server.request("GET", "/gettoken", {"appkey": KEY, "appsecret": SECRET})
        self.assert_errcode(got, 40035, "缺少参数 corpid or appkey")

    def test_gettoken_takes_a_form_body_of_a_get(self):
        got = self.server.request("GET", "/gettoken", f"appkey={KEY}&appsecret={SECRET}",
                                  {"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(got.json["errcode"], 0)

    def test_the_corp_of_the_path_is_percent_decoded(self):
        got = self.server.call("/v1.0/oauth2/%64ingcorp1/token", {
            "client_id": KEY, "client_secret": SECRET, "grant_type": "client_credentials"})
        self.assertEqual(got.status, 200, got)

    # ---- what is refused ----

    def test_a_wrong_secret(self):
        app = self.fresh()
        wrongs = [{**app, "secret": "wrong"}, {**app, "secret": ""},
                  {**app, "secret": app["secret"] + "x"}, {**app, "secret": app["secret"].upper()},
                  {"key": "nobody", "secret": "wrong"}, {"key": "nobody2", "secret": SECRET},
                  {"key": app["key"], "secret": SECRET}]
        for wrong in wrongs:
            with self.subTest(wrong=wrong):
                if wrong["secret"]:
                    self.assert_error(access_token(self.server, **wrong), 400,
                                      "invalidClientIdOrSecret", "无效的clientId或者clientSecret")
                self.assertNotEqual(access_token(self.server, **wrong).status, 200)
        self.assertEqual(access_token(self.server, **app).status, 200)
        self.assert_error(corp_token(self.server, **{**app, "secret": "wrong"}), 400,
                          "invalid.client", "invalid.client")
        self.assert_errcode(gettoken(self.server, **{**self.fresh(), "secret": "wrong"}), 40096,
                            "不合法的appKey或appSecret")

    def test_a_wrong_secret_and_an_unknown_app_look_alike(self):
        app = self.fresh()
        for call, _ in CALLS:
            a = call(self.server, key=app["key"], secret="wrong")
            b = call(self.server, key="nobody", secret="wrong")
            plain = [{k: v for k, v in got.json.items() if k != "requestid"} for got in (a, b)]
            self.assertEqual(plain[0], plain[1])
            self.assertEqual(a.status, b.status)

    def test_a_corp_that_is_not_the_apps(self):
        for corp in ("dingnone", "dingcorp2", "DINGCORP1", "c" * 65):
            with self.subTest(corp=corp):
                self.assert_error(corp_token(self.server, corp=corp), 500, "unknownError", "未知错误")

    def test_another_grant_type(self):
        for grant in ("authorization_code", "", "CLIENT_CREDENTIALS"):
            with self.subTest(grant=grant):
                got = corp_token(self.server, grant=grant)
                self.assertEqual(got.status, 400)
                if grant:
                    self.assert_error(got, 400, "unsupported.grant.type", "unsupported.grant.type")

    def test_a_missing_parameter(self):
        cases = [
            ("/v1.0/oauth2/accessToken", {"appKey": KEY, "appSecret": SECRET}),
            (f"/v1.0/oauth2/{CORP}/token", {"client_id": KEY, "client_secret": SECRET,
                                            "grant_type": "client_credentials"})]
        for target, whole in cases:
            for key in whole:
                for body in ({k: v for k, v in whole.items() if k != key}, {**whole, key: None}):
                    with self.subTest(body=body):
                        self.assert_error(self.server.call(target, body), 400, "Missing" + key,
                                          f"{key} is mandatory for this action.")
        for query in ({}, {"appkey": KEY}, {"appsecret": SECRET}):
            with self.subTest(query=query):
                self.assert_errcode(self.server.oapi("GET", "/gettoken", query=query), 40035,
                                    "缺少参数 corpid or appkey")

    def test_what_is_no_json_object(self):
        for target in ("/v1.0/oauth2/accessToken", f"/v1.0/oauth2/{CORP}/token"):
            for body in (b"", b"[]", b"{", b"appKey=a&appSecret=b"):
                got = self.server.request("POST", target, body)
                self.assert_error(got, 400, "Missingbody", "body is mandatory for this action.")

    def test_values_that_no_app_can_have_are_wrong_ones(self):
        for pair in ({"key": "k" * 65}, {"secret": "s" * 129}, {"key": 7}, {"secret": 7},
                     {"secret": [SECRET]}):
            with self.subTest(pair=pair):
                got = access_token(self.server, **pair)
                self.assert_error(got, 400, "invalidClientIdOrSecret",
                                  "无效的clientId或者clientSecret")

    def test_the_wrong_method(self):
        for method, target in (("GET", "/v1.0/oauth2/accessToken"),
                               ("GET", f"/v1.0/oauth2/{CORP}/token")):
            got = self.server.request(method, target)
            self.assertEqual((got.status, got.json["code"]), (404, "InvalidAction.NotFound"))

    # ---- how often ----

    def fail(self, call, app, times, address="127.0.0.1"):
        return [self.from_address(address, call, key=app["key"], secret="wrong")
                for _ in range(times)]

    def test_attempts_at_their_limit(self):
        for wrong, still in ((LIMIT - 1, True), (LIMIT, False), (LIMIT + 1, False)):
            with self.subTest(wrong=wrong):
                app = self.fresh()
                statuses = [a.status for a in self.fail(access_token, app, wrong)]
                self.assertEqual(statuses, [400] * min(wrong, LIMIT) + [403] * (wrong - LIMIT))
                got = access_token(self.server, **app)
                self.assertEqual(got.status == 200, still, got)
                if not still:  # the right secret, too
                    self.assert_error(got, 403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi",
                                      THROTTLED)
                    self.assert_errcode(gettoken(self.server, **app), 90018, THROTTLED)
                    self.assert_error(corp_token(self.server, **app), 403,
                                      "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", THROTTLED)
                    said = self.server.admin("GET", "requests/" + got.requestid).json
                    self.assertEqual(said["rule"], "token.attempts")

    def test_another_address_and_another_app_are_not_concerned(self):
        app, other = self.fresh(), self.fresh()
        self.fail(access_token, app, LIMIT)
        self.assertEqual(access_token(self.server, **app).status, 403)
        self.assertEqual(access_token(self.server, **other).status, 200)
        self.assertEqual(self.from_address("127.0.0.2", access_token, **app).status, 200)
        self.fail(access_token, app, LIMIT, "127.0.0.2")
        self.assertEqual(self.from_address("127.0.0.2", access_token, **app).status, 403)
        self.assertEqual(self.from_address("127.0.0.3", access_token, **app).status, 200)

    def test_the_three_calls_count_together(self):
        app = self.fresh()
        for i in range(LIMIT):
            self.assertNotIn("token", given(self.server, CALLS[i % 3][0], key=app["key"],
                                            secret="wrong") or "")
        for call, _ in CALLS:
            self.assertIsNone(given(self.server, call, **app))

    def test_an_app_that_does_not_exist_is_limited_alike(self):
        statuses = [a.status for a in self.fail(access_token, {"key": "ghost"}, LIMIT + 1)]
        self.assertEqual(statuses, [400] * LIMIT + [403])

    def test_right_ones_are_not_counted(self):
        app = self.fresh()
        for _ in range(LIMIT * 2):
            self.assertEqual(access_token(self.server, **app).status, 200)
        self.fail(access_token, app, LIMIT - 1)
        for _ in range(3):
            self.assertEqual(access_token(self.server, **app).status, 200)

    def test_a_given_token_still_works_while_its_app_is_limited(self):
        app = self.fresh()
        token = given(self.server, **app)
        self.fail(access_token, app, LIMIT)
        self.assertEqual(update(self.server, token).json, {"success": True})

    def test_attempts_at_the_same_moment_count_as_well(self):
        app = self.fresh()
        body = json.dumps({"appKey": app["key"], "appSecret": "wrong"}).encode()
        request = (b"POST /v1.0/oauth2/accessToken HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                   b"Content-Length: %d\r\n\r\n" % len(body)) + body
        socks = [self.server.raw() for _ in range(4 * LIMIT)]
        for sock in socks:
            sock.sendall(request[:-1])
        for sock in socks:
            sock.sendall(request[-1:])
        answers = [qun.read_all(sock) for sock in socks]
        for sock in socks:
            sock.close()
        tried = sum(b"invalidClientIdOrSecret" in a for a in answers)
        self.assertEqual(sum(b" 403 " in a[:20] for a in answers), len(socks) - tried)
        self.assertEqual(tried, LIMIT)

    def test_no_secret_is_told(self):
        canary = "canary-7f3a"
        got = access_token(self.server, secret=canary, headers={"x-qun-verbose": "1"})
        said = self.server.admin("GET", "requests/" + got.requestid)
        listed = self.server.admin("GET", "requests?limit=1000")
        for text in (got.body, said.body, listed.body, self.server.log().encode()):
            self.assertNotIn(canary.encode(), text)
            self.assertNotIn(SECRET.encode(), text)

    def test_a_stranger_may_not_send_large_bodies(self):
        for size, status in ((16383, 400), (16384, 400), (16385, 413)):
            body = '{"appKey":"nobody","appSecret":"%s"}'
            body %= "s" * (size - len(body) + 2)
            self.assertEqual(len(body), size)
            got = self.server.request("POST", "/v1.0/oauth2/accessToken", body,
                                      {"Content-Type": "application/json"})
            self.assertEqual(got.status, status, got)


class TokensLast(unittest.TestCase):
    def test_through_a_restart_and_kill_9(self):
        with qun.Server() as server:
            server.load(qun.small_world(CORP))
            token = given(server)
            for end in (server.stop, server.kill):
                end()
                server.start()
                self.assertEqual(update(server, token).json, {"success": True})
                self.assertEqual(given(server), token)

    def test_a_changed_secret_ends_the_old_token_at_once(self):
        with qun.Server() as server:
            server.load(qun.small_world(CORP))
            links = [server.connect() for _ in range(4)]  # on every loop
            old = given(server)

            def answers():
                return {server.call("/v1.0/im/group/update", {"chatid": "chat1"}, old,
                                    connection=link).json.get("code") for link in links}
            self.assertEqual(answers(), {None})
            world = qun.small_world(CORP)
            world["corps"][0]["apps"][0]["appSecret"] = "another"
            server.load(world, "replace")
            self.assertEqual(answers(), {"InvalidAuthentication"})
            self.assertEqual(access_token(server).json["code"], "invalidClientIdOrSecret")
            new = given(server, secret="another")
            self.assertNotEqual(new, old)
            self.assertEqual(update(server, new).json, {"success": True})
            server.load(qun.small_world(CORP), "replace")  # the first secret again
            self.assertEqual(answers(), {"InvalidAuthentication"})
            self.assertNotIn(given(server), (old, new))
            self.assertEqual(answers(), {"InvalidAuthentication"})

    def test_a_permission_taken_away_is_gone_at_once(self):
        with qun.Server() as server:
            server.load(qun.small_world(CORP))
            links = [server.connect() for _ in range(4)]

            def codes():
                return {server.call("/v1.0/im/group/update", {"chatid": "chat1"}, "tok-" + CORP,
                                    connection=link).json.get("code") for link in links}
            self.assertEqual(codes(), {None})
            world = qun.small_world(CORP)
            world["corps"][0]["apps"][0]["permissions"] = ["qyapi_chat_read"]
            server.load(world, "replace")
            self.assertEqual(codes(), {"Forbidden.AccessDenied.AccessTokenPermissionDenied"})
            server.load(qun.small_world(CORP), "replace")
            self.assertEqual(codes(), {None})

    def test_a_removed_corps_tokens_are_unknown_at_once(self):
        with qun.Server() as server:
            server.load(qun.small_world(CORP))
            tokens = [given(server), "tok-" + CORP]
            self.assertEqual(update(server, tokens[0]).json, {"success": True})
            self.assertEqual(server.admin("DELETE", "corps/" + CORP).status, 200)
            for token in tokens:
                self.assertEqual(update(server, token).json["code"], "InvalidAuthentication")
            self.assertEqual(access_token(server).json["code"], "invalidClientIdOrSecret")

    def test_a_token_of_a_corp_made_again_is_known_at_once(self):
        with qun.Server() as server:
            other = qun.small_world("dingcorp2")
            other["corps"][0]["apps"][0]["accessToken"] = "tok-" + CORP
            links = [server.connect() for _ in range(4)]  # on every loop
            for world in (qun.small_world(CORP), qun.small_world(CORP), other):
                (corp,) = server.load(world)["corps"]
                for link in links:
                    got = server.call("/v1.0/im/group/update", {"chatid": "chat1"}, "tok-" + CORP,
                                      connection=link)
                    self.assertEqual(got.json, {"success": True})
                    got = server.oapi("GET", "/chat/get", "tok-" + CORP, {"chatid": "chat1"},
                                      connection=link)
                    self.assertEqual(got.json["errcode"], 0)
                self.assertEqual(server.admin("DELETE", "corps/" + corp["corpId"]).status, 200)

    def test_more_tokens_than_a_loop_remembers(self):
        world = qun.small_world(CORP)
        (corp,) = world["corps"]
        (app,) = corp["apps"]
        corp["apps"] = [{**app, "appKey": f"app{i}", "accessToken": f"tok{i}"}
                        for i in range(REMEMBERED + 1)]
        with qun.Server("--io-threads", "1") as server:
            server.load(world)
            link = server.connect()
            # the last one takes the place of the first, which has to come back
            for i in [*range(REMEMBERED + 1), 0]:
                got = server.oapi("GET", "/chat/get", f"tok{i}", {"chatid": "chat1"},
                                  connection=link)
                self.assertEqual(got.json["errcode"], 0, i)
            link.close()

    def test_a_right_pair_is_right_while_its_app_is_made_again(self):
        with qun.Server() as server:
            world = qun.small_world(CORP, users=5000)  # so that its load takes a while
            server.load(world)
            again = threading.Thread(
                target=lambda: [server.load(world, "replace") for _ in range(4)])
            again.start()
            while again.is_alive():
                got = access_token(server)
                self.assertEqual(got.status, 200, got)
            again.join()


if __name__ == "__main__":
    unittest.main()
