#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Linearizable: updates and reads of one group by many clients, with kill -9 in between.

Two checks. The certificate: in the ledger's order every update and read fits a model of the group, and
that order keeps to real time. The search: for short histories any order is looked for, and nothing is
trusted but the answers. With --address both run against processes that run already and share a store
(their token of /_qun/ in QUN_ADMIN_TOKEN); then nothing is killed and no fault planted.
"""
import os
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "api")]
import certificate  # noqa: E402
import harness  # noqa: E402
import load  # noqa: E402
import model  # noqa: E402
import search  # noqa: E402
import teeth  # noqa: E402

CLIENTS = 16
PLANTS = ("stale_snapshot", "update_lost", "members_not_written")


class Bench:
    """A target, a crew, and the groups made so far."""

    def __init__(self, run, target, crew, name):
        self.run, self.target, self.crew = run, target, crew
        self.rng = run.random(name)
        self.corp = f"lin-{os.getpid()}-{name}"
        self.ops = self.rounds = self.kills = self.open = 0

    def make(self, chatids):
        got = self.target.admin("POST", "worlds", model.world(self.corp, chatids))
        assert got.status == 200, got

    def round(self, chatid, share, generator, kill):
        """One round of all clients: their operations. With `kill` the program dies within it."""
        self.rounds += 1
        self.crew.start({
            "chatid": chatid, "corp": self.corp, "token": "tok-" + self.corp, "share": share,
            "admin": self.target.admin_token, "addresses": self.target.addresses(),
            "seed": self.rng.getrandbits(64), "base": self.rounds * 100000,
            "generator": generator})
        if kill:
            end = time.monotonic() + self.rng.uniform(*kill)
            while time.monotonic() < end and self.crew.busy():
                time.sleep(0.001)
            self.target.kill()
            self.kills += 1
        ops = self.crew.collect()
        self.ops += len(ops)
        self.open += sum(op.answered is None for op in ops)
        return ops

    def final(self, chatid):
        got = self.target.admin("GET", f"groups/{chatid}?corpId={self.corp}")
        return model.shown_by_peek(got.json)


def certified(bench, chatid, size, kills):
    """A history of at least `size` operations: (operations, ledger, what is wrong with them)."""
    ops, share, kills = [], -(-size // (CLIENTS * max(kills, 1))), bench.kills + kills
    while len(ops) < size or bench.kills < kills:
        ops += bench.round(chatid, share, "whole", (0.05, 0.6) if bench.kills < kills else None)
        bench.run.progress(f"{len(ops)} of {size} operations, {bench.kills} kills")
    rows = certificate.ledger(bench.target, chatid, bench.corp)
    return ops, rows, certificate.check(ops, rows, model.first_state(chatid), bench.final(chatid))


def long_histories(run, target, crew):
    """The last one, if all are good."""
    count, size = run.size(short=1, ci=1, long=20), run.size(short=2000, ci=50000, long=50000)
    kills = run.size(short=2, ci=20, long=20) if target.kill else 0
    bench, changes, faults = Bench(run, target, crew, "certificate"), 0, []
    chatids = [f"chat-{i}" for i in range(count)]
    bench.make(chatids)
    for chatid in chatids:
        ops, rows, fault = certified(bench, chatid, size, kills)
        changes += len(rows) - 1
        faults += [f"{chatid}: {fault}"] if fault else []
    run.check("every update and read has its place in the ledger's order, which keeps to time",
              not faults, faults[0] if faults else f"{bench.ops} operations, {changes} changes, "
              f"{bench.kills} kills, {bench.open} without an answer")
    run.count("certificate: histories", count)
    run.count("certificate: operations", bench.ops)
    run.count("certificate: changes", changes)
    run.count("certificate: kills", bench.kills)
    run.count("certificate: operations without an answer", bench.open)
    return None if faults else (ops, rows, model.first_state(chatid), bench.final(chatid))


def short_histories(run, target, crew):
    count = run.size(short=2, ci=20, long=400)
    bench = Bench(run, target, crew, "search")
    chatids = [f"chat-{i}" for i in range(count)]
    bench.make(chatids)
    faults, looked, found = [], 0, None
    for i, chatid in enumerate(chatids):
        ops = []
        for half in range(2):
            kill = (0.002, 0.02) if target.kill and half == 0 and i % 2 else None
            ops += bench.round(chatid, bench.rng.randint(8, 15), "part", kill)
        fault, states = search.check(ops, model.first_state(chatid))
        faults += [f"{chatid}: {fault}"] if fault else []
        found, looked = (ops, model.first_state(chatid)), looked + states
        run.progress(f"{i + 1} of {count} histories searched, {looked} states")
    run.check("each register has an order of its operations that fits", not faults,
              faults[0] if faults else f"{count} histories, {bench.ops} operations, {bench.kills} "
              f"kills, {looked} states looked at")
    run.count("search: histories", count)
    run.count("search: operations", bench.ops)
    run.count("search: kills", bench.kills)
    return None if faults else found


def main():
    def more(parser):
        parser.add_argument("--address", action="append", default=[], metavar="HOST:PORT",
                            help="a process that runs already; repeatable, all on one store")
    run = harness.start("lin", __doc__, more)
    crew = load.Crew(CLIENTS)
    target = load.Running(run.args.address, os.environ.get("QUN_ADMIN_TOKEN", "")) \
        if run.args.address else load.OneServer()
    try:
        whole = long_histories(run, target, crew)
        short = short_histories(run, target, crew)
    finally:
        target.end()
    if whole and short:
        teeth.in_histories(run, whole, short)
    if not run.args.address:
        for fault in PLANTS:
            teeth.in_program(run, crew, fault, Bench, certified)
    crew.end()
    run.end()


if __name__ == "__main__":
    main()
