# SPDX-License-Identifier: Apache-2.0
"""What was acknowledged is there after kill -9 at once, and after a stop in the middle of work;
what was refused is not; and what was neither is there whole or not at all."""
import os
import random
import threading
import time
import unittest

import multipart
import qun

ROUNDS = 6 if os.environ.get("QUN_TEST_SIZE") == "short" else 20
TOKEN = "tok-dingcorp1"
CLIENTS = 8
PNG = b"\x89PNG\r\n\x1a\n"


class AtOnce(unittest.TestCase):
    """Each kind of change, then the kill, then the look."""

    def setUp(self):
        self.server = qun.Server()
        self.server.__enter__()
        self.addCleanup(self.server.__exit__, None, None, None)
        self.server.load(qun.small_world(users=60))

    def again(self):
        self.server.kill()
        self.server.start()

    def test_creates(self):
        made = []
        for i in range(ROUNDS):
            got = self.server.call("/v1.0/im/group/create", {
                "name": f"g{i}", "owner": "u1", "useridlist": ["u1", f"u{i + 2}"]}, TOKEN)
            self.again()
            self.assertEqual(got.status, 200, got)
            made.append((got.json["chatid"], got.json["openConversationId"]))
            for n, (chatid, open_id) in enumerate(made):
                group = self.server.group(chatid)
                self.assertEqual((group["name"], group["openConversationId"], group["version"]),
                                 (f"g{n}", open_id, 1))
                self.assertEqual([m["id"] for m in group["members"]], sorted(["u1", f"u{n + 2}"]))

    def test_updates_whole(self):
        for i in range(ROUNDS):
            got = self.server.call("/v1.0/im/group/update", {
                "chatid": "chat1", "name": f"n{i}", "add_useridlist": [f"u{i + 3}"],
                "add_extidlist": ["ext1"], "del_extidlist": ["ext1"] if i % 2 else [],
                "icon": "@icon1", "managementOptions": {"searchable": i % 2}}, TOKEN)
            self.again()
            self.assertEqual(got.json, {"success": True})
            group = self.server.group("chat1")
            ids = {m["id"] for m in group["members"]}
            self.assertEqual((group["name"], group["version"], group["icon"],
                              group["managementOptions"]["searchable"]),
                             (f"n{i}", i + 2, "@icon1", i % 2))
            self.assertEqual(ids - {"ext1"}, {f"u{k}" for k in range(1, i + 4)})
            self.assertEqual("ext1" in ids, i % 2 == 0)
            (last,) = self.server.admin("GET", "groups/chat1/ledger?limit=1").json
            self.assertEqual((last["version"], last["requestid"]), (i + 2, got.requestid))

    def test_a_refusal_leaves_nothing(self):
        before = self.server.group("chat1")
        for _ in range(ROUNDS // 4):
            got = self.server.call("/v1.0/im/group/update", {
                "chatid": "chat1", "name": "refused", "add_useridlist": ["u5"], "icon": "@none"},
                TOKEN)
            self.again()
            self.assertEqual(got.status, 400)
            self.assertEqual(self.server.group("chat1"), before)

    def test_tokens(self):
        first = None
        for i in range(ROUNDS):
            got = self.server.call("/v1.0/oauth2/accessToken", {
                "appKey": "app-dingcorp1", "appSecret": "secret-dingcorp1"})
            self.again()
            token = got.json["accessToken"]
            first = first or token
            self.assertEqual(token, first)
            got = self.server.call("/v1.0/im/group/update", {"chatid": "chat1", "name": f"t{i}"},
                                   token)
            self.assertEqual(got.json, {"success": True})

    def test_uploads(self):
        for i in range(ROUNDS):
            content = PNG + b"%d" % i * 1000
            body, kind = multipart.encode(multipart.field("type", "image"),
                                          multipart.file(content))
            got = self.server.request("POST", "/media/upload?access_token=" + TOKEN, body, kind)
            self.again()
            self.assertEqual(got.json["errcode"], 0, got)
            media_id = got.json["media_id"]
            files = [p.read_bytes() for p in (self.server.data / "media").iterdir() if p.is_file()]
            self.assertEqual(files.count(content), 1)
            got = self.server.call("/v1.0/im/group/update", {"chatid": "chat1", "icon": media_id},
                                   TOKEN)
            self.assertEqual(got.json, {"success": True})
            self.assertEqual(self.server.group("chat1")["icon"], media_id)

    def test_worlds_and_removals(self):
        for i in range(ROUNDS // 2):
            self.server.load(qun.small_world(f"ding{i}", chatid=f"world{i}"))
            self.again()
            self.assertEqual(self.server.group(f"world{i}")["corpId"], f"ding{i}")
            self.assertEqual(self.server.admin("DELETE", f"corps/ding{i}").status, 200)
            self.again()
            self.assertIsNone(self.server.group(f"world{i}"))
        self.server.load(qun.small_world(users=60, name="replaced"), "replace")
        self.again()
        self.assertEqual(self.server.group("chat1")["name"], "replaced")


class InTheMiddle(unittest.TestCase):
    """The end comes while clients are at work."""

    def client(self, server, number, seed, log, failed):
        """Its own group and members, so that the state tells which of its changes happened."""
        rng, link = random.Random(seed + number), server.connect()
        n = 0
        try:
            while True:
                n += 1
                name = f"c{number}n{n}"
                body = {"chatid": f"chat{number}", "name": name,
                        "add_useridlist": [f"u{rng.randrange(2, 50)}"],
                        "del_useridlist": [f"u{rng.randrange(50, 60)}"]}
                log.append([name, None])
                got = server.call("/v1.0/im/group/update", body, TOKEN, connection=link)
                log[-1][1] = got.requestid
                if got.status != 200:
                    failed.append(got)
                    return
        except Exception:  # the end
            link.close()

    def check(self, server, number, log, seed):
        """Every acknowledged name is in the ledger once, in order; at most one more is."""
        group = server.group(f"chat{number}")
        rows, after = [], 0
        while page := server.admin(
                "GET", f"groups/chat{number}/ledger?limit=1000&after={after}").json:
            rows += page
            after = page[-1]["number"]
        self.assertEqual([r["version"] for r in rows], list(range(1, group["version"] + 1)))
        names = [r["change"]["name"]["after"] for r in rows[1:]]
        acknowledged = [name for name, request in log if request]
        self.assertEqual(names[:len(acknowledged)], acknowledged, f"SEED={seed}")
        self.assertLessEqual(len(names), len(acknowledged) + 1, f"SEED={seed}")
        self.assertLessEqual(set(names), {name for name, _ in log}, f"SEED={seed}")
        self.assertEqual(group["name"], names[-1] if names else "group")
        members = set()
        for r in rows:
            members |= {m["id"] for m in r["change"].get("added", [])}
            members -= {m["id"] for m in r["change"].get("removed", [])}
        self.assertEqual(members, {m["id"] for m in group["members"]}, f"SEED={seed}")
        return len(acknowledged)

    def run_rounds(self, end_it, rounds):
        seed = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 30)))
        rng, total = random.Random(seed), 0
        world = qun.small_world(users=60)
        (group,) = world["corps"][0]["groups"]
        world["corps"][0]["groups"] = [{**group, "chatid": f"chat{i}"} for i in range(CLIENTS)]
        with qun.Server() as server:
            for _ in range(rounds):
                server.load(world, "replace")
                logs, failed = [[] for _ in range(CLIENTS)], []
                before = [server.group(f"chat{i}")["version"] for i in range(CLIENTS)]
                self.assertEqual(before, [1] * CLIENTS)
                threads = [threading.Thread(target=self.client,
                                            args=(server, i, seed, logs[i], failed))
                           for i in range(CLIENTS)]
                for t in threads:
                    t.start()
                while not failed and any(not log or not log[0][1] for log in logs):
                    time.sleep(0.005)
                time.sleep(rng.uniform(0, 0.4))
                end_it(server)
                for t in threads:
                    t.join()
                server.start()
                self.assertEqual(failed, [], f"SEED={seed}")
                total += sum(self.check(server, i, logs[i], seed) for i in range(CLIENTS))
        self.assertGreaterEqual(total, rounds * CLIENTS)
        print(f"  {total} acknowledged changes, {rounds} ends, SEED={seed}", flush=True)

    def test_kill_9(self):
        self.run_rounds(lambda server: server.kill(), ROUNDS // 2)

    def test_sigterm(self):
        def end(server):
            self.assertEqual(server.stop(), 0)
        self.run_rounds(end, ROUNDS // 4)


if __name__ == "__main__":
    unittest.main()
