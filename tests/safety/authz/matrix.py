# SPDX-License-Identifier: Apache-2.0
"""matrix.py -- sends every cell of the tables and compares: status, code, text, the shape of the
answer, and that the state changed as the call says if it was allowed, and not at all if not."""
import collections
import json
import struct

import qun
import tables
from calls import KINDS, multipart, request
from world import ACTORS, Cell, Universe

Problem = collections.namedtuple("Problem", "cell what")
EXPIRED_MS = 7200 * 1000 + 1


class Clock:
    """The file by which the wall clock of a qund is moved (src/base/plant.h)."""

    def __init__(self, folder):
        self.path = folder / "clock"
        self.set(0)

    def set(self, ms):
        with open(self.path, "r+b" if self.path.exists() else "wb") as f:
            f.write(struct.pack("=q", ms))


class Book:
    """The tables, read once."""

    def __init__(self):
        self.answers, self.calls = tables.answers(), tables.calls()
        self.rows = [*tables.matrix(), *tables.fields()]

    def cells(self, universe, chosen=None):
        """The cells of the chosen calls, their objects made in the universe."""
        made, number = [], 0
        for row in self.rows:
            if chosen and row.call not in chosen:
                continue
            for column, word in row.expected.items():
                for actor in ACTORS[column]:
                    cell = Cell(universe, number, row, actor, word)
                    KINDS[row.call].make(cell)
                    made.append(cell)
                    number += 1
        return made


def missing(server, book):
    """Calls that the program has and the tables have not, or the other way round."""
    paths = server.admin("GET", "openapi.json").json["paths"]
    served = {(operation["operationId"], method.upper(), path)
              for path, methods in paths.items() for method, operation in methods.items()}
    listed = {(c.name, c.method, c.path) for c in book.calls.values()}
    tested = {row.call for row in book.rows}
    return sorted(map(str, served ^ listed)) + sorted(set(book.calls) ^ tested) + \
        sorted(set(book.calls) ^ set(KINDS))


# ---- what is expected ----

def gate_answer(spec, cell, word):
    """`token`, `point` and `denied` as the call's API says them."""
    new = spec.api == "new"
    if word == "point":
        return "no_point" if new else "60011"
    absent = cell.actor in ("none", "operator")
    return ("no_token" if new else "41001") if absent else ("bad_token" if new else "40014")


def keys_of(body):
    """Its keys; those of an object inside after a dot."""
    keys = set()
    for key, value in body.items():
        keys |= {f"{key}.{k}" for k in value} if isinstance(value, dict) else {key}
    return keys


def fits(keys, wanted):
    """`a.*` stands for any keys of a, `a?` for one that may be absent."""
    for want in wanted:
        if want.endswith("*"):
            keys = {k for k in keys if not k.startswith(want[:-1])}
    exact = {w for w in wanted if w[-1] not in "?*"}
    return exact <= keys <= exact | {w[:-1] for w in wanted if w.endswith("?")}


def refusal_fault(spec, answer, got, gate):
    """What is wrong with a refusal; None: nothing."""
    body = got.json
    denied = answer.name == "no_point"
    more = {"accessdenieddetail.requiredScopes"} if denied else set()
    if answer.status != got.status:
        return f"status {got.status}, {answer.status} expected"
    if not answer.code.isdigit():
        want = {"requestid": got.requestid, "code": answer.code, "message": answer.text}
    elif spec.api == "top" and gate:
        want = {"errcode": 88, "sub_code": answer.code, "sub_msg": answer.text,
                "errmsg": f"ding talk error[subcode={answer.code},submsg={answer.text}]"}
        more.add("request_id")
    else:
        want = {"errcode": int(answer.code), "errmsg": answer.text}
        more |= {"request_id"} if spec.api == "top" else set()
    said = {k: body.get(k) for k in want}
    if said != want:
        return f"{said}, {want} expected"
    if denied and body.get("accessdenieddetail") != {"requiredScopes": [spec.point]}:
        return f"names {body.get('accessdenieddetail')} as missing"
    if keys_of(body) != set(want) | more:
        return f"keys {sorted(keys_of(body))}"
    return None


def ours_fault(word, got):
    """Refusals of /_qun/ have one key."""
    status = {"denied": 401, "absent": 404}[word]
    if got.status != status or list(got.json) != ["error"]:
        return f"{got}, {status} expected"
    return None


def success_fault(spec, cell, got, says):
    """What is wrong with a success."""
    if got.status != 200:
        return f"status {got.status}, a success expected"
    if spec.reply == ["text"]:
        return None if b"qun_" in got.body else "no metrics"
    body = got.json
    if spec.reply == ["[]"]:
        return None if isinstance(body, list) else "no list"
    if not isinstance(body, dict) or (spec.reply != ["*"] and not fits(keys_of(body), spec.reply)):
        return f"keys {sorted(keys_of(body))}, {spec.reply} expected"
    if spec.api in ("old", "top") and (body["errcode"], body["errmsg"]) != (0, "ok"):
        return "a success says errcode 0 and ok"
    if body.get("success", True) not in (True, "true"):
        return "success is not true"
    _, given, what = cell.expected.partition("=")
    what = what.replace("ID", getattr(cell, "person", ""))
    if given and says(body) != what.replace("MOBILE", getattr(cell, "mobile", "")):
        return f"says {says(body)!r}"
    return None


# ---- sending ----

class Runner:
    """Cells on one server, one connection."""

    def __init__(self, server, book):
        self.server, self.book = server, book
        self.link = server.connect()
        self.problems, self.sent, self.ledger = [], 0, collections.Counter()

    def send(self, asked):
        return self.server.request(asked.method, asked.path, asked.body, asked.headers,
                                   connection=self.link)

    def run(self, cell):
        kind, spec = KINDS[cell.call], self.book.calls[cell.call]
        before = kind.look(self.server, self.link, cell)
        got = self.send(request(spec, cell, **kind.ask(cell)))
        fault = self.fault(cell, kind, spec, got)
        self.sent += 1
        if not fault:
            fault = self.state_fault(cell, kind, got, before)
        if fault:
            self.problems.append(Problem(cell, fault))

    def fault(self, cell, kind, spec, got):
        word = cell.expected.partition("=")[0]
        try:
            if word in ("ok", "same"):
                return success_fault(spec, cell, got, kind.says)
            if word in ("denied", "absent"):
                return ours_fault(word, got)
            gate = word in ("token", "point")
            name = gate_answer(spec, cell, word) if gate else word
            return refusal_fault(spec, self.book.answers[name], got, gate)
        except (ValueError, KeyError, AttributeError) as e:
            return f"answer {got}: {e!r}"

    def state_fault(self, cell, kind, got, before):
        allowed = cell.expected.partition("=")[0] == "ok"
        answer = json.loads(got.body) if allowed and kind.effect is not None and \
            got.body[:1] == b"{" else None
        want = kind.effect(cell, before, answer) if allowed else before
        after = kind.look(self.server, self.link, cell)
        if after != want:
            return f"state {after}, {want} expected"
        if allowed and kind.made and not kind.made(self.server, self.link, cell, answer):
            return "what was made is not as asked for"
        if allowed and kind.ledger:
            self.ledger[cell.u.b["corpId"] if cell.actor == "foreign" else cell.u.a["corpId"]] += 1
        return None

    def last_number(self, universe, corp):
        """The corp's last ledger number: one more change, made on purpose, tells it."""
        name = "foreign" if corp is universe.b else "maker"
        owner = corp["users"][0]["userid"]
        got = self.server.call("/v1.0/im/group/create", {
            "name": "末", "owner": owner, "useridlist": [owner]},
            f"{universe.prefix}tok-{name}", connection=self.link)
        rows = self.server.admin("GET", f"groups/{got.json['chatid']}/ledger").json
        return rows[-1]["number"]


def prepare(server, universe, clock):
    """Loads the universe, and makes the tokens that are expired and revoked by now."""
    def token(key, secret):
        got = server.call("/v1.0/oauth2/accessToken",
                          {"appKey": universe.prefix + key, "appSecret": secret})
        return got.json["accessToken"]

    server.load(universe.world())
    universe.tokens["revoked"] = token("revoked", "secret-revoked")
    changed = next(a for a in universe.a["apps"] if a["name"] == "revoked")
    changed["appSecret"] = "another"
    server.load(universe.world(), "replace")
    universe.tokens["expired"] = token("expired", "secret-expired")
    works = server.call("/v1.0/im/group/update", {"chatid": "none"}, universe.tokens["expired"])
    assert works.json["code"] == "parameter.invalid", works
    clock.set(EXPIRED_MS)
    first = server.call("/v1.0/im/group/create",
                        {"name": "首", "owner": "e1", "useridlist": ["e1"], "conversationTag": 0},
                        f"{universe.prefix}tok-maker")
    universe.known_request = first.requestid
    link = server.oapi("POST", "/topapi/chat/qrcode/get", f"{universe.prefix}tok-maker", None,
                       {"chatid": first.json["chatid"], "userid": "e1"})
    universe.known_link = link.json["result"]
    kind, content = multipart("voice", b"#!AMR\n" + bytes(64))
    voice = server.oapi("POST", "/media/upload", f"{universe.prefix}tok-maker", body=content,
                        headers={"Content-Type": kind})
    universe.voice = voice.json["media_id"]


def run(book, rng, folder, chosen=None, plant=None, part=1):
    """One of `part` cells of the chosen calls on a server of their own: (runner, calls that are
    not in the tables)."""
    clock, universe = Clock(folder), Universe()
    cells = book.cells(universe, chosen)
    cells = rng.sample(cells, len(cells) // part)
    env = {"QUN_CLOCK": str(clock.path), **({"QUN_PLANT": plant} if plant else {})}
    with qun.Server("--io-threads", rng.randint(1, 4), env=env) as server:
        prepare(server, universe, clock)
        runner = Runner(server, book)
        corps = (universe.a, universe.b)
        start = [runner.last_number(universe, corp) for corp in corps]
        for cell in cells:
            runner.run(cell)
        for corp, first in zip(corps, start):
            changes = runner.last_number(universe, corp) - first - 1
            want = runner.ledger[corp["corpId"]]
            if changes != want:
                runner.problems.append(Problem(corp["corpId"],
                                               f"{changes} changes in the ledger, {want} allowed"))
        lost = [] if chosen else missing(server, book)
        runner.link.close()
    return runner, lost
