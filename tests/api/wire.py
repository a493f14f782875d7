# SPDX-License-Identifier: Apache-2.0
"""wire.py -- HTTP/1.1 as bytes, for what http.client would not send or would not show.

    with wire.Wire(server) as w:
        w.send(wire.head("POST", "/gettoken", "Content-Length: 0"))
        a = w.answer()                   # a qun.Answer
        assert w.ends() == b""           # the server closes, and says no more
"""
import qun


def head(method, target, *fields, host="localhost"):
    """A request's head; `host` None leaves Host out."""
    lines = [f"{method} {target} HTTP/1.1"]
    if host is not None:
        lines.append(f"Host: {host}")
    return "\r\n".join([*lines, *fields, "", ""]).encode()


def post(target, body, *fields):
    """A whole request with a JSON body."""
    return head("POST", target, "Content-Type: application/json",
                f"Content-Length: {len(body)}", *fields) + body


def chunked(target, chunks, *fields):
    """The same, its body in chunks."""
    body = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks) + b"0\r\n\r\n"
    return head("POST", target, "Content-Type: application/json",
                "Transfer-Encoding: chunked", *fields) + body


class Wire:
    """One connection."""

    def __init__(self, server, tls=False, timeout=qun.START_S):
        self.sock = server.raw(tls, timeout)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data)
        return self

    def _more(self):
        part = self.sock.recv(65536)
        if not part:
            raise EOFError(f"closed after {self.rest!r}")
        self.rest += part

    def _take(self, n):
        while len(self.rest) < n:
            self._more()
        taken, self.rest = self.rest[:n], self.rest[n:]
        return taken

    def answer(self, bodiless=False):
        """The next answer; `bodiless` for one to HEAD."""
        while b"\r\n\r\n" not in self.rest:
            self._more()
        top, _, self.rest = self.rest.partition(b"\r\n\r\n")
        first, *lines = top.decode("latin-1").split("\r\n")
        version, status, _ = first.split(" ", 2)
        assert version == "HTTP/1.1", first
        fields = [tuple(part.strip() for part in line.split(":", 1)) for line in lines]
        a = qun.Answer(int(status), fields, b"")
        if not bodiless and a.status >= 200 and a.status not in (204, 304):
            a.body = self._take(int(a.headers["content-length"]))
        return a

    def ends(self):
        """What else the server says until it closes; a reset counts as a close."""
        try:
            while True:
                self._more()
        except (EOFError, ConnectionResetError):
            left, self.rest = self.rest, b""
            return left

    def answers(self):
        """All answers until the server closes."""
        got, self.rest = [], self.ends()
        while self.rest:
            got.append(self.answer())
        return got
