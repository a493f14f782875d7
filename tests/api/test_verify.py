# SPDX-License-Identifier: Apache-2.0
"""`qund verify`: what it prints and how it ends. What it finds is tests/store/test_verify.c's."""
import re
import unittest

import qun


class VerifyTest(unittest.TestCase):
    def verify(self, data, status=0, says=(), **more):
        done = qun.run("verify", "--data", data, **more)
        self.assertEqual(done.returncode, status, done)
        for text in says:
            self.assertIn(text, done.stdout + done.stderr)
        return done

    def test_a_sound_store_beside_a_running_server_and_after_it(self):
        with qun.Server() as s:
            s.load(qun.small_world("dingcorp1"))
            for name in ("one", "two"):
                a = s.call("/v1.0/im/group/update", {"chatid": "chat1", "name": name},
                           token="tok-dingcorp1")
                self.assertEqual(a.status, 200, a)
            first = self.verify(s.data, says=[
                "corp dingcorp1: ledger number 3\n", "groups 1, members 2, ledger rows 3",
                "\nsound\n"]).stdout
            self.assertRegex(first, re.compile(r"^state: [0-9a-f]{64}$", re.M))
            s.stop()
            self.assertEqual(self.verify(s.data).stdout, first)

    def test_settings_of_a_server_do_not_matter(self):
        with qun.Server() as s:
            self.verify(s.data, env={"QUN_CACHE_MB": "lots", "QUN_TLS_CERT": "nowhere"})

    def test_damage_ends_with_one(self):
        with qun.Server(verify=False) as s:
            s.load(qun.small_world("dingcorp1"))
            s.stop()
            media = [p for p in (s.data / "media").iterdir() if p.is_file()]
            media[0].unlink()
            self.verify(s.data, 1, [f"wrong: media/{media[0].name}: the file is missing\n",
                                    "wrong: 1 things"])

    def test_nothing_to_look_at_ends_with_one(self):
        self.verify("/nonexistent", 1, ["qund: error: /nonexistent: qun.db: there is none"])


if __name__ == "__main__":
    unittest.main()
