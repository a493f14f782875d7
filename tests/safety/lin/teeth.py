# SPDX-License-Identifier: Apache-2.0
"""teeth.py -- faults that the two checks must notice: planted in good histories, and in the program."""
import certificate
import load
import model
import search

TRIES = 20  # rounds until a planted fault of the program must have been seen


def renumbered(rows):
    """Rows in a new order, numbered as if they had been written so."""
    return [{**row, "number": i + 1, "previous": i, "version": i + 1}
            for i, row in enumerate(rows)]


def stale_read(ops, rows, states, rng):
    """A read shows a state from before one that had been answered when it was called."""
    late = [op for op in ops if op.kind == "read" and op.saw][-1]
    at = next(i for i, op in enumerate(ops) if op is late)
    return ops[:at] + [late._replace(saw=states[len(states) // 2])] + ops[at + 1:], rows


def lost_update(ops, rows, states, rng):
    """The last acknowledged update is not there."""
    return ops, rows[:-1]


def double_application(ops, rows, states, rng):
    return ops, renumbered(rows + [rows[rng.randrange(1, len(rows))]])


def reordered(ops, rows, states, rng):
    """Two changes have changed places."""
    at = rng.randrange(1, len(rows) - 200)
    swapped = list(rows)
    swapped[at], swapped[at + 150] = rows[at + 150], rows[at]
    return ops, renumbered(swapped)


def reordered_quietly(ops, rows, states, rng):
    """So have two operations' times; the ledger is whole."""
    at = [i for i, op in enumerate(ops) if op.status == 200 and op.kind == "update"]
    a, b = at[len(at) // 4], at[3 * len(at) // 4]
    moved = list(ops)
    moved[a] = ops[a]._replace(called=ops[b].called, answered=ops[b].answered)
    moved[b] = ops[b]._replace(called=ops[a].called, answered=ops[a].answered)
    return moved, rows


def half_read(ops, rows, states, rng):
    """A read shows the name of one state and the members of another."""
    at = next(i for i, op in enumerate(ops) if op.kind == "read" and op.saw)
    members = frozenset(set(ops[at].saw.members) ^ {("emp", model.PEOPLE[0])})
    return [*ops[:at], ops[at]._replace(saw=ops[at].saw._replace(members=members)),
            *ops[at + 1:]], rows


def in_histories(run, whole, short):
    ops, rows, first, last = whole
    rng = run.random("teeth")
    places, _ = certificate.place([op for op in ops if op.kind == "update"], rows)
    states, _ = certificate.replay(first, places, rows)
    for change in (stale_read, lost_update, double_application, reordered, reordered_quietly,
                   half_read):
        changed, changed_rows = change(ops, rows, states, rng)
        fault = certificate.check(changed, changed_rows, first, last)
        run.caught(f"{change.__name__} in a history, by the certificate", fault and fault[:160])
    in_short(run, *short)


def in_short(run, ops, first):
    """The search sees a read of a name that had been overwritten, and an update that never was."""
    ops = sorted(ops, key=lambda op: op.called)
    reads = [i for i, op in enumerate(ops) if op.kind == "read" and op.saw]
    late, early = reads[-1], reads[0]
    changed = list(ops)
    changed[late] = ops[late]._replace(saw=ops[early].saw)
    fault, _ = search.check(changed, first)
    run.caught("stale read in a history, by the search", fault)
    seen = next(op.saw.name for op in reversed(ops) if op.kind == "read" and op.saw)
    fault, _ = search.check([op for op in ops if not (op.body or {}).get("name") == seen], first)
    run.caught("read of an update that never was, by the search", fault)


def in_program(run, crew, fault, bench_of, certified):
    """The program with the fault: the certificate must fail within a few histories, and so must
    the search, where the fault shows without the ledger."""
    target = load.OneServer(plant=fault)
    try:
        bench = bench_of(run, target, crew, fault)
        bench.make([f"chat-{i}" for i in range(2 * TRIES)])
        found = searched = None
        for i in range(TRIES):
            if not found:
                _, _, found = certified(bench, f"chat-{i}", 1500, 0)
            if not searched:
                ops = bench.round(f"chat-{TRIES + i}", 20, "part", None)
                searched, _ = search.check(ops, model.first_state(f"chat-{TRIES + i}"))
            if found and searched:
                break
    finally:
        target.end()
    run.caught(f"{fault} in the program, by the certificate", found and found[:160])
    run.caught(f"{fault} in the program, by the search", searched)
