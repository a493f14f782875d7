#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py -- HTTP/1.1 as RFC 9112 has it, and never more leniently than other servers.

1. Every rule of tests/api/wire_rules.py and conduct.py, against qund.
Planted faults must break a rule of the table.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import harness  # noqa: E402
import qun  # noqa: E402
import wire_rules  # noqa: E402
from conduct import CONDUCT  # noqa: E402

FAULTS = ("http_bare_lf", "http_blank_before_colon", "http_length_and_chunked",
          "http_two_lengths", "chunk_size_off_by_one", "chunk_extension_unbounded")


def broken_rules(server, rules):
    """(section, words, complaint) of each rule that is not kept."""
    for rule in rules:
        for what, sent, outcome in rule.cases:
            try:
                wrong = wire_rules.complaint(server, sent, outcome)
            except (OSError, EOFError, AssertionError, ValueError) as e:
                wrong = repr(e)
            if wrong:
                yield rule, f"{what}: {wrong}"
                break


def check_table(run):
    with qun.Server() as server:
        server.load(qun.small_world())
        broken = dict((id(rule), wrong) for rule, wrong in broken_rules(server, wire_rules.RULES))
        for rule in wire_rules.RULES:
            run.check(f"RFC {rule.section} {rule.level}: {rule.words}", id(rule) not in broken,
                      broken.get(id(rule), f"{len(rule.cases)} requests"))
        for section, level, words, check in CONDUCT:
            try:
                check(server)
                wrong = ""
            except (OSError, EOFError, AssertionError, KeyError) as e:
                wrong = repr(e)
            run.check(f"RFC {section} {level}: {words}", not wrong, wrong)
    run.count("rules of the table", len(wire_rules.RULES) + len(CONDUCT))
    run.count("requests of the table", sum(len(rule.cases) for rule in wire_rules.RULES))


def check_teeth(run):
    for fault in FAULTS:
        with qun.Server(env={"QUN_PLANT": fault}) as server:
            server.load(qun.small_world())
            found = [f"{rule.section}: {rule.words}"
                     for rule, _ in broken_rules(server, wire_rules.RULES)]
        run.caught(fault, found[0] if found else "")


def main():
    run = harness.start("proto", __doc__)
    check_table(run)
    check_teeth(run)
    run.end()


if __name__ == "__main__":
    main()
