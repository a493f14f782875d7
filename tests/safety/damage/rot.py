# SPDX-License-Identifier: Apache-2.0
"""rot.py -- bits that flip in a data folder at rest: what `qund verify` says.

A flip is noticed if verify does not call the folder sound, harmless if all that is stored is
as before (most of a database's pages is room that nothing uses), and else it has changed a
value for which there is no second record. Such values are counted, and they may only be those
that UNCHECKED names: what the ledger tells is never among them.
"""
import sqlite3

# table: columns that are stored once, and of which no sum is kept
UNCHECKED = {
    "corp": {"name"}, "department": {"name", "parent_id"},
    "employee": {"name", "active"}, "external_contact": None, "departure": None,
    "app": {"secret", "agent_id", "name", "permissions", "sees_all", "version", "token_issue"},
    "access_token": {"issue", "expires_ms", "fixed", "hash"}, "media": {"type", "at_ms"},
    "chat_client_id": {"client_chatid"},
    "ledger": {"at_ms", "actor", "request_id"}, "app_scope_user": {"userid"},
    "app_scope_department": {"dept_id"}, "employee_department": None,
}


def contents(data):
    """Every table's rows, or None where they cannot be read."""
    db = sqlite3.connect(f"file:{data / 'qun.db'}?mode=ro&immutable=1", uri=True)
    db.text_factory = bytes  # a flip may leave what is no UTF-8
    try:
        names = [n for n, in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
        found = {}
        for name in map(bytes.decode, names):
            rows = db.execute(f"SELECT * FROM {name}")
            found[name] = ([c[0] for c in rows.description], rows.fetchall())
        return found
    except (sqlite3.DatabaseError, OverflowError):
        return None
    finally:
        db.close()


def changed(before, after):
    """table.column of each value that differs; the table alone if its rows do."""
    found = set()
    for name, (columns, rows) in before.items():
        other = after.get(name, ([], []))[1]
        if len(rows) != len(other):
            found.add(name)
            continue
        for one, two in zip(rows, other):
            found |= {f"{name}.{c}" for c, a, b in zip(columns, one, two)
                      if (type(a), a) != (type(b), b)}
    return found


def is_unchecked(what):
    table, _, column = what.partition(".")
    columns = UNCHECKED.get(table, set())
    return bool(column) and (columns is None or column in columns)


def look(qund, data, sound, before):
    """('noticed' | 'harmless' | 'unchecked' | 'missed', details) of a damaged folder. `sound`:
    what verify said of it before."""
    done = qund("verify", "--data", data)
    if done.returncode not in (0, 1):
        return "missed", f"verify ended with {done.returncode}: {done.stderr[:200]}"
    if done.returncode == 1:
        return "noticed", ""
    if done.stdout == sound:
        return "harmless", ""
    after = contents(data)
    what = changed(before, after) if after else {"unreadable"}
    return ("unchecked" if what and all(map(is_unchecked, what)) else "missed"), sorted(what)

