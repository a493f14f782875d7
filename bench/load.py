# SPDX-License-Identifier: Apache-2.0
"""load.py -- load on a server: wrk with the scripts in lua/, on the same machine.

The load has no schedule: each connection sends its next request when the last is answered. So
a pause of the server counts once for each connection, not once for each request that would
have come meanwhile; that is what the longest latency and the pauses are for.
"""
import json
import os
import pathlib
import subprocess

import proc

LUA = pathlib.Path(__file__).resolve().parent / "lua"


class Load:
    """What a run gave. requests (answered), rate (a second), p50, p99, p999, longest (ms),
    cpu_us (the server's, a request), bytes (of answers), sent (requests)."""

    def __init__(self, said, cpu):
        self.requests, self.sent, self.bytes = said["requests"], said["sent"], said["bytes"]
        self.seconds = said["us"] / 1e6
        self.rate = self.requests / self.seconds
        self.p50, self.p99 = said["p50"] / 1e3, said["p99"] / 1e3
        self.p999, self.longest = said["p999"] / 1e3, said["longest"] / 1e3
        self.cpu_us = cpu * 1e6 / max(self.requests, 1)


def run(url, script, *args, connections, seconds, pid):
    """Load from one thread. `script` is a file of lua/, `args` are what it takes. Fails if
    an answer is missing or is not a success."""
    before = proc.cpu_s(pid)
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s",
         "-s", str(LUA / script), url, "--", *map(str, args)],
        env={**os.environ, "LUA_PATH": f"{LUA}/?.lua"}, capture_output=True, text=True)
    cpu = proc.cpu_s(pid) - before
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise RuntimeError(f"wrk ended with {done.returncode}: {done.stdout}{done.stderr}")
    said = json.loads(lines[-1])
    errors = {kind: n for kind, n in said["errors"].items() if n}
    if errors or not said["requests"]:
        raise RuntimeError(f"{script}: {said['requests']} answers, errors: {errors}")
    return Load(said, cpu)
