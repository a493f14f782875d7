# SPDX-License-Identifier: Apache-2.0
"""A fault at every step of the start gives one clear line and a non-zero exit, and damages
nothing: the same data serve as before once the fault is gone."""
import hashlib
import json
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import unittest

import qun

NOBODY = 65534
TOKEN = "tok-dingcorp1"


def become_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


class Folder(unittest.TestCase):
    """Each test has a folder, and may have data that served a group."""

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="qun-test-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.data = self.home / "data"

    def write(self, name, content, mode=0o600):
        path = self.home / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path

    def refused(self, *options, says=(), status=1, **more):
        """Runs qund with `options`: it must end with `status`, print nothing on standard
        output, and one line with each of `says` on standard error: gives it."""
        p = qun.run(*options, **more)
        self.assertEqual(p.returncode, status, p.stderr)
        self.assertEqual(p.stdout, "")
        errors = [line for line in p.stderr.splitlines() if line.startswith("qund: error: ")]
        self.assertEqual(len(errors), 1, p.stderr)
        for text in [says] if isinstance(says, (str, pathlib.Path)) else says:
            self.assertIn(str(text), errors[0])
        return errors[0]

    def refused_start(self, *options, says=(), **more):
        """The same for a start on self.data."""
        return self.refused("--data", self.data, "--listen", "127.0.0.1:0", *options,
                            says=says, **more)

    def make_data(self):
        with qun.Server(data=self.data) as s:
            s.load(qun.small_world())
            self.rename(s, "before")

    def rename(self, s, name):
        a = s.call("/v1.0/im/group/update", {"chatid": "chat1", "name": name}, token=TOKEN)
        self.assertEqual(a.status, 200, a)

    def check_data(self, **more):
        """The data that make_data made serve, old and new."""
        with qun.Server(data=self.data, **more) as s:
            self.assertEqual(s.group("chat1")["name"], "before")
            self.rename(s, "after")
            self.rename(s, "before")

    def contents(self):
        return {str(p.relative_to(self.data)): (p.stat().st_mode, hashlib.sha256(
            p.read_bytes()).hexdigest() if p.is_file() else None)
            for p in self.data.rglob("*") if p.name not in ("lock", "qun.db-wal", "qun.db-shm")}


class BadOptionTest(Folder):
    CASES = [
        (["--dmo"], ["--dmo", "no such option", "--help"]),
        (["run"], ["run", "no such command"]),
        (["--io-threads", "many"], ["--io-threads", "many", "whole number from 0 to 64"]),
        (["--log", "xml"], ["--log", "xml", "text|json"]),
        (["--listen", "7780"], ["--listen", "7780", "HOST:PORT"]),
        (["--listen", "127.0.0.1:99999"], ["--listen", "0 to 65535"]),
        (["--hints=perhaps"], ["--hints", "perhaps", "yes or no"]),
        (["--tls-cert", "c.pem"], ["--tls-cert", "needs --tls-key"]),
        (["--tls-listen", "127.0.0.1:0"], ["--tls-listen", "--tls-cert or --tls-self-signed"]),
        (["--ephemeral"], ["--ephemeral", "cannot go with --data"]),
        (["--demo", "--listen", "[::]:0"], ["--demo", "127.0.0.1"]),
        (["--config", "/nowhere/qun.conf"], ["/nowhere/qun.conf", "No such file"]),
        (["--data"], ["--data", "needs a value"]),
    ]

    def test_a_bad_option_is_named_and_nothing_is_made(self):
        for options, says in self.CASES:
            with self.subTest(options=options):
                self.refused("--data", self.data, *options, says=says, status=2)
                self.assertFalse(self.data.exists())

    def test_a_bad_variable_is_named(self):
        self.refused_start(env={"QUN_CACHE_MB": "lots"}, says=["QUN_CACHE_MB", "lots"], status=2)
        self.refused_start(env={"QUN_ADMIN_TOKEN": "short"}, says=["QUN_ADMIN_TOKEN", "8 to 256"],
                           status=2)

    def test_a_bad_configuration_file_is_refused_with_its_line(self):
        for text, says in [
            ("\nlistne = 127.0.0.1:0\n", [":2: listne", "no such option"]),
            ("hints = yes\njust words\n", [":2", "`key = value` is expected"]),
            ("[other]\ndata = x\n", ["other", "no such section"]),
            ("member-cap = 0\n", [":1: member-cap", "from 1 to 1000000"]),
        ]:
            with self.subTest(text=text):
                path = self.write("qun.conf", text)
                self.refused("--config", path, says=["qun.conf", *says], status=2)

    def test_an_unknown_kind_of_store_is_refused(self):
        line = self.refused_start("--store", "oracle://x", says="oracle://x: no store of this kind")
        self.assertNotIn("backup", line)


class BadFolderTest(Folder):
    def test_a_file_in_the_place_of_the_folder(self):
        self.write("data", "mine")
        self.refused_start(says=[self.data, "not a folder"])
        self.assertEqual(self.data.read_text(), "mine")

    def test_no_parent_folder(self):
        self.data = self.home / "no" / "data"
        self.refused_start(says=[self.data, "cannot be made", "No such file"])

    def test_a_folder_that_others_can_write_to(self):
        self.make_data()
        self.data.chmod(0o777)
        self.refused_start(says=[self.data, "chmod 700"])
        self.data.chmod(0o755)
        self.check_data()

    @unittest.skipIf(os.getuid() != 0, "only root can become somebody else")
    def test_a_folder_that_cannot_be_written_to(self):
        self.make_data()
        self.home.chmod(0o755)
        self.data.chmod(0o755)
        program = self.home / "qund"  # where the build is, others may not look
        shutil.copy(qun.program(), program)
        before = self.contents()
        for data, why in [(self.data, "the folder cannot be used"),
                          (self.home / "new", "the folder cannot be made")]:
            with self.subTest(why=why):
                p = subprocess.run(
                    [program, "--data", data, "--listen", "127.0.0.1:0"], env=qun.clean_env(),
                    preexec_fn=become_nobody, cwd="/", capture_output=True, text=True,
                    timeout=qun.START_S)
                self.assertEqual((p.returncode, p.stdout), (1, ""))
                self.assertEqual(len(p.stderr.splitlines()), 1, p.stderr)
                for text in data, why, "Permission denied":
                    self.assertIn(str(text), p.stderr)
        self.assertEqual(self.contents(), before)
        self.check_data()

    def test_a_second_process_on_the_same_data(self):
        with qun.Server(data=self.data) as s:
            s.load(qun.small_world())
            self.refused_start(says=[self.data, "in use", str(s.process.pid)])
            self.rename(s, "still served")
        # and after it is gone the folder is free
        with qun.Server(data=self.data) as s:
            self.assertEqual(s.group("chat1")["name"], "still served")


class BadSecretTest(Folder):
    def test_a_secret_that_others_can_read(self):
        self.make_data()
        (self.data / "admin.token").write_text("a-token-of-the-operator\n")
        for name in "token.key", "admin.token":
            for mode in 0o644, 0o640:
                with self.subTest(name=name, mode=mode):
                    path = self.data / name
                    path.chmod(mode)
                    self.refused_start(says=[path, "chmod 600"])
                    path.chmod(0o600)
        self.check_data(admin=True)

    def test_a_token_key_of_the_wrong_size(self):
        self.make_data()
        path = self.data / "token.key"
        good = path.read_bytes()
        self.assertEqual(len(good), 32)
        for bad in b"", good[:31], good + b"\n":
            with self.subTest(size=len(bad)):
                path.write_bytes(bad)
                self.refused_start(says=[path, f"{len(bad)} bytes", "32"])
                self.assertEqual(path.read_bytes(), bad)
        path.write_bytes(good)
        self.check_data()

    def test_an_admin_token_that_cannot_be_one(self):
        for bad, says in [("", "0 bytes"), ("short\n", "5 bytes"), ("x" * 257, "257 bytes"),
                          ("two words here\n", "without blanks"), ("zwölf Zeichen", "ASCII")]:
            with self.subTest(bad=bad):
                path = self.write("token", bad)
                self.refused_start("--admin-token-file", path, says=[path, says])

    def test_files_that_options_name_must_exist(self):
        for option in "--token-key", "--admin-token-file":
            with self.subTest(option=option):
                self.refused_start(option, self.home / "absent", says=["absent", "No such file"])
        self.assertFalse((self.home / "absent").exists())

    def test_secrets_are_made_once_for_the_owner_only(self):
        seen = []
        for _ in range(2):
            with qun.Server(data=self.data, admin=False) as s:
                token = (self.data / "admin.token").read_text().strip()
                self.assertEqual(s.admin("GET", "metrics", token=token).status, 200)
                self.assertEqual(s.admin("GET", "metrics", token="wrong-token").status, 401)
                seen.append([(self.data / name).read_bytes() for name in ("admin.token", "token.key")])
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(self.data.stat().st_mode & 0o777, 0o700)
        for path in self.data.rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)


class BadDatabaseTest(Folder):
    def setUp(self):
        super().setUp()
        self.make_data()
        self.db = self.data / "qun.db"

    def refused_database(self, says):
        before = self.db.read_bytes()
        self.refused_start(says=[self.data, *says])
        self.assertEqual(self.db.read_bytes(), before)

    def sql(self, statement):
        link = sqlite3.connect(self.db)
        rows = link.execute(statement).fetchall()
        link.commit()
        link.close()
        return rows

    def test_a_database_of_a_newer_program(self):
        version = self.sql("PRAGMA user_version")[0][0]
        self.sql(f"PRAGMA user_version = {version + 1}")
        self.refused_database(["newer"])
        self.sql(f"PRAGMA user_version = {version}")
        self.check_data()

    def test_a_damaged_header(self):
        good = self.db.read_bytes()
        for what, bad in [("noise", b"\xa5" * 100 + good[100:]), ("cut", good[:700]),
                          ("text", b"this is no database\n" * 400)]:
            with self.subTest(what=what):
                self.db.write_bytes(bad)
                self.refused_database(["damaged", "backup"])
        self.db.write_bytes(good)
        self.check_data()

    def test_a_database_of_another_program(self):
        good = self.db.read_bytes()
        self.db.unlink()
        self.sql("CREATE TABLE theirs (x)")
        self.refused_database(["damaged", "backup"])
        self.assertEqual(self.sql("SELECT name FROM sqlite_schema"), [("theirs",)])
        self.db.write_bytes(good)
        self.check_data()

    def test_damage_in_what_the_start_reads(self):
        size = self.sql("PRAGMA page_size")[0][0]
        good = self.db.read_bytes()
        for table in "corp", "app":
            page = self.sql(f"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'")[0][0]
            with self.subTest(table=table):
                at = (page - 1) * size
                self.db.write_bytes(good[:at] + b"\xff" * size + good[at + size:])
                self.refused_database(["damaged"])
                self.db.write_bytes(good)
        self.check_data()

    def test_a_schema_with_a_table_missing(self):
        good = self.db.read_bytes()
        self.sql("DROP TABLE app")
        self.refused_database([])
        self.db.write_bytes(good)
        self.check_data()


class BadWorldTest(Folder):
    def test_a_bad_world_names_place_and_cause_and_changes_nothing(self):
        self.make_data()
        world = qun.small_world("dingcorp2", name="a name that is longer than 20")
        for what, content, says in [
            ("absent", None, "No such file"),
            ("not JSON", "{", ""),
            ("wrong type", '{"corps":{}}', "corps"),
            ("wrong value", json.dumps(world), "corps[0].groups[0].name"),
        ]:
            with self.subTest(what=what):
                path = self.home / "world.json"
                path.unlink(missing_ok=True)
                if content is not None:
                    path.write_text(content)
                self.refused_start("--world", path, says=[path, says])
        with qun.Server(data=self.data) as s:
            self.assertIsNone(s.group("chat1", corp="dingcorp2"))
        self.check_data()

    def test_worlds_are_made_in_order_and_never_undo_a_change(self):
        one = self.write("one.json", json.dumps(qun.small_world("dingcorp1")))
        two = self.write("two.json", json.dumps(qun.small_world("dingcorp2")))
        with qun.Server("--world", one, "--world", two, data=self.data) as s:
            self.rename(s, "before")
            self.assertEqual(s.group("chat1", corp="dingcorp2")["name"], "group")
        with qun.Server("--world", one, "--world", two, data=self.data) as s:
            self.assertEqual(s.group("chat1", corp="dingcorp1")["name"], "before")
            self.assertIn("fixed access tokens, and they are accepted", s.log())


class BadListenerTest(Folder):
    def test_a_port_that_is_taken(self):
        self.make_data()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.refused("--data", self.data, "--listen", f"127.0.0.1:{port}",
                         says=[f"127.0.0.1:{port}", "in use"])
            # the second of two
            self.refused_start("--listen", f"127.0.0.1:{port}", says=[f"127.0.0.1:{port}"])
        self.check_data()

    def test_an_address_that_is_not_ours(self):
        self.refused("--data", self.data, "--listen", "192.0.2.1:0", says="192.0.2.1")

    def test_a_name_that_does_not_exist(self):
        self.refused("--data", self.data, "--listen", "qun.invalid:0", says="qun.invalid")


class BadCertificateTest(Folder):
    def pair(self, name):
        """A certificate and its key, made by a qund of their own."""
        with qun.Server(tls=True) as s:
            return [self.write(f"{name}.{kind}", (s.data / "tls" / f"{kind}.pem").read_bytes())
                    for kind in ("cert", "key")]

    def test_certificates_that_cannot_be_used(self):
        self.make_data()
        cert, key = self.pair("one")
        _, other_key = self.pair("two")
        noise = self.write("noise.pem", "-----BEGIN CERTIFICATE-----\nnoise\n")
        absent = self.home / "absent.pem"
        for what, c, k, says in [
            ("no certificate", noise, key, noise),
            ("no key", cert, noise, noise),
            ("absent certificate", absent, key, absent),
            ("absent key", cert, absent, absent),
            ("key in the certificate's place", key, key, key),
            ("key of another certificate", cert, other_key, other_key),
        ]:
            with self.subTest(what=what):
                self.refused_start("--tls-listen", "127.0.0.1:0", "--tls-cert", c, "--tls-key", k,
                                   says=says)
        self.check_data()

    def test_a_self_signed_ca_that_is_damaged_is_not_replaced(self):
        with qun.Server(data=self.data, tls=True) as s:
            ca = s.ca.read_bytes()
        (self.data / "tls" / "ca.key").write_text("noise")
        (self.data / "tls" / "cert.pem").unlink()
        self.refused_start("--tls-listen", "127.0.0.1:0", "--tls-self-signed", says="tls/ca")
        self.assertEqual((self.data / "tls" / "ca.pem").read_bytes(), ca)


class FullDiskTest(Folder):
    def mount(self, size):
        self.data.mkdir(mode=0o700, exist_ok=True)
        p = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "qun-test",
                            str(self.data)], capture_output=True, text=True)
        if p.returncode != 0:
            self.skipTest(f"a small file system cannot be mounted: {p.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", str(self.data)])

    def test_a_full_disk_at_start(self):
        self.mount("4m")
        with qun.Server(data=self.data, verify=False) as s:
            s.load(qun.small_world())
            self.rename(s, "before")
        filler = self.data / "filler"
        with open(filler, "wb", buffering=0) as f, self.assertRaises(OSError):
            while True:
                f.write(b"\0" * 4096)
        (self.data / "token.key").unlink()  # so that the start has something to write
        self.refused_start(says="disk is full")
        self.assertFalse((self.data / "token.key").exists())
        filler.unlink()
        self.check_data()

    def test_a_disk_too_small_for_a_first_start(self):
        self.mount("16k")
        self.refused_start(says=self.data)
        subprocess.run(["mount", "-o", "remount,size=8m", str(self.data)], check=True)
        with qun.Server(data=self.data) as s:
            s.load(qun.small_world())


class CheckTest(Folder):
    def test_check_finds_what_a_start_would(self):
        self.make_data()
        world = self.write("world.json", "{")
        self.refused_start("--check", "--world", world, says=world)
        self.refused_start("--check", "--tls-listen", "127.0.0.1:0", "--tls-cert", world,
                           "--tls-key", world, says=world)
        (self.data / "token.key").chmod(0o644)
        self.refused_start("--check", says="chmod 600")
        (self.data / "token.key").chmod(0o600)
        db = self.data / "qun.db"
        good = db.read_bytes()
        db.write_bytes(b"\xa5" * 4096)
        self.refused_start("--check", says="damaged")
        db.write_bytes(good)
        self.check_data()

    def test_check_makes_nothing_and_changes_nothing(self):
        world = self.write("world.json", json.dumps(qun.small_world("dingcorp9")))
        options = ["--check", "--data", self.data, "--world", world]
        p = qun.run(*options)
        self.assertEqual((p.returncode, p.stdout), (0, ""), p.stderr)
        self.assertFalse(self.data.exists())
        self.make_data()
        before = self.contents()
        p = qun.run(*options)
        self.assertEqual((p.returncode, p.stdout), (0, ""), p.stderr)
        self.assertEqual(self.contents(), before)
        with qun.Server(data=self.data) as s:
            self.assertIsNone(s.group("chat1", corp="dingcorp9"))

    def test_check_beside_a_running_server(self):
        with qun.Server(data=self.data) as s:
            s.load(qun.small_world())
            p = qun.run("--check", "--data", self.data, "--listen", f"127.0.0.1:{s.port}")
            self.assertEqual((p.returncode, p.stdout), (0, ""), p.stderr)
            self.rename(s, "still served")


class WordsTest(Folder):
    def test_version_and_help(self):
        p = qun.run("--version")
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        self.assertRegex(p.stdout, r"^qund 0\.1\.0 \(SQLite \S+, OpenSSL \S+, libuv \S+, jansson \S+\)\n$")
        p = qun.run("--help", env={"LC_ALL": "C"})
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        self.assertIn("--member-cap N", p.stdout)
        self.assertIn("用法", qun.run("--help", env={"LC_ALL": "zh_CN.UTF-8"}).stdout)

    def test_errors_are_json_when_asked(self):
        p = qun.run("--log", "json", "--data", self.home / "no" / "data")
        line = json.loads(p.stderr)
        self.assertEqual((p.returncode, line["level"]), (1, "error"))
        self.assertIn("cannot be made", line["message"])


if __name__ == "__main__":
    unittest.main()
