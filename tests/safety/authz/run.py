#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Authorisation: every call by every actor in every state answers what the tables of this folder say.

The tables are written by hand from DingTalk's pages and docs/compatibility.md; world.py tells who
the actors are. A call of the program that no table names fails the run. Then pairs: a call that is
allowed, and what takes the right away, sent by their last bytes at the same moment (races.py).
"""
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "api")]
import harness  # noqa: E402
import matrix  # noqa: E402
import races  # noqa: E402


# A planted fault, and the calls whose cells must show it (None: the races must).
TEETH = {
    "point_unchecked": {"UpdateGroup"}, "expiry_unchecked": {"ChatSubAdminUpdate"},
    "corp_not_compared": {"OapiChatGet"}, "owner_scope_skipped": {"UpdateGroup"},
    "maker_unchecked": {"OapiChatUpdategroupnick"}, "caller_not_confirmed": None,
}


def teeth(run, book, folder):
    for fault, calls in TEETH.items():
        if calls:
            runner, _ = matrix.run(book, run.random(fault), folder, calls, fault)
            found = [f"{p.cell}: {p.what}" for p in runner.problems]
        else:
            _, _, found = races.run(book, run.random(fault), 1, fault, ("token", "permission"))
        run.caught(fault, found and f"{len(found)} differ, such as {found[0]}"[:200])


def cells(run, book, folder):
    sent, problems, lost = 0, [], []
    for order in range(run.size(short=1, ci=1, long=20)):
        runner, lost = matrix.run(book, run.random(f"order {order}"), folder,
                                  part=run.size(short=8, ci=1, long=1))
        sent, problems = sent + runner.sent, problems + runner.problems
        run.progress(f"{sent} cells, {len(problems)} differ")
    for problem in problems[:20]:
        print(f"authz: {problem.cell}: {problem.what}")
    run.check("every call of the program is in the tables", not lost, ", ".join(lost))
    run.check("every cell answers as the tables say", not problems,
              f"{sent} cells, {len(problems)} differ")
    run.count("cells", sent)


def pairs(run, book):
    count, done, faults = races.run(book, run.random("races"), run.size(short=1, ci=2, long=20),
                                    part=run.size(short=8, ci=1, long=1), progress=run.progress)
    for fault in faults[:20]:
        print(f"authz: {fault}")
    run.check("a call and what takes its right away have a serial outcome", not faults,
              f"{count} races, the call came first in {done}, {len(faults)} not serial")
    run.count("races", count)
    run.count("races in which the call came first", done)


def main():
    run = harness.start("authz", __doc__)
    book = matrix.Book()
    with tempfile.TemporaryDirectory(prefix="qun-authz-") as folder:
        folder = pathlib.Path(folder)
        cells(run, book, folder)
        pairs(run, book)
        teeth(run, book, folder)
    run.end()


if __name__ == "__main__":
    main()
