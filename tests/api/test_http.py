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

TOKEN = "x-acs-dingtalk-access-token: tok-dingcorp1"
UPDATE = "/v1.0/im/group/update"
BODY = b'{"chatid":"chat1","name":"framed"}'
SMUGGLED = wire.post(UPDATE, b'{"chatid":"chat1","name":"smuggled"}', TOKEN)
LINE, HEAD, FIELDS, JSON_BODY, CHUNK_EXT = 8192, 16384, 64, 1 << 20, 256
DEPTH, KEYS = 32, 256


def update(*fields, body=BODY, length=None, line=f"POST {UPDATE} HTTP/1.1", host="Host: localhost"):
    """An update whose framing the caller gives; `length` None adds the right Content-Length."""
    lines = [line, host, TOKEN, "Content-Type: application/json", *fields]
    if length is None:
        lines.append(f"Content-Length: {len(body)}")
    head = "\r\n".join(part for part in lines if part is not None)
    return head.encode("latin-1") + b"\r\n\r\n" + body


def framed(*fields, body=BODY):
    return update(*fields, body=body, length=False)


def coded(body, *fields):
    return framed("Transfer-Encoding: chunked", *fields, body=body)


CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
N = len(BODY)

# (what, the bytes, status)
REFUSED = [
    # what says how long a body is
    ("length and chunked", coded(CHUNKS, f"Content-Length: {len(CHUNKS)}"), 400),
    ("chunked and length", framed(f"Content-Length: {N}", "Transfer-Encoding: chunked"), 400),
    ("length 0 and chunked", coded(CHUNKS, "Content-Length: 0"), 400),
    ("two lengths that differ", framed(f"Content-Length: {N}", "Content-Length: 3"), 400),
    ("two lengths, the first too short", framed("Content-Length: 3", f"Content-Length: {N}"), 400),
    ("two lengths that agree", framed(f"Content-Length: {N}", f"Content-Length: {N}"), 400),
    ("a list of lengths", framed(f"Content-Length: {N}, {N}"), 400),
    ("a list of lengths that differ", framed(f"Content-Length: 3, {N}"), 400),
    *[(f"length {v!r}", framed(f"Content-Length: {v}"), 400)
      for v in (f"+{N}", f"-{N}", "", f"0x{N:x}", f"{N}.0", f"{N} 0", f'"{N}"', f"{N};", "ten",
                f"{N}e0", "1" * 30, str(2 ** 64 + N), str(2 ** 63), f"{N}\t1", "\u00b2")],
    *[(f"coding {v!r}", framed(f"Transfer-Encoding: {v}", body=CHUNKS), 501)
      for v in ("xchunked", "gzip", "identity", "gzip, chunked", "chunked, gzip",
                "chunked, identity", "chunked;q=1", "chunked, chunked", ",chunked", "chunked,",
                '"chunked"', "chun ked")],
    *[(f"coding {v!r}", framed(f"Transfer-Encoding: {v}", body=CHUNKS), 400)
      for v in ("", "chunked\x0b")],
    ("two codings", coded(CHUNKS, "Transfer-Encoding: chunked"), 400),
    ("an unknown coding and length", framed("Transfer-Encoding: xchunked", f"Content-Length: {N}"),
     501),
    ("a coding with a blank before the colon", framed("Transfer-Encoding : chunked", body=CHUNKS),
     400),
    ("a coding after a tab", framed("Transfer-Encoding:\tchunked", body=CHUNKS), 400),
    ("a length after a tab", framed(f"Content-Length:\t{N}"), 400),
    ("a coding folded", framed("Transfer-Encoding:\r\n chunked", body=CHUNKS), 400),
    ("a coding of HTTP/1.0", update("Transfer-Encoding: chunked", body=CHUNKS, length=False,
                                    line=f"POST {UPDATE} HTTP/1.0"), 400),
    # chunks
    *[(f"chunk size {v!r}", coded(v + b"\r\n%s\r\n0\r\n\r\n" % BODY), 400)
      for v in (b"0x%x" % N, b"+%x" % N, b"-%x" % N, b" %x" % N, b"%x " % N, b"", b"g", b"%x\t" % N,
                b"%x,%x" % (N, N), b"1" * 17, b"f" * 16, b"8" + b"0" * 15, b"%x\0" % N)],
    ("chunk data longer than its size", coded(b"%x\r\n%s\r\n0\r\n\r\n" % (N - 1, BODY)), 400),
    ("chunk data without its CRLF", coded(b"%x\r\n%s0\r\n\r\n" % (N, BODY)), 400),
    ("chunk data ended by LF", coded(b"%x\r\n%s\n0\r\n\r\n" % (N, BODY)), 400),
    ("chunk size ended by LF", coded(b"%x\n%s\r\n0\r\n\r\n" % (N, BODY)), 400),
    ("chunk size ended by CR", coded(b"%x\r%s\r\n0\r\n\r\n" % (N, BODY)), 400),
    ("chunk extension with LF", coded(b"%x;a\n%s\r\n0\r\n\r\n" % (N, BODY)), 400),
    ("chunk extension with NUL", coded(b"%x;a\0\r\n%s\r\n0\r\n\r\n" % (N, BODY)), 400),
    ("last chunk ended by LF", coded(b"%x\r\n%s\r\n0\n\r\n" % (N, BODY)), 400),
    ("end of chunks by LF", coded(b"%x\r\n%s\r\n0\r\n\n" % (N, BODY)), 400),
    ("a trailer", coded(b"%x\r\n%s\r\n0\r\nA: b\r\n\r\n" % (N, BODY)), 400),
    ("a trailer that frames", coded(CHUNKS[:-2] + b"Content-Length: 5\r\n\r\n"), 400),
    # fields
    *[(f"field {v!r}", update(v), 400)
      for v in ("A : b", " A: b", "\tA: b", "A: b\r\n c", "A: b\r\n\tc", "A: b\0c", "A\0: b", "A",
                ": b", "A b: c", "A: b\rc", "A: b\nB: c", "A: b\x7f", "A: \x01", "(a): b", "a/b: c",
                "A;: b", "\xe9: b", "A: b\r\r", "A\t: b")],
    ("a folded first field", update(host=" Host: localhost"), 400),
    ("no host", update(host=None), 400),
    ("two hosts", update("Host: localhost"), 400),
    ("two hosts that differ", update("Host: other"), 400),
    *[(f"host {v!r}", update(host=f"Host: {v}"), 400)
      for v in ("", "a b", "a,b", "a/b", "a@b", "a\tb", "a:b", "[::1", "a#b", "\xe9")],
    # the request line
    *[(f"request line {v!r}", update(line=v), 400)
      for v in (f"POST  {UPDATE} HTTP/1.1", f"POST {UPDATE}  HTTP/1.1", f"POST\t{UPDATE} HTTP/1.1",
                f" POST {UPDATE} HTTP/1.1", f"POST {UPDATE} HTTP/1.1 ", f"POST {UPDATE}", "POST",
                f"POST {UPDATE} http/1.1", f"POST {UPDATE} HTTP/1", f"POST {UPDATE} HTTP/1.11",
                f"POST {UPDATE} HTTP/01.1", f"POST {UPDATE} XTTP/1.1", f"POST {UPDATE} HTTP 1.1",
                f"POST {UPDATE}#f HTTP/1.1", f"POST {UPDATE}\0 HTTP/1.1", f"P(ST {UPDATE} HTTP/1.1",
                f"POST {UPDATE[1:]} HTTP/1.1", f"POST {UPDATE} x HTTP/1.1",
                f"POST {UPDATE}\xe9 HTTP/1.1", f"POST http://{UPDATE} HTTP/1.1",
                "POST * HTTP/1.1", "CONNECT localhost:80 HTTP/1.1",
                f"\r\n\r\nPOST {UPDATE} HTTP/1.1")],
    *[(f"version {v}", update(line=f"POST {UPDATE} HTTP/{v}"), 505) for v in ("2.0", "3.0", "0.9")],
    ("lines ended by LF", update().replace(b"\r\n", b"\n"), 400),
    ("the head's end by LF", update().replace(b"\r\n\r\n", b"\r\n\n"), 400),
    ("one line ended by LF", update().replace(b"localhost\r\n", b"localhost\n"), 400),
    ("lines ended by CR", update().replace(b"\r\n", b"\r"), 400),
    ("HTTP/0.9", b"GET /_qun/healthz\r\n", 400),
    ("TLS", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + bytes(200), 400),
    ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ("an expectation that is unknown", update("Expect: 200-ok"), 417),
]

# (what, the bytes): one answer, 200, and the connection stays open unless it says otherwise
ACCEPTED = [
    ("a length", update()),
    ("a length with blanks around", framed(f"Content-Length:  {N} ")),
    ("chunks", coded(CHUNKS)),
    ("one byte a chunk", coded(b"".join(b"1\r\n%c\r\n" % c for c in BODY) + b"0\r\n\r\n")),
    ("chunk sizes in upper case and with zeros", coded(b"00%X\r\n%s\r\n000\r\n\r\n" % (N, BODY))),
    ("chunk extensions", coded(b'%x;a;b=c;d="e f"\r\n%s\r\n0;x=y\r\n\r\n' % (N, BODY))),
    ("names in any case", update("aCCept: */*").replace(b"Content-Length", b"CONTENT-LENGTH")),
    ("no blank after the colon", update("A:b").replace(b"Host: ", b"Host:")),
    ("an empty value", update("A:")),
    ("a tab in a value", update("A: b\tc")),
    ("bytes above 127 in a value", update("A: \xe9\xff")),
    ("a host with a port", update(host="Host: api.dingtalk.com:8443")),
    ("a host that is an address", update(host="Host: [::1]:7780")),
    ("an empty line before", b"\r\n" + update()),
    ("an absolute target", update(line=f"POST http://api.dingtalk.com{UPDATE} HTTP/1.1")),
    ("an absolute target of https", update(line=f"POST HTTPS://a.example:1{UPDATE} HTTP/1.1")),
    ("a query nobody reads", update(line=f"POST {UPDATE}?a=b&c HTTP/1.1")),
    ("a list of connection options", update("Connection: keep-alive, x-other")),
    ("an upgrade nobody offers", update("Upgrade: websocket", "Connection: upgrade")),
    ("HTTP/1.0 that stays", update("Connection: keep-alive", line=f"POST {UPDATE} HTTP/1.0")),
]


def name_of(what):
    """A test's name."""
    return re.sub(r"\W+", "_", what)[:60]


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
    def refuse(self, sent, status):
        with wire.Wire(self.server) as w:
            try:
                w.send(sent + SMUGGLED)
            except ConnectionError:
                pass
            got = w.answers()
        self.assertEqual([a.status for a in got], [status], got)
        self.assertEqual(got[0].headers["connection"], "close")
        self.assert_ids(got[0])
        self.assertEqual(got[0].json["requestid"], got[0].requestid)
        self.assertEqual(self.name(), "as it was")

    def accept(self, sent):
        with wire.Wire(self.server) as w:
            got = w.send(sent).answer()
            self.assertEqual((got.status, got.json), (200, {"success": True}), got)
            self.assertEqual(self.name(), "framed")
            self.healthy(w)

    def test_byte_by_byte(self):
        """However the bytes are cut, they mean the same."""
        for sent in (update(), coded(CHUNKS)):
            self.name("as it was")
            with wire.Wire(self.server) as w:
                for i in range(len(sent)):
                    w.send(sent[i:i + 1])
                self.assertEqual(w.answer().json, {"success": True})
                self.healthy(w)

    def test_a_body_that_is_cut_changes_nothing(self):
        for sent in (update(), coded(CHUNKS)):
            for cut in (1, 3, 20):
                with wire.Wire(self.server) as w:
                    w.send(sent[:-cut])
                    w.sock.shutdown(socket.SHUT_WR)
                    w.ends()
            self.assertEqual(self.name(), "as it was")

    def test_bytes_after_a_closing_request_are_not_parsed(self):
        for first in (update("Connection: close"), update("connection: keep-alive, Close"),
                      update(line=f"POST {UPDATE} HTTP/1.0")):
            with wire.Wire(self.server) as w:
                w.send(first + SMUGGLED)
                got = w.answers()
            self.assertEqual([a.status for a in got], [200])
            self.assertEqual(self.name(), "framed")


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
    for i, (what, sent, status) in enumerate(REFUSED):
        def test(self, sent=sent, status=status):
            self.refuse(sent, status)
        test.__doc__ = f"refused: {what}"
        setattr(Framing, f"test_refused_{i:03d}_{name_of(what)}", test)
    for i, (what, sent) in enumerate(ACCEPTED):
        def test(self, sent=sent):
            self.accept(sent)
        test.__doc__ = f"accepted: {what}"
        setattr(Framing, f"test_accepted_{i:02d}_{name_of(what)}", test)


add_cases()

if __name__ == "__main__":
    unittest.main()
