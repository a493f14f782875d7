# SPDX-License-Identifier: Apache-2.0
"""/_qun/: what it tells is what the calls did, its errors say the cause and the way out, and
nobody without the admin token gets more than a sign of life."""
import json
import pathlib
import re
import unittest
import urllib.parse

import qun

UPDATE = "/v1.0/im/group/update"
OPEN_ID = "cid/b+c/0123456789abcdef==" # every character that base64 has beside letters


def world(corp="dingcorp1", **group):
    return qun.small_world(corp, openConversationId=OPEN_ID, **group)


def quote(text):
    return urllib.parse.quote(text, safe="")


class Admin(unittest.TestCase):
    def setUp(self):
        self.server = qun.Server()
        self.server.__enter__()
        self.addCleanup(self.server.__exit__, None, None, None)
        self.server.load(world())

    def update(self, body, corp="dingcorp1", **more):
        return self.server.call(UPDATE, {"chatid": "chat1", **body}, "tok-" + corp, **more)

    def get(self, path, status=200):
        got = self.server.admin("GET", path)
        self.assertEqual(got.status, status, got)
        self.assertEqual(got.headers["content-type"], "application/json;charset=utf-8")
        return got.json

    def error(self, method, path, status, says, **more):
        got = self.server.admin(method, path, **more)
        self.assertEqual(got.status, status, got)
        self.assertIn(says, got.json["error"])
        return got.json

    # ---- who may ----

    def test_nothing_without_the_admin_token(self):
        for method, path in [("POST", "worlds"), ("DELETE", "corps/dingcorp1"),
                             ("GET", "requests"), ("GET", "requests/x"), ("GET", "groups/chat1"),
                             ("GET", "groups/chat1/ledger"), ("GET", "metrics"),
                             ("GET", "openapi.json")]:
            for headers in [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "},
                            {"Authorization": qun.ADMIN_TOKEN},
                            {"Authorization": "Basic " + qun.ADMIN_TOKEN},
                            {"x-acs-dingtalk-access-token": "tok-dingcorp1"}]:
                with self.subTest(path=path, headers=headers):
                    body = json.dumps(world("dingother")) if method == "POST" else None
                    got = self.server.request(method, "/_qun/" + path, body, headers)
                    self.assertEqual(got.status, 401, got)
                    self.assertEqual(list(got.json), ["error"])
                    self.assertEqual(got.headers["www-authenticate"], "Bearer")
        self.assertIsNotNone(self.server.group("chat1"))
        self.assertIsNone(self.server.group("chat1", "dingother"))

    def test_health_needs_no_token(self):
        for path in ("/_qun/healthz", "/_qun/readyz"):
            for headers in ({}, {"Authorization": "Bearer wrong"}):
                got = self.server.request("GET", path, headers=headers)
                self.assertEqual((got.status, got.json), (200, {"status": "ok"}))

    def test_unknown_paths_and_methods(self):
        self.error("GET", "nope", 404, "docs/reference/api.md")
        self.error("PUT", "worlds", 405, "docs/reference/api.md")
        for path, allow in (("worlds", "POST"), ("metrics", "GET, HEAD"), ("corps/x", "DELETE")):
            got = self.server.request("PATCH", "/_qun/" + path,
                                      headers={"Authorization": "Bearer " + qun.ADMIN_TOKEN})
            self.assertEqual((got.status, got.headers["allow"]), (405, allow), got)
        self.error("GET", "requests?limit=%zz", 400, "limit")

    # ---- worlds and corps ----

    def test_a_world_comes_back_with_what_was_left_out(self):
        got = self.server.load({"corps": [{"corpId": "dingnew", "apps": [{}], "users": [{}]}]})
        (corp,) = got["corps"]
        app, user = corp["apps"][0], corp["users"][0]
        self.assertTrue(app["appKey"] and user["userid"] and user["unionid"])
        token = self.server.oapi("GET", "/gettoken", query={
            "appkey": app["appKey"], "appsecret": app["appSecret"]}).json
        self.assertEqual(token["errcode"], 0)

    def test_an_app_without_a_token_is_given_one_that_works(self):
        new = {"corps": [{"corpId": "dingnew", "users": [{"userid": "u1"}],
                          "apps": [{"appKey": "k", "permissions": ["qyapi_chat_manage"]}],
                          "groups": [{"chatid": "chatnew", "name": "n", "owner": "u1",
                                      "useridlist": ["u1"]}]}]}
        tokens = []
        for mode in ("create", "create", "replace"):
            (app,) = self.server.load(new, mode)["corps"][0]["apps"]
            tokens.append(app.get("accessToken"))
        self.assertIsNone(tokens[1])  # the app was there, and stayed as it was
        for token, status in ((tokens[0], 400), (tokens[2], 200)):
            got = self.server.call(UPDATE, {"chatid": "chatnew"}, token)
            self.assertEqual(got.status, status, got)

    def test_create_leaves_what_exists_and_replace_does_not(self):
        self.assertEqual(self.update({"name": "changed"}).status, 200)
        self.server.load(world(name="from file"))
        self.assertEqual(self.server.group("chat1")["name"], "changed")
        self.server.load(world(name="from file"), mode="replace")
        self.assertEqual(self.server.group("chat1")["name"], "from file")

    def test_a_bad_world_names_the_place_and_changes_nothing(self):
        good = world("dingother")
        bad = world("dingthird", owner="nobody")
        for body, says in [
            ({"corps": good["corps"] + bad["corps"]}, "corps[1].groups[0].owner"),
            ({"corps": [{"corpId": "dingother", "name": 7}]}, "corps[0].name"),
            ({}, "corps"),
            ('{"corps":[', "line 1"),
            ("", "world"),
            ({"corps": [{"corpId": "dingother", "media": [{"file": "/etc/passwd"}]}]},
             "corps[0].media[0].file"),
        ]:
            with self.subTest(says=says):
                self.error("POST", "worlds", 400, says, body=body)
        self.error("POST", "worlds?mode=delete", 400, "mode", body=good)
        self.assertIsNone(self.server.group("chat1", "dingother"))

    def test_a_deleted_corp_is_gone_and_others_stay(self):
        self.server.load(world("dingother"))
        got = self.server.admin("DELETE", "corps/dingother")
        self.assertEqual((got.status, got.json), (200, {"success": True}))
        self.assertIsNone(self.server.group("chat1", "dingother"))
        self.assertEqual(self.update({"name": "x"}, "dingother").json["code"],
                         "InvalidAuthentication")
        self.assertEqual(self.update({"name": "x"}).status, 200)
        self.error("DELETE", "corps/dingother", 404, "dingother")

    # ---- explanations ----

    def test_a_refusal_is_explained(self):
        got = self.update({"name": "n" * 21})
        said = self.get("requests/" + got.requestid)
        self.assertRegex(said.pop("at"), r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertGreater(said.pop("micros"), 0)
        self.assertEqual(sorted(said.pop("hint")), ["en", "zh"])
        self.assertEqual(said, {
            "requestid": got.requestid, "corpId": "dingcorp1", "app": "app-dingcorp1",
            "api": "UpdateGroup", "status": 400, "code": "parameter.invalid",
            "rule": "name.length", "field": "name", "value": "n" * 21,
            "detail": "21 characters, at most 20"})

    def test_a_success_tells_outcome_and_changes(self):
        got = self.update({"add_useridlist": ["u3", "u2"], "del_useridlist": ["u4"],
                           "managementOptions": {"searchable": 1}})
        said = self.get("requests/" + got.requestid)
        self.assertEqual(said["outcome"], {
            "add_useridlist": {"u3": "added", "u2": "already_member"},
            "del_useridlist": {"u4": "not_member"}})
        self.assertEqual(said["changed"], ["members", "managementOptions.searchable"])
        self.assertEqual(said["implied"], ["managementOptions.showHistoryType"])
        self.assertEqual((said["status"], said["code"]), (200, ""))
        self.assertNotIn("rule", said)

    def test_a_long_outcome_is_counted(self):
        got = self.update({"del_useridlist": [f"{i:064}" for i in range(1000)]})
        said = self.get("requests/" + got.requestid)["outcome"]
        told = len(said["del_useridlist"])
        self.assertGreater(told, 10)
        self.assertEqual(told + said["more"], 1000)

    def test_the_gates_refusals_are_explained_without_secrets(self):
        got = self.server.call(UPDATE, {"chatid": "chat1"}, "secret-token")
        said = self.get("requests/" + got.requestid)
        self.assertEqual((said["rule"], said["corpId"], said["app"]), ("token.valid", "", ""))
        got = self.server.call("/v1.0/oauth2/accessToken",
                               {"appKey": "app-dingcorp1", "appSecret": "secret-" + "x" * 500})
        self.assertEqual(got.status, 400)
        self.assertNotIn("secret-", json.dumps(self.get("requests")))

    def test_explanations_are_listed_newest_first_and_filtered(self):
        self.server.load(world("dingother"))
        ids = [self.update({"name": name}, corp).requestid for name, corp in [
            ("a", "dingcorp1"), ("", "dingcorp1"), ("b", "dingother"), ("", "dingother")]]
        for query, want in [
            ("", [3, 2, 1, 0]), ("?limit=2", [3, 2]), ("?limit=1000", [3, 2, 1, 0]),
            ("?app=app-dingother", [3, 2]), ("?code=parameter.invalid", [3, 1]), ("?code=", [2, 0]),
            ("?app=app-dingcorp1&code=parameter.invalid", [1]), ("?app=nobody", []),
        ]:
            with self.subTest(query=query):
                self.assertEqual([x["requestid"] for x in self.get("requests" + query)],
                                 [ids[i] for i in want])
        for limit in ("0", "1001", "x", "-1"):
            self.error("GET", "requests?limit=" + limit, 400, "limit")
        self.error("GET", "requests/" + "0" * 36, 404, "0" * 36)

    # ---- groups ----

    def test_a_group_is_told_in_full_by_either_id(self):
        (template,) = world()["corps"][0]["groups"]
        said = self.get("groups/chat1")
        self.assertEqual(said, self.get("groups/" + quote(OPEN_ID)))
        self.assertEqual(said, {
            "chatid": "chat1", "openConversationId": OPEN_ID, "corpId": "dingcorp1",
            "name": template["name"], "owner": "u1", "ownerType": "emp", "icon": "",
            "conversationTag": 0, "createdBy": "", "memberCount": 2, "version": 1,
            "dissolved": False, "privateChatProhibited": False,
            "managementOptions": {o: 0 for o in (
                "mentionAllAuthority", "showHistoryType", "validationType", "searchable",
                "chatBannedType", "managementType")},
            "members": [{"type": "emp", "id": "u1", "role": "owner"},
                        {"type": "emp", "id": "u2", "role": "member"}]})
        self.error("GET", "groups/chat0", 404, "chat0")

    def test_a_group_of_several_corps_needs_one_named(self):
        self.server.load(world("dingother"))
        for path in ("groups/chat1", "groups/chat1/ledger", "groups/" + quote(OPEN_ID)):
            got = self.error("GET", path, 409, "corpId")
            self.assertEqual(sorted(got["corpIds"]), ["dingcorp1", "dingother"])
        self.assertEqual(self.get("groups/chat1?corpId=dingother")["corpId"], "dingother")
        self.error("GET", "groups/chat1?corpId=dingthird", 404, "chat1")

    def test_the_ledger_is_told_in_pages_oldest_first(self):
        for i in range(120):
            self.assertEqual(self.update({"name": f"n{i}"}).status, 200)
        last = self.get("groups/chat1/ledger")
        self.assertEqual([e["version"] for e in last], list(range(22, 122)))
        whole, after = [], 0
        while page := self.get(f"groups/chat1/ledger?after={after}&limit=50"):
            whole += page
            after = page[-1]["number"]
        self.assertEqual([e["version"] for e in whole], list(range(1, 122)))
        self.assertEqual([e["previous"] for e in whole], [0] + [e["number"] for e in whole[:-1]])
        self.assertEqual((whole[0]["actor"], whole[0]["requestid"]), ("world", ""))
        self.assertEqual(whole[-1]["change"]["name"], {"before": "n118", "after": "n119"})
        self.assertEqual(whole[-1]["actor"], "app-dingcorp1")
        self.assertEqual(self.get("requests/" + whole[-1]["requestid"])["changed"], ["name"])
        for query in ("limit=0", "limit=1001", "after=-1", "after=x"):
            self.error("GET", "groups/chat1/ledger?" + query, 400, query.split("=")[0])
        self.error("GET", "groups/chat0/ledger", 404, "chat0")

    # ---- the process ----

    def test_metrics_are_prometheus_text_and_count(self):
        def metrics():
            got = self.server.admin("GET", "metrics")
            self.assertEqual(got.headers["content-type"],
                             "text/plain; version=0.0.4; charset=utf-8")
            values = {}
            for line in got.body.decode().splitlines():
                if line.startswith("#"):
                    self.assertRegex(line, r"^# (HELP|TYPE) [a-z_]+ \S")
                    continue
                found = re.fullmatch(r'([a-z_]+(?:\{(?:class|le)="[\w.+]+"\})?) ([\d.]+)', line)
                self.assertTrue(found, line)
                values[found[1]] = float(found[2])
            return values
        before = metrics()
        self.assertEqual(self.update({"name": "x"}).status, 200)
        self.assertEqual(self.update({"name": ""}).status, 400)
        unspeakable = {"Transfer-Encoding": "gzip, chunked"}
        self.assertEqual(self.server.request("GET", "/", headers=unspeakable).status, 501)
        after = metrics()
        def grown(name):
            return after[name] - before[name]
        self.assertEqual(grown('qun_answers_total{class="2xx"}'), 2) # with the metrics before
        self.assertEqual(grown('qun_answers_total{class="4xx"}'), 1)
        self.assertEqual(grown('qun_answers_total{class="5xx"}'), 1) # refused by net itself
        self.assertEqual(grown("qun_store_changes_total"), 1)
        self.assertEqual(after["qun_store_queue_length"], 0)
        self.assertGreater(grown("qun_store_wal_pages_written_total"), 2) # chat, member, ledger
        self.assertGreater(after["process_resident_memory_bytes"], 1 << 20)
        self.assertEqual(grown("qun_store_commit_seconds_count"), 1)
        self.assertGreater(grown("qun_store_commit_seconds_sum"), 0)
        steps = [n for name, n in after.items() if name.startswith("qun_store_commit_seconds_b")]
        self.assertEqual(steps, sorted(steps))
        self.assertEqual(steps[-1], after["qun_store_commit_seconds_count"])
        self.assertIn("qun_http_connections", after)
        self.assertIn("qun_uptime_seconds", after)

    def test_the_openapi_document_is_the_committed_one(self):
        committed = pathlib.Path(qun.ROOT / "docs" / "reference" / "openapi.json")
        self.assertEqual(self.get("openapi.json"), json.loads(committed.read_text("utf-8")))


if __name__ == "__main__":
    unittest.main()
