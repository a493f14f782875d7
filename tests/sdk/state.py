# SPDX-License-Identifier: Apache-2.0
"""state.py -- a group as the suite compares it, what a change makes of it, and what its ledger
replays to. A second, small statement of the rules, so that the server's is not its own judge."""
import copy


def same(what, got, want):
    assert got == want, f"{what}: {got!r} instead of {want!r}"


def state_of(group):
    """The parts of GET /_qun/groups/{chatid} that calls change."""
    return {
        "name": group["name"], "owner": group["owner"], "ownerType": group["ownerType"],
        "icon": group["icon"], "managementOptions": group["managementOptions"],
        "members": {(m["type"], m["id"], m["role"]) for m in group["members"]},
    }


def applied(state, args):
    """The state after an UpdateGroup with these arguments: adding, passing on, removing."""
    s = copy.deepcopy(state)
    s["name"] = args.get("name", s["name"])
    s["icon"] = args.get("icon", s["icon"])
    if "managementOptions" in args:  # showHistoryType: not sent is 0, as the page says
        s["managementOptions"].update({"showHistoryType": 0, **args["managementOptions"]})
    members = {(kind, who): role for kind, who, role in s["members"]}
    for kind, key in (("emp", "add_useridlist"), ("ext", "add_extidlist")):
        for who in args.get(key, []):
            members.setdefault((kind, who), "member")
    if "owner" in args:
        if (s["ownerType"], s["owner"]) in members:
            members[s["ownerType"], s["owner"]] = "member"
        s["owner"], s["ownerType"] = args["owner"], args.get("ownerType", "emp")
        members[s["ownerType"], s["owner"]] = "owner"
    for kind, key in (("emp", "del_useridlist"), ("ext", "del_extidlist")):
        for who in args.get(key, []):
            members.pop((kind, who), None)
    s["members"] = {(kind, who, role) for (kind, who), role in members.items()}
    return s


def replayed(server, chatid):
    """The state that the rows of the ledger add up to."""
    s = {"managementOptions": {}}
    admins, after = {}, 0  # (type, id) of each member -> is an administrator
    while page := server.admin("GET", f"groups/{chatid}/ledger?limit=1000&after={after}").json:
        for row in page:
            change = row["change"]
            for key in ("name", "owner", "ownerType", "icon"):
                if key in change:
                    s[key] = change[key]["after"]
            for key, value in change.get("managementOptions", {}).items():
                s["managementOptions"][key] = value["after"]
            for m in change.get("added", []):
                admins[m["type"], m["id"]] = m.get("admin", False)
            for m in change.get("removed", []):
                del admins[m["type"], m["id"]]
            for key, admin in (("promoted", True), ("demoted", False)):
                admins.update({(m["type"], m["id"]): admin for m in change.get(key, [])})
        after = page[-1]["number"]
    owner = s["ownerType"], s["owner"]
    s["members"] = {
        (*one, "owner" if one == owner else "admin" if admin else "member")
        for one, admin in admins.items()}
    return s
