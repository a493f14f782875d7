# SPDX-License-Identifier: Apache-2.0
"""The calls that the SDKs have, and what each changes."""
from state import applied, replayed, same, state_of

from .servers import CORP, TOKEN, adapter, serving

# Each field alone, what is sent and does nothing, then all fields at once. How a group changes
# by it is state.applied's.
UPDATES = [
    {},
    {"name": "群 名😀\"\\/"},
    {"owner": "u2"},
    {"owner": "u1", "ownerType": "emp"},
    {"ownerType": "emp"},
    {"add_useridlist": ["u3", "u4"]},
    {"add_useridlist": []},
    {"del_useridlist": ["u4", "u9"]},
    {"add_extidlist": ["ext1", "ext2"]},
    {"del_extidlist": ["ext2"]},
    {"owner": "ext1", "ownerType": "ext"},
    {"icon": "@icon1"},
    {"managementOptions": {"mentionAllAuthority": 1}},
    {"managementOptions": {"showHistoryType": 1}},
    {"managementOptions": {"validationType": 1}},
    {"managementOptions": {"searchable": 1}},
    {"managementOptions": {"chatBannedType": 1}},
    {"managementOptions": {"managementType": 1}},
    {"managementOptions": {"mentionAllAuthority": 0, "chatBannedType": 0}},
    {"name": "all at once", "owner": "u5", "ownerType": "emp", "add_useridlist": ["u5", "u6"],
     "del_useridlist": ["u2", "u3"], "add_extidlist": ["ext3"], "del_extidlist": ["ext1"],
     "icon": "@icon1", "managementOptions": {
         "mentionAllAuthority": 1, "showHistoryType": 1, "validationType": 0, "searchable": 0,
         "chatBannedType": 1, "managementType": 0}},
]


def tokens(a):
    """Both token calls give the app's one token, and it works."""
    first = a.ok("GetAccessToken", {"appKey": "app-" + CORP, "appSecret": "secret-" + CORP})
    same("keys of GetAccessToken", sorted(first), ["accessToken", "expireIn"])
    assert 0 < first["expireIn"] <= 7200, first
    second = a.ok("GetToken", {"corpId": CORP, "client_id": "app-" + CORP, "client_secret":
                               "secret-" + CORP, "grant_type": "client_credentials"})
    same("keys of GetToken", sorted(second), ["access_token", "expires_in"])
    same("the token asked for again", second["access_token"], first["accessToken"])
    return first["accessToken"]


def update_each(server, a, chatid, token):
    for args in UPDATES:
        before = state_of(server.group(chatid))
        same(f"the answer to {args}", a.ok("UpdateGroup", {"chatid": chatid, **args}, token),
             {"success": True})
        same(f"the group after {args}", state_of(server.group(chatid)), applied(before, args))


def create(server, a, token):
    args = {"name": "新群", "owner": "u1", "ownerType": "emp", "useridlist": ["u1", "u2", "u3"],
            "extidlist": ["ext1"], "conversationTag": 0, "icon": "@icon1",
            "managementOptions": {"searchable": 1, "showHistoryType": 1}}
    made = a.ok("CreateGroup", args, token)
    same("keys of CreateGroup", sorted(made), ["chatid", "conversationTag", "openConversationId"])
    same("conversationTag", made["conversationTag"], 0)
    state = state_of(server.group(made["chatid"]))
    same("what was made", (state["name"], state["owner"], state["icon"], state["members"]),
         ("新群", "u1", "@icon1", {("emp", "u1", "owner"), ("emp", "u2", "member"),
                                 ("emp", "u3", "member"), ("ext", "ext1", "member")}))
    same("its options that are set", {k for k, v in state["managementOptions"].items() if v},
         {"searchable", "showHistoryType"})
    internal = a.ok("CreateGroup", {"name": "i", "owner": "u1", "useridlist": ["u1"]}, token)
    same("conversationTag if not sent", internal["conversationTag"], 2)
    return made


def roles(server, chatid):
    return {who: role for _, who, role in state_of(server.group(chatid))["members"]}


def administrators(server, a, made, token):
    """Two become administrators, one stops being one."""
    call = {"openConversationId": made["openConversationId"]}
    for ids, role, want in ((["u2", "u3"], 2, {"u2", "u3"}), (["u3"], 2, {"u2", "u3"}),
                            (["u3"], 3, {"u2"})):
        same("the answer", a.ok("ChatSubAdminUpdate", {**call, "userIds": ids, "role": role},
                                token), {"success": "true"})
        found = roles(server, made["chatid"])
        same("the administrators", {w for w, r in found.items() if r == "admin"}, want)
        same("the owner", [w for w, r in found.items() if r == "owner"], ["u1"])
        same("the ledger", replayed(server, made["chatid"]), state_of(server.group(made["chatid"])))


def members(a, made, token):
    """Who is a member, one by one and page by page."""
    call = {"openConversationId": made["openConversationId"]}
    for who, want in (("u1", True), ("u3", True), ("u4", False)):
        same(f"whether {who} is a member", a.ok(
            "CheckUserIsGroupMember", {**call, "userId": who}, token), {"result": want})
    listed, query = [], {**call, "userId": "u1", "maxResults": 2}
    for pages in (1, 2):
        page = a.ok("GetInnerGroupMembers", query, token)
        listed.append(page["userIds"])
        same("hasMore", page["hasMore"], pages == 1)
        query["nextToken"] = page.get("nextToken")
    same("the pages", [len(page) for page in listed], [2, 1])
    same("the members", sorted(sum(listed, [])), ["u1", "u2", "u3"])


def people(a, token):
    """One person by unionid, and all by a word of their names, page by page."""
    same("a person", a.ok("GetUser", {"unionId": "union7"}, token),
         {"nick": "user 7", "mobile": "13800000007", "unionId": "union7", "stateCode": "86"})
    listed, more = [], True
    while more:
        page = a.ok("SearchUser", {"queryWord": "user", "offset": len(listed), "size": 5}, token)
        same("totalCount", page["totalCount"], 12)
        listed += page["list"]
        more = page["hasMore"]
    same("the people", sorted(listed), sorted(f"u{i}" for i in range(1, 13)))
    same("the one of that name", a.ok("SearchUser", {
        "queryWord": "user 1", "offset": 0, "size": 5, "fullMatchField": 1}, token)["list"],
        ["u1"])


def every_call(language, tls):
    with serving() as server, adapter(language, server, tls) as a:
        token = tokens(a)
        made = create(server, a, token)
        administrators(server, a, made, token)
        members(a, made, token)
        people(a, token)
        update_each(server, a, "chat1", token)
        update_each(server, a, made["chatid"], TOKEN)
        same("the id of the group made", a.ok("ChatIdToOpenConversationId",
                                              {"chatId": made["chatid"]}, token),
             {"openConversationId": made["openConversationId"]})
        for chatid in ("chat1", made["chatid"]):
            same("the ledger of " + chatid, replayed(server, chatid),
                 state_of(server.group(chatid)))
