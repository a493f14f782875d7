# SPDX-License-Identifier: Apache-2.0
"""client.py -- sends streams of bytes, each on a connection of its own, and reads the answers.

A stream is sent whole, then the sending side is closed: so every server comes to an end, and
none has to wait for more. ask() gives each stream's list of what was understood: requests as
(method, target, body), and at the end, if the server refused something, its status.
"""
import collections
import select
import socket
import time
import urllib.parse

AT_ONCE, PATIENCE_S = 24, 4
Seen = collections.namedtuple("Seen", "requests refusal hung")
ANY = "anything"  # Apache answers OPTIONS * itself; Node sends a 100 in the middle of an answer


def ask(port, streams, hexadecimal):
    """Seen of each stream, in their order; `hung`: the server came to no end in time."""
    poll = select.epoll()
    answers, hung, waiting, todo = {}, set(), {}, iter(enumerate(streams))
    while True:
        while len(waiting) < AT_ONCE and (item := next(todo, None)):
            i, sent = item
            sock = start(port, sent)
            waiting[sock.fileno()] = [i, sock, [], time.monotonic() + PATIENCE_S]
            poll.register(sock, select.EPOLLIN)
        if not waiting:
            break
        for fd, _ in poll.poll(0.5):
            i, sock, parts, _ = waiting[fd]
            piece = receive(sock)
            if piece:
                parts.append(piece)
            else:
                end(poll, waiting, fd, answers)
        now = time.monotonic()
        for fd in [fd for fd, (_, _, _, until) in waiting.items() if until < now]:
            hung.add(waiting[fd][0])
            end(poll, waiting, fd, answers)
    poll.close()
    return [Seen(*understood(answers[i], hexadecimal), i in hung) for i in range(len(answers))]


def start(port, sent):
    sock = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
    try:
        sock.sendall(sent)
        sock.shutdown(socket.SHUT_WR)
    except OSError:  # refused and closed before it had all
        pass
    sock.setblocking(False)
    return sock


def receive(sock):
    try:
        return sock.recv(65536)
    except BlockingIOError:
        return b""
    except OSError:
        return b""


def end(poll, waiting, fd, answers):
    i, sock, parts, _ = waiting.pop(fd)
    poll.unregister(fd)
    sock.close()
    answers[i] = b"".join(parts)


def understood(raw, hexadecimal):
    """Answers up to the first that is not 200 or not whole."""
    requests = []
    while raw:
        head, found, rest = raw.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        status = int(lines[0][9:12]) if found and lines[0][9:12].isdigit() else 0
        fields = dict(line.lower().split(b": ", 1) for line in lines[1:] if b": " in line)
        if 100 <= status < 200:
            raw = rest
            continue
        if status != 200:
            return requests, status
        body, raw = split_body(fields, rest)
        requests.append(request(body, hexadecimal))
    return requests, None


def split_body(fields, rest):
    if b"chunked" in fields.get(b"transfer-encoding", b""):
        body = b""
        while True:
            size, _, rest = rest.partition(b"\r\n")
            n = int(size or b"0", 16)
            body, rest = body + rest[:n], rest[n + 2:]
            if n == 0:
                return body, rest
    n = int(fields.get(b"content-length", len(rest)))
    return rest[:n], rest[n:]


def request(body, hexadecimal):
    """(method, target, body) of an answer; ANY if the server answered something of its own."""
    line, _, content = body.partition(b"\n")
    method, blank, target = line.partition(b" ")
    if not blank or not method.isalpha():
        return ANY
    if b"://" in target:  # an absolute target: some show it, some its path
        target = b"/" + target.split(b"://", 1)[1].partition(b"/")[2]
    if target.startswith(b"/"):  # Apache makes one of several slashes
        target = b"/" + target.lstrip(b"/")
    if hexadecimal:
        content = bytes.fromhex(content.decode())
    path = urllib.parse.unquote_to_bytes(target.partition(b"?")[0])  # Apache escapes a backslash
    return method, path or b"/", content
