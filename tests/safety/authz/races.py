# SPDX-License-Identifier: Apache-2.0
"""races.py -- a call that is allowed, and what takes the right away, at the same moment.

Both requests are sent but for their last byte on two connections, which different threads of the
program serve; then the last bytes follow in either order. Only two outcomes are serial: the call
succeeded and its effect came first, or it was refused and has none. Each pair has a corp of its own.

Where the right is taken away by replacing the corp, the effect of a call that came first is gone with
the old corp: then nothing of it may be left. Elsewhere the ledger tells which came first.
"""
import copy
import http.client
import json
import time

import qun
import tables
from calls import KINDS, Request, look_group, request
from matrix import gate_answer, refusal_fault, success_fault
from tables import Row
from world import POINTS, Cell, Universe

SETTLE_S = 10
HEAD_START_S = (0, 0, 0.0002, 0.0005, 0.001, 0.002, 0.003)


class Wire:
    """A connection on which a request's last byte can be held back."""

    def __init__(self, server):
        self.sock = server.raw()

    def hold(self, asked):
        head = f"{asked.method} {asked.path} HTTP/1.1\r\nHost: qun\r\n"
        head += "".join(f"{k}: {v}\r\n" for k, v in asked.headers.items())
        if asked.body is not None:
            head += f"Content-Length: {len(asked.body)}\r\n"
        whole = (head + "\r\n").encode() + (asked.body or b"")
        self.sock.sendall(whole[:-1])
        self.last, self.method = whole[-1:], asked.method

    def let_go(self):
        self.sock.sendall(self.last)

    def answer(self):
        got = http.client.HTTPResponse(self.sock, method=self.method)
        got.begin()
        return qun.Answer(got.status, got.getheaders(), got.read())

    def send(self, asked):
        self.hold(asked)
        self.let_go()
        return self.answer()

    def close(self):
        self.sock.close()


class Race:
    """One pair."""

    def __init__(self, number, call, state, actor, taken, refused):
        field, _, value = state.partition("=")
        row = Row(call, "open" if value else state,
                  tables.Field(field, json.loads(value)) if value else None, {})
        self.u = Universe(f"r{number}-", few=True)
        self.cell = Cell(self.u, number, row, actor, "ok")
        self.taken, self.refused = taken, refused
        KINDS[call].make(self.cell)
        if taken == "he leaves":
            self.taken = f"{self.cell.person} leaves"

    def __str__(self):
        return f"{self.cell} while taken away: {self.taken}"

    def app(self, world):
        key = self.u.prefix + self.cell.actor
        return next(a for a in world["corps"][0]["apps"] if a["appKey"] == key)

    def replaced(self):
        """The world without the right; None: it is taken away in another way."""
        world = copy.deepcopy(self.u.world())
        app, groups = self.app(world), world["corps"][0]["groups"]
        if self.taken == "token":
            app["accessToken"] += "-2"
        elif self.taken == "secret":
            app["appSecret"] = "another"
        elif self.taken == "app":
            world["corps"][0]["apps"].remove(app)
            for group in groups:
                group.pop("createdBy", None)
        elif self.taken == "permission":
            app["permissions"] = [p for p in POINTS if p != self.spec.point]
        elif self.taken == "scope":
            app["visibleScope"] = {"userIds": [], "deptIds": [6]}
        elif self.taken == "dissolved":
            groups[0]["dissolved"] = True
        elif self.taken == "passed_on":
            groups[0]["createdBy"] = self.u.prefix + "other"
        else:
            return None
        return world

    def taking(self):
        """The request that takes the right away."""
        admin = {"Authorization": "Bearer " + qun.ADMIN_TOKEN}
        world = self.replaced()
        token = f"{self.u.prefix}tok-auditor"
        json_type = {"Content-Type": "application/json"}
        if world:
            return request_of("POST", "/_qun/worlds?mode=replace", admin, world)
        if self.taken == "corp":
            return request_of("DELETE", "/_qun/corps/" + self.cell.corp_id, admin)
        if self.taken == "owner":
            return request_of("POST", "/v1.0/im/group/update",
                              {"x-acs-dingtalk-access-token": token},
                              {"chatid": self.cell.chatid, "owner": "far"})
        who = self.taken.split()[0]
        if who in ("x1", "x2"):
            return request_of("POST", f"/topapi/extcontact/delete?access_token={token}",
                              json_type, {"user_id": who})
        return request_of("POST", f"/topapi/v2/user/delete?access_token={token}", json_type,
                          {"userid": who})

    # ---- running ----

    def run(self, server, book, acting, other, rng):
        """What went wrong; None: nothing."""
        self.server = server
        self.spec, self.kind = book.calls[self.cell.call], KINDS[self.cell.call]
        self.book = book
        server.load({"corps": [self.u.a]})
        if self.taken == "secret":
            got = server.call("/v1.0/oauth2/accessToken", {
                "appKey": self.u.prefix + self.cell.actor, "appSecret": "secret-" + self.cell.actor})
            self.u.tokens[self.cell.actor] = got.json["accessToken"]
        before = self.kind.look(server, None, self.cell)
        act = request(self.spec, self.cell, **self.kind.ask(self.cell))
        acting.send(request_of("GET", "/auth/scopes?access_token=" + self.u.token_of(
            self.cell.actor, None), {}))  # the caller is remembered by now
        pair = (acting, other)
        acting.hold(act)
        other.hold(self.taking())
        first = rng.randrange(2)
        pair[first].let_go()
        # what takes the right away has more to do: it needs a head start to come first
        time.sleep(first and rng.choice(HEAD_START_S))
        pair[1 - first].let_go()
        got, taken = acting.answer(), other.answer()
        fault = self.taken_fault(taken)
        if fault:
            return fault
        done, fault = self.outcome(got)
        if fault:
            return fault
        self.done = done
        fault = self.state_fault(done, got, taken, before)
        if fault:
            return f"{'done' if done else 'refused'}, but {fault}"
        return self.again_fault(acting, act)

    def taken_fault(self, taken):
        body = taken.json
        if taken.status == 200 and body.get("errcode", 0) == 0:
            return None
        if self.cell.call == "OapiV2UserDelete" and body.get("errcode") == 33012:
            return None  # he is gone by the other's doing
        return f"taking it away answered {taken}"

    def outcome(self, got):
        """(done, fault): done if the call succeeded."""
        fault = success_fault(self.spec, self.cell, got, self.kind.says)
        if not fault:
            return True, None
        return False, self.refused_fault(got)

    def refused_fault(self, got):
        gate, faults = self.refused in ("token", "point"), []
        for word in self.refused.split("|"):
            name = gate_answer(self.spec, self.cell, word) if gate else word
            try:
                faults.append(refusal_fault(self.spec, self.book.answers[name], got, gate))
            except (ValueError, AttributeError) as e:
                faults.append(f"answer {got}: {e!r}")
        return None if None in faults else faults[0]

    def again_fault(self, acting, act):
        fault = self.refused_fault(acting.send(act))
        return f"afterwards: {fault}" if fault else None

    # ---- what is left of it ----

    def state_fault(self, done, got, taken, before):
        if self.replaced() or self.taken == "corp":
            return self.nothing_left(done, got, before)
        if not self.kind.ledger:
            return None
        chatid = got.json["chatid"] if "Create" in self.cell.call and done else \
            getattr(self.cell, "chatid", None)
        if not chatid:
            return None
        rows = self.ledger(chatid)
        acts = [r["number"] for r in rows if r["requestid"] == got.requestid]
        if len(acts) != int(done):
            return f"{len(acts)} changes of it are in the ledger"
        if self.taken == "owner":
            takes = [r["number"] for r in rows if r["requestid"] == taken.requestid]
            return None if not done or acts[0] < takes[0] else "it came after the change of owner"
        return self.left_fault(chatid)

    def nothing_left(self, done, got, before):
        if "Create" in self.cell.call and done and "chatid" in got.json:
            self.cell.group = {"chatid": got.json["chatid"]}
            return "what it made is there" if look_group(self.server, None, self.cell) else None
        after = self.kind.look(self.server, None, self.cell)
        if self.taken == "corp":
            after = after["here"] if isinstance(after, dict) and "here" in after else after
            return f"there is {after}" if after else None
        free = {"dissolved", "createdBy"}
        if isinstance(before, dict):
            before, after = ({k: v for k, v in s.items() if k not in free}
                             for s in (before, after or {}))
        return None if after == before else f"the state is {after}, {before} expected"

    def left_fault(self, chatid):
        """Who leaves the corp is in none of its groups in the end."""
        who, end = self.taken.split()[0], time.monotonic() + SETTLE_S
        while True:
            got = self.server.group(chatid, self.cell.corp_id)
            if not got or got["dissolved"] or who not in {m["id"] for m in got["members"]}:
                return None
            if time.monotonic() > end:
                return f"{who} has left and is a member"
            time.sleep(0.005)

    def ledger(self, chatid):
        return self.server.admin("GET", f"groups/{chatid}/ledger?corpId={self.cell.corp_id}").json


def request_of(method, path, headers, body=None):
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    more = {} if data is None else {"Content-Type": "application/json"}
    return Request(method, path, {**headers, **more}, data)


def pairs(book):
    """The rows of races.tsv, with * and + written out."""
    first = {}
    for row in book.rows:
        if row.expected["maker"].startswith("ok"):
            first.setdefault(row.call, row.state)
    for call, state, actor, taken, refused in tables.races():
        if call not in "*+":
            yield call, state, actor, taken, refused
            continue
        for name, spec in book.calls.items():
            if spec.api in ("new", "old", "top") and (call == "*" or spec.point):
                yield name, first[name], actor, taken, refused


def run(book, rng, rounds, plant=None, some=None, part=1, progress=lambda text: None):
    """One of `part` pairs `rounds` times on one server: (races, calls that came first, faults)."""
    todo = [p for p in pairs(book) if not some or p[3] in some] * rounds
    todo = rng.sample(todo, len(todo) // part)
    faults, done = [], 0
    with qun.Server("--io-threads", 2, env={"QUN_PLANT": plant} if plant else {}) as server:
        wires = [Wire(server) for _ in range(4)]
        for number, pair in enumerate(todo):
            race = Race(number, *pair)
            acting, other = rng.sample(wires, 2)
            fault = race.run(server, book, acting, other, rng)
            done += bool(getattr(race, "done", False))
            if fault:
                faults.append(f"{race}: {fault}")
            server.admin("DELETE", "corps/" + race.cell.corp_id)
            progress(f"{number + 1} of {len(todo)} races")
        for wire in wires:
            wire.close()
    return len(todo), done, faults
