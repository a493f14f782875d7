# SPDX-License-Identifier: Apache-2.0
"""certificate.py -- is a history linearizable in the order that the ledger gives it?

The ledger numbers the changes. Replaying them gives the state after each; every read must show one
of these states whole; and an operation that was answered before another was called comes before it.
O(n log n), and atomicity over all fields is part of it.
"""
import bisect

import model


def ledger(target, chatid, corp):
    rows, after = [], 0
    while True:
        got = target.admin("GET", f"groups/{chatid}/ledger?corpId={corp}&after={after}&limit=1000")
        page = got.json
        rows += page
        if len(page) < 1000:
            return rows
        after = page[-1]["number"]


def chain_fault(rows):
    """Numbers and versions count up, and each row names the one before."""
    for i, row in enumerate(rows):
        before = rows[i - 1]["number"] if i else 0
        if row["version"] != i + 1 or row["previous"] != before or row["number"] <= before:
            return f"row {i}: number {row['number']} previous {row['previous']} version " \
                   f"{row['version']}"
    return None


def place(updates, rows):
    """Each update's row, by the name that only it gives: ({index: op}, fault)."""
    by_name, places = {}, {}
    for i, row in enumerate(rows[1:], 1):
        name = row["change"].get("name", {}).get("after")
        if name in by_name:
            return None, f"{name} is in the ledger twice: rows {by_name[name]} and {i}"
        by_name[name] = i
    for op in updates:
        at = by_name.pop(op.body["name"], None)
        if at is not None and op.status is not None and \
                (op.status != 200 or rows[at]["requestid"] != op.request):
            return None, f"row {at} is of {op}, which was refused or had another id"
        if at is None and op.status == 200:
            return None, f"acknowledged, and not in the ledger: {op}"
        if at is not None:
            places[at] = op
    if by_name:
        return None, f"in the ledger, and of no client: {sorted(by_name)[:5]}"
    return places, None


def replay(first, places, rows):
    """The state after each row, by the model: (states, fault)."""
    states = [first]
    for at in range(1, len(rows)):
        op = places[at]
        after = model.updated(states[-1], op.body)
        want, said = model.difference(states[-1], after), model.plain(rows[at]["change"])
        if want != said:
            return None, f"row {at} says {said}, the model {want}"
        states.append(after)
    return states, None


def read_key(op, index, states):
    """(where the read comes, fault)."""
    state, version = op.saw if op.kind == "peek" else (op.saw, None)
    at = index.get(state.name)
    if at is None or states[at] != state:
        return None, f"read what never was: {op}; in the ledger {at is not None and states[at]}"
    if version is not None and version != at + 1:
        return None, f"read version {version} of state {at}: {op}"
    return 2 * at + 1, None


def time_fault(keyed):
    """keyed: of (key, op). An update's key is twice its row's index, a read's one more than that
    of the state it saw; who answers before another calls may not have the greater key."""
    answered = sorted((op.answered, key) for key, op in keyed if op.answered)
    times, highest, top = [t for t, _ in answered], [], -1
    for _, key in answered:
        top = max(top, key)
        highest.append(top)
    for key, op in keyed:
        earlier = bisect.bisect_left(times, op.called)
        if earlier and highest[earlier - 1] > key:
            return f"{op} comes before one that was answered before it was called " \
                   f"({key} < {highest[earlier - 1]})"
    return None


def check(ops, rows, first, last):
    """What is wrong with a history; None: nothing. last: the final (state, version)."""
    fault = chain_fault(rows)
    if fault:
        return fault
    updates = [op for op in ops if op.kind == "update"]
    places, fault = place(updates, rows)
    if fault:
        return fault
    states, fault = replay(first, places, rows)
    if fault:
        return fault
    if last != (states[-1], len(states)):
        return f"the final state is {last}, by the ledger {states[-1]}"
    index = {state.name: i for i, state in enumerate(states)}
    keyed = [(2 * at, op) for at, op in places.items()]
    for op in ops:
        if op.saw is not None:
            key, fault = read_key(op, index, states)
            if fault:
                return fault
            keyed.append((key, op))
    return time_fault(keyed)
