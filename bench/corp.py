# SPDX-License-Identifier: Apache-2.0
"""corp.py -- the corp that is measured (bench/corp.h) in data folders, and qund on them.

Loading a million groups takes a minute or more, so what was loaded is kept in build/bench-data
and copied for each run. What is there is used again only if the schema and the loader are the
same.
"""
import hashlib
import json
import pathlib
import re
import shutil
import subprocess

import load
import qun

ROOT = pathlib.Path(__file__).resolve().parent.parent
STORE = ROOT / "build" / "bench-data"
TOOLS = ROOT / "build" / "bench"
MADE_BY = ["src/store/schema/sqlite/*.sql", "src/store/db_sqlite.c", "bench/corp.[ch]",
           "bench/load.c"]
GROUP_SIZE = 10
TOKEN = "bench-token"
PEOPLE = 120011
MASK = (1 << 64) - 1


# ---- the update, as corp.c has it ----

def mixed(x):
    x = (x + 0x9e3779b97f4a7c15) & MASK
    x = ((x ^ (x >> 30)) * 0xbf58476d1ce4e5b9) & MASK
    x = ((x ^ (x >> 27)) * 0x94d049bb133111eb) & MASK
    return x ^ (x >> 31)


def chatid(group):
    return f"chat{mixed(2 * group):016x}{mixed(2 * group + 1):016x}"


def userid(group, place):
    first, step = mixed(group) % PEOPLE, 1 + mixed(~group & MASK) % (PEOPLE - 1)
    person = (first + place % PEOPLE * step) % PEOPLE
    return f"0420{person * 618033988749 % 1000000000000:012d}"


def update_body(group, size, n):
    """The group's update number n, when it had `size` members at first."""
    return {"chatid": chatid(group), "name": f"项目群 {group}.{n + 1}",
            "add_useridlist": [userid(group, size + 2 * n), userid(group, size + 2 * n + 1)],
            "del_useridlist": [userid(group, 1 + n)],
            "managementOptions": {"searchable": (n + 1) % 2}}


# ---- data folders ----

def digest():
    made_by = hashlib.sha256()
    for pattern in MADE_BY:
        for path in sorted(ROOT.glob(pattern)):
            made_by.update(path.read_bytes())
    return made_by.hexdigest()[:12]


def loaded(groups, more, say):
    """A folder with so many groups of GROUP_SIZE, and `more`: (count, size) pairs."""
    name = "-".join([str(groups), *(f"{n}x{size}" for n, size in more), digest()])
    folder = STORE / name
    if (folder / "qun.db").exists():
        return folder
    for old in STORE.glob(f"{name.rsplit('-', 1)[0]}-*"):
        shutil.rmtree(old)
    making = STORE / (name + ".making")
    making.mkdir(parents=True)
    adds = [word for n, size in more for word in ("--add", f"{n}x{size}")]
    loader = subprocess.Popen([TOOLS / "load", making, "--groups", str(groups), *adds],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    last = ""
    for last in loader.stderr:
        say(f"loading, kept for later runs: {last.strip()} of {groups:,}")
    if loader.wait() != 0:
        raise RuntimeError(f"bench/load failed: {last}")
    making.rename(folder)
    return folder


class Corp:
    """A copy of a loaded corp, with what has been updated so far. Ranges of groups:
    ranges[0] is the main one, the rest are `more`, as (first, count, size)."""

    def __init__(self, home, groups, more, say):
        self.groups = groups
        self.data = pathlib.Path(home) / f"corp-{groups}"
        shutil.copytree(loaded(groups, more, say), self.data)
        self.ranges, first = [], 0
        for count, size in [(groups, GROUP_SIZE), *more]:
            self.ranges.append((first, count, size))
            first += count
        self.updates = [0] * len(self.ranges)

    def server(self, *options, **more):
        return qun.Server(*options, data=self.data, **more)

    def update(self, server, connections, seconds, tls=False, where=0):
        """Load of real updates on one range. Every answer was a success and, by the
        server's own count, a change."""
        before = changes(server)
        scheme, port = ("https", server.tls_port) if tls else ("http", server.port)
        result = load.run(f"{scheme}://127.0.0.1:{port}", "update.lua", self.updates[where],
                          *self.ranges[where], connections=connections, seconds=seconds,
                          pid=server.process.pid)
        self.updates[where] += result.sent
        changed = changes(server) - before
        if changed < result.requests:
            raise RuntimeError(f"{result.requests} successes, but {changed:.0f} changes")
        return result

    def limit(self, batch, ops, warm):
        """The SQL of the same updates alone (bench/limit.c), no server being there."""
        first, count, size = self.ranges[0]
        done = subprocess.run(
            [TOOLS / "limit", "--db", self.data, "--first", str(first), "--groups", str(count),
             "--size", str(size), "--start", str(self.updates[0]), "--batch", str(batch),
             "--ops", str(ops), "--warm", str(warm), "--json"],
            capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"bench/limit failed: {done.stderr}")
        self.updates[0] += ops + warm
        return json.loads(done.stdout)


# ---- what the server says of itself ----

def metrics(server):
    """All of GET /_qun/metrics: name with its labels to value."""
    text = server.admin("GET", "metrics").body.decode()
    return {m[1]: float(m[2]) for m in re.finditer(r"^([a-z]\S*) (\S+)$", text, re.M)}


def changes(server):
    """How many there were, those included whose clients have gone: what waits in the queue is
    done before an update that comes after it, and which changes nothing."""
    a = server.call("/v1.0/im/group/update", {"chatid": chatid(0)}, token=TOKEN)
    if a.status != 200:
        raise RuntimeError(f"an update without a change: {a}")
    return metrics(server)["qun_store_changes_total"]


def quantile(before, after, name, part):
    """Seconds that this part of what histogram `name` counted in between did not exceed,
    evenly spread within a step; and how many there were."""
    def steps(m):
        return [(float(k.split('"')[1]), n) for k, n in m.items() if k.startswith(name + "_b")]
    grown = [(bound, n - old) for (bound, n), (_, old) in zip(steps(after), steps(before))]
    count, low, below = grown[-1][1], 0.0, 0
    for bound, n in grown:
        if n >= part * count and n > below:
            if bound == float("inf"):
                return low, count
            return low + (bound - low) * (part * count - below) / (n - below), count
        low, below = bound, n
    return 0.0, count
