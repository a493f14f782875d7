# SPDX-License-Identifier: Apache-2.0
"""narrow.py -- too few descriptors, a full disk, too little memory: the server goes on, or ends
cleanly and starts again, and what it acknowledged is there."""
import os
import pathlib
import resource
import signal
import subprocess
import tempfile
import time

import fleet
import qun

MIX = {"update": 1, "read": 1}


def started(server):
    server.start()
    server.load(fleet.world())
    return server


# ---- descriptors ----

DESCRIPTORS = 256


def few_descriptors(run):
    limit = (DESCRIPTORS, DESCRIPTORS)
    server = qun.Server(
        tls=True, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limit))
    try:
        started(server)
        before = fleet.versions(server)
        seen = fleet.clients(server, {**MIX, "upload": 1}, rate=100, connections=10, seconds=5)
        fleet.wait_for(lambda: seen.lines, 5)
        crowd = fleet.swarm(server, {"idle": 400}, seconds=3, chatid="g0", again=True)
        figures, errors = crowd.last(), fleet.honest(seen.last())
        most = fleet.descriptors(server.process.pid)
        run.check(f"with {DESCRIPTORS} descriptors: those who are connected go on, files are "
                  "taken", not errors, errors)
        run.check("others are refused", figures["idle"]["gone"] > 0, str(figures["idle"]))
        again = fleet.clients(server, MIX, rate=100, connections=10, seconds=1, tag="then").last()
        errors = fleet.honest(again)
        run.check("afterwards everybody is let in again", not errors, errors or f"{most} open")
        lost = fleet.not_kept(before, fleet.versions(server), seen.last(), again)
        run.check("every acknowledged change is there", not lost, lost)
        server.close()
    finally:
        server.kill()
        server.remove()


# ---- disk ----

class SmallDisk:
    """A file system of so many KB that only the server sees: it is mounted in a namespace of
    its own, which ends with this process at the latest."""

    def __init__(self, kb):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="qun-disk-"))
        script = 'mount -t tmpfs -o "size=$1k" tmpfs "$0" && echo mounted && exec cat'
        self.holder = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", script, str(self.folder), str(kb)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.works = self.holder.stdout.readline() == "mounted\n"

    def inside(self, *command):
        return ["nsenter", f"--target={self.holder.pid}", "--mount", "--", *map(str, command)]

    def resize(self, kb):
        subprocess.run(self.inside("mount", "-o", f"remount,size={kb}k", self.folder), check=True)

    def remove(self):
        self.holder.communicate()  # closes what `cat` reads
        self.folder.rmdir()


def full_disk(run):
    disk = SmallDisk(3000)
    if not disk.works:
        run.skip("a full disk", "no file system can be mounted here")
        disk.remove()
        return
    server = qun.Server(data=disk.folder / "data")
    server.args = disk.inside(*server.args)
    try:
        started(server)
        before = fleet.versions(server)
        filled = fleet.clients(server, {"update": 1}, connections=16, seconds=20, tag="fill")
        full = fleet.wait_for(lambda: any(line["wrong"] for line in filled.lines), 20)
        filled = filled.stop()
        run.check("a full disk: changes are answered 500", full and filled["lost"] <= 16,
                  f"{filled['ok']} made, {filled['wrong']} not: {filled['sample']}")
        seen = fleet.clients(server, {"read": 1}, rate=100, connections=10, seconds=1).last()
        errors = fleet.honest(seen)
        run.check("reads go on", not errors, errors)
        runs = [filled]
        disk.resize(100000)
        back = time.monotonic()

        def recovered():
            runs.append(fleet.clients(server, {"update": 1}, connections=2, count=20,
                                      tag=f"b{len(runs)}.").last())
            return not fleet.honest(runs[-1])
        run.check("with room again it recovers by itself, within 5 s",
                  fleet.wait_for(recovered, 5), f"{time.monotonic() - back:.1f} s")
        lost = fleet.not_kept(before, fleet.versions(server), *runs)
        run.check("every acknowledged change is there", not lost, lost)
        server.close()
    finally:
        server.kill()
        server.remove()
        disk.remove()


# ---- memory ----

ROOM_MB = 96  # more than the server has when it starts
HOARDERS, HOARD = 240, 1000000  # connections, and bytes of the body that each does not finish


def memory(pid, what):
    return fleet.resident_kb(pid, what) * 1024


class DataLimit:
    """RLIMIT_DATA: allocations fail."""
    name = "RLIMIT_DATA"

    def __init__(self, pid):
        most = memory(pid, "VmData") + ROOM_MB * 1000000
        resource.prlimit(pid, resource.RLIMIT_DATA, (most, most))

    def remove(self):
        pass


class ControlGroup:
    """A memory cgroup: the kernel kills."""
    name = "a memory cgroup"
    folder = pathlib.Path(f"/sys/fs/cgroup/memory/qun-slow-{os.getpid()}")

    def __init__(self, pid):
        self.folder.mkdir()
        (self.folder / "cgroup.procs").write_text(str(pid))
        (self.folder / "memory.limit_in_bytes").write_text(str(ROOM_MB * 1000000))

    def remove(self):
        fleet.wait_for(lambda: not (self.folder / "cgroup.procs").read_text(), 10)
        self.folder.rmdir()


def hoard(server):
    """Bodies that are sent but for their end, and held, until the server has died or refuses
    more. The sockets."""
    head = (f"POST /v1.0/im/group/update HTTP/1.1\r\nHost: localhost\r\n"
            f"x-acs-dingtalk-access-token: {fleet.TOKEN}\r\n"
            f"Content-Length: {HOARD + 1}\r\n\r\n").encode()
    held = []
    try:
        for _ in range(HOARDERS):
            held.append(server.raw(timeout=2))
            held[-1].sendall(head + bytes(HOARD))
    except OSError:
        pass  # it has died
    return held


def little_memory(run, kind):
    server, limit = started(qun.Server()), None
    try:
        before = fleet.versions(server)
        seen = fleet.clients(server, MIX, rate=200, connections=10, seconds=20)
        fleet.wait_for(lambda: seen.lines, 5)
        limit = kind(server.process.pid)
        held = hoard(server)
        died = fleet.wait_for(lambda: server.process.poll() is not None, 2)
        seen = seen.stop()
        for sock in held:
            sock.close()
        run.check(f"{kind.name}: it goes on, or ends cleanly", *how_it_went(server, died))
        server.kill()
        server.start()
        lost = fleet.not_kept(before, fleet.versions(server), seen)
        run.check(f"{kind.name}: started again, every acknowledged change is there",
                  seen["ok"] and not lost, lost or f"{seen['ok']} requests before")
        server.close()
    finally:
        server.kill()
        server.remove()
        if limit:
            limit.remove()


def how_it_went(server, died):
    if not died:
        return True, "it goes on"
    status, said = server.process.returncode, server.log()
    clean = status == -signal.SIGKILL or (status == -signal.SIGABRT and "out of memory" in said)
    return clean, f"ended with {status}: {said.strip().splitlines()[-1:]}"


def run_all(run):
    few_descriptors(run)
    full_disk(run)
    if qun.sanitized():
        return  # they need more memory than any limit that says something
    little_memory(run, DataLimit)
    if os.access(ControlGroup.folder.parent, os.W_OK) and \
            (ControlGroup.folder.parent / "memory.limit_in_bytes").exists():
        little_memory(run, ControlGroup)
    else:
        run.skip("a memory cgroup", "there is no such control group here")
