# SPDX-License-Identifier: Apache-2.0
"""scenario.py -- one recorded run of the program: what is asked of it, in a fixed order.

A scenario is started with or without a fault. It goes on whatever happens, as a client does:
an answer that does not come is no answer, and the next request takes a new connection. The
journal says what was acknowledged, refused, or neither; the oracle of crash/ compares it with
the store after a restart without a fault.
"""
import json
import os
import random
import shutil
import signal
import socket
import struct
import time

import load
import oracle
import qun
from model import Wrong

CLIENTS = 2
ANSWER_S = 5
CAUSE_S = 10  # within which all is well again once the cause is gone
STOP_S = 30
PROMISES_NOTHING = -1  # errcode of the old API where the new one has 5xx
SCENARIOS = {
    # the first start, in an empty folder, with a world
    "first": ["token", "update"],
    # one request of each kind
    "work": ["token", "update", "nick", "upload", "icon", "create", "refused", "admins", "leave",
             "return", "world", "read", "secure", "reload", "secure"],
    # long enough without a change for the log to be moved into the database
    "idle": ["token", "update", "update", "checkpoint", "update", "checkpoint", "update"],
}


class Journal:
    """What the oracle of crash/ takes for the clients."""

    def __init__(self, rng):
        self.clients = [load.Client(0, rng), load.WorldClient(CLIENTS - 1, rng)]
        self.journal, self.strange = [], []


class Scenario:
    """`fault` is what shim.c takes; `template`: the data folder to begin with, or none."""

    def __init__(self, name, shim, template, fault="", plant=""):
        self.name, self.fault = name, fault
        rng = random.Random(name)
        self.journal = Journal(rng)
        self.client, self.world = self.journal.clients
        self.server = qun.Server("--tls-listen", "127.0.0.1:0", "--tls-self-signed")
        home = self.server.home
        if template:
            shutil.copytree(template, self.server.data)
        else:
            (home / "world.json").write_text(json.dumps(load.the_world(CLIENTS)))
            self.server.args += ["--world", str(home / "world.json")]
        self.counts, self.cause = home / "counts", home / "cause"
        self.counts.write_bytes(bytes(8192))
        self.cause.touch()
        self.server.env.update(LD_PRELOAD=str(shim), FAULT_COUNTS=str(self.counts),
                               FAULT_CAUSE=str(self.cause))
        if fault:
            self.server.env["FAULT"] = fault
        if plant:
            self.server.env["QUN_PLANT"] = plant
        self.link = None
        self.failed_at_work = 0

    # ---- one request ----

    def connection(self):
        if not self.link:
            self.link = load.Link(self.server.port, timeout=ANSWER_S)
        return self.link

    def cut(self):
        if self.link:
            self.link.close()
        self.link = None

    def ask(self, client, entry, request, link=None):
        self.journal.journal.append(entry)
        try:
            status, requestid, body = (link or self.connection()).ask(request)
        except (OSError, EOFError):
            self.cut()
            return
        told = json.loads(body) if body else {}
        entry.requestid = requestid
        if status >= 500 or told.get("errcode") == PROMISES_NOTHING:
            return
        entry.answer = client.learn(entry, status, requestid, body) or "F"

    def step(self, kind):
        if kind == "reload":
            self.reload()
        elif kind == "checkpoint":
            self.await_checkpoint()
        elif kind == "world":
            self.ask(self.world, *self.world.next())
        elif kind == "secure":
            self.ask_secure()
        elif kind == "token" or self.client.token:
            self.ask(self.client, *getattr(self.client, "ask_" + kind)())

    def ask_secure(self):
        """An update over TLS."""
        try:
            link = load.Link(sock=self.server.raw(tls=True, timeout=ANSWER_S))
        except OSError:
            return
        if self.client.token:
            self.ask(self.client, *self.client.ask_update(), link)
        link.close()

    def reload(self):
        """The certificates are read again, or that they are not is said."""
        self.server.signal(signal.SIGHUP)
        self.wait(lambda: "SIGHUP" in self.server.log() or "stderr" in self.fault, "SIGHUP")

    def await_checkpoint(self):
        """Until the writer has had time for one, or is gone."""
        time.sleep(0.3)

    def wait(self, condition, what, seconds=CAUSE_S):
        end = time.monotonic() + seconds
        while not condition() and self.alive():
            if time.monotonic() > end:
                raise Wrong(f"not within {seconds} s: {what}")
            time.sleep(0.005)

    def alive(self):
        return self.server.process.poll() is None

    # ---- the whole ----

    def passed(self):
        """The counters of shim.c."""
        return self.counts.read_bytes()

    def failures(self, places):
        return struct.unpack_from("I", self.passed(), 4 * places)[0]

    def run(self, places):
        """Raises Wrong, or says how it ended: "works", "stops", "does not start"."""
        try:
            how = self.run_with_fault(places)
            self.server.kill()
            self.verify()
            return how
        finally:
            self.cut()
            self.server.kill()
            self.server.remove()

    def run_with_fault(self, places):
        try:
            self.server.start()
        except AssertionError:
            return self.ended("does not start", (1,))
        before = self.failures(places)
        for kind in SCENARIOS[self.name]:
            self.step(kind)
        self.failed_at_work = self.failures(places) - before
        self.cause.unlink()
        if self.alive():
            self.must_work_again()
        if not self.alive():
            return self.ended("stops", (1,))
        if self.must_stop():
            raise Wrong("a sync failed, and it goes on")
        self.cut()
        self.server.signal(signal.SIGTERM)
        self.server.wait(STOP_S)
        return self.ended("works", (0,))

    def must_stop(self):
        call, kind = self.fault.split()[:2] if self.fault else ("", "")
        return self.failed_at_work and call == "sync" and kind in ("log", "database")

    def may_stop(self):
        """What a commit or a checkpoint has written must be known."""
        call, kind = self.fault.split()[:2]
        return call in ("sync", "write", "truncate", "map", "read") and kind in (
            "log", "database", "index")

    def ended(self, how, codes):
        code = self.server.process.wait()
        log = self.server.log()
        if code not in codes:
            raise Wrong(f"{how}: it ended with {code}: {log[-500:]}")
        silent = "stderr" in self.fault
        if how == "stops" and not self.may_stop():
            raise Wrong(f"it stopped, for no good reason: {log[-500:]}")
        if how == "stops" and "the server stops" not in log and not silent:
            raise Wrong(f"it stopped, and did not say so: {log[-500:]}")
        if how == "does not start" and not log and not silent:
            raise Wrong("it does not start, and does not say why")
        return how

    def must_work_again(self):
        """The cause is gone: so are its effects, without help."""
        end = time.monotonic() + CAUSE_S
        while self.alive():
            self.step("token")
            self.step("update")
            if self.client.token and self.journal.journal[-1].answer == "A":
                return
            if time.monotonic() > end:
                raise Wrong(f"it does not recover: {self.server.log()[-500:]}")
            time.sleep(0.02)

    def verify(self):
        """After a restart without a fault."""
        for name in ("LD_PRELOAD", "FAULT", "QUN_PLANT"):
            self.server.env.pop(name, None)
        chatids = []
        if os.path.exists(self.server.data / "qun.db"):
            chatids = oracle.image(self.server.data)
        try:
            self.server.start()
        except AssertionError as e:
            raise Wrong(f"it does not start again: {e}") from None
        if not chatids:  # the world came with this start
            chatids = [g["chatid"] for g in load.the_world(CLIENTS)["corps"][0]["groups"]]
        oracle.Oracle(self.server.data).check(self.server, chatids, self.journal, True)


def make_template(folder):
    """A data folder with the world in it, partly in the log: a start has to recover."""
    server = qun.Server("--tls-listen", "127.0.0.1:0", "--tls-self-signed")
    try:
        server.start()
        server.load(load.the_world(CLIENTS))
        server.kill()
        shutil.copytree(server.data, folder)
    finally:
        server.remove()


