# SPDX-License-Identifier: Apache-2.0
"""`qund backup` and `qund restore`: what they promise to whoever types them. How they stand up
to load and to damage is tests/safety/damage's."""
import hashlib
import os
import pathlib
import shutil
import tempfile
import unittest

import multipart
import qun

CORP, TOKEN = "dingcorp1", "tok-dingcorp1"


class BackupTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """One backup, of a running server with a medium, a token and a TLS certificate."""
        cls.home = pathlib.Path(tempfile.mkdtemp(prefix="qun-test-"))
        cls.backup = cls.home / "backup"
        with qun.Server(tls=True, admin=False) as s:
            admin = (s.data / "admin.token").read_text().strip()
            a = s.admin("POST", "worlds", qun.small_world(CORP), token=admin)
            assert a.status == 200, a
            cls.issued = cls.token(s)
            a = s.oapi("POST", "/media/upload", TOKEN, {"type": "image"},
                       *multipart.encode(multipart.file(cls.png())))
            cls.medium = a.json["media_id"]
            a = s.call("/v1.0/im/group/update",
                       {"chatid": "chat1", "name": "kept", "icon": cls.medium}, token=TOKEN)
            assert a.status == 200, a
            cls.done = qun.run("backup", "--data", s.data, "--to", cls.backup)
            a = s.call("/v1.0/im/group/update", {"chatid": "chat1", "name": "later"}, token=TOKEN)
            assert a.status == 200, a
            cls.ca = s.ca.read_bytes()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.home)

    @staticmethod
    def token(s):
        return s.oapi("GET", "/gettoken", query={"appkey": "app-" + CORP,
                                                 "appsecret": "secret-" + CORP}).json["access_token"]

    @staticmethod
    def png():
        return b"\x89PNG\r\n\x1a\n" + bytes(100)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=self.home))
        self.data = self.folder / "data"

    def run_well(self, *options):
        done = qun.run(*options)
        self.assertEqual(done.returncode, 0, done)
        return done

    def refused(self, *options, says):
        done = qun.run(*options)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn(says, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def copy(self):
        return shutil.copytree(self.backup, self.folder / "copy")

    def refused_restore(self, backup, says):
        self.refused("restore", "--from", backup, "--data", self.data, says=says)
        self.assertEqual([p.name for p in self.folder.iterdir() if p.name != "copy"], [])

    def test_it_says_what_it_holds(self):
        self.assertEqual(self.done.returncode, 0, self.done)
        self.assertEqual(self.done.stdout,
                         f"corp {CORP}: ledger number 2\nbackup: {self.backup}\n")

    def test_what_is_in_it(self):
        names = {str(p.relative_to(self.backup)) for p in self.backup.rglob("*") if p.is_file()}
        media = {n for n in names if n.startswith("media/")}
        self.assertEqual(names - media, {"backup.manifest", "qun.db", "token.key", "admin.token",
                                         "tls/ca.pem", "tls/ca.key", "tls/cert.pem", "tls/key.pem"})
        self.assertIn("media/" + hashlib.sha256(self.png()).hexdigest(), media)
        for path in [self.backup, *self.backup.rglob("*")]:
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_a_restored_server_is_as_it_was(self):
        self.run_well("restore", "--from", self.backup, "--data", self.data)
        with qun.Server(data=self.data, tls=True, admin=False) as s:
            admin = (self.data / "admin.token").read_text().strip()
            group = s.admin("GET", "groups/chat1", token=admin).json
            self.assertEqual((group["name"], group["icon"], group["version"]),
                             ("kept", self.medium, 2))
            self.assertEqual(self.token(s), self.issued)
            self.assertEqual(s.ca.read_bytes(), self.ca)
            a = s.call("/v1.0/im/group/update", {"chatid": "chat1", "name": "on"},
                       token=self.issued)
            self.assertEqual(a.status, 200, a)

    def test_a_backup_is_sound_and_has_the_state_of_what_is_restored(self):
        self.run_well("restore", "--from", self.backup, "--data", self.data)
        self.assertEqual(self.run_well("verify", "--data", self.backup).stdout,
                         self.run_well("verify", "--data", self.data).stdout)

    def test_an_empty_folder_may_be_restored_to_and_no_other(self):
        self.data.mkdir()
        self.run_well("restore", "--from", self.backup, "--data", self.data)
        self.refused("restore", "--from", self.backup, "--data", self.data,
                     says="is not an empty folder")

    def test_a_folder_that_is_there_is_not_backed_up_to(self):
        self.refused("backup", "--data", self.backup, "--to", self.folder, says="is there already")
        (self.folder / "b.partial").mkdir()
        self.refused("backup", "--data", self.backup, "--to", self.folder / "b",
                     says="left behind; remove it")

    def test_there_must_be_something_to_back_up(self):
        self.refused("backup", "--data", self.data, "--to", self.folder / "b", says="there is none")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_backup_is_not_served(self):
        self.refused("--data", self.backup, "--listen", "127.0.0.1:0", says="is a backup")

    def test_each_kind_of_damage_is_refused(self):
        def flip(name):
            def change(backup):
                path = backup / name
                data = bytearray(path.read_bytes())
                data[len(data) // 2] ^= 1
                path.write_bytes(data)
            return change

        def cut(name):
            return lambda backup: os.truncate(backup / name, (backup / name).stat().st_size - 1)

        def write(text):
            return lambda backup: (backup / "backup.manifest").write_text(text)

        def sums(*lines):
            text = "qun-backup 1\n" + "".join(line + "\n" for line in lines)
            return write(text + f"end {hashlib.sha256(text.encode()).hexdigest()}\n")

        zero = "0" * 64
        cases = [
            (flip("qun.db"), "qun.db: is damaged in the backup"),
            (cut("qun.db"), "qun.db: is damaged in the backup"),
            (flip("token.key"), "token.key: is damaged"),
            (flip("backup.manifest"), "no whole backup"),
            (cut("backup.manifest"), "no whole backup"),
            (lambda b: (b / "backup.manifest").unlink(), "this is no backup"),
            (lambda b: (b / "qun.db").unlink(), "No such file"),
            (write(""), "no whole backup"),
            (write("qun-backup 1\n"), "no whole backup"),
            (write(f"end {hashlib.sha256(b'').hexdigest()}\n"), "no whole backup"),
            (sums(f"{zero} 1 ../token.key"), "no whole backup"),
            (sums(f"{zero} 1 /etc/passwd"), "no whole backup"),
            (sums(f"{zero} 1 media/../qun.db"), "no whole backup"),
            (sums(f"{zero} 1 media/a/b"), "no whole backup"),
            (sums(f"{zero} 1 "), "no whole backup"),
            (sums(f"{zero} x qun.db"), "no whole backup"),
            (sums(f"{zero[1:]} 1 qun.db"), "no whole backup"),
        ]
        for number, (change, says) in enumerate(cases):
            with self.subTest(case=number):
                copy = self.copy()
                change(copy)
                self.refused_restore(copy, says)
                done = qun.run("verify", "--data", copy)
                manifest = (copy / "backup.manifest").exists()
                self.assertEqual(done.returncode, 1 if manifest else 0, done)
                shutil.rmtree(copy)

    def test_a_damaged_medium_stops_a_backup(self):
        self.run_well("restore", "--from", self.backup, "--data", self.data)
        path = next((self.data / "media").iterdir())
        path.write_bytes(b"x" + path.read_bytes())
        self.refused("backup", "--data", self.data, "--to", self.folder / "b",
                     says="its SHA-256 is not its name")
        path.unlink()
        self.refused("backup", "--data", self.data, "--to", self.folder / "b", says="No such file")
        self.assertEqual(list(self.folder.iterdir()), [self.data])


if __name__ == "__main__":
    unittest.main()
