# SPDX-License-Identifier: Apache-2.0
"""The wire: what frames a request and what does not, limits, deadlines, connections that stay.

The table of framing is nginx's behaviour, or stricter: whatever two readers could understand
differently is refused and the connection closed, and what follows it is never looked at.
"""
import json
import pathlib
import re
import socket
import threading
import time
import unittest

import qun
import wire
import wire_rules
from wire_rules import BODY, CHUNKS, N, TOKEN, UPDATE, coded, update

LINE, HEAD, FIELDS, JSON_BODY, CHUNK_EXT = 8192, 16384, 64, 1 << 20, 256
DEPTH, KEYS = 32, 256


class HttpTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = qun.Server(tls=True)
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        world = qun.small_world(users=1000)
        (group,) = world["corps"][0]["groups"]
        world["corps"][0]["groups"].append(
            {**group, "chatid": "large", "useridlist": [f"u{i}" for i in range(1, 1001)]})
        cls.server.load(world)

    def setUp(self):
        self.name("as it was")

    def name(self, new=None):
        """The group's name; or sets it."""
        if new:
            got = self.server.call(UPDATE, {"chatid": "chat1", "name": new}, "tok-dingcorp1")
            self.assertEqual(got.json, {"success": True})
        return self.server.group("chat1")["name"]

    def assert_ids(self, a):
        self.assertRegex(a.headers.get("x-acs-request-id", ""), r"^[0-9A-Za-z-]{12,36}$", a)
        self.assertRegex(a.headers.get("x-acs-trace-id", ""), r"^[0-9a-f]{32}$", a)

    def healthy(self, w):
        """The connection still works."""
        got = w.send(wire.head("GET", "/_qun/healthz")).answer()
        self.assertEqual(got.status, 200)


class Framing(HttpTest):
    def test_byte_by_byte(self):
        """However the bytes are cut, they mean the same."""
        for sent in (update(), coded(CHUNKS)):
            self.name("as it was")
            with wire.Wire(self.server) as w:
                for i in range(len(sent)):
                    w.send(sent[i:i + 1])
                self.assertEqual(w.answer().json, {"success": True})
                self.healthy(w)


class Wire(HttpTest):
    def test_every_answer_carries_its_ids(self):
        cases = [
            ("POST", UPDATE, {"chatid": "chat1"}), ("POST", UPDATE, {}), ("POST", UPDATE, None),
            ("GET", UPDATE, None), ("GET", "/v1.0/none", None), ("POST", "/v1.0/", None),
            ("GET", "/none", None), ("GET", "/chat/get", None), ("POST", "/topapi/none", None),
            ("GET", "/_qun/none", None), ("GET", "/_qun/healthz", None), ("OPTIONS", UPDATE, None),
            ("OPTIONS", "*", None), ("HEAD", "/_qun/healthz", None), ("FOO", "/bar", None),
            ("GET", "/_qun/metrics", None), ("POST", "/media/upload", None),
            ("POST", "/v1.0/oauth2/accessToken", {})]
        seen = set()
        for method, path, body in cases:
            for token in ("tok-dingcorp1", "no", None):
                with self.subTest(method=method, path=path, token=token):
                    got = self.server.call(path, body, token, method=method)
                    self.assert_ids(got)
                    self.assertIn("date", got.headers)
                    self.assertNotIn(got.requestid, seen)
                    seen.add(got.requestid)
                    if path.startswith("/v1.0/") and got.status >= 400:
                        self.assertRegex(got.requestid,
                                         r"^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$")
                        self.assertEqual(got.json["requestid"], got.requestid)

    def test_unknown_paths_and_wrong_methods_of_the_new_api(self):
        for method, path in (
                ("GET", UPDATE), ("PUT", UPDATE), ("DELETE", UPDATE), ("PATCH", UPDATE),
                ("FOO", UPDATE), ("POST", "/v1.0/im/group/updat"), ("POST", UPDATE + "/"),
                ("POST", UPDATE + "/x"), ("POST", "/v1.0"), ("POST", "/v1.0/"),
                ("POST", "/V1.0/im"),
                ("POST", "/v1.0/im/group//update"), ("POST", "/v1.0/im/../im/group/update"),
                ("POST", "/v1.0/im/group%2Fupdate"), ("POST", "/v2.0/im/group/update")):
            with self.subTest(method=method, path=path):
                got = self.server.call(path, {"chatid": "chat1"}, "tok-dingcorp1", method=method)
                if path.lower().startswith("/v1.0/") and not path.startswith("/V"):
                    self.assertEqual((got.status, got.json), (404, {
                        "code": "InvalidAction.NotFound", "requestid": got.requestid, "message":
                        "Specified api is not found, please check your url and method."}))
                else:
                    self.assertNotIn("success", got.json)

    def test_the_order_of_an_error_bodys_keys(self):
        """code, requestid, message from the gateway; requestid, code, message from the call."""
        gate = self.server.call(UPDATE, {"chatid": "chat1"}, "no")
        self.assertEqual(list(gate.json), ["code", "requestid", "message"])
        call = self.server.call(UPDATE, {"chatid": "none"}, "tok-dingcorp1")
        self.assertEqual(list(call.json), ["requestid", "code", "message"])

    def test_the_headers_of_an_answer(self):
        with wire.Wire(self.server) as w:
            got = w.send(update()).answer()
        self.assertEqual(got.headers["content-type"].replace(" ", ""),
                         "application/json;charset=utf-8")
        self.assertEqual(got.headers["content-length"], str(len(b'{"success":true}')))
        self.assertEqual(got.headers["access-control-allow-origin"], "*")
        self.assertRegex(got.headers["date"], r"^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$")
        self.assertNotIn("transfer-encoding", got.headers)

    def test_head_is_get_without_its_body(self):
        with wire.Wire(self.server) as w:
            for target in ("/_qun/healthz", "/chat/get?access_token=tok-dingcorp1&chatid=large",
                           "/chat/get", UPDATE, "/none"):
                with self.subTest(target=target):
                    get = w.send(wire.head("GET", target)).answer()
                    head = w.send(wire.head("HEAD", target)).answer(bodiless=True)
                    self.assertEqual(head.status, get.status)
                    for name in ("content-length", "content-type"):
                        self.assertEqual(head.headers[name], get.headers[name])
            self.healthy(w)

    def test_options(self):
        with wire.Wire(self.server) as w:
            for target in (UPDATE, "/chat/get", "/none", "*"):
                with self.subTest(target=target):
                    got = w.send(wire.head("OPTIONS", target, "Origin: http://x")).answer()
                    self.assertEqual((got.status, got.body), (200, b""))
                    self.assertEqual(got.headers["access-control-allow-origin"], "*")
                    self.assertIn("POST", got.headers["access-control-allow-methods"])
                    self.assertIn("x-acs-dingtalk-access-token",
                                  got.headers["access-control-allow-headers"])
            self.healthy(w)

    def test_nothing_is_compressed(self):
        got = self.server.request(
            "GET", "/chat/get?access_token=tok-dingcorp1&chatid=large",
            headers={"Accept-Encoding": "gzip, deflate, br", "TE": "trailers, gzip"})
        self.assertNotIn("content-encoding", got.headers)
        self.assertEqual(len(got.json["chat_info"]["useridlist"]), 1000)
        self.assertEqual(int(got.headers["content-length"]), len(got.body))

    def test_many_requests_on_one_connection(self):
        with wire.Wire(self.server) as w:
            for i in range(200):
                body = b'{"chatid":"chat1","name":"n%d"}' % i
                self.assertEqual(w.send(wire.post(UPDATE, body, TOKEN)).answer().json,
                                 {"success": True})
        self.assertEqual(self.name(), "n199")

    def test_pipelined_requests_are_answered_in_order(self):
        read = wire.head("GET", "/chat/get?access_token=tok-dingcorp1&chatid=chat1")
        sent = b"".join(wire.post(UPDATE, b'{"chatid":"chat1","name":"p%d"}' % i, TOKEN) + read
                        for i in range(100))
        with wire.Wire(self.server) as w:
            sender = threading.Thread(target=w.send, args=(sent,))
            sender.start()
            for i in range(100):
                self.assertEqual(w.answer().json, {"success": True})
                self.assertEqual(w.answer().json["chat_info"]["name"], f"p{i}")
            sender.join()
            self.healthy(w)

    def test_a_half_closed_client_gets_its_answer(self):
        for sent, count in ((update(), 1), (coded(CHUNKS), 1), (update() * 5, 5)):
            with wire.Wire(self.server) as w:
                w.send(sent)
                w.sock.shutdown(socket.SHUT_WR)
                self.assertEqual([a.json for a in w.answers()], [{"success": True}] * count)

    def test_a_client_that_has_gone_does_no_harm(self):
        for i in range(20):
            with wire.Wire(self.server) as w:
                w.send(update(body=b'{"chatid":"chat1","name":"gone%d"}' % i))
                if i % 2:  # a reset
                    w.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        with wire.Wire(self.server) as w:
            self.healthy(w)

    def test_a_client_that_never_reads_is_not_read_for_ever(self):
        """While an answer waits for its client, the next request waits in the socket."""
        def memory():
            text = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
            return int(text.split("VmRSS:")[1].split()[0])
        many = wire.head("GET", "/chat/get?access_token=tok-dingcorp1&chatid=large") * 1000
        before, full, sent = memory(), 0, 0
        with wire.Wire(self.server) as w:
            w.sock.setblocking(False)
            while full < 20 and sent < 64 << 20:  # full for a second
                try:
                    sent, full = sent + w.sock.send(many), 0
                except BlockingIOError:
                    full += 1
                    time.sleep(0.05)
            self.assertEqual(full, 20, "all was taken")
            if not qun.sanitized():
                self.assertLess(memory() - before, 8192, "KiB more")
            with wire.Wire(self.server) as other:
                self.healthy(other)

    def test_expect_100_continue(self):
        with wire.Wire(self.server) as w:
            for _ in range(2):
                head, body = update("Expect: 100-continue").split(b"\r\n\r\n")
                self.assertEqual(w.send(head + b"\r\n\r\n").answer().status, 100)
                self.assertEqual(w.send(body).answer().json, {"success": True})
            head = wire.head("POST", UPDATE, TOKEN, "EXPECT: 100-Continue",
                             "Transfer-Encoding: chunked")
            self.assertEqual(w.send(head).answer().status, 100)
            self.assertEqual(w.send(CHUNKS).answer().json, {"success": True})

    def test_no_100_for_a_body_that_will_not_be_taken(self):
        with wire.Wire(self.server) as w:
            w.send(wire.head("POST", UPDATE, TOKEN, "Expect: 100-continue",
                             f"Content-Length: {JSON_BODY + 1}"))
            self.assertEqual([a.status for a in w.answers()], [413])

    def test_no_100_without_a_body_or_for_http_1_0(self):
        with wire.Wire(self.server) as w:
            got = w.send(wire.head("GET", "/_qun/healthz", "Expect: 100-continue")).answer()
            self.assertEqual(got.status, 200)
        with wire.Wire(self.server) as w:
            w.send(update("Expect: 100-continue", line=f"POST {UPDATE} HTTP/1.0"))
            self.assertEqual([a.status for a in w.answers()], [200])


class Limits(HttpTest):
    def answer(self, sent):
        with wire.Wire(self.server) as w:
            try:
                w.send(sent)
            except ConnectionError:
                pass
            return w.answer()

    def assert_limit(self, what, make, refused):
        """make(-1), make(0) are taken, make(1) is not."""
        for over in (-1, 0, 1):
            with self.subTest(what=what, over=over):
                got = self.answer(make(over))
                self.assertEqual(got.status, refused if over > 0 else 200, got)
                self.assert_ids(got)
                if over > 0:
                    self.assertEqual(got.json["requestid"], got.requestid)

    def test_the_request_line(self):
        plain = f"POST {UPDATE}? HTTP/1.1"
        self.assert_limit("line", lambda over: update(
            line=f"POST {UPDATE}?{'q' * (LINE - len(plain) + over)} HTTP/1.1"), 414)

    def test_the_head(self):
        plain = len(update("A: ")) - N
        self.assert_limit("head", lambda over: update("A: " + "v" * (HEAD - plain + over)), 431)

    def test_a_head_of_many_middling_fields(self):
        def make(over):
            more = [f"A{i}: {'v' * 990}" for i in range(15)]
            plain = len(update(*more, "A: ")) - N
            return update(*more, "A: " + "v" * (HEAD - plain + over))
        self.assert_limit("head", make, 431)

    def test_the_number_of_fields(self):
        plain = update().split(b"\r\n\r\n")[0].count(b"\r\n")
        self.assert_limit("fields", lambda over: update(*["A: b"] * (FIELDS - plain + over)), 431)

    def test_the_body(self):
        self.assert_limit("body", lambda over: update(body=BODY.ljust(JSON_BODY + over)), 413)

    def test_a_body_in_chunks(self):
        def make(over):
            whole = BODY.ljust(JSON_BODY + over)
            return coded(b"".join(b"%x\r\n%s\r\n" % (len(whole[i:i + 65536]), whole[i:i + 65536])
                                  for i in range(0, len(whole), 65536)) + b"0\r\n\r\n")
        self.assert_limit("chunks", make, 413)

    def test_chunk_extensions_of_a_whole_body(self):
        def make(over):
            half = b"a" * (CHUNK_EXT // 2 - 1)
            return coded(b"%x;%s\r\n%s\r\n0;%s\r\n\r\n" % (
                N, half, BODY, half + b"a" * over if over > 0 else half[:len(half) + over]))
        self.assert_limit("extensions", make, 400)

    def test_depth_and_keys_of_json(self):
        def deep(over):
            lists = DEPTH - 1 + over
            return update(body=BODY[:-1] + b',"x":' + b"[" * lists + b"]" * lists + b"}")

        def wide(over):
            keys = {f"k{i}": i for i in range(KEYS - 2 + over)}
            return update(body=json.dumps({"chatid": "chat1", "name": "framed", **keys}).encode())
        self.assert_limit("depth", deep, 400)
        self.assert_limit("keys", wide, 400)

    def test_a_length_beyond_the_limit_is_refused_before_the_body(self):
        for length in (JSON_BODY + 1, 1 << 31, (1 << 63) - 1):
            with self.subTest(length=length):
                got = self.answer(wire.head("POST", UPDATE, TOKEN, f"Content-Length: {length}"))
                self.assertEqual(got.status, 413)

    def test_a_refused_client_that_goes_on_sending_still_sees_why(self):
        with wire.Wire(self.server) as w:
            w.send(wire.head("POST", UPDATE, TOKEN, f"Content-Length: {8 << 20}"))
            try:
                for _ in range(8):
                    w.send(bytes(1 << 20))
            except ConnectionError:
                pass
            self.assertEqual([a.status for a in w.answers()], [413])


class Slow(HttpTest):
    def test_slow_clients_are_cut_at_their_deadline_and_cost_others_nothing(self):
        """Heads and handshakes have 10 s however they come; a body has longer, and an idle
        connection, too. Meanwhile another client is served at once."""
        start = time.monotonic()
        head = update()[:-N]
        kinds = {  # what to send at first, and then a byte at a time
            "head": (b"POST ", b"a" * 1000), "fields": (head[:60], b"b" * 1000),
            "silent in the head": (head[:70], b""), "handshake": (b"\x16\x03\x01", b"\2" * 3),
            "silent handshake": (b"", b""),
            "body": (head + BODY[:5], BODY[5:-1]), "idle": (b"", b"")}
        socks = []
        for kind, (first, more) in kinds.items():
            for i in range(5):
                sock = self.server.raw() if "handshake" not in kind else socket.create_connection(
                    ("127.0.0.1", self.server.tls_port), qun.START_S)
                sock.sendall(first)
                socks.append([kind, sock, iter(more[i:] if kind != "body" else more), None])
        ended, slowest = {}, 0
        while time.monotonic() - start < 11.5:
            before = time.monotonic()
            self.assertEqual(self.server.call(UPDATE, {"chatid": "chat1"}, "tok-dingcorp1").status,
                             200)
            slowest = max(slowest, time.monotonic() - before)
            for entry in [e for e in socks if e[3] is None]:
                self.drip(entry, start)
            time.sleep(0.1)
        for kind, sock, more, end in socks:
            with self.subTest(kind=kind):
                if kind in ("body", "idle"):
                    self.assertIsNone(end, "cut too early")
                    sock.setblocking(True)
                    sock.sendall(bytes(more) + BODY[-1:] if kind == "body" else update())
                    self.assertIn(b" 200 OK\r\n", sock.recv(65536))
                else:
                    self.assertIsNotNone(end, "not cut")
                    self.assertTrue(9.5 < end < 11.5, end)
            sock.close()
        self.assertLess(slowest, 2, "another client had to wait")

    def drip(self, entry, start):
        _, sock, more, _ = entry
        sock.setblocking(False)
        try:
            for byte in (b for _, b in zip(range(1), more)):
                sock.send(bytes([byte]))
            while True:
                got = sock.recv(65536)
                if not got:
                    break
                self.assertTrue(got.startswith(b"HTTP/1.1 408 "), got)
        except BlockingIOError:
            return
        except ConnectionError:
            pass
        entry[3] = time.monotonic() - start


def add_cases():
    """A test for each rule of the wire."""
    for i, rule in enumerate(wire_rules.RULES):
        def test(self, rule=rule):
            for what, sent, outcome in rule.cases:
                with self.subTest(what):
                    self.assertIsNone(wire_rules.complaint(self.server, sent, outcome))
        test.__doc__ = f"RFC {rule.section}: {rule.words}"
        setattr(Framing, f"test_rule_{i:02d}_{re.sub(r'[^a-z0-9]+', '_', rule.words.lower())}", test)


add_cases()

if __name__ == "__main__":
    unittest.main()
