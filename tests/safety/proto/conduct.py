# SPDX-License-Identifier: Apache-2.0
"""conduct.py -- rules for what a server sends and when, which need more than bytes and a status.

CONDUCT is a table of (section, level, words, check); check(server) asserts.
"""
import re

import wire
from wire_rules import BODY, CHUNKS, N, SMUGGLED, TOKEN, UPDATE, V1_0, coded, update

GET = wire.head("GET", "/_qun/healthz")
DATE = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z][a-z] \d{4} \d\d:\d\d:\d\d GMT"
# one of each kind of answer: the request, its status
KINDS = [
    (update(), 200), (GET, 200), (wire.head("GET", "/v1.0/none"), 404),
    (update("Content-Length: 1"), 400), (wire.head("GET", "/_qun/metrics"), 401),
    (wire.head("PUT", "/_qun/healthz"), 405), (wire.head("OPTIONS", "*"), 200),
    (update("Expect: x"), 417), (wire.head("POST", UPDATE, "Content-Length: 9999999"), 413),
    (update(line=f"POST {UPDATE} HTTP/3.0"), 505), (update("A: " + "b" * 20000), 431),
    (coded(CHUNKS).replace(b"chunked", b"gzip, chunked"), 501), (update(line=V1_0), 200),
]


def ask(server, sent):
    """All answers to these bytes, on a connection of their own."""
    with wire.Wire(server) as w:
        try:
            w.send(sent)
        except ConnectionError:
            pass
        return w.answer()


def status_line(server):
    for sent, _ in KINDS:
        with wire.Wire(server) as w:
            w.send(sent)
            w.answer()  # asserts HTTP/1.1
        with wire.Wire(server) as w:
            w.send(sent.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
            assert re.match(rb"HTTP/1\.1 [1-5]\d\d [ -~]*\r\n", w.ends()), sent[:80]


def dates(server):
    for sent, status in KINDS:
        got = ask(server, sent)
        assert got.status == status, (status, got)
        assert re.fullmatch(DATE, got.headers["date"]), got.headers


def framing(server):
    for sent, _ in KINDS:
        got = ask(server, sent)
        assert "transfer-encoding" not in got.headers and got.headers["content-length"].isdigit()


def head_has_no_body(server):
    for target in ("/_qun/healthz", "/chat/get", "/none"):
        with wire.Wire(server) as w:
            get = w.send(wire.head("GET", target)).answer()
            head = w.send(wire.head("HEAD", target)).answer(bodiless=True)
            assert (head.status, head.headers["content-length"]) == (
                get.status, get.headers["content-length"]), head
            assert w.send(GET).answer().status == 200, "a body came after all"


def order(server):
    read = wire.head("GET", "/chat/get?access_token=tok-dingcorp1&chatid=chat1")
    with wire.Wire(server) as w:
        w.send(b"".join(wire.post(UPDATE, b'{"chatid":"chat1","name":"p%d"}' % i, TOKEN) + read
                        for i in range(20)))
        for i in range(20):
            assert w.answer().json == {"success": True}
            assert w.answer().json["chat_info"]["name"] == f"p{i}"


def close_is_said(server):
    for sent in (update("Connection: close"), update(line=V1_0)):
        with wire.Wire(server) as w:
            assert w.send(sent).answer().headers["connection"] == "close"
            assert w.ends() == b""


def kept_alive(server):
    with wire.Wire(server) as w:
        got = w.send(update("Connection: keep-alive", line=V1_0)).answer()
        assert got.headers["connection"] == "keep-alive", "a client of HTTP/1.0 must be told"
        assert w.send(GET).answer().status == 200


def every_split(server):
    for sent in (update(), coded(CHUNKS)):
        for at in range(1, len(sent)):
            with wire.Wire(server) as w:
                w.send(sent[:at])
                assert w.send(sent[at:]).answer().status == 200, at


def refusal_is_seen(server):
    """A body that nobody reads must not take the answer with it."""
    with wire.Wire(server) as w:
        w.send(wire.head("POST", UPDATE, TOKEN, f"Content-Length: {4 << 20}"))
        try:
            for _ in range(4):
                w.send(bytes(1 << 20))
        except ConnectionError:
            pass
        assert [a.status for a in w.answers()] == [413]


def continues(server):
    with wire.Wire(server) as w:
        for framed, body in ((f"Content-Length: {N}", BODY), ("Transfer-Encoding: chunked", CHUNKS)):
            w.send(wire.head("POST", UPDATE, TOKEN, "Expect: 100-continue", framed))
            got = w.answer()
            assert got.status == 100 and not got.headers, got
            assert w.send(body).answer().json == {"success": True}


def no_useless_continue(server):
    for sent, status in (
            (update("Expect: 100-continue", line=V1_0), 200),
            (wire.head("GET", "/_qun/healthz", "Expect: 100-continue"), 200),
            (wire.head("POST", UPDATE, TOKEN, "Expect: 100-continue", "Content-Length: 9999999"),
             413)):
        got = ask(server, sent)
        assert got.status == status, got


def challenge(server):
    got = ask(server, wire.head("GET", "/_qun/metrics"))
    assert (got.status, got.headers.get("www-authenticate")) == (401, "Bearer"), got.headers


def allow(server):
    got = ask(server, wire.head("POST", "/_qun/healthz", "Content-Length: 0"))
    assert (got.status, got.headers.get("allow")) == (405, "GET, HEAD"), got.headers
    got = ask(server, wire.head("PATCH", "/_qun/worlds", "Content-Length: 0"))
    assert (got.status, got.headers.get("allow")) == (405, "POST"), got.headers


def no_switch(server):
    got = ask(server, update("Upgrade: websocket", "Connection: upgrade"))
    assert got.status == 200 and "upgrade" not in got.headers


def no_split(server):
    """Nothing that a client sends can end a line of the answer's head."""
    for target in ("/chat/get?chatid=a%0d%0aX-Injected:%201", "/%0d%0aX-Injected:%201",
                   "/topapi/%0d%0aX-Injected:%201", "/_qun/groups/%0d%0aX-Injected:%201"):
        assert "x-injected" not in ask(server, wire.head("GET", target)).headers


def nothing_after_refusal(server):
    """Whatever follows a refused request, in the same segment or later, is never looked at."""
    with wire.Wire(server) as w:
        w.send(update("Content-Length: 3"))
        try:
            for _ in range(20):
                w.send(SMUGGLED)
        except ConnectionError:
            pass
        assert [a.status for a in w.answers()] == [400]
    assert server.group("chat1")["name"] != "smuggled"


CONDUCT = [
    ("9112 4", "MUST", "an answer begins with HTTP/1.1, a status of three digits and a phrase",
     status_line),
    ("9110 6.6.1", "MUST", "every answer has a Date, in the one form", dates),
    ("9112 6.1", "MUST", "no answer is coded; each has a length", framing),
    ("9110 9.3.2", "MUST", "an answer to HEAD is the one to GET without its body",
     head_has_no_body),
    ("9112 9.3.2", "MUST", "requests sent without waiting are answered in their order", order),
    ("9112 9.6", "SHOULD", "an answer says that the connection ends, and it does", close_is_said),
    ("9112 9.3", "SHOULD", "a client of HTTP/1.0 is told that its connection stays", kept_alive),
    ("9112 2.1", "MUST", "a message means the same wherever it is cut into segments", every_split),
    ("9112 9.6", "SHOULD", "a client that is still sending sees why it was refused",
     refusal_is_seen),
    ("9110 10.1.1", "MUST", "100 comes before the body, and then the answer", continues),
    ("9110 10.1.1", "MUST", "no 100 for HTTP/1.0, without a body, or before a refusal",
     no_useless_continue),
    ("9110 15.5.2", "MUST", "401 says how to authenticate", challenge),
    ("9110 15.5.6", "MUST", "405 says which methods there are", allow),
    ("9110 7.8", "MUST", "no protocol is switched to that was not agreed", no_switch),
    ("9112 11.1", "MUST", "no line of an answer comes from a client", no_split),
    ("9112 11.2", "MUST", "what follows a refused request is never looked at",
     nothing_after_refusal),
]
