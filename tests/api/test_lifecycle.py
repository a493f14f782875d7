# SPDX-License-Identifier: Apache-2.0
"""From the ready line to the last: signals, restarts, temporary data, tokens that never expire."""
import ctypes
import fcntl
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
import unittest

import qun

TOKEN = "tok-dingcorp1"
CLONE_NEWNET = 0x40000000


def wait_until(condition, what, timeout=qun.START_S):
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {timeout} s: {what}")
        time.sleep(0.01)


def wait_for_log(s, text, times=1):
    wait_until(lambda: s.log().count(text) >= times, f"{text!r} in {s.log()!r}")


def rename(s, name, **more):
    a = s.call("/v1.0/im/group/update", {"chatid": "chat1", "name": name}, token=TOKEN, **more)
    assert a.status == 200 and a.json == {"success": True}, a


class Begun:
    """An update whose head the server has taken and whose body it still waits for."""

    def __init__(self, s, name):
        self.body = json.dumps({"chatid": "chat1", "name": name}).encode()
        self.sock = s.raw()
        self.sock.sendall(
            b"POST /v1.0/im/group/update HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: application/json\r\nExpect: 100-continue\r\n"
            b"x-acs-dingtalk-access-token: %s\r\nContent-Length: %d\r\n\r\n"
            % (TOKEN.encode(), len(self.body)))
        got = b""
        while b"\r\n\r\n" not in got:
            got += self.sock.recv(4096)
        assert got.startswith(b"HTTP/1.1 100 "), got

    def finish(self):
        """Sends the body; gives all that the server says until it closes."""
        with self.sock:
            self.sock.sendall(self.body)
            return qun.read_all(self.sock)


class ReadyLineTest(unittest.TestCase):
    def test_one_listener(self):
        with qun.Server() as s:
            self.assertRegex(s.ready_line, r"^qund: ready http=127\.0\.0\.1:[1-9]\d*\n$")
            self.assertEqual(s.admin("GET", "readyz", token="").status, 200)

    def test_several_listeners(self):
        with qun.Server("--listen", "localhost:0", tls=True) as s:
            self.assertRegex(s.ready_line, r"^qund: ready http=127\.0\.0\.1:\d+,localhost:\d+ "
                             r"https=127\.0\.0\.1:\d+\n$")
            ports = re.findall(r":(\d+)", s.ready_line)
            self.assertEqual(len(set(ports)), 3)
            for port in ports:
                socket.create_connection(("127.0.0.1", int(port)), qun.START_S).close()

    def test_ipv6(self):
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError as error:
            self.skipTest(f"no IPv6 on this machine: {error}")
        with qun.Server("--listen", "[::1]:0", listen=False) as s:
            self.assertRegex(s.ready_line, r"^qund: ready http=\[::1\]:\d+\n$")

    def test_only_https(self):
        with qun.Server("--listen", "none", listen=False, tls=True) as s:
            self.assertRegex(s.ready_line, r"^qund: ready https=127\.0\.0\.1:\d+\n$")
            self.assertEqual(s.request("GET", "/_qun/readyz", tls=True).status, 200)

    def test_standard_output_that_cannot_be_written(self):
        home = pathlib.Path(tempfile.mkdtemp(prefix="qun-test-"))
        self.addCleanup(shutil.rmtree, home)
        with open("/dev/full", "wb") as full, open(home / "log", "wb") as log:
            p = subprocess.Popen(
                [qun.program(), "--ephemeral", "--listen", "127.0.0.1:0"], stdout=full,
                stderr=log, env=qun.clean_env(TMPDIR=str(home)))
            try:
                wait_until(lambda: "ready line cannot be written" in (home / "log").read_text(),
                           "a word about it")
                p.terminate()
                self.assertEqual(p.wait(qun.START_S), 0)
            finally:
                p.kill()
                p.wait()

    def test_closed_standard_descriptors(self):
        home = pathlib.Path(tempfile.mkdtemp(prefix="qun-test-"))
        self.addCleanup(shutil.rmtree, home)

        def close_all():
            for fd in 0, 1, 2:
                os.close(fd)
        data = home / "data"
        p = subprocess.Popen([qun.program(), "--data", data, "--listen", "127.0.0.1:0"],
                             preexec_fn=close_all, env=qun.clean_env())
        try:
            wait_until((data / "admin.token").exists, "a start")
            # what is printed must not land in a file of the data folder
            for fd in 0, 1, 2:
                self.assertEqual(os.readlink(f"/proc/{p.pid}/fd/{fd}"), "/dev/null")
            p.terminate()
            self.assertEqual(p.wait(qun.START_S), 0)
        finally:
            p.kill()
            p.wait()


class StopTest(unittest.TestCase):
    def test_sigterm_and_sigint_end_with_0(self):
        for number in signal.SIGTERM, signal.SIGINT:
            with self.subTest(number=number), qun.Server() as s:
                s.signal(number)
                self.assertEqual(s.wait(), 0)

    def test_a_request_in_flight_is_answered(self):
        with qun.Server() as s:
            s.load(qun.small_world())
            begun = Begun(s, "in flight")
            s.signal(signal.SIGTERM)
            wait_for_log(s, "stopping")
            answer = begun.finish()
            self.assertIn(b"HTTP/1.1 200 ", answer)
            self.assertTrue(answer.endswith(b'{"success":true}'), answer)
            self.assertEqual(s.wait(), 0)
            s.start()
            self.assertEqual(s.group("chat1")["name"], "in flight")

    def test_nobody_new_is_let_in(self):
        with qun.Server() as s:
            s.load(qun.small_world())
            begun = Begun(s, "in flight")
            s.signal(signal.SIGTERM)
            wait_for_log(s, "stopping")

            def closed():
                try:
                    with s.raw(timeout=1) as sock:
                        sock.sendall(b"GET /_qun/healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                        return b"HTTP/1.1 200" not in sock.recv(4096)
                except OSError:
                    return True
            wait_until(closed, "a closed listener")
            begun.finish()
            self.assertEqual(s.wait(), 0)

    def test_an_idle_connection_does_not_hold_it_up(self):
        with qun.Server() as s, s.raw() as idle:
            idle.sendall(b"GET /_qun/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.assertTrue(idle.recv(65536).startswith(b"HTTP/1.1 200 "))  # so it was accepted
            began = time.monotonic()
            self.assertEqual(s.stop(), 0)
            self.assertLess(time.monotonic() - began, 5)
            self.assertEqual(qun.read_all(idle), b"")

    def test_a_second_signal_ends_it_at_once(self):
        for number, status in (signal.SIGTERM, 143), (signal.SIGINT, 130):
            with self.subTest(number=number), qun.Server() as s:
                s.load(qun.small_world())
                begun = Begun(s, "never sent")
                s.signal(signal.SIGTERM)
                wait_for_log(s, "stopping")
                s.signal(number)
                self.assertEqual(s.wait(timeout=5), status)
                begun.sock.close()

    def test_a_client_that_never_finishes_is_waited_for_10_seconds(self):
        with qun.Server() as s:
            s.load(qun.small_world())
            begun = Begun(s, "never sent")
            began = time.monotonic()
            self.assertEqual(s.stop(), 0)
            took = time.monotonic() - began
            self.assertGreater(took, 8)
            self.assertLess(took, 15)
            begun.sock.close()

    def test_what_was_answered_survives_kill_9(self):
        with qun.Server() as s:
            s.load(qun.small_world())
            for i in range(3):
                rename(s, f"round {i}")
                s.kill()
                s.start()
                self.assertEqual(s.group("chat1")["name"], f"round {i}")

    def test_uploads_that_a_crash_cut_off_are_removed(self):
        with qun.Server() as s:
            left = s.data / "media" / "tmp" / "left"
            left.write_bytes(b"half")
            s.kill()
            s.start()
            self.assertFalse(left.exists())


class BadDiskTest(unittest.TestCase):
    """A sync that fails is the end: nothing may be acknowledged any more."""

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="qun-test-"))
        self.addCleanup(shutil.rmtree, self.home)
        self.mark = self.home / "mark"
        shim = self.home / "bad_disk.so"
        subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-o", shim,
                        pathlib.Path(__file__).with_name("bad_disk.c")], check=True)
        self.env = {"LD_PRELOAD": str(shim), "BAD_DISK": str(self.mark), "TMPDIR": str(self.home),
                    "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")
                    + ":verify_asan_link_order=0"}

    def break_disk(self, s):
        """The mark makes the next commit fail; its client is told nothing."""
        self.mark.touch()
        with s.raw() as sock:
            body = b'{"chatid":"chat1","name":"never acknowledged"}'
            sock.sendall(b"POST /v1.0/im/group/update HTTP/1.1\r\nHost: x\r\n"
                         b"x-acs-dingtalk-access-token: %s\r\nContent-Length: %d\r\n\r\n%s"
                         % (TOKEN.encode(), len(body), body))
            try:
                self.assertEqual(qun.read_all(sock), b"")
            except ConnectionResetError:
                pass

    def test_it_ends_with_one_line_and_what_was_acknowledged_is_kept(self):
        with qun.Server(env=self.env) as s:
            s.load(qun.small_world())
            rename(s, "acknowledged")
            self.break_disk(s)
            self.assertEqual(s.wait(), 1)
            errors = [line for line in s.log().splitlines() if "error" in line]
            self.assertEqual(len(errors), 1, s.log())
            self.assertIn("the server stops", errors[0])
            self.mark.unlink()
            s.kill()
            s.start()
            self.assertIn(s.group("chat1")["name"], ("acknowledged", "never acknowledged"))
            rename(s, "goes on")

    def test_a_temporary_folder_goes_all_the_same(self):
        with qun.Server("--ephemeral", env=self.env) as s:
            s.load(qun.small_world())
            self.break_disk(s)
            self.assertEqual(s.wait(), 1)
            self.assertEqual(sorted(os.listdir(self.home)), ["bad_disk.so", "mark"])

    def test_a_sync_that_fails_at_the_start(self):
        self.mark.touch()
        p = qun.run("--data", self.home / "data", "--listen", "127.0.0.1:0", env=self.env)
        self.assertEqual((p.returncode, p.stdout), (1, ""), p.stderr)
        self.assertEqual(len(p.stderr.splitlines()), 1, p.stderr)
        self.assertIn(str(self.home), p.stderr)


class StartInterruptedTest(unittest.TestCase):
    def test_told_to_stop_at_any_moment_of_the_start(self):
        home = pathlib.Path(tempfile.mkdtemp(prefix="qun-test-"))
        self.addCleanup(shutil.rmtree, home)
        world = home / "world.json"
        world.write_text(json.dumps(qun.small_world(users=500)))
        for i in range(20):
            s = qun.Server("--world", world, data=home / "data")
            try:
                s.launch()
                time.sleep(i * 0.002)  # not a wait: each round hits another moment
                s.signal(signal.SIGTERM)
                # before it has said that it takes signals, they end it
                self.assertIn(s.wait(), (0, -signal.SIGTERM), s.log())
                s.check_log()
            finally:
                s.kill()
                s.remove()
        with qun.Server("--world", world, data=home / "data") as s:
            rename(s, "works")


class ReloadTest(unittest.TestCase):
    def pair(self, home):
        with qun.Server(tls=True) as s:
            for name in "cert", "key", "ca":
                shutil.copy(s.data / "tls" / f"{name}.pem", home / f"{name}.pem")
        return (home / "cert.pem").read_bytes(), (home / "key.pem").read_bytes()

    def served(self, s):
        """The certificate that a new connection is shown."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", s.tls_port), qun.START_S) as sock, \
                context.wrap_socket(sock) as tls:
            return tls.getpeercert(binary_form=True)

    def test_sighup_reads_certificates_again_and_keeps_the_old_if_they_are_bad(self):
        home = pathlib.Path(tempfile.mkdtemp(prefix="qun-test-"))
        self.addCleanup(shutil.rmtree, home)
        pairs = [self.pair(home), self.pair(home)]
        cert, key = home / "cert.pem", home / "key.pem"

        def put(pair):
            cert.write_bytes(pair[0])
            key.write_bytes(pair[1])
        ders = [ssl.PEM_cert_to_DER_cert(p[0].decode().split("-----END CERTIFICATE-----")[0]
                                         + "-----END CERTIFICATE-----\n") for p in pairs]
        put(pairs[0])
        with qun.Server("--tls-listen", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key) as s:
            self.assertEqual(self.served(s), ders[0])
            put(pairs[1])
            s.signal(signal.SIGHUP)
            wait_for_log(s, "the certificates were read again")
            self.assertEqual(self.served(s), ders[1])
            cert.write_text("noise")
            s.signal(signal.SIGHUP)
            wait_for_log(s, "the old certificate stays in use")
            self.assertIn(str(cert), s.log())
            self.assertEqual(self.served(s), ders[1])

    def test_sighup_without_tls_is_harmless(self):
        with qun.Server() as s:
            s.signal(signal.SIGHUP)
            wait_for_log(s, "SIGHUP: there are no certificates")
            self.assertEqual(s.admin("GET", "metrics").status, 200)

    def test_the_generated_ca_is_kept(self):
        with qun.Server(tls=True) as s:
            ca = s.ca.read_bytes()
            s.restart()
            self.assertEqual(s.ca.read_bytes(), ca)
            self.assertEqual(s.request("GET", "/_qun/readyz", tls=True).status, 200)


class EphemeralTest(unittest.TestCase):
    def setUp(self):
        self.tmp = tempfile.mkdtemp(prefix="qun-test-")
        self.addCleanup(shutil.rmtree, self.tmp)

    def server(self, *options):
        return qun.Server("--ephemeral", *options, env={"TMPDIR": self.tmp})

    def test_nothing_is_left_behind(self):
        with self.server() as s:
            self.assertEqual(len(os.listdir(self.tmp)), 1)
            s.load(qun.small_world())
            rename(s, "for a while")
            self.assertEqual(s.stop(), 0)
            self.assertEqual(os.listdir(self.tmp), [])
            self.assertEqual(os.listdir(s.home), ["stderr"])

    def test_nothing_is_left_behind_by_a_second_signal(self):
        with self.server() as s:
            s.load(qun.small_world())
            begun = Begun(s, "never sent")
            s.signal(signal.SIGTERM)
            wait_for_log(s, "stopping")
            s.signal(signal.SIGTERM)
            self.assertEqual(s.wait(), 143)
            begun.sock.close()
            self.assertEqual(os.listdir(self.tmp), [])

    def test_signals_at_the_very_end_are_harmless(self):
        for _ in range(5):
            with self.server() as s:
                s.signal(signal.SIGTERM)
                wait_until(lambda: os.listdir(self.tmp) == [], "the folder goes")
                while s.process.poll() is None:
                    s.signal(signal.SIGTERM)
                self.assertIn(s.process.returncode, (0, 143), s.log())
                s.check_log()

    def test_nothing_is_left_behind_by_a_start_that_fails(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            p = qun.run("--ephemeral", "--listen", f"127.0.0.1:{taken.getsockname()[1]}",
                        env={"TMPDIR": self.tmp})
        self.assertEqual(p.returncode, 1, p.stderr)
        self.assertEqual(os.listdir(self.tmp), [])

    def test_no_place_for_a_temporary_folder(self):
        p = qun.run("--ephemeral", "--listen", "127.0.0.1:0", env={"TMPDIR": self.tmp + "/no"})
        self.assertEqual(p.returncode, 1)
        self.assertEqual(len(p.stderr.splitlines()), 1, p.stderr)
        self.assertIn(self.tmp + "/no", p.stderr)


class DemoTest(unittest.TestCase):
    def test_the_call_it_prints_works_and_lasts(self):
        with qun.Server("--demo") as s:
            found = re.search(r"^qund: try: (curl .*)$", s.log(), re.M)
            self.assertTrue(found, s.log())
            self.assertIn(f"http://127.0.0.1:{s.port}/v1.0/im/group/update", found.group(1))
            body = re.search(r"-d '(.*)'", found.group(1)).group(1)
            a = s.call("/v1.0/im/group/update", json.loads(body), token="6d1bxxxx")
            self.assertEqual((a.status, a.json), (200, {"success": True}))
            self.assertTrue((s.home / "qun-demo" / "qun.db").exists())
            s.restart()
            self.assertEqual(s.group("chatxxxx")["name"], json.loads(body)["name"])

    def test_errors_explain_themselves(self):
        for options, hinted in [((), True), (("--hints=no",), False)]:
            with self.subTest(options=options), qun.Server("--demo", *options) as s:
                a = s.call("/v1.0/im/group/update", {"chatid": "no"}, token="6d1bxxxx")
                self.assertEqual(a.status, 400)
                self.assertEqual("chat.known" in a.json.get("description", ""), hinted, a)


class FixedTokenTest(unittest.TestCase):
    """Listening on all addresses happens in a network of its own, so that nobody is there."""

    def setUp(self):
        self.libc = ctypes.CDLL(None, use_errno=True)
        if os.getuid() != 0:
            self.skipTest("only root can make a network of its own")
        probe = subprocess.run(["unshare", "-n", "true"], capture_output=True, text=True)
        if probe.returncode != 0:
            self.skipTest(f"a network of its own cannot be made: {probe.stderr.strip()}")

    def own_network(self):
        if self.libc.unshare(CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:  # ifconfig lo up
            request = struct.pack("16sh14x", b"lo", 0x1 | 0x40)
            fcntl.ioctl(sock, 0x8914, request)

    def inside(self, s, call):
        """call() on a thread that is in the server's network."""
        out = []

        def enter():
            with open(f"/proc/{s.process.pid}/ns/net") as ns:
                if self.libc.setns(ns.fileno(), CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
            out.append(call())
        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        return out[0]

    def test_they_count_only_where_nobody_else_can_reach(self):
        for options, accepted, words in [
            (("--listen", "127.0.0.1:0"), True, "and they are accepted"),
            (("--listen", "0.0.0.0:0"), False, "they are refused"),
            (("--listen", "127.0.0.1:0", "--listen", "0.0.0.0:0"), False, "they are refused"),
            (("--listen", "0.0.0.0:0", "--allow-fixed-tokens"), True, "and they are accepted"),
        ]:
            with self.subTest(options=options):
                home = pathlib.Path(tempfile.mkdtemp(prefix="qun-test-"))
                self.addCleanup(shutil.rmtree, home)
                with qun.Server(data=home / "data") as s:
                    self.assertNotIn("fixed access token", s.log())
                    s.load(qun.small_world())
                s = qun.Server(*options, data=home / "data", listen=False,
                               preexec_fn=self.own_network)
                with s:
                    self.assertEqual(s.log().count("fixed access token"), 1, s.log())
                    self.assertIn(words, s.log())
                    a = self.inside(s, lambda: s.call(
                        "/v1.0/im/group/update", {"chatid": "chat1", "name": "x"}, token=TOKEN))
                    self.assertEqual(a.status, 200 if accepted else 400, a)
                    if not accepted:
                        self.assertEqual(a.json["code"], "InvalidAuthentication")


if __name__ == "__main__":
    unittest.main()
