# SPDX-License-Identifier: Apache-2.0
"""idle.py -- what connections cost that do nothing: memory, and what busy ones lose by them."""
import resource
import socket
import time

import corp as corps
import load
import proc
import qun
from rows import compared, row

BUSY = 64
PER_ADDRESS = 5000
REFRESH_S = 20  # qund closes what is idle for a minute


def raise_limit(wanted):
    """The connections that this process may hold open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    room = min(wanted + 256, hard) if hard != resource.RLIM_INFINITY else wanted + 256
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, room), hard))
    return min(wanted, max(soft, room) - 256)


def connect(port, i, tls):
    """From addresses of the loopback network in turn: one has some 28,000 ports."""
    source = f"127.0.0.{2 + i // PER_ADDRESS}"
    sock = socket.create_connection(("127.0.0.1", port), 30, (source, 0))
    return tls.wrap_socket(sock, server_hostname="localhost") if tls else sock


def ask(sock):
    """One request and its answer, so that the connection has done what connections do."""
    sock.sendall(b"GET /_qun/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = sock.recv(4096)
    assert answer.startswith(b"HTTP/1.1 200"), answer


def busy(run, s):
    """The cheaper of two runs: other work on the machine makes requests dearer, never
    cheaper."""
    url = f"http://127.0.0.1:{s.port}/_qun/healthz"
    runs = [load.run(url, "same.lua", connections=BUSY, seconds=run.pick(3, 1),
                     pid=s.process.pid) for _ in range(2)]
    return min(runs, key=lambda r: r.cpu_us)


def kilobytes(run, count, tls):
    """Resident memory of a connection, after `count` were made, used once and left open."""
    held = []
    with qun.Server("--io-threads", "1", tls=tls) as s:
        context = s.tls_context() if tls else None
        quiet = busy(run, s)
        before = proc.memory_mb(s.process.pid)
        asked = time.monotonic()
        for i in range(count):
            if i % 500 == 0:
                run.say(f"{i:,} of {count:,} idle connections" + (", TLS" if tls else ""))
            held.append(connect(s.tls_port if tls else s.port, i, context))
            ask(held[-1])
            if time.monotonic() - asked > REFRESH_S:
                for sock in held:
                    ask(sock)
                asked = time.monotonic()
        each = (proc.memory_mb(s.process.pid) - before) * 1e3 / count
        slowed = busy(run, s)
        still = corps.metrics(s)["qun_http_connections"]
        if still < count:
            raise RuntimeError(f"only {still:.0f} of {count} connections are still open")
        for sock in held:
            sock.close()
    return each, quiet, slowed


def measure(run):
    for tls, goal, count in (False, 12, run.pick(10_000, 1000)), (True, 24, run.pick(10_000, 1000)):
        count = raise_limit(count)
        what = f"{count:,} idle connections" + (", TLS" if tls else "")
        each, quiet, slowed = kilobytes(run, count, tls)
        yield row(f"{what}: memory each", each, "KB", at_most=goal)
        yield compared(f"{what}: CPU of a busy request", slowed.cpu_us, "us", quiet.cpu_us,
                       "without them", at_most=1.1)
