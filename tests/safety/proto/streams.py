# SPDX-License-Identifier: Apache-2.0
"""streams.py -- streams of requests whose framing was tampered with.

A stream is one to three requests and a last one, GET /end. Bodies look like requests, so that
whoever ends one elsewhere sees other requests. Each request is built as parts (the request
line, fields, chunks), a few of which are then changed by the mutations below; some streams get
a few bytes changed besides.
"""
CRLF = b"\r\n"
INNER = b"GET /inner HTTP/1.1\r\nHost: x\r\n\r\n"
END = b"GET /end HTTP/1.1\r\nHost: x\r\n\r\n"
BODIES = (b"", b"x", b"hello", b"0\r\n\r\n", INNER, b"5\r\nhello\r\n0\r\n\r\n", INNER + INNER,
          b"a" * 16, b"0\r\n\r\n" + INNER, b"\r\n", b"\n", b"\0\r\n" * 5)
EOLS = (b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\n\r\n", b"", b" \r\n", b"\r\n ", b"\r\n\t",
        b"\x0b\r\n", b"\0\r\n", b"\x85")
BLANKS = (b"", b" ", b"\t", b"  ", b"\x0b", b"\x0c", b"\xa0", b"\r\n ", b"\0", b"\r", b" \t ")
METHODS = (b"POST", b"GET", b"PUT", b"DELETE", b"OPTIONS", b"PATCH")


class Request:
    """One request in parts; bytes() puts it together."""

    def __init__(self, rng, target):
        self.before, self.method, self.target = b"", b"GET", target
        self.blanks, self.version, self.eol = [b" ", b" "], b"HTTP/1.1", CRLF
        self.fields = [[b"Host", b":", b" ", b"x", CRLF]]
        self.end, self.body, self.chunks = CRLF, b"", None
        self.trailer, self.end_chunks = b"", CRLF
        kind = rng.random()
        if kind < 0.25:
            return
        self.method = b"POST" if rng.random() < 0.8 else rng.choice(METHODS)
        body = rng.choice(BODIES)
        if kind < 0.6:
            self.body = body
            self.add(b"Content-Length", b"%d" % len(body))
        else:
            at = rng.randrange(len(body) + 1)
            parts = [part for part in (body[:at], body[at:]) if part] + [b""]
            self.chunks = [[b"%x" % len(part), b"", CRLF, part, CRLF] for part in parts]
            self.chunks[-1][4] = b""  # the last chunk has no data; `end_chunks` follows
            self.add(b"Transfer-Encoding", b"chunked")

    def add(self, name, value, at=None):
        self.fields.insert(len(self.fields) if at is None else at,
                           [name, b":", b" ", value, CRLF])

    def field(self, rng, *names):
        """A field of one of these names, if there is one; else any."""
        found = [f for f in self.fields if f[0].lower() in names]
        return rng.choice(found or self.fields) if self.fields else None

    def __bytes__(self):
        line = self.method + self.blanks[0] + self.target + self.blanks[1] + self.version
        body = self.body
        if self.chunks is not None:
            body = b"".join(b"".join(c) for c in self.chunks) + self.trailer + self.end_chunks
        return (self.before + line + self.eol + b"".join(b"".join(f) for f in self.fields)
                + self.end + body)


# ---- mutations: each changes one thing of a request ----

def second_length(rng, r):
    n = len(r.body)
    r.add(b"Content-Length", rng.choice(
        [b"%d" % n, b"0", b"%d" % (n + 1), b"%d" % max(n - 1, 0), b"", b"x", b"5"]),
        rng.randrange(len(r.fields) + 1))


def odd_length(rng, r):
    field = r.field(rng, b"content-length")
    n = field[3] if field and field[3].isdigit() else b"5"
    value = rng.choice([
        b"+" + n, b"-" + n, b"0" + n, b"00000000000000000000000" + n, n + b"," + n, n + b", " + n,
        n + b",", b"," + n, n + b" ", n + b"\t", b"\t" + n, b"0x" + n, n + b".0", n + b"e0", b"",
        b" ", n + b" 0", n + b";", b'"' + n + b'"', b"18446744073709551616", n + b"\0",
        b"%d" % (2 ** 64 + int(n)), b"%d" % (2 ** 32 + int(n)), b"\x0b" + n, n + b"\x0b",
        b"1_0", b"0", b"1", n + b"\r", n + b"a", b"\xb2"])
    if field:
        field[0], field[3] = b"Content-Length", value


def odd_coding(rng, r):
    value = rng.choice([
        b"chunked, chunked", b"gzip, chunked", b"chunked, gzip", b"identity", b"xchunked", b"",
        b"Chunked", b"CHUNKED", b"chunked;q=1", b"chunked,", b",chunked", b"\tchunked",
        b"chunked\t", b" chunked ", b"chunked\x0b", b"\x0bchunked", b'"chunked"', b"chun ked",
        b"chunked, identity", b"identity, chunked", b"chunked\0", b"\0chunked", b"chunkedx",
        b"\r\n chunked", b"chunked\r\n x", b"gzip", b"cow", b"cow, chunked", b"chunked\xa0",
        b"chunked\r", b"'chunked'", b"chunke", b"chunked ;a=b", b"compress,\tchunked"])
    field = r.field(rng, b"transfer-encoding")
    if field and field[0] == b"Transfer-Encoding":
        field[3] = value
    else:
        r.add(b"Transfer-Encoding", value, rng.randrange(len(r.fields) + 1))


def both(rng, r):
    name, value = rng.choice([
        (b"Transfer-Encoding", b"chunked"), (b"Content-Length", b"%d" % len(r.body)),
        (b"Content-Length", b"3"), (b"Transfer-Encoding", b"identity"), (b"Content-Length", b"0")])
    r.add(name, value, rng.randrange(len(r.fields) + 1))


def odd_name(rng, r):
    field = r.field(rng, b"transfer-encoding", b"content-length")
    if field:
        n = field[0]
        field[0] = rng.choice([
            n + b" ", n + b"\t", b" " + n, n.replace(b"-", b"_"), n.upper(), n.lower(), n + b"\0",
            b"\0" + n, b"X:" + n, n + b"\r\n", n + b"\x0b", n.replace(b"-", b"- "), n + b"x",
            n[:-1], n + b"\xa0", n.replace(b"-", b"\xad"), b"\x00" + n, b'"' + n + b'"'])


def odd_blank(rng, r):
    field = r.field(rng, b"transfer-encoding", b"content-length", b"host")
    if field:
        field[rng.choice((1, 2))] = rng.choice([b":", b" :", b"\t:", b"", b"::", b"=", b": :"]) \
            if rng.random() < 0.4 else b":" + rng.choice(BLANKS)


def odd_eol(rng, r):
    field, eol = r.field(rng), rng.choice(EOLS)
    where = rng.random()
    if where < 0.2:
        r.eol = eol
    elif where < 0.4:
        r.end = eol
    elif where < 0.5:
        r.eol = r.end = b"\n"
        for f in r.fields:
            f[4] = b"\n"
    elif field:
        field[4] = eol


def folded(rng, r):
    field = r.field(rng)
    if field:
        field[3] += rng.choice([b"\r\n y", b"\r\n\ty", b"\r\n ", b"\n y", b"\r\n Content-Length: 5",
                                b"\r\n Transfer-Encoding: chunked", b"\r\n\r\n"])


def hidden(rng, r):
    """A field that one reader sees inside another's value."""
    inner = rng.choice([b"Content-Length: 5", b"Transfer-Encoding: chunked", b"Host: y"])
    r.add(b"A", b"b" + rng.choice([b"\n", b"\r", b"\0", b"\x0b", b"\x85", b"\x1e", b"\r\r\n"])
          + inner, rng.randrange(len(r.fields) + 1))


def odd_byte(rng, r):
    field = r.field(rng)
    if field:
        i = rng.randrange(4)
        at = rng.randrange(len(field[i]) + 1)
        field[i] = field[i][:at] + bytes([rng.choice((0, 1, 8, 9, 10, 11, 13, 32, 44, 58, 59, 127,
                                                      128, 160, 255))]) + field[i][at:]


def odd_line(rng, r):
    kind = rng.randrange(6)
    if kind == 0:
        r.blanks[rng.randrange(2)] = rng.choice(BLANKS)
    elif kind == 1:
        r.version = rng.choice([
            b"HTTP/1.0", b"HTTP/1.2", b"http/1.1", b"HTTP/2.0", b"HTTP/1", b"HTTP/01.1", b"",
            b"HTTP/1.1 ", b"HTTP/1.1x", b"HTTP/1.10", b"HTTP/0.9", b"HTTP/ 1.1", b"XTTP/1.1"])
    elif kind == 2:
        r.before = rng.choice([b"\r\n", b"\n", b"\r\n\r\n", b" ", b"\0", b"\r", b"\t\r\n"])
    elif kind == 3:
        r.method = rng.choice([b"post", b"P(ST", b"", b"FOO", b"\0POST", b"PO ST", b"POST\t"])
    elif kind == 4:
        r.target = b"http://x" + r.target if rng.random() < 0.5 else r.target + rng.choice(
            [b"#f", b" ", b"\t", b"\xe9", b"\0", b"?a b", b"\r", b"\n"])
    else:
        r.target = rng.choice([b"*", b"", b"x:80", b"r", b"//x/r", b"?", b"http://x", b"/"])


def odd_host(rng, r):
    kind = rng.randrange(4)
    if kind == 0:
        r.fields = [f for f in r.fields if f[0] != b"Host"]
    elif kind == 1:
        r.add(b"Host", rng.choice([b"x", b"y", b""]), rng.randrange(len(r.fields) + 1))
    elif field := r.field(rng, b"host"):
        field[3] = rng.choice([b"", b"x y", b"x,y", b"x/y", b"a@x", b"x:y", b"[::1", b"x:99999",
                               b"x#", b"x\t", b"\xe9", b"x?", b"[::1]", b"x:", b"x\\y", b"-x"])


def odd_chunk(rng, r):
    if not r.chunks:
        return both(rng, r)
    chunk = rng.choice(r.chunks)
    size, kind = chunk[0], rng.randrange(6)
    if kind == 0:
        chunk[0] = rng.choice([
            b"0x" + size, b"+" + size, b"-" + size, b"0" + size, b" " + size, size + b" ",
            size + b"\t", size.upper(), b"", b"1" + b"0" * 16 + size.rjust(1, b"0"), size + b",",
            b"f" * 16, b"0" * 40 + size, size + b"\0", size + b"g", b"1" + size, size + b".0",
            b"100000000" + size, size + b"\x0b", b"%x" % (len(chunk[3]) + 1), b"\x00" + size])
    elif kind == 1:
        chunk[1] = rng.choice([
            b";", b";a", b";a=b", b';a="b"', b';a="b', b";a=", b"; a", b" ;a", b";a\n", b";\0",
            b';a="\r\n"', b';a="\n"', b";a;b;c=d", b";a b", b";" + b"a" * 300, b"\n;", b";\r",
            b';a="b"c', b";=b", b";;", b";a=b=c", b"=a", b";\x80", b';a="\\""'])
    elif kind == 2:
        chunk[2] = rng.choice(EOLS)
    elif kind == 3:
        chunk[4] = rng.choice(EOLS)
    elif kind == 4:
        r.trailer = rng.choice([
            b"A: b\r\n", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"A : b\r\n",
            b"A: b\n", b" \r\n", b"A\r\n", b"Host: y\r\n", b"\0: a\r\n", b"A: b\r\n c\r\n"])
    else:
        r.end_chunks = rng.choice(EOLS)


def connection(rng, r):
    r.add(*rng.choice([
        (b"Connection", b"close"), (b"Connection", b"keep-alive"), (b"Connection", b"x, y"),
        (b"Connection", b"content-length"), (b"Connection", b"transfer-encoding"),
        (b"Connection", b"Upgrade"), (b"Upgrade", b"websocket"), (b"Expect", b"100-continue"),
        (b"Expect", b"x"), (b"TE", b"trailers"), (b"Trailer", b"A"), (b"X", b"y")]))


def old(rng, r):
    r.version = b"HTTP/1.0"
    if rng.random() < 0.7:
        r.add(b"Connection", b"keep-alive")


MUTATIONS = (second_length, odd_length, odd_coding, both, odd_name, odd_blank, odd_eol, folded,
             hidden, odd_byte, odd_line, odd_host, odd_chunk, odd_chunk, odd_chunk, connection, old)


def few_bytes(rng, sent):
    """A byte or two put in, taken out, doubled or replaced, anywhere."""
    sent = bytearray(sent)
    for _ in range(rng.choice((1, 1, 2))):
        at, kind = rng.randrange(len(sent)), rng.randrange(4)
        byte = rng.choice(b"\0\t\n\r ,:;0159aAfF=\"\\\x7f\x80\xff")
        if kind == 0:
            sent[at] = byte
        elif kind == 1:
            sent.insert(at, byte)
        elif kind == 2:
            del sent[at]
        else:
            sent.insert(at, sent[at])
    return bytes(sent)


def stream(rng):
    """One stream, and the names of what was done to it."""
    requests = [Request(rng, b"/r%d" % i) for i in range(rng.choice((1, 1, 2, 3)))]
    done = []
    for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3))):
        mutation = rng.choice(MUTATIONS)
        mutation(rng, rng.choice(requests))
        done.append(mutation.__name__)
    sent = b"".join(map(bytes, requests)) + END
    if rng.random() < 0.15:
        sent = few_bytes(rng, sent)
        done.append("few_bytes")
    return sent, done
