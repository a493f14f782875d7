# SPDX-License-Identifier: Apache-2.0
"""http.py -- healthz against nginx's `return 200` with an answer as long, one thread each, in
turns; the better round of each counts, for both share the cores with the load."""
import load
import qun
from nginx import Nginx
from rows import compared

CONNECTIONS = 64
ROUNDS = 3
PATH = "/_qun/healthz"


def measure(run):
    seconds = run.pick(5, 1)
    best = {}
    with qun.Server("--io-threads", "1") as s, \
            Nginx(s.request("GET", PATH).body.decode()) as nginx:
        servers = {"qund": (s.port, s.process.pid), "nginx": (nginx.port, nginx.process.pid)}
        for i in range(ROUNDS):
            for name, (port, pid) in servers.items():
                run.say(f"{name}, round {i + 1} of {ROUNDS}")
                got = load.run(f"http://127.0.0.1:{port}{PATH}", "same.lua",
                               connections=CONNECTIONS, seconds=seconds, pid=pid)
                if name not in best or got.rate > best[name].rate:
                    best[name] = got
    ours, theirs = best["qund"], best["nginx"]
    yield compared("healthz, one thread", ours.rate, "/s", theirs.rate, "nginx return 200",
                   at_least=0.9, note=f"p99 {ours.p99:.2f} ms, nginx {theirs.p99:.2f} ms")
    yield compared("healthz, CPU each", ours.cpu_us, "us", theirs.cpu_us, "nginx return 200")
