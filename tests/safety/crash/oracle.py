# SPDX-License-Identifier: Apache-2.0
"""oracle.py -- what must be there after a crash, compared with what is there.

The state is read through the operator's calls of the server that recovered. Wrong is raised
for the first broken promise:

- the ledger of the corp counts 1, 2, 3 ... without gaps, and each group's rows are linked;
- replaying the ledger gives each group exactly as the server tells it;
- each row is the whole effect of one journal entry, and of one that was not refused;
- each acknowledged change has its row; a change without an answer has it or has left nothing;
- who has left the company is in no group; worlds are there as a whole;
- media files: every acknowledged one, under its hash, and none that nobody sent.
"""
import contextlib
import hashlib
import json
import pathlib
import shutil
import sqlite3
import tempfile
import time

import load
from load import CORP, WORLD
from model import Wrong, nothing, replay, same, told

LEDGER_KINDS = {"update", "nick", "admins", "create"}  # A: exactly one row
LEAVE_S = 10  # for the background to leave one's groups


def image(data):
    """The files as the crash left them, opened without the server: groups' ids. The one place
    that looks into the database: no call lists the groups that a cut-off create made."""
    with tempfile.TemporaryDirectory(prefix="qun-image-") as folder:
        for path in pathlib.Path(data).glob("qun.db*"):
            if not path.name.endswith("-shm"):
                shutil.copyfile(path, f"{folder}/{path.name}")
        with contextlib.closing(sqlite3.connect(f"{folder}/qun.db")) as db:
            found = db.execute("PRAGMA integrity_check").fetchall()
            if found != [("ok",)]:
                raise Wrong(f"integrity_check: {found[:3]}")
            if not db.execute("PRAGMA user_version").fetchone()[0]:
                return []
            return [row[0] for row in db.execute(
                "SELECT chatid FROM chat JOIN corp USING (corp) WHERE corp_id = ?", (CORP,))]


class Oracle:
    """What is known of one store over its life."""

    def __init__(self, data):
        self.data = pathlib.Path(data)
        self.groups = {}  # by chatid: the state after the last row that was looked at
        self.last = {}  # by chatid: that row's number
        self.number = 0  # the corp's last
        self.world = []  # groups of the world corp
        self.media = set()  # hashes: acknowledged
        self.maybe_media = set()
        self.hashed = set()  # files whose content was looked at
        self.rows = 0

    # ---- reading ----

    def group(self, link, chatid, corp=CORP):
        status, view = link.admin(f"groups/{chatid}?corpId={corp}")
        if status not in (200, 404):
            raise Wrong(f"GET groups/{chatid}: {status} {view}")
        return view if status == 200 else None

    def new_rows(self, link, chatid):
        rows, after = [], self.last.get(chatid, 0)
        while True:
            status, page = link.admin(
                f"groups/{chatid}/ledger?corpId={CORP}&limit=1000&after={after}")
            if status != 200:
                raise Wrong(f"GET groups/{chatid}/ledger: {status} {page}")
            rows += page
            if len(page) < 1000:
                return rows
            after = page[-1]["number"]

    # ---- comparing ----

    def check(self, server, chatids, clients, everything):
        """`chatids`: every group of the store. The clients are told what became of what they
        were not told."""
        link = load.Link(server.port)
        try:
            journal = [e for e in clients.journal if e.answer != "B"]
            self.check_people(link, clients, journal)
            if lost := set(self.last) - set(chatids):
                raise Wrong(f"groups are gone: {lost}")
            # what a client made is left alone by all
            looked_at = [chatid for chatid in chatids if everything or chatid not in self.last
                         or not chatid.startswith("chat")]
            rows = [row for chatid in looked_at for row in self.new_rows(link, chatid)]
            self.check_rows(sorted(rows, key=lambda row: row["number"]), journal)
            for chatid in looked_at:
                self.check_state(link, chatid)
            self.check_world(link, clients, journal)
            self.check_media(journal)
            for client in clients.clients:
                own = self.groups.get(f"own{client.c}")
                if own:
                    client.admins = {u: own["members"]["emp", u]["admin"] for u in client.admins}
        finally:
            link.close()

    def check_people(self, link, clients, journal):
        last = {e.body["userid"]: e for e in journal if e.kind in ("leave", "return")}
        for client in clients.clients:
            userid, entry = f"d{client.c}", last.get(f"d{client.c}")
            if not entry:
                continue
            _, _, body = link.ask(client.old_api("/topapi/v2/user/get", {"userid": userid}))
            works_here = json.loads(body)["errcode"] == 0
            if entry.answer == "A" and works_here != (entry.kind == "return"):
                raise Wrong(f"acknowledged and lost: {entry}")
            client.employed = works_here
            end = time.monotonic() + LEAVE_S
            while not works_here and any(m["id"] == userid for m in self.group(
                    link, f"own{client.c}")["members"]):
                if time.monotonic() > end:
                    raise Wrong(f"{userid} has left the company and is still in his group")
                time.sleep(0.005)

    def check_rows(self, rows, journal):
        by_request = {e.requestid: e for e in journal if e.requestid}
        pending = [e for e in journal if not e.answer and e.effect]
        seen = set()
        for row in rows:
            self.number += 1
            chatid = row["chatid"]
            if row["number"] != self.number:
                raise Wrong(f"ledger number {row['number']} follows {self.number - 1}")
            if row["previous"] != self.last.get(chatid, 0):
                raise Wrong(f"row {self.number} of {chatid} follows {row['previous']}, "
                            f"not {self.last.get(chatid, 0)}")
            before = self.groups.get(chatid) or nothing()
            after = replay(before, row)
            self.groups[chatid], self.last[chatid] = after, self.number
            if row["actor"] == "world":
                continue
            entry = by_request.get(row["requestid"]) or self.find(pending, before, after, chatid)
            self.check_row(row, entry, before, after, seen)
        self.rows += len(rows)
        for entry in journal:
            if entry.answer == "A" and entry.kind in LEDGER_KINDS and id(entry) not in seen:
                raise Wrong(f"acknowledged and lost: {entry}")

    @staticmethod
    def find(pending, before, after, chatid):
        """The change without an answer that has this effect."""
        for entry in pending:
            if (entry.chatid or chatid) != chatid or bool(before["version"]) == (
                    entry.kind == "create"):
                continue
            if same(after, entry.effect(before)):
                return entry
        return None

    @staticmethod
    def check_row(row, entry, before, after, seen):
        if not entry:
            raise Wrong(f"nobody asked for row {row['number']}, or not for all of it: {row}")
        if entry.answer == "F":
            raise Wrong(f"refused and yet in effect: {entry}")
        if id(entry) in seen:
            raise Wrong(f"in effect twice: {entry}")
        seen.add(id(entry))
        if not same(after, entry.effect(before)):
            raise Wrong(f"not in effect as a whole: {entry}, row {row}")
        if entry.kind == "create" and entry.answer and (
                row["chatid"], after["openConversationId"]) != (
                entry.result["chatid"], entry.result["openConversationId"]):
            raise Wrong(f"made with other ids than acknowledged: {entry}")

    def check_state(self, link, chatid):
        view = self.group(link, chatid)
        if not view:
            raise Wrong(f"{chatid} has a ledger and is not there")
        state, replayed = told(view), self.groups[chatid]
        if state != replayed:
            wrong = {k: (v, replayed[k]) for k, v in state.items() if v != replayed[k]}
            raise Wrong(f"{chatid} differs from its ledger (told, replayed): {wrong}")

    def check_world(self, link, clients, journal):
        worlds = [e for e in journal if e.kind == "world"]
        possible = [self.world] + [w.result[1] for w in worlds]
        acknowledged = [e for e in worlds if e.answer == "A"]
        if acknowledged:
            possible = [acknowledged[-1].result[1]]
        possible += [w.result[1] for w in worlds if not w.answer]
        names = sorted({name for names in [self.world, *(w.result[1] for w in worlds[-8:])]
                        for name in names})
        there = [name for name in names if self.group(link, name, WORLD)]
        if there not in [sorted(p) for p in possible]:
            raise Wrong(f"of the world's groups {there} are there, not {possible[0]}"
                        f" or {possible[1:]}")
        self.world = clients.clients[-1].stored = there

    def check_media(self, journal):
        for entry in journal:
            if entry.kind == "upload":
                (self.media if entry.answer == "A" else self.maybe_media).add(entry.body)
        folder = self.data / "media"
        there = {path.name: path for path in folder.iterdir() if path.is_file()}
        left = list((folder / "tmp").iterdir())
        if left:
            raise Wrong(f"temporary files are left: {left}")
        if lost := self.media - set(there):
            raise Wrong(f"acknowledged and lost: media {lost}")
        unknown = set(there) - self.media - self.maybe_media
        if len(unknown) > 1:  # the built-in image of the worlds
            raise Wrong(f"media files that nobody sent: {unknown}")
        for name in set(there) - self.hashed:
            if hashlib.sha256(there[name].read_bytes()).hexdigest() != name:
                raise Wrong(f"media file {name} is damaged")
        self.hashed = set(there)
