# SPDX-License-Identifier: Apache-2.0
"""Secrets stay where they were put: none of them is in a line of the log, an explanation, a
metric or an error's text, wherever in a request it stood and however it was refused. (A path
is no place for one: the path of a call that there is not is told.)

Each secret is a canary: a text that occurs nowhere else. That the search would find one is
shown by canaries that are no secrets, put into what is meant to be shown.
"""
import json
import os
import pathlib
import re
import shutil
import tempfile
import unittest
import urllib.parse

import multipart
import qun

CORP = "dingcanary"
# name: what it is in a request
SECRETS = {
    "admin": "canary-admin-5d1f0b", "app": "canary-app-77c1aa", "token": "canary-token-9be304",
    "wrong_secret": "canary-wrong-secret-1a2b", "wrong_token": "canary-wrong-token-3c4d",
    "wrong_admin": "canary-wrong-admin-5e6f", "cookie": "canary-cookie-7a8b",
    "basic": "canary-basic-9c0d", "body": "canary-body-e1f2", "new_app": "canary-new-app-a3b4",
    "new_token": "canary-new-token-c5d6", "mobile": "18877000001", "ext_mobile": "18877000002",
    "unknown_mobile": "18877000003", "bad_mobile": "18877000004x", "upload": "canary-upload-0f0f",
}
SHOWN = "canary-shown-name-of-more-than-20"  # a refused value: the log and explanations tell it


def world(secret, token, mobile):
    w = qun.small_world(CORP)
    corp = w["corps"][0]
    corp["apps"][0].update(appSecret=secret, accessToken=token)
    corp["users"][0]["mobile"] = mobile
    return w


class SecretsTest(unittest.TestCase):
    def setUp(self):
        self.seen = {}  # where: text
        self.issued = []

    def look(self, where, text):
        self.seen[where] = self.seen.get(where, "") + text

    def answered(self, a):
        """An error's text is for whoever sent the request; it must not repeat a secret."""
        if a.status >= 400 or b'"errcode":' in a.body and b'"errcode":0' not in a.body:
            self.look("refusals", a.body.decode("utf-8", "replace") + repr(a.headers))
        return a

    def request_everything(self, s):
        x, good = SECRETS, SECRETS["token"]
        update = "/v1.0/im/group/update"
        quoted = urllib.parse.quote
        headers = {"Cookie": x["cookie"], "Authorization": "Basic " + x["basic"],
                   "X-Forwarded-For": "203.0.113.9", "Referer": f"https://a/?t={x['cookie']}"}
        name = {"chatid": "chat1", "name": SHOWN}
        token_at = "/v1.0/oauth2/accessToken"
        calls = [
            ("POST", update, name, {"x-acs-dingtalk-access-token": good, **headers}),
            ("POST", update, name, {"x-acs-dingtalk-access-token": x["wrong_token"], **headers}),
            ("POST", update, name, {"x-acs-dingtalk-access-token": f'"{good}"'}),
            ("POST", update, name, {"x-acs-dingtalk-access-token": f"{good} "}),
            ("POST", f"{update}?access_token={good}", name, headers),
            ("POST", f"{update}?{good}", name, headers),
            ("POST", update, f'{{"chatid":"{x["body"]}', {"x-acs-dingtalk-access-token": good}),
            ("POST", update, f'{{"{x["body"]}":1,"{x["body"]}":2}}',
             {"x-acs-dingtalk-access-token": good}),
            ("POST", update, x["body"], {"x-acs-dingtalk-access-token": good,
                                         "Content-Type": "application/json"}),
            ("POST", update, {"chatid": "chat1", "access_token": good, "secret": x["body"]},
             {"x-acs-dingtalk-access-token": good}),
            ("GET", f"/chat/get?access_token={x['wrong_token']}&chatid=chat1", None, headers),
            ("GET", f"/chat/get?chatid=none&access_token={good}", None, headers),
            ("GET", f"/gettoken?appkey=app-{CORP}&appsecret={x['wrong_secret']}", None, headers),
            ("GET", f"/gettoken?appkey={x['wrong_secret']}&appsecret={x['app']}", None, headers),
            ("GET", f"/gettoken?appkey=app-{CORP}&appsecret={x['app']}", None, headers),
            ("POST", token_at, {"appKey": "app-" + CORP, "appSecret": x["wrong_secret"]}, headers),
            ("POST", token_at, {"appKey": "app-" + CORP, "appSecret": [x["wrong_secret"]]}, {}),
            ("POST", token_at, f'{{"appKey":"a","appSecret":"{x["wrong_secret"]}"', headers),
            ("POST", token_at, {"appKey": "app-" + CORP, "appSecret": x["app"]}, headers),
            ("GET", "/nothing/here?access_token=" + x["wrong_token"], None, headers),
            ("BREW", update, x["body"], headers),
            ("POST", f"/topapi/v2/user/getbymobile?access_token={good}",
             {"mobile": x["mobile"]}, headers),
            ("POST", f"/topapi/v2/user/getbymobile?access_token={good}",
             {"mobile": x["unknown_mobile"]}, headers),
            ("POST", f"/topapi/v2/user/getbymobile?access_token={good}",
             f"mobile={x['bad_mobile']}", {"Content-Type": "application/x-www-form-urlencoded"}),
            ("POST", f"/topapi/v2/user/create?access_token={good}",
             {"name": "n", "mobile": x["bad_mobile"], "dept_id_list": "1"}, headers),
            ("POST", f"/topapi/v2/user/create?access_token={good}",
             {"name": "n", "mobile": x["mobile"], "dept_id_list": "1"}, headers),
            ("POST", f"/topapi/extcontact/create?access_token={good}",
             {"contact": {"mobile": x["ext_mobile"], "name": ""}}, headers),
            ("GET", "/_qun/requests", None, {"Authorization": "Bearer " + x["wrong_admin"]}),
            ("GET", "/_qun/requests?token=" + x["wrong_admin"], None, {}),
            ("POST", "/_qun/worlds", world(x["new_app"], [x["new_token"]], x["ext_mobile"]), None),
            ("POST", "/_qun/worlds", {"corps": [{"corpId": CORP, "secret": x["new_app"],
                                                 "apps": [{"appSecret": x["new_app"]}]}]}, None),
            ("POST", "/_qun/worlds", f'{{"corps":[{{"appSecret":"{x["new_app"]}"', None),
            ("POST", "/_qun/worlds", {"corps": [{"corpId": "other", "apps": [
                {"appKey": "a", "appSecret": x["new_app"] * 9, "accessToken": x["new_token"] * 9}],
                "users": [{"userid": "u", "mobile": x["ext_mobile"] * 4}]}]}, None),
        ]
        for method, path, body, heads in calls:
            if heads is None:
                heads = {"Authorization": "Bearer " + x["admin"]}
            a = self.answered(s.request(method, path, body, heads))
            if a.status == 200 and b"ccess" in a.body and (b"oken\"" in a.body):
                self.issued += re.findall(r'"access_?[tT]oken" *: *"([^"]+)"', a.body.decode())
        body, kind = multipart.encode(
            multipart.field("type", x["upload"]),
            multipart.file(x["upload"].encode(), filename=quoted(x["upload"])))
        self.answered(s.request("POST", f"/media/upload?access_token={good}&type=image", body,
                                kind))
        for head in (f"GET /{x['wrong_token']} HTTP/1.1\r\nHost: a\r\n bad {x['cookie']}\r\n\r\n",
                     f"GET / HTTP/1.1\r\nHost: a\r\nCookie : {x['cookie']}\r\n\r\n",
                     f"POST {update} HTTP/1.1\r\nHost: a\r\nContent-Length: {x['body']}\r\n\r\n",
                     f"GET /{x['wrong_token'] * 900} HTTP/1.1\r\nHost: a\r\n\r\n"):
            with s.raw() as sock:
                sock.sendall(head.encode())
                self.look("refusals", qun.read_all(sock).decode("utf-8", "replace"))

    def look_everywhere(self, s):
        def ask(path):
            a = s.admin("GET", path, token=SECRETS["admin"])
            self.assertEqual(a.status, 200, a)
            return a

        listed = ask("requests?limit=1000")
        self.look("explanations", listed.body.decode())
        for one in listed.json:
            self.look("explanations", ask("requests/" + one["requestid"]).body.decode())
        self.look("metrics", ask("metrics").body.decode())
        self.look("openapi", ask("openapi.json").body.decode())
        self.assertGreater(len(listed.json), 15)
        self.look("command line", pathlib.Path(f"/proc/{s.process.pid}/cmdline").read_text())

    def run_with(self, *options):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="qun-test-"))
        self.addCleanup(shutil.rmtree, folder)
        file = folder / "world.json"

        file.write_text(json.dumps(world(SECRETS["app"], SECRETS["token"], SECRETS["mobile"])))
        with qun.Server("--world", file, *options, env={"QUN_ADMIN_TOKEN": SECRETS["admin"]},
                        admin=False) as s:
            self.request_everything(s)
            self.look_everywhere(s)
            s.stop()
            self.look("log", s.log())
            self.look("standard output", s.ready_line)

    def check(self):
        self.assertGreaterEqual(len(self.issued), 2, "no token was issued")
        for name, secret in [*SECRETS.items(), *(("issued", t) for t in self.issued)]:
            for where, text in self.seen.items():
                with self.subTest(secret=name, where=where):
                    at = text.find(secret)
                    self.assertEqual(at, -1, text[max(0, at - 200):at + 100])

    def test_text_log(self):
        self.run_with()
        self.check()
        self.assertIn(SHOWN[:20], self.seen["log"])  # the search can find what is there
        self.assertIn(SHOWN[:20], self.seen["explanations"])

    def test_json_log(self):
        self.run_with("--log", "json")
        self.check()

    def test_hints(self):
        self.run_with("--hints")
        self.check()
        self.assertIn(SHOWN[:20], self.seen["refusals"] + self.seen["explanations"])

    def test_a_bad_start(self):
        """What is refused at start names the place and not the value."""
        x = SECRETS
        folder = pathlib.Path(tempfile.mkdtemp(prefix="qun-test-"))
        self.addCleanup(shutil.rmtree, folder)
        bad = folder / "world.json"
        bad.write_text('{"corps":[{"corpId":"c","apps":[{"appKey":"a","appSecret":"%s",'
                       '"accessToken":"%s"' % (x["app"], x["token"]))
        listen = ["--listen", "127.0.0.1:0", "--data", folder / "data"]
        secret_file = folder / "admin"
        secret_file.write_text(x["admin"] * 30)
        os.chmod(secret_file, 0o600)
        config = folder / "qun.conf"
        config.write_text(f"admin-token = {x['admin']} {x['admin']}\n")
        for options, env in [
            (["--world", bad], {}),
            (["--admin-token", x["admin"] * 30], {}),
            (["--admin-token", x["admin"], "--admin-token-file", secret_file], {}),
            (["--admin-token-file", secret_file], {}),
            (["--config", config], {}),
            ([], {"QUN_ADMIN_TOKEN": x["admin"] * 30}),
            ([], {"QUN_ADMIN_TOKEN": x["admin"] + " \x01"}),
        ]:
            with self.subTest(options=options, env=env):
                done = qun.run(*listen, *options, env=env)
                self.assertIn(done.returncode, (1, 2), done)
                for name, secret in x.items():
                    self.assertNotIn(secret, done.stdout + done.stderr, name)


if __name__ == "__main__":
    unittest.main()
