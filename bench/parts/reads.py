# SPDX-License-Identifier: Apache-2.0
"""reads.py -- /chat/get of groups of ten against healthz, with a writer that is idle."""
import corp as corps
import load
from rows import compared

CONNECTIONS = 64


def measure(run):
    corp = run.corp()
    seconds = run.pick(6, 1)
    with corp.server() as s:
        url = f"http://127.0.0.1:{s.port}"
        run.say("healthz")
        health = load.run(url + "/_qun/healthz", "same.lua", connections=CONNECTIONS,
                          seconds=seconds, pid=s.process.pid)
        load.run(url, "get.lua", corp.groups, connections=CONNECTIONS, seconds=run.pick(4, 1),
                 pid=s.process.pid)
        before = corps.metrics(s)
        run.say("/chat/get")
        got = load.run(url, "get.lua", corp.groups, connections=CONNECTIONS, seconds=seconds,
                       pid=s.process.pid)
        after = corps.metrics(s)
    yield compared("/chat/get of a group of 10", got.rate, "/s", health.rate, "healthz",
                   at_least=0.3, note=f"p50 {got.p50:.2f} ms, p99 {got.p99:.2f} ms")
    yield compared("/chat/get, CPU each", got.cpu_us, "us", health.cpu_us, "healthz")
