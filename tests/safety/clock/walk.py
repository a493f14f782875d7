# SPDX-License-Identifier: Apache-2.0
"""walk.py -- a random walk: the wall clock jumps, tokens are asked for and used, groups renamed, the
program restarted or killed; after each step everything is what a model of two clocks says.

The model. The wall clock is off by `offset`. The program's clock for what expires follows it forth and
never back, as long as the process lives. A token holds for 7200 s of that clock. One that was refused
once is dead for good; so is one that has more left than any token may have (its end was written by a
clock that was ahead). No token ever comes back once it was replaced.
"""
import datetime
import pathlib
import tempfile
import time

import qun

LIFE_S, MOST_LEFT_S = 7200, 7500
NEAR_S = 60  # jumps keep this far from every end, since the harness's own time passes too
APPS = [f"app{i}" for i in range(4)]
YEAR_S = 365 * 86400


class Offset:
    """The file by which the wall clock of a qund is moved (src/base/plant.h)."""

    def __init__(self, folder):
        self.path, self.seconds = pathlib.Path(tempfile.mkdtemp(dir=folder)) / "clock", 0
        self.path.write_bytes(bytes(8))

    def set(self, seconds):
        self.seconds = seconds
        with open(self.path, "r+b") as f:
            f.write(int(seconds * 1000).to_bytes(8, "little", signed=True))

    def now(self):
        return time.time() + self.seconds


def world():
    users = [{"userid": "u1"}, {"userid": "u2"}]
    apps = [{"appKey": a, "appSecret": "s-" + a, "permissions": ["qyapi_chat_manage"]}
            for a in APPS + ["tried"]]
    apps.append({"appKey": "fixed", "appSecret": "f", "accessToken": "tok-fixed",
                 "permissions": ["qyapi_chat_manage", "qyapi_chat_read", "qyapi_chat_base_read"]})
    return {"corps": [{"corpId": "dingclock", "users": users, "apps": apps, "groups": [
        {"chatid": "chat1", "name": "0", "owner": "u1", "useridlist": ["u1", "u2"]}]}]}


class Walk:
    """The program, the model of its tokens, and what went wrong."""

    def __init__(self, rng, folder, plant=None):
        self.rng, self.offset = rng, Offset(folder)
        self.server = qun.Server(env={"QUN_CLOCK": str(self.offset.path),
                                      **({"QUN_PLANT": plant} if plant else {})})
        self.server.start()
        self.server.load(world())
        self.ahead = 0  # the furthest that the offset has been in this process
        self.tokens = {}  # app -> [token, end in s of the program's clock], the newest
        self.dead, self.given = set(), set()  # refused once, or replaced; all that were given
        self.number, self.version, self.steps = 1, 1, 0

    def end(self):
        try:
            self.server.close()
        finally:
            self.server.remove()

    def fail(self, what):
        raise AssertionError(f"step {self.steps}, clock off by {self.offset.seconds} s, "
                             f"at most {self.ahead} s in this process: {what}")

    def expect(self, what, got, want):
        if got != want:
            self.fail(f"{what}: {got!r}, {want!r} expected")

    # ---- steps ----

    def step(self):
        self.steps += 1
        kinds = {self.jump: 8, self.ask: 5, self.use: 10, self.rename: 6, self.restart: 1}
        self.rng.choices(list(kinds), list(kinds.values()))[0]()

    def jump(self):
        """Somewhere far from the end of every token."""
        for _ in range(50):
            near = self.offset.seconds + self.rng.choice((
                -YEAR_S, -86400, -3600, -600, 600, 1800, 3600, 7100, 7300, 7400, 86400, YEAR_S))
            offset = self.rng.choice((near, near, near, 0, 20 * YEAR_S))
            ahead = max(self.ahead, offset)
            left = [end - a for _, end in self.tokens.values() for a in (ahead, offset)]
            if -10 * YEAR_S < offset < 60 * YEAR_S and \
                    all(abs(s) > NEAR_S and abs(s - MOST_LEFT_S) > NEAR_S for s in left):
                self.offset.set(offset)
                self.ahead = ahead
                # a call, so that the program has seen this time
                self.call("tok-fixed", "chat-none")
                return

    def ask(self):
        app = self.rng.choice(APPS)
        got = self.server.call("/v1.0/oauth2/accessToken", {"appKey": app, "appSecret": "s-" + app})
        self.expect("status of a token call", got.status, 200)
        token, life = got.json["accessToken"], got.json["expireIn"]
        self.expect("expireIn", life, LIFE_S)
        known, end = self.tokens.get(app, (None, 0))
        if known and end > self.ahead and known not in self.dead:
            self.expect("asked again in time: the token", token, known)
        elif token in self.given:
            self.fail(f"a token of before was given again to {app}")
        elif known:
            self.dead.add(known)
        self.given.add(token)
        self.tokens[app] = (token, self.ahead + LIFE_S)

    def call(self, token, chatid="chat1", **body):
        return self.server.call("/v1.0/im/group/update", {"chatid": chatid, **body}, token)

    def use(self):
        """Any token that was ever given: does it hold?"""
        if not self.given:
            return
        token = self.rng.choice(sorted(self.given))
        end = next((e for t, e in self.tokens.values() if t == token), None)
        holds = token not in self.dead and end is not None and \
            0 < end - self.ahead <= MOST_LEFT_S
        got = self.call(token)
        self.expect(f"a token that should {'hold' if holds else 'have expired'}",
                    (got.status, got.json.get("code")),
                    (200, None) if holds else (400, "InvalidAuthentication"))
        if not holds:
            self.dead.add(token)

    def rename(self):
        got = self.call("tok-fixed", name=f"n{self.steps}")
        self.expect("a rename", (got.status, got.json), (200, {"success": True}))
        (row,) = self.server.admin(
            "GET", f"groups/chat1/ledger?after={self.number}").json
        self.version += 1
        self.expect("version", row["version"], self.version)
        self.expect("previous number", row["previous"], self.number)
        if row["number"] <= self.number:
            self.fail(f"number {row['number']} after {self.number}")
        self.number = row["number"]
        at = datetime.datetime.fromisoformat(row["at"].replace("Z", "+00:00")).timestamp()
        if abs(at - self.offset.now()) > NEAR_S:
            self.fail(f"the change is of {row['at']}, it is {self.offset.now()}")

    def restart(self):
        if self.rng.random() < 0.5:
            self.server.kill()
            self.server.start()
        else:
            self.server.restart()
        # what the process knew of the time is gone; ends too near to the new time are not judged
        self.ahead = self.offset.seconds
        for app, (token, end) in list(self.tokens.items()):
            if min(abs(end - self.ahead), abs(end - self.ahead - MOST_LEFT_S)) <= NEAR_S:
                self.offset.set(self.offset.seconds + 2 * NEAR_S + 1)
                self.ahead = self.offset.seconds


def walk(rng, folder, steps, plant=None, progress=lambda text: None):
    """What went wrong within so many steps; None: nothing."""
    it = Walk(rng, folder, plant)
    try:
        for _ in range(steps):
            it.step()
            progress(f"{it.steps} of {steps} steps")
        return None
    except AssertionError as e:
        return str(e)
    finally:
        it.end()
