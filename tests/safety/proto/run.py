#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py -- HTTP/1.1 as RFC 9112 has it, and never more leniently than other servers.

1. Every rule of tests/api/wire_rules.py and conduct.py, against qund.
2. Generated streams (streams.py) against Qun's HTTP server, nginx, Apache, HAProxy and Node.js:
   Qun is never the lenient one (compare.py says what that is).

Planted faults must break a rule of the table, and three of them must show in the streams.
"""
import collections
import contextlib
import multiprocessing
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import client  # noqa: E402
import compare  # noqa: E402
import harness  # noqa: E402
import qun  # noqa: E402
import servers  # noqa: E402
import streams  # noqa: E402
import wire_rules  # noqa: E402
from conduct import CONDUCT  # noqa: E402

FAULTS = ("http_bare_lf", "http_blank_before_colon", "http_length_and_chunked",
          "http_two_lengths", "chunk_size_off_by_one", "chunk_extension_unbounded")
FAULTS_IN_STREAMS = ("http_bare_lf", "http_blank_before_colon", "http_two_lengths")
BATCH = 10000
BROKEN = (OSError, EOFError, AssertionError, KeyError, ValueError)


def broken_rules(server, rules):
    """Each rule that is not kept, and the first complaint."""
    for rule in rules:
        for what, sent, outcome in rule.cases:
            try:
                wrong = wire_rules.complaint(server, sent, outcome)
            except BROKEN as e:
                wrong = repr(e)
            if wrong:
                yield rule, f"{what}: {wrong}"
                break


def check_table(run):
    with qun.Server() as server:
        server.load(qun.small_world())
        broken = {id(rule): wrong for rule, wrong in broken_rules(server, wire_rules.RULES)}
        for rule in wire_rules.RULES:
            run.check(f"RFC {rule.section} {rule.level}: {rule.words}", id(rule) not in broken,
                      broken.get(id(rule), f"{len(rule.cases)} requests"))
        for section, level, words, check in CONDUCT:
            try:
                wrong = check(server) or ""
            except BROKEN as e:
                wrong = repr(e)
            run.check(f"RFC {section} {level}: {words}", not wrong, wrong)
    run.count("rules of the table", len(wire_rules.RULES) + len(CONDUCT))
    run.count("requests of the table", sum(len(rule.cases) for rule in wire_rules.RULES))


def check_teeth_of_table(run):
    for fault in FAULTS:
        with qun.Server(env={"QUN_PLANT": fault}) as server:
            server.load(qun.small_world())
            found = [f"RFC {rule.section}: {rule.words}"
                     for rule, _ in broken_rules(server, wire_rules.RULES)]
        run.caught(fault, found[0] if found else "")


class Comparison:
    """Streams put to all servers, batch by batch."""

    def __init__(self, run, pool, others):
        self.run, self.pool, self.others = run, pool, others
        self.figures = collections.Counter()
        self.lenient = []

    def ask(self, targets, sent):
        """Seen of each stream, by server; two servers at a time."""
        tasks = {s.name: self.pool.apply_async(client.ask, (s.port, sent, s.hexadecimal))
                 for s in targets}
        return {name: task.get() for name, task in tasks.items()}

    def batch(self, qun_server, made):
        seen = self.ask([*self.others, qun_server], [sent for sent, _ in made])
        ours = seen.pop("qun")
        for i, (sent, done) in enumerate(made):
            theirs = {name: found[i] for name, found in seen.items()}
            self.note(ours[i], theirs)
            lenient = compare.verdict(ours[i], theirs)
            if lenient:
                self.lenient.append(f"{lenient} {done} {sent!r} qun: {ours[i]}")
        return seen

    def note(self, ours, theirs):
        f, requests = self.figures, ours.requests
        f["streams"] += 1
        f["requests that Qun understood"] += len(requests)
        f["streams in which Qun refused something"] += ours.refusal is not None
        f["streams that Qun left unanswered"] += ours.hung
        f["streams that all understood alike"] += all(
            seen.requests == requests for seen in theirs.values())
        f["streams that Qun alone refused"] += ours.refusal is not None and not any(
            seen.refusal is not None for seen in theirs.values())

    def teeth(self, build, made, seen):
        for fault in FAULTS_IN_STREAMS:
            with servers.Qun(build, fault) as planted:
                ours = self.ask([planted], [sent for sent, _ in made])["qun"]
            kinds = collections.Counter()
            for i, one in enumerate(ours):
                lenient = compare.verdict(one, {name: found[i] for name, found in seen.items()})
                kinds[lenient[0] if lenient else None] += 1
            del kinds[None]
            self.run.caught(f"{fault} among streams",
                            ", ".join(f"{kind}: {n}" for kind, n in kinds.items()))


def check_streams(run):
    rng, total = run.random("streams"), run.size(short=1500, ci=24000, long=300000)
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(multiprocessing.get_context("spawn").Pool(2))
        there = []
        for server in servers.REFERENCES:
            if server.why_not():
                run.skip(f"comparison with {server.name}", server.why_not())
            else:
                there.append(stack.enter_context(server(run.args.build)))
        if len(there) < 2:
            run.skip("streams", "fewer than two servers to compare with")
            return
        comparison, first = Comparison(run, pool, there), None
        with servers.Qun(run.args.build) as ours:
            for start in range(0, total, BATCH):
                made = [streams.stream(rng) for _ in range(min(BATCH, total - start))]
                seen = comparison.batch(ours, made)
                first = first or (made, seen)
                run.progress(f"{start + len(made)} of {total} streams, "
                             f"{len(comparison.lenient)} in which Qun is lenient")
        run.check("the server ended well", ours.status == 0, f"status {ours.status}")
        comparison.teeth(run.args.build, *first)
    figures = comparison.figures
    run.check("Qun is never the lenient one", not comparison.lenient,
              "\n".join(comparison.lenient[:5]) or f"{figures['streams']} streams, "
              f"compared with {', '.join(s.name for s in there)}")
    run.check("every stream comes to an end", not figures["streams that Qun left unanswered"],
              f"{figures['streams that Qun left unanswered']} did not")
    for what, n in figures.items():
        run.count(what, n)


def main():
    run = harness.start("proto", __doc__)
    check_table(run)
    check_teeth_of_table(run)
    check_streams(run)
    run.end()


if __name__ == "__main__":
    main()
