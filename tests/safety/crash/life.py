# SPDX-License-Identifier: Apache-2.0
"""life.py -- one store, worked on and killed again and again: a server, clients, an oracle."""
import os
import random
import signal
import threading

import load
import oracle
import qun
from model import Wrong

KILLED = -signal.SIGKILL


class Life:
    """`data`: the folder; by default a new one. `plant`: the fault that is built in."""

    def __init__(self, rng, plant=None, data=None):
        self.rng = rng
        self.server = qun.Server("--tls-listen", "127.0.0.1:0", "--tls-self-signed", data=data)
        if plant:
            self.server.env["QUN_PLANT"] = plant
        self.clients = load.Load(random.Random(rng.random()))
        self.oracle = oracle.Oracle(self.server.data)
        self.has_world = False

    def end(self, keep=False):
        self.server.kill()
        if not keep:
            self.server.remove()

    # ---- starting ----

    def start(self, kill_at=None, kill_after_s=None):
        """False if it was killed before it was ready."""
        self.server.env.pop("QUN_KILL_AT", None)
        if kill_at:
            self.server.env["QUN_KILL_AT"] = kill_at
        self.server.launch()
        timer = self.signal_after(signal.SIGKILL, kill_after_s) if kill_after_s else None
        try:
            self.server.await_ready()
            return True
        except AssertionError:
            if self.server.process.returncode != KILLED:
                raise Wrong(f"it does not start: {self.server.log()[-2000:]}") from None
            self.server.kill()  # closes what is left of it
            return False
        finally:
            if timer:
                timer.join()

    def signal_after(self, number, seconds):
        process = self.server.process

        def send():
            if process.poll() is None:
                os.kill(process.pid, number)
        timer = threading.Timer(seconds, send)
        timer.start()
        return timer

    def bring_world(self):
        if self.has_world:
            return
        self.start()
        self.server.load(load.the_world())
        self.server.kill()
        self.has_world = True

    # ---- a round ----

    def work(self, kill_at, seconds, number=signal.SIGKILL):
        """Starts, lets the clients work, until it dies: at the point, or killed after so long.
        With SIGTERM the point must be on the way out. True: the point was reached."""
        self.clients.journal = []
        if not self.start(kill_at):
            return True
        timer = self.signal_after(number, seconds)
        last = self.signal_after(signal.SIGKILL, seconds + 20)
        self.clients.run(self.server.port)
        code = self.server.process.wait()
        last.cancel()
        reached = timer.is_alive() or number == signal.SIGTERM
        timer.cancel()
        self.server.kill()
        if code != KILLED and not (number == signal.SIGTERM and code == 0):
            raise Wrong(f"it ended with {code}: {self.server.log()[-2000:]}")
        return bool(kill_at) and reached and code == KILLED

    def verify(self, everything=False):
        """What was promised, after the end of work(); of groups that nobody has touched
        since they were made only if `everything` is to be looked at."""
        if self.clients.strange:
            entry, answer = self.clients.strange[0]
            raise Wrong(f"{entry} was answered {answer}")
        chatids = oracle.image(self.server.data) if self.has_world else []
        if not self.start():
            raise Wrong("it was killed, by whom?")
        if self.has_world:
            self.oracle.check(self.server, chatids, self.clients, everything)
        self.server.kill()
