# SPDX-License-Identifier: Apache-2.0
"""fleet.py -- the two C programs of this folder (clients: honest ones, swarm: slow ones), the
world that they work on, and what the kernel says about a server meanwhile."""
import json
import os
import pathlib
import subprocess
import threading
import time

import qun

TOKEN = "tok-safety"
GROUPS = 64
TICK = os.sysconf("SC_CLK_TCK")


def tools():
    return pathlib.Path(qun.program()).parent / "tests" / "safety" / "slow"


def world(people=20, members=10, big=0):
    """One app that may do everything; the groups g0.. of u0 (owner) and the next ones, and, if
    wanted, the group `big` with so many members."""
    world = qun.small_world("safety", users=0, externals=0)
    (corp,) = world["corps"]
    few = [f"u{i}" for i in range(people)]
    many = [f"one-of-many-with-a-rather-long-userid-{i:04}" for i in range(big)]
    corp["users"] = [{"userid": id, "name": id} for id in few + many]

    def group(chatid, ids):
        return {**corp["groups"][0], "chatid": chatid, "name": chatid, "owner": ids[0],
                "useridlist": ids}
    corp["groups"] = [group(f"g{i}", few[:members]) for i in range(GROUPS)] + (
        [group("big", many)] if big else [])
    return world


class Job:
    """A running program that prints lines of JSON: .lines so far, .last() the final one."""

    def __init__(self, program, **options):
        kinds = options.pop("kinds")
        words = [f"{kind}:{count}" for kind, count in kinds.items()]
        for name, value in options.items():
            if value is not None:
                words.append(f"--{name.replace('_', '-')}")
                words += [] if value is True else [str(value)]
        self.lines = []
        self.process = subprocess.Popen([str(tools() / program), *words], stdout=subprocess.PIPE,
                                        text=True, stdin=subprocess.DEVNULL)
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(json.loads(line))

    def last(self, timeout=None):
        """Waits for its end."""
        self.process.wait(timeout)
        self.reader.join()
        if self.process.returncode or not self.lines or not self.lines[-1]["last"]:
            raise RuntimeError(f"{self.process.args[0]} ended with {self.process.returncode}")
        return self.lines[-1]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.last(30)


def clients(server, kinds, **options):
    """clients.c: mix of requests. rate (a second; none: closed loop), connections, seconds ..."""
    return Job("clients", port=server.port, kinds=kinds, **{"groups": GROUPS, **options})


def swarm(server, kinds, **options):
    return Job("swarm", port=server.port, tls_port=server.tls_port, token=TOKEN,
               kinds=kinds, **{"chatid": "big", **options})


def honest(figures):
    """What was not as it must be, of a run of clients; "" if nothing."""
    bad = {what: figures[what] for what in ("wrong", "lost", "late", "unsent", "busy")
           if figures[what]}
    return f"{bad} {figures['sample']}" if bad else ""


def wait_for(what, seconds):
    """Whether what() became true within so many seconds."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


# ---- the server, from outside ----

def resident_kb(pid, what="VmRSS"):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(what + ":"):
            return int(line.split()[1])
    raise ValueError(f"no {what} of process {pid}")


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


class Highest:
    """The most memory that a server had while the block ran, by looking four times a second."""

    def __init__(self, server):
        self.pid, self.kb, self.over = server.process.pid, 0, threading.Event()
        self.watcher = threading.Thread(target=self._watch)

    def _watch(self):
        while not self.over.wait(0.25):
            self.look()

    def look(self):
        try:
            self.kb = max(self.kb, resident_kb(self.pid))
        except (OSError, ValueError):
            pass  # it has ended

    def __enter__(self):
        self.look()
        self.watcher.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.watcher.join()


# ---- the rest of the machine ----

MUCH = 0.1  # of all cores


class Others:
    """How much of the machine programs took that are not of this run, while the block ran: part
    of all cores. A time that was not kept while they took much says nothing about the server."""

    def __enter__(self):
        self.taken, self.begin, self.part = self._taken(), time.monotonic(), 0.0
        return self

    def __exit__(self, *_):
        seconds = time.monotonic() - self.begin
        self.part = max(self._taken() - self.taken, 0) / seconds / os.cpu_count()

    @staticmethod
    def _taken():
        """Seconds, without interrupts: they are ours as well."""
        with open("/proc/stat", encoding="ascii") as stat:
            user, nice, system, _, _, _, _, steal = map(int, stat.readline().split()[1:9])
        own = sum(os.times()[2:4]) * TICK  # of children that have ended
        for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended
            if int(fields[2]) == os.getpgrp():
                own += int(fields[11]) + int(fields[12])
        return (user + nice + system + steal - own) / TICK


def check_time(run, promise, kept, found, others):
    """A check of a time. Not kept while others took much of the machine, it is a skip: named,
    and never counted as passed."""
    if kept or others.part <= MUCH:
        run.check(promise, kept, found)
    else:
        run.skip(promise, f"other programs took {others.part:.0%} of the machine: {found}")


# ---- what became of the changes ----

def versions(server):
    return [server.group(f"g{i}")["version"] for i in range(GROUPS)]


def not_kept(before, after, *runs):
    """Every acknowledged change made one version of its group, one of unknown outcome at most
    one, a refused one none. Says what is not so; "" if all is."""
    for i in range(GROUPS):
        known = sum(run["acknowledged"][i] for run in runs)
        unknown = sum(run["unknown"][i] for run in runs)
        made = after[i] - before[i]
        if not known <= made <= known + unknown:
            return (f"group g{i}: {known} changes acknowledged, {unknown} unknown, "
                    f"{made} are there")
    return ""
