# SPDX-License-Identifier: Apache-2.0
"""Many clients on few groups: every acknowledged change is in the ledger once, versions have no
gaps, and the members are what the ledger replays to."""
import os
import random
import threading
import time
import unittest

import qun

CLIENTS = 32
GROUPS = 10
SECONDS = 5 if os.environ.get("QUN_TEST_SIZE") == "short" else 20
USERS = 60


class Contention(unittest.TestCase):
    def client(self, server, number, end, acknowledged):
        """Updates random groups on one connection; notes what was acknowledged."""
        rng = random.Random(number)
        link = server.connect()
        done = 0
        while time.monotonic() < end:
            chatid = f"chat{rng.randrange(GROUPS)}"
            done += 1
            name = f"c{number}n{done}"
            people = rng.sample(range(2, USERS + 1), 4)
            got = server.call("/v1.0/im/group/update", {
                "chatid": chatid, "name": name,
                "add_useridlist": [f"u{p}" for p in people[:2]],
                "del_useridlist": [f"u{p}" for p in people[2:]],
            }, "tok-dingcorp1", connection=link)
            if got.status == 200:
                acknowledged.append((chatid, name, got.requestid))
            elif got.status != 429:
                raise AssertionError(got)
        link.close()

    def test_ledger_holds_every_acknowledged_change_once(self):
        seed = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 30)))
        world = qun.small_world(users=USERS)
        template = world["corps"][0]["groups"][0]
        world["corps"][0]["groups"] = [{**template, "chatid": f"chat{i}"} for i in range(GROUPS)]
        with qun.Server() as server:
            server.load(world)
            end = time.monotonic() + SECONDS
            logs = [[] for _ in range(CLIENTS)]
            failed = []

            def run(i):
                try:
                    self.client(server, seed + i, end, logs[i])
                except Exception as e:  # told in the main thread
                    failed.append(e)
            threads = [threading.Thread(target=run, args=(i,)) for i in range(CLIENTS)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
            self.assertEqual(failed, [], f"SEED={seed}")
            acknowledged = [a for log in logs for a in log]
            self.assertGreater(len(acknowledged), CLIENTS, f"SEED={seed}")
            for i in range(GROUPS):
                self.check_group(server, f"chat{i}",
                                 [a for a in acknowledged if a[0] == f"chat{i}"], seed)
            print(f"  {len(acknowledged)} acknowledged changes by {CLIENTS} clients "
                  f"in {SECONDS} s, SEED={seed}", flush=True)

    def ledger(self, server, chatid):
        rows, after = [], 0
        while True:
            page = server.admin("GET", f"groups/{chatid}/ledger?after={after}&limit=1000").json
            rows += page
            if len(page) < 1000:
                return rows
            after = page[-1]["number"]

    def check_group(self, server, chatid, acknowledged, seed):
        group, rows = server.group(chatid), self.ledger(server, chatid)
        self.assertEqual([r["version"] for r in rows], list(range(1, group["version"] + 1)),
                         f"SEED={seed}")
        self.assertEqual([r["previous"] for r in rows], [0] + [r["number"] for r in rows[:-1]])
        ids = [r["requestid"] for r in rows]
        for _, name, request in acknowledged:
            self.assertEqual(ids.count(request), 1, f"{request} SEED={seed}")
            row = rows[ids.index(request)]
            self.assertEqual(row["change"]["name"]["after"], name)
        members, name = set(), None
        for r in rows:
            change = r["change"]
            members |= {(m["type"], m["id"]) for m in change.get("added", [])}
            members -= {(m["type"], m["id"]) for m in change.get("removed", [])}
            if "name" in change:
                self.assertEqual(change["name"].get("before"), name)
                name = change["name"]["after"]
        self.assertEqual(members, {(m["type"], m["id"]) for m in group["members"]},
                         f"SEED={seed}")
        self.assertEqual((group["name"], group["memberCount"]), (name, len(members)))


if __name__ == "__main__":
    unittest.main()
