# SPDX-License-Identifier: Apache-2.0
"""model.py -- one group as a value: what an update makes of it, and what an answer shows of it.

Everything here follows docs/compatibility.md; nothing is asked of the program.
"""
import collections

OPTIONS = ("mentionAllAuthority", "showHistoryType", "validationType", "searchable",
           "chatBannedType", "managementType")
HISTORY = OPTIONS.index("showHistoryType")

# members: of (kind, id); options: six numbers, in the order of OPTIONS
State = collections.namedtuple("State", "name owner members options")

OWNERS = ("o1", "o2", "o3", "o4")  # members for good, so that each may be the owner
PEOPLE = tuple(f"m{i}" for i in range(1, 17))
EXTERNALS = tuple(f"x{i}" for i in range(1, 9))

# One operation of one client. kind: update, read (/chat/get) or peek (/_qun/groups);
# called, answered: when, in ns (answered None: never); saw: a State, of a peek (State, version)
Op = collections.namedtuple("Op", "client kind body called answered status request saw")


def first_state(chatid):
    return State(chatid[:20], OWNERS[0], frozenset(("emp", o) for o in OWNERS), (0,) * 6)


def world(corp, chatids):
    """A corp with these groups, each as first_state() says."""
    users = [{"userid": u} for u in OWNERS + PEOPLE]
    return {"corps": [{
        "corpId": corp, "users": users, "externalContacts": [{"unionid": x} for x in EXTERNALS],
        "apps": [{"appKey": "app-" + corp, "appSecret": "s", "accessToken": "tok-" + corp,
                  "permissions": ["qyapi_chat_manage", "qyapi_chat_read"]}],
        "groups": [{"chatid": c, "name": c[:20], "owner": OWNERS[0], "conversationTag": 0,
                    "useridlist": list(OWNERS)} for c in chatids]}]}


def updated(state, body):
    """The state after an update that is allowed."""
    members = set(state.members)
    for kind, key in (("emp", "useridlist"), ("ext", "extidlist")):
        members |= {(kind, i) for i in body.get("add_" + key, ())}
        members -= {(kind, i) for i in body.get("del_" + key, ())}
    options, sent = list(state.options), body.get("managementOptions")
    if sent:
        options[HISTORY] = 0  # unless it is sent
        for i, name in enumerate(OPTIONS):
            options[i] = sent.get(name, options[i])
    return State(body.get("name", state.name), body.get("owner", state.owner),
                 frozenset(members), tuple(options))


def shown_by_get(info):
    """chat_info of /chat/get."""
    return State(info["name"], info["owner"],
                 frozenset([("emp", u) for u in info["useridlist"]] +
                           [("ext", x) for x in info["extidlist"]]),
                 tuple(info[o] for o in OPTIONS))


def shown_by_peek(group):
    return (State(group["name"], group["owner"],
                  frozenset((m["type"], m["id"]) for m in group["members"]),
                  tuple(group["managementOptions"][o] for o in OPTIONS)), group["version"])


def difference(before, after):
    """What the ledger should say changed, as plain(): two states compared."""
    said = {}
    for key in ("name", "owner"):
        if getattr(before, key) != getattr(after, key):
            said[key] = (getattr(before, key), getattr(after, key))
    for i, name in enumerate(OPTIONS):
        if before.options[i] != after.options[i]:
            said[name] = (before.options[i], after.options[i])
    said["added"] = after.members - before.members
    said["removed"] = before.members - after.members
    return said


def plain(change):
    """The `change` of a ledger row in the same form."""
    said = {key: (change[key]["before"], change[key]["after"])
            for key in ("name", "owner") if key in change}
    for name, values in change.get("managementOptions", {}).items():
        said[name] = (values["before"], values["after"])
    for key in ("added", "removed"):
        said[key] = frozenset((m["type"], m["id"]) for m in change.get(key, ()))
    return said
