# SPDX-License-Identifier: Apache-2.0
"""wire_rules.py -- what RFC 9112 (and of RFC 9110 what frames a message) asks of a server, each
rule in our own words with raw requests that show whether it is kept.

RULES is a table of Rule(section, level, words, cases); a case is (what, bytes, outcome):

    400, 501 ...  refused: one answer with that status, the connection ends, nothing was done, and
                  what follows is never looked at
    DONE          one answer, 200; the update was done, and the next request is answered too
    LAST          the same, but the connection ends after it, and what follows is not looked at
    READ          one answer, 200, to something that is no update; the next request is done
    CUT           the client stops sending here: no answer that says success, nothing was done

Levels: MUST and SHOULD are the RFC's. STRICT is where it leaves a server the choice and ours is
to refuse, because two readers could understand the same bytes differently.
"""
import collections
import socket

import wire

TOKEN = "x-acs-dingtalk-access-token: tok-dingcorp1"
UPDATE = "/v1.0/im/group/update"
BODY = b'{"chatid":"chat1","name":"framed"}'
N = len(BODY)
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (N, BODY)
LINE = f"POST {UPDATE} HTTP/1.1"
SMUGGLED = wire.post(UPDATE, b'{"chatid":"chat1","name":"smuggled"}', TOKEN)
DONE, LAST, READ, CUT = "done", "last", "read", "cut"

Rule = collections.namedtuple("Rule", "section level words cases")


def update(*fields, body=BODY, length=None, line=LINE, host="Host: localhost"):
    """An update whose framing the caller gives; `length` None adds the right Content-Length."""
    lines = [line, host, TOKEN, "Content-Type: application/json", *fields]
    if length is None:
        lines.append(f"Content-Length: {len(body)}")
    head = "\r\n".join(part for part in lines if part is not None)
    return head.encode("latin-1") + b"\r\n\r\n" + body


def framed(*fields, body=BODY, line=LINE):
    return update(*fields, body=body, length=False, line=line)


def coded(body, *fields, line=LINE):
    return framed("Transfer-Encoding: chunked", *fields, body=body, line=line)


def chunk(size, data=BODY, end=b"0\r\n\r\n"):
    return coded(size + b"\r\n" + data + b"\r\n" + end)


def each(outcome, make, *values):
    """A case for each value, named after it."""
    return [(repr(value), make(value), outcome) for value in values]


def lf(sent):
    return sent.replace(b"\r\n", b"\n")


def line_of(text):
    return update(line=text)


def with_length(value):
    return framed(f"Content-Length: {value}")


def with_coding(value):
    return framed(f"Transfer-Encoding: {value}", body=CHUNKS)


def with_host(value):
    return update(host=f"Host: {value}")


V1_0 = f"POST {UPDATE} HTTP/1.0"

RULES = [
    # ---- RFC 9112, 2: messages ----
    Rule("9112 2.2", "STRICT", "a line ends with CRLF, never with LF alone", [
        ("all lines", lf(update()), 400),
        ("the end of the head", update().replace(b"\r\n\r\n", b"\r\n\n"), 400),
        ("one line", update().replace(b"localhost\r\n", b"localhost\n"), 400),
        ("the request line", update().replace(b"HTTP/1.1\r\n", b"HTTP/1.1\n"), 400),
        ("a field that hides another", update("A: b\nB: c"), 400),
        ("the empty line before a request", b"\n" + update(), 400),
    ]),
    Rule("9112 2.2", "MUST", "a CR that no LF follows is no part of a message", [
        ("instead of all line ends", update().replace(b"\r\n", b"\r"), 400),
        ("in a value", update("A: b\rc"), 400),
        ("twice before LF", update("A: b\r"), 400),
        ("before the empty line", update().replace(b"\r\n\r\n", b"\r\n\r\r\n"), 400),
    ]),
    Rule("9112 2.2", "MUST", "blanks between the request line and the first field are no field", [
        ("a blank", update(host=" Host: localhost"), 400),
        ("a tab", update(host="\tHost: localhost"), 400),
        ("a line of blanks", update(host=" \r\nHost: localhost"), 400),
    ]),
    Rule("9112 2.2", "SHOULD", "one empty line before a request is ignored", [
        ("CRLF", b"\r\n" + update(), DONE),
    ]),
    Rule("9112 2.2", "STRICT", "more than one empty line before a request is none", [
        ("two", b"\r\n\r\n" + update(), 400),
        ("CR and CRLF", b"\r\r\n" + update(), 400),
    ]),
    Rule("9112 2.2", "SHOULD", "what is no HTTP request gets 400 and the connection ends", [
        ("TLS", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + bytes(200), 400),
        ("HTTP/0.9", b"GET /_qun/healthz\r\n", 400),
        ("zero bytes", bytes(32), 400),
        ("a line of text", b"hello\r\n\r\n", 400),
        ("an answer", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 400),
    ]),
    Rule("9112 2.3", "MUST", "the version is HTTP/ and two digits with a dot, in capitals", each(
        400, line_of, f"POST {UPDATE} http/1.1", f"POST {UPDATE} HTTP/1", f"POST {UPDATE} HTTP/1.11",
        f"POST {UPDATE} HTTP/01.1", f"POST {UPDATE} XTTP/1.1", f"POST {UPDATE} HTTP 1.1",
        f"POST {UPDATE} HTTP/1,1", f"POST {UPDATE} HTTP/+1.1", f"POST {UPDATE} HTTP/1.1x",
        f"POST {UPDATE}", "POST")),
    Rule("9110 15.6.6", "SHOULD", "a major version that is not spoken here gets 505", [
        *[(v, line_of(f"POST {UPDATE} HTTP/{v}"), 505) for v in ("2.0", "3.0", "0.9", "9.9")],
        ("HTTP/2 with prior knowledge", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ]),
    Rule("9110 2.5", "STRICT", "a minor version above 1 is not guessed at", each(
        505, line_of, f"POST {UPDATE} HTTP/1.2", f"POST {UPDATE} HTTP/1.9")),
    # ---- 3: the request line ----
    Rule("9112 3", "STRICT", "method, target and version are parted by exactly one blank", each(
        400, line_of, f"POST  {UPDATE} HTTP/1.1", f"POST {UPDATE}  HTTP/1.1",
        f"POST\t{UPDATE} HTTP/1.1", f"POST {UPDATE}\tHTTP/1.1", f"POST\x0b{UPDATE} HTTP/1.1",
        f"POST\xa0{UPDATE} HTTP/1.1", f" POST {UPDATE} HTTP/1.1", f"POST {UPDATE} HTTP/1.1 ",
        f"POST {UPDATE} HTTP/1.1\t")),
    Rule("9112 3", "MUST", "a request line of 8,000 bytes is taken", [
        ("8,000", line_of(f"POST {UPDATE}?{'q' * (8000 - len(LINE) - 1)} HTTP/1.1"), DONE),
    ]),
    Rule("9112 3", "MUST", "a target that is too long gets 414", [
        ("8,193", line_of(f"POST {UPDATE}?{'q' * (8193 - len(LINE) - 1)} HTTP/1.1"), 414),
        ("12,000", line_of(f"POST {UPDATE}?{'q' * 12000} HTTP/1.1"), 414),
    ]),
    Rule("9112 3.1", "MUST", "a method is a token", each(
        400, line_of, f"P(ST {UPDATE} HTTP/1.1", f"PO\0ST {UPDATE} HTTP/1.1",
        f"P\xd6ST {UPDATE} HTTP/1.1", f"\"POST\" {UPDATE} HTTP/1.1", f"PO,ST {UPDATE} HTTP/1.1",
        f"{UPDATE} HTTP/1.1")),
    Rule("9112 3.1", "MUST", "a method in small letters is another method", each(
        400, line_of, f"post {UPDATE} HTTP/1.1", f"Post {UPDATE} HTTP/1.1")),
    Rule("9112 3.2", "MUST", "nothing in a target is a blank or a control character", each(
        400, line_of, f"POST {UPDATE} x HTTP/1.1", f"POST {UPDATE}\0 HTTP/1.1",
        f"POST {UPDATE}\x7f HTTP/1.1", f"POST {UPDATE}\x01 HTTP/1.1")),
    Rule("9112 3.2", "STRICT", "a target is percent-encoded and has no fragment", each(
        400, line_of, f"POST {UPDATE}#f HTTP/1.1", f"POST {UPDATE}\xe9 HTTP/1.1",
        f"POST {UPDATE}?\xe9 HTTP/1.1")),
    Rule("9112 3.2", "MUST", "HTTP/1.1 without Host gets 400", [
        ("none", update(host=None), 400),
        ("an absolute target, none", update(line=f"POST http://a{UPDATE} HTTP/1.1", host=None), 400),
    ]),
    Rule("9112 3.2", "MUST", "more than one Host gets 400", [
        ("twice the same", update("Host: localhost"), 400),
        ("two", update("Host: other"), 400),
        ("in another case", update("hOST: localhost"), 400),
        ("HTTP/1.0", update("Host: other", line=V1_0), 400),
        ("the first empty", update("Host: localhost", host="Host:"), 400),
    ]),
    Rule("9112 3.2", "MUST", "a Host that is no host gets 400", each(
        400, with_host, "a b", "a,b", "a/b", "a@b", "a\tb", "a:b", "[::1", "a#b", "\xe9", "a:1:2",
        "a:99999", "[::1]x", "]", ":80", "a?b", "a\\b", "a%00b", "http://a", "a:-1", "a:1 ,b")),
    Rule("9112 3.2", "STRICT", "a Host names a host", each(400, with_host, "", " ")),
    Rule("9112 3.2", "MUST", "a Host with a port or an address is a host", each(
        DONE, with_host, "localhost", "api.dingtalk.com:8443", "[::1]:7780", "127.0.0.1", "a:",
        "A.EXAMPLE")),
    Rule("9112 3.2.1", "MUST", "a target is a path, and perhaps a query", [
        ("a query", line_of(f"POST {UPDATE}?a=b&c HTTP/1.1"), DONE),
        ("an empty query", line_of(f"POST {UPDATE}? HTTP/1.1"), DONE),
        ("no slash", line_of(f"POST {UPDATE[1:]} HTTP/1.1"), 400),
        ("only a query", line_of("POST ?a HTTP/1.1"), 400),
    ]),
    Rule("9112 3.2.2", "MUST", "an absolute target is taken, and counts instead of Host", [
        ("http", line_of(f"POST http://api.dingtalk.com{UPDATE} HTTP/1.1"), DONE),
        ("https", line_of(f"POST HTTPS://a.example:1{UPDATE} HTTP/1.1"), DONE),
        ("no host in it", line_of(f"POST http://{UPDATE} HTTP/1.1"), 400),
        ("with user and password", line_of(f"POST http://a:b@c{UPDATE} HTTP/1.1"), 400),
        ("another scheme", line_of(f"POST ftp://a{UPDATE} HTTP/1.1"), 400),
        ("Host that is no host beside it", update(
            line=f"POST http://a{UPDATE} HTTP/1.1", host="Host: a b"), 400),
    ]),
    Rule("9112 3.2.3", "MUST", "host and port alone are a target of CONNECT, which is not here", each(
        400, line_of, "CONNECT localhost:80 HTTP/1.1", "POST localhost:80 HTTP/1.1")),
    Rule("9112 3.2.4", "MUST", "an asterisk is a target of OPTIONS alone", each(
        400, line_of, "POST * HTTP/1.1", "GET * HTTP/1.1", "OPTIONS ** HTTP/1.1")),
    # ---- 5: fields ----
    Rule("9112 5", "MUST", "a field is a token, a colon and a value", each(
        400, update, "A", ": b", "A b: c", "(a): b", "a/b: c", "A;: b", "\xe9: b", "A\0: b",
        "A\x7f: b", "A, B: c", "@: b", "a=b: c", "[a]: b", "{a}: b", '"a": b', "\\: b")),
    Rule("9112 5", "MUST", "names are the same in any case", [
        ("of every field", update("aCCept: */*").replace(b"Content-Length", b"CONTENT-LENGTH")
            .replace(b"Host", b"hOsT"), DONE),
        ("of the coding", framed("tRANSFER-eNCODING: CHUNKED", body=CHUNKS), DONE),
    ]),
    Rule("9112 5.1", "MUST", "blanks between a name and its colon get 400", [
        *each(400, update, "A : b", "A\t: b", "A  : b"),
        ("of the length", framed(f"Content-Length : {N}"), 400),
        ("of the coding", framed("Transfer-Encoding : chunked", body=CHUNKS), 400),
        ("of the coding, beside a length", update("Transfer-Encoding : chunked"), 400),
        ("of Host", update(host="Host : localhost"), 400),
    ]),
    Rule("9112 5.1", "MUST", "blanks around a value are no part of it", [
        ("of the length", framed(f"Content-Length:  {N} "), DONE),
        ("of the coding", framed("Transfer-Encoding:   chunked  ", body=CHUNKS), DONE),
        ("none", update("A:b").replace(b"Host: ", b"Host:"), DONE),
        ("an empty value", update("A:", "B:  "), DONE),
        ("inside, they are", update("A: b\tc  d"), DONE),
    ]),
    Rule("9112 5.1", "STRICT", "a tab around a value is refused: some readers keep it", [
        ("of the length", framed(f"Content-Length:\t{N}"), 400),
        ("after the length", framed(f"Content-Length: {N}\t"), 400),
        ("of the coding", framed("Transfer-Encoding:\tchunked", body=CHUNKS), 400),
        ("after the coding", framed("Transfer-Encoding: chunked\t", body=CHUNKS), 400),
        ("of any field", update("A:\tb"), 400),
    ]),
    Rule("9112 5.2", "MUST", "a field folded over two lines gets 400", [
        *each(400, update, "A: b\r\n c", "A: b\r\n\tc", "A: b\r\n ", " A: b", "\tA: b"),
        ("of the coding", framed("Transfer-Encoding:\r\n chunked", body=CHUNKS), 400),
        ("of the length", framed(f"Content-Length:\r\n {N}"), 400),
        ("a coding hidden in it", update("A: b\r\n Transfer-Encoding: chunked"), 400),
    ]),
    Rule("9110 5.5", "MUST", "CR, LF and NUL are no part of a value", each(
        400, update, "A: b\0c", "A: \0", "A: b\rc", "A: b\nc")),
    Rule("9110 5.5", "STRICT", "nor are other control characters", each(
        400, update, "A: \x01", "A: b\x7f", "A: \x1b[0m", "A: \x0bb", "A: \x0c")),
    Rule("9110 5.5", "SHOULD", "bytes above 127 are", each(DONE, update, "A: \xe9\xff", "A: \x80")),
    Rule("9110 5.4", "MUST", "more fields than fit get an answer, not a guess", [
        ("61 more", update(*["A: b"] * 61), 431),
        ("20,000 bytes", update("A: " + "b" * 20000), 431),
    ]),
    # ---- 6: what says how long a body is ----
    Rule("9112 6", "MUST", "a body is there if its length says so, whatever the method", [
        ("GET", framed(f"Content-Length: {N}", line="GET /_qun/healthz HTTP/1.1"), READ),
        ("OPTIONS", framed(f"Content-Length: {N}", line=f"OPTIONS {UPDATE} HTTP/1.1"), READ),
        ("GET in chunks", coded(CHUNKS, line="GET /_qun/healthz HTTP/1.1"), READ),
    ]),
    Rule("9112 6.1", "STRICT", "a coding and a length together get 400", [
        ("length after", coded(CHUNKS, f"Content-Length: {len(CHUNKS)}"), 400),
        ("length before", framed(f"Content-Length: {N}", "Transfer-Encoding: chunked"), 400),
        ("length 0", coded(CHUNKS, "Content-Length: 0"), 400),
        ("an unknown coding", framed("Transfer-Encoding: xchunked", f"Content-Length: {N}"), 400),
        ("an empty coding", framed("Transfer-Encoding:", f"Content-Length: {N}"), 400),
        ("an empty length", coded(CHUNKS, "Content-Length:"), 400),
        ("HTTP/1.0", framed("Transfer-Encoding: chunked", f"Content-Length: {N}", line=V1_0), 400),
    ]),
    Rule("9112 6.1", "MUST", "a coding in HTTP/1.0 is faulty framing", [
        ("chunks", coded(CHUNKS, line=V1_0), 400),
        ("kept alive", coded(CHUNKS, "Connection: keep-alive", line=V1_0), 400),
    ]),
    Rule("9112 6.1", "SHOULD", "a coding that is not known gets 501", each(
        501, with_coding, "gzip, chunked", "gzip,chunked", "identity, chunked", "a;b=c, Chunked",
        "chunked, chunked", "chunked,chunked", "chunked, gzip, chunked", ",chunked")),
    Rule("9112 6.1", "STRICT", "chunked is said once", [
        ("in two fields", coded(CHUNKS, "Transfer-Encoding: chunked"), 400),
        ("in two fields, the first of another coding",
         framed("Transfer-Encoding: gzip", "Transfer-Encoding: chunked", body=CHUNKS), 400),
    ]),
    Rule("9112 6.2", "MUST", "a length is digits, and no number is too large to be noticed", each(
        400, with_length, f"+{N}", f"-{N}", "", f"0x{N:x}", f"{N}.0", f"{N} 0", f'"{N}"', f"{N};",
        "ten", f"{N}e0", f"{N}\t1", "\u00b2", f"{N}_0", "1" * 30, str(2 ** 64 + N), str(2 ** 63),
        str(2 ** 32 * 2 ** 32 + N))),
    Rule("9112 6.2", "MUST", "a length too large to take gets 413, without waiting for it", each(
        413, with_length, str(2 ** 20 + 1), str(2 ** 32 + N), str(2 ** 63 - 1))),
    Rule("9112 6.3", "MUST", "a coding whose last part is not chunked gets 400", each(
        400, with_coding, "xchunked", "gzip", "identity", "chunked, gzip", "chunked, identity",
        "chunked;q=1", "chunked,", '"chunked"', "chun ked", "", "chunked\x0b", ",",
        "chunkedx", "chunke", "\"gzip, chunked\"")),
    Rule("9112 6.3", "MUST", "lengths that differ get 400", [
        ("the second too short", framed(f"Content-Length: {N}", "Content-Length: 3"), 400),
        ("the first too short", framed("Content-Length: 3", f"Content-Length: {N}"), 400),
        ("a list", with_length(f"3, {N}"), 400),
    ]),
    Rule("9112 6.3", "STRICT", "lengths that agree get 400 as well", [
        ("two", framed(f"Content-Length: {N}", f"Content-Length: {N}"), 400),
        ("a list", with_length(f"{N}, {N}"), 400),
        ("a list of one", with_length(f"{N},"), 400),
    ]),
    Rule("9112 6.3", "MUST", "a request without length or coding has no body", [
        ("the next request follows at once",
         wire.head("GET", "/_qun/healthz"), READ),
        ("a length of 0", wire.head("GET", "/_qun/healthz", "Content-Length: 0"), READ),
    ]),
    Rule("9112 6.3", "MUST", "a length gives the body's bytes, exactly", [
        ("the length", update(), DONE),
        ("with zeros before", with_length(f"000{N}"), DONE),
    ]),
    # ---- 7: chunks ----
    Rule("9112 7.1", "MUST", "chunks are understood", [
        ("one", coded(CHUNKS), DONE),
        ("a byte each", coded(b"".join(b"1\r\n%c\r\n" % c for c in BODY) + b"0\r\n\r\n"), DONE),
        *[(f"two, of {i} and {N - i} bytes", coded(b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (
            i, BODY[:i], N - i, BODY[i:])), DONE) for i in range(1, N)],
        ("sizes in capitals, with zeros", chunk(b"00%X" % N, end=b"000\r\n\r\n"), DONE),
        ("coding in another case", with_coding("Chunked"), DONE),
    ]),
    Rule("9112 7.1", "MUST", "a chunk's size is hexadecimal digits, and none is too large to be "
                             "noticed", each(
        400, chunk, b"0x%x" % N, b"+%x" % N, b"-%x" % N, b"", b"g", b"%x,%x" % (N, N), b"1" * 17,
        b"f" * 16, b"8" + b"0" * 15, b"1" + b"0" * 15 + b"%x" % N, b"%x\0" % N, b"%x." % N,
        b"\xb2")),
    Rule("9112 7.1", "STRICT", "no blanks around a chunk's size", each(
        400, chunk, b" %x" % N, b"%x " % N, b"%x\t" % N, b"\t%x" % N, b"%x ;a" % N)),
    Rule("9112 7.1", "MUST", "a chunk's data is as long as its size, and CRLF follows", [
        ("one byte more", chunk(b"%x" % (N - 1)), 400),
        ("one byte less", chunk(b"%x" % (N + 1)), 400),
        ("no CRLF", coded(b"%x\r\n%s0\r\n\r\n" % (N, BODY)), 400),
        ("LF", coded(b"%x\r\n%s\n0\r\n\r\n" % (N, BODY)), 400),
        ("CR", coded(b"%x\r\n%s\r0\r\n\r\n" % (N, BODY)), 400),
        ("any two bytes", coded(b"%x\r\n%sxx0\r\n\r\n" % (N, BODY)), 400),
    ]),
    Rule("9112 7.1", "STRICT", "lines of chunks end with CRLF, never with LF alone", [
        ("size, LF", coded(b"%x\n%s\r\n0\r\n\r\n" % (N, BODY)), 400),
        ("size, CR", coded(b"%x\r%s\r\n0\r\n\r\n" % (N, BODY)), 400),
        ("last chunk, LF", coded(b"%x\r\n%s\r\n0\n\r\n" % (N, BODY)), 400),
        ("the end, LF", coded(b"%x\r\n%s\r\n0\r\n\n" % (N, BODY)), 400),
        ("all LF", coded(lf(CHUNKS)), 400),
    ]),
    Rule("9112 7.1.1", "MUST", "extensions of a chunk are ignored", [
        ("name, value, text", chunk(b'%x;a;b=c;d="e f;\\"g"' % N, end=b"0;x=y\r\n\r\n"), DONE),
        ("256 bytes", chunk(b"%x;%s" % (N, b"a" * 255)), DONE),
    ]),
    Rule("9112 7.1.1", "MUST", "extensions are bounded", [
        ("257 bytes", chunk(b"%x;%s" % (N, b"a" * 256)), 400),
        ("20,000 bytes", chunk(b"%x;%s" % (N, b"a" * 20000)), 400),
        ("spread over chunks", coded(b"".join(
            b"1;aaaaaaaaa\r\n%c\r\n" % c for c in BODY) + b"0\r\n\r\n"), 400),
    ]),
    Rule("9112 7.1.1", "STRICT", "an extension is well formed", [
        ("LF", coded(b"%x;a\n%s\r\n0\r\n\r\n" % (N, BODY)), 400),
        ("LF in text", coded(b'%x;a="\n"\r\n%s\r\n0\r\n\r\n' % (N, BODY)), 400),
        ("CR", coded(b"%x;a\rb\r\n%s\r\n0\r\n\r\n" % (N, BODY)), 400),
        *each(400, chunk, b"%x;a\0" % N, b"%x;" % N, b"%x;a=" % N, b"%x;=b" % N, b'%x;a="b' % N,
              b'%x;a="b"c' % N, b"%x; a" % N, b"%x;a =b" % N, b"%x;\xe9" % N, b"%x;;a" % N),
    ]),
    Rule("9112 7.1.2", "STRICT", "fields after the last chunk are refused", [
        ("one", chunk(b"%x" % N, end=b"0\r\nA: b\r\n\r\n"), 400),
        ("a length", coded(CHUNKS[:-2] + b"Content-Length: 5\r\n\r\n"), 400),
        ("a coding", coded(CHUNKS[:-2] + b"Transfer-Encoding: chunked\r\n\r\n"), 400),
        ("a Host", coded(CHUNKS[:-2] + b"Host: other\r\n\r\n"), 400),
        ("a blank", coded(CHUNKS[:-2] + b" \r\n\r\n"), 400),
    ]),
    # ---- 8: messages that end too soon ----
    Rule("9112 8", "MUST", "what is cut off is not taken for a whole request", [
        *[(f"{cut} bytes of a body missing", update()[:-cut], CUT) for cut in (1, 3, N)],
        *[(f"{cut} bytes of chunks missing", coded(CHUNKS)[:-cut], CUT)
          for cut in (1, 2, 3, 5, 6, 20)],
        ("in the head", update()[:60], CUT),
        ("before the end of the head", update(body=b"")[:-2], CUT),
    ]),
    # ---- 9: connections ----
    Rule("9112 9.3", "MUST", "a connection of HTTP/1.1 stays, unless one says close", [
        ("a list of other options", update("Connection: keep-alive, x-other"), DONE),
        ("nothing", update(), DONE),
    ]),
    Rule("9112 9.3", "MUST", "one of HTTP/1.0 ends, unless the client says keep-alive", [
        ("nothing", line_of(V1_0), LAST),
        ("no Host", update(line=V1_0, host=None), LAST),
        ("keep-alive", update("Connection: keep-alive", line=V1_0), DONE),
        ("Keep-Alive", update("Connection: x, Keep-Alive", line=V1_0), DONE),
    ]),
    Rule("9112 9.6", "MUST", "after close nothing more is looked at", [
        ("close", update("Connection: close"), LAST),
        ("in a list", update("connection: keep-alive, Close"), LAST),
        ("in the second field", update("Connection: keep-alive", "Connection: close"), LAST),
        ("HTTP/1.0, both", update("Connection: close, keep-alive", line=V1_0), LAST),
    ]),
    Rule("9110 7.8", "MUST", "an upgrade that is not offered is ignored", [
        ("WebSocket", update("Upgrade: websocket", "Connection: upgrade"), DONE),
        ("HTTP/2", update("Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings",
                          "HTTP2-Settings: AAMAAABkAAQAAP__"), DONE),
        ("of HTTP/1.0", update("Upgrade: websocket", line=V1_0), LAST),
    ]),
    Rule("9110 10.1.1", "SHOULD", "an expectation that is unknown gets 417", each(
        417, update, "Expect: 200-ok", "Expect: ", "Expect: 100-continue, x")),
    Rule("9110 14.2", "MUST", "a Range on what is no GET is ignored", [
        ("Range", update("Range: bytes=0-1"), DONE),
    ]),
]


def complaint(server, sent, outcome):
    """What is wrong with the answer to a case's bytes, in words; None if nothing is."""
    def state():
        group = server.group("chat1")
        return group["name"], group["version"]

    server.call(UPDATE, {"chatid": "chat1", "name": "as it was"}, TOKEN.split()[1])
    _, version = state()
    with wire.Wire(server) as w:
        try:
            w.send(sent if outcome == CUT else sent + SMUGGLED)
            w.sock.shutdown(socket.SHUT_WR)
        except ConnectionError:
            pass
        got = w.answers()
    statuses, (name, now) = [a.status for a in got], state()
    want = EXPECTED.get(outcome, ([outcome], "as it was", 0))
    if outcome == CUT:
        statuses = [s for s in statuses if s < 400]
    if (statuses, name, now - version) != want:
        return f"{statuses}, {name}, {now - version} changes; expected {want}: {sent[:200]!r}"
    if outcome in (DONE, LAST) and got[0].json != {"success": True}:
        return f"{got[0]}"
    if outcome not in (DONE, READ, CUT) and got[0].headers.get("connection") != "close":
        return f"the answer does not say that the connection ends: {got[0].headers}"
    if isinstance(outcome, int) and got[0].json["requestid"] != got[0].requestid:
        return f"the answer is not told apart from others: {got[0]}"
    return None


# statuses of all answers, the group's name after it, how many changes were done
EXPECTED = {
    DONE: ([200, 200], "smuggled", 2),
    LAST: ([200], "framed", 1),
    READ: ([200, 200], "smuggled", 1),
    CUT: ([], "as it was", 0),
}
