# SPDX-License-Identifier: Apache-2.0
"""model.py -- a group as it must be: what a ledger row does to it, and what a request does.

Two ways to the same state: replay() applies what the ledger says happened, the *_effect
functions apply what a client asked for. The oracle wants them, and what the server tells of
the group, to be equal.
"""
import copy

OPTIONS = ("mentionAllAuthority", "showHistoryType", "validationType", "searchable",
           "chatBannedType", "managementType")
PLAIN = ("openConversationId", "conversationTag", "createdBy", "name", "owner", "ownerType",
         "icon", "dissolved", "privateChatProhibited")


class Wrong(Exception):
    """A promise is broken; says which and where."""


def nothing():
    """A group before it was made."""
    return {**dict.fromkeys(PLAIN), "version": 0, "managementOptions": {}, "members": {}}


def key(person):
    return person["type"], person["id"]


def _step(state, name, change):
    """One field: its value before must be the one that it had."""
    if state["version"] and change.get("before") != state[name]:
        raise Wrong(f"{name} was {state[name]!r}, the ledger says {change.get('before')!r}")
    state[name] = change["after"]


def replay(state, row):
    """The state after this row of the ledger."""
    state, change = copy.deepcopy(state), row["change"]
    members = state["members"]
    for name in PLAIN:
        if name in change:
            _step(state, name, change[name])
    for name, option in change.get("managementOptions", {}).items():
        if state["version"] and option["before"] != state["managementOptions"][name]:
            raise Wrong(f"option {name} had another value than the ledger says")
        state["managementOptions"][name] = option["after"]
    for person in change.get("removed", []):
        if members.pop(key(person), None) is None:
            raise Wrong(f"{person} is removed and was no member")
    for person in change.get("added", []):
        if key(person) in members:
            raise Wrong(f"{person} is added and was a member")
        members[key(person)] = {"admin": person.get("admin", False), "nick": ""}
    for field, admin in (("promoted", True), ("demoted", False)):
        for person in change.get(field, []):
            members[key(person)]["admin"] = admin
    for nick in change.get("nicks", []):
        members[key(nick)]["nick"] = nick["after"]
    state["version"] += 1
    if row["version"] != state["version"]:
        raise Wrong(f"version {row['version']} follows {state['version'] - 1}")
    return state


def told(view):
    """What GET /_qun/groups/{chatid} tells, in the shape of the model."""
    owner = (view["ownerType"], view["owner"])
    members = {key(m): {"admin": m["role"] == "admin", "nick": m.get("nick", "")}
               for m in view["members"]}
    if view["memberCount"] != len(members):
        raise Wrong(f"{view['chatid']}: memberCount {view['memberCount']} of {len(members)}")
    if not view["dissolved"] and owner not in members:
        raise Wrong(f"{view['chatid']}: its owner is no member")
    return {**{name: view[name] for name in PLAIN}, "version": view["version"],
            "managementOptions": dict(view["managementOptions"]), "members": members}


# ---- what a request does to a group ----

def update_effect(state, body):
    state = copy.deepcopy(state)
    members = state["members"]
    state["name"] = body.get("name", state["name"])
    state["icon"] = body.get("icon", state["icon"])
    state["managementOptions"].update(body.get("managementOptions", {}))
    for kind, field in (("emp", "useridlist"), ("ext", "extidlist")):
        for person in body.get("add_" + field, []):
            members.setdefault((kind, person), {"admin": False, "nick": ""})
        for person in body.get("del_" + field, []):
            members.pop((kind, person), None)
    if "owner" in body:
        state["owner"], state["ownerType"] = body["owner"], "emp"
        members["emp", body["owner"]]["admin"] = False
    return state


def create_effect(state, body):
    state = copy.deepcopy(state)
    state.update(name=body["name"], owner=body["owner"], ownerType="emp", icon="",
                 conversationTag=0, dissolved=False, privateChatProhibited=False)
    state["managementOptions"] = dict.fromkeys(OPTIONS, 0)
    state["members"] = {("emp", u): {"admin": False, "nick": ""} for u in body["useridlist"]}
    return state


def nick_effect(state, body):
    state = copy.deepcopy(state)
    state["members"]["emp", body["userid"]]["nick"] = body["group_nick"]
    return state


def admins_effect(state, body):
    state = copy.deepcopy(state)
    for userid in body["userids"].split(","):
        state["members"]["emp", userid]["admin"] = body["role"] == 2
    return state


def leave_effect(state, body):
    state = copy.deepcopy(state)
    state["members"].pop(("emp", body["userid"]), None)
    return state


def same(after, expected):
    """Whether both are the same group, but for its version, and what only making it says."""
    made = ("version", "openConversationId", "createdBy")
    return all(after[name] == expected[name] for name in after if name not in made)
