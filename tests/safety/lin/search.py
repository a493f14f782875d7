# SPDX-License-Identifier: Apache-2.0
"""search.py -- is a history linearizable in any order at all? Nothing but the answers is trusted.

A group is taken apart into registers: name, owner, each option, and for each person whether he is a
member. Each is searched for an order that fits (Wing and Gong, with the memory of Lowe: a set of
done operations with a value is looked at once). An operation without an answer may take effect at any
later time, or never.
"""
import collections

import model

NEVER = float("inf")
STATES_MAX = 2000000  # a history that needs more is too long for this check
Step = collections.namedtuple("Step", "called answered write value")


def registers(ops, first):
    """{register: (first value, steps)}"""
    made = collections.defaultdict(list)
    people = [("emp", p) for p in model.PEOPLE] + [("ext", x) for x in model.EXTERNALS]
    for op in ops:
        if op.kind != "update":
            if op.saw is not None:
                state = op.saw[0] if op.kind == "peek" else op.saw
                for register, value in values(state, people):
                    made[register].append(Step(op.called, op.answered, False, value))
        elif op.status in (None, 200):
            for register, value in writes(op.body):
                made[register].append(Step(op.called, op.answered or NEVER, True, value))
    start = dict(values(first, people))
    return {register: (start[register], steps) for register, steps in made.items()}


def values(state, people):
    yield "name", state.name
    yield "owner", state.owner
    yield from zip(model.OPTIONS, state.options)
    for person in people:
        yield person, person in state.members


def writes(body):
    for key in ("name", "owner"):
        if key in body:
            yield key, body[key]
    if body.get("managementOptions"):
        yield from {"showHistoryType": 0, **body["managementOptions"]}.items()
    for kind, key in (("emp", "useridlist"), ("ext", "extidlist")):
        removed = body.get("del_" + key, ())
        yield from (((kind, i), False) for i in removed)
        yield from (((kind, i), True) for i in body.get("add_" + key, ()) if i not in removed)


def candidates(steps, done, first):
    """Steps that may be next: not done, and called before every undone one was answered."""
    soonest, found = NEVER, []
    for i in range(first, len(steps)):
        if done >> i & 1:
            continue
        if steps[i].called >= soonest:
            break
        found.append(i)
        soonest = min(soonest, steps[i].answered)
    return found


def advance(steps, done, value, first):
    """Takes every read that fits at once: that is never wrong. (done, first, candidates)"""
    while True:
        while first < len(steps) and done >> first & 1:
            first += 1
        found = candidates(steps, done, first)
        fitting = [i for i in found if not steps[i].write and steps[i].value == value]
        if not fitting:
            return done, first, found
        for i in fitting:
            done |= 1 << i


def next_writes(steps, found):
    """The writes to try: of those that were never answered one for each value, the rest are the
    same; and after the others."""
    certain = [i for i in found if steps[i].write and steps[i].answered != NEVER]
    open_ones = {steps[i].value: i for i in reversed(found)
                 if steps[i].write and steps[i].answered == NEVER}
    return certain + list(open_ones.values())


def fits(first_value, steps):
    """Is there an order? (yes or no, states looked at)"""
    seen = {s.value for s in steps if not s.write}
    # A write that was never answered and never seen may as well never have been.
    steps = sorted(s for s in steps if s.answered != NEVER or s.value in seen)
    must = sum(1 << i for i, s in enumerate(steps) if s.answered != NEVER)
    looked, todo = set(), [(0, first_value, 0)]
    while todo:
        done, value, first = todo.pop()
        done, first, found = advance(steps, done, value, first)
        if done & must == must:
            return True, len(looked)
        if (done, value) in looked:
            continue
        looked.add((done, value))
        if len(looked) > STATES_MAX:
            raise RuntimeError(f"undecided after {STATES_MAX} states")
        for i in reversed(next_writes(steps, found)):
            todo.append((done | 1 << i, steps[i].value, first))
    return False, len(looked)


def check(ops, first):
    """(what is wrong or None, states looked at)"""
    looked = 0
    for register, (value, steps) in registers(ops, first).items():
        fit, states = fits(value, steps)
        looked += states
        if not fit:
            return f"no order of the {len(steps)} operations on {register} fits", looked
    return None, looked
