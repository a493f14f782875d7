# SPDX-License-Identifier: Apache-2.0
"""calls.py -- for each call: what its cells need, the request, the state that it could change,
and what that state is once the call has succeeded."""
import collections
import copy
import json
import urllib.parse

import qun
from world import OPTIONS, Cell

Request = collections.namedtuple("Request", "method path headers body")

LABELS = {"label_ids": [], "state_code": "86"}
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000" "1f15c489"
                    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082")


# ---- requests ----

def segment(text):
    return urllib.parse.quote(str(text), safe="")


def request(spec, cell, path=None, query=None, body=None, raw=None):
    """The request of a call by the cell's actor. raw: (content type, bytes) instead of JSON."""
    path, query, headers = path or spec.path, dict(query or {}), {}
    token = cell.u.token_of(cell.actor, spec.point)
    if cell.actor == "operator":
        headers["Authorization"] = "Bearer " + qun.ADMIN_TOKEN
    elif spec.api == "ours" or path.startswith("/_qun/"):
        if cell.actor == "admins":
            headers["x-acs-dingtalk-access-token"] = query["access_token"] = token
        elif token is not None:
            headers["Authorization"] = "Bearer " + token
    elif spec.api == "new" or (spec.api == "open" and path.startswith("/v1.0/")):
        if token is not None:
            headers["x-acs-dingtalk-access-token"] = token
    elif token is not None:
        query["access_token"] = token
    if query:
        path += "?" + urllib.parse.urlencode(query)
    data = None
    if raw:
        headers["Content-Type"], data = raw
    elif body is not None:
        headers["Content-Type"] = "application/json"
        data = json.dumps(body, ensure_ascii=False).encode()
    return Request(spec.method, path, headers, data)


def multipart(kind, content):
    edge = "edge-of-parts"
    return ("multipart/form-data; boundary=" + edge, b"".join((
        f'--{edge}\r\nContent-Disposition: form-data; name="type"\r\n\r\n{kind}\r\n'.encode(),
        f'--{edge}\r\nContent-Disposition: form-data; name="media"; filename="a.png"\r\n'
        'Content-Type: application/octet-stream\r\n\r\n'.encode(),
        content, f"\r\n--{edge}--\r\n".encode())))


# ---- states ----

def by_auditor(server, link, cell, path, body):
    """What the corp's auditor reads; a refusal counts as nothing."""
    name = "b-auditor" if cell.corp is cell.u.b else "auditor"
    got = server.request("POST", f"{path}?access_token={cell.u.prefix}tok-{name}", body,
                         connection=link).json
    return got.get("result") if got["errcode"] == 0 else None


def look_group(server, link, cell):
    path = f"/_qun/groups/{segment(cell.group['chatid'])}?corpId={segment(cell.corp_id)}"
    got = server.request("GET", path, None, ADMIN, connection=link)
    return got.json if got.status == 200 else None


def look_world(server, link, cell):
    path = f"/_qun/groups/{segment(cell.chatid)}?corpId={segment(cell.corp_id)}"
    got = server.request("GET", path, None, ADMIN, connection=link)
    return got.status == 200


def look_person(server, link, cell):
    return by_auditor(server, link, cell, "/topapi/v2/user/get", {"userid": cell.person})


def look_department(server, link, cell):
    here = by_auditor(server, link, cell, "/topapi/v2/department/get", {"dept_id": cell.dept})
    below = by_auditor(server, link, cell, "/topapi/v2/department/listsub",
                       {"dept_id": cell.dept})
    if cell.dept in (1, 5):  # other cells make departments there
        below = None
    return {"here": here, "below": [d["name"] for d in below or []]}


def look_contact(server, link, cell):
    return by_auditor(server, link, cell, "/topapi/extcontact/get", {"user_id": cell.person})


def look_nothing(server, link, cell):
    return None


ADMIN = {"Authorization": "Bearer " + qun.ADMIN_TOKEN}


# ---- effects: the state that follows from `before` ----

def same(cell, before, answer):
    return before


def member(kind, ident):
    return {"type": kind, "id": ident, "role": "member"}


def updated(cell, before, answer):
    """An update by one key; see fields.tsv. Without a key: the name."""
    key, value = cell.row.field or ("name", "新名")
    after = copy.deepcopy(before)
    if key == "owner":
        ident, _, kind = value.partition(" ")
        after.update(owner=ident, ownerType=kind or "emp")
        for m in after["members"]:
            if m["role"] == "owner":
                m["role"] = "member"
            if m["id"] == ident:
                m["role"] = "owner"
    elif key.startswith("add_"):
        after["members"].append(member("ext" if "ext" in key else "emp", value[0]))
    elif key.startswith("del_"):
        after["members"] = [m for m in after["members"] if m["id"] != value[0]]
    elif key in OPTIONS:
        after["managementOptions"][key] = value
    else:
        after[key] = value
    after["members"].sort(key=lambda m: (m["type"], m["id"]))
    after["memberCount"] = len(after["members"])
    after["version"] += 1
    return after


def with_member(**changes):
    """The cell's person has these keys afterwards."""
    def effect(cell, before, answer):
        after = copy.deepcopy(before)
        after["version"] += 1
        next(m for m in after["members"] if m["id"] == cell.person).update(changes)
        return after
    return effect


def switched(cell, before, answer):
    return {**before, "privateChatProhibited": True, "version": before["version"] + 1}


def hired(cell, before, answer):
    return {"userid": cell.person, "unionid": answer["result"]["unionId"], "name": "新人",
            "mobile": cell.mobile, "dept_id_list": [cell.dept], "active": True, "admin": False,
            "boss": False, "senior": False}


def renamed(cell, before, answer):
    return {**before, "name": "改名", "dept_id_list": [cell.dept]}


def department_changed(cell, before, answer):
    here = {**before["here"], "name": f"改{cell.i}"}
    return {**before, "here": {**here, "parent_id": cell.parent or here["parent_id"]}}


def department_made(cell, before, answer):
    return {**before, "below": before["below"] + [f"新{cell.i}"]}


def contact_changed(cell, before, answer):
    return {**before, "name": "改客", "follower_user_id": cell.follower, "label_ids": []}


def removed(cell, before, answer):
    return None


def department_removed(cell, before, answer):
    return {"here": None, "below": []}


def world_made(cell, before, answer):
    return True


def world_gone(cell, before, answer):
    return False


# ---- what an answer says ----

def ids(*path):
    """The summary that `ok=WHAT` compares: what lies at the path, lists joined by commas."""
    def say(answer):
        for key in path:
            answer = answer[key]
        return ",".join(map(str, answer)) if isinstance(answer, list) else str(answer)
    return say


def shown(union, mobile, *path):
    """Who it is, and his number if it is shown."""
    def say(answer):
        for key in path:
            answer = answer[key]
        return " ".join([answer[union]] + ([answer[mobile]] if mobile in answer else []))
    return say


def scopes(answer):
    scope = answer["auth_org_scopes"]
    return ",".join(map(str, scope["authed_dept"])) + "|" + ",".join(scope["authed_user"])


# ---- bodies ----

def update_body(cell):
    key, value = cell.row.field or ("name", "新名")
    value = cell.u.voice if value == "@voice" else value
    if key == "owner":
        ident, _, kind = value.partition(" ")
        return {"chatid": cell.chatid, "owner": ident, **({"ownerType": kind} if kind else {})}
    if key in OPTIONS and cell.call == "UpdateGroup":
        return {"chatid": cell.chatid, "managementOptions": history({key: value})}
    return {"chatid": cell.chatid, **(history({key: value}) if key in OPTIONS else {key: value})}


def history(options):
    """Options without showHistoryType would set it."""
    return {"showHistoryType": 0, **options}


OWNERS = {"employee": "e1", "gone": "gone", "unknown": "nobody", "theirs": "b1"}


def create_body(cell):
    owner = OWNERS.get(cell.state)
    if owner:
        return {"name": "新群", "owner": owner, "useridlist": [owner], "conversationTag": 0}
    return {"name": "新群", "owner": "x1", "ownerType": "ext", "useridlist": ["e1"],
            "extidlist": ["x1"], "conversationTag": 0 if cell.state == "external" else 2}


def contact_body(cell, **more):
    return {"contact": {"name": "改客", "follower_user_id": cell.follower, **LABELS, **more}}


# ---- the table ----

class Kind:
    """One call. ask(cell): keywords of request(); ids: see `ok=`; tests: further looks at a success."""

    def __init__(self, make, ask, look=look_nothing, effect=same, says=None, ledger=False,
                 made=None):
        self.make, self.ask, self.look, self.effect = make, ask, look, effect
        self.says, self.ledger, self.made = says, ledger, made


def made_group(server, link, cell, answer):
    """A created group is there, and is its maker's."""
    cell.group = {"chatid": answer["chatid"]}
    got = look_group(server, link, cell)
    body = create_body(cell)
    return got and (got["name"], got["owner"], got["createdBy"], got["version"]) == \
        (body["name"], body["owner"], cell.u.prefix + cell.actor, 1) and \
        {m["id"] for m in got["members"]} == {*body["useridlist"], *body.get("extidlist", [])}


def group_call(body, effect=same, says=None):
    return Kind(Cell.make_group, lambda c: {"body": body(c)}, look_group, effect, says,
                ledger=effect is not same)


def by_chat(**more):
    return lambda c: {"chatid": c.chatid, **{k: v(c) if callable(v) else v
                                             for k, v in more.items()}}


def by_open(**more):
    return lambda c: {"openConversationId": c.openid, **{k: v(c) if callable(v) else v
                                                         for k, v in more.items()}}


def person_call(body, effect=same, says=None, look=look_person):
    return Kind(Cell.make_person, lambda c: {"body": body(c)}, look, effect, says)


def department_call(body, effect=same, look=look_department):
    return Kind(Cell.make_department, lambda c: {"body": body(c)}, look, effect)


def contact_call(body, effect=same, says=None):
    return Kind(Cell.make_contact, lambda c: {"body": body(c)}, look_contact, effect, says)


def admin_read(path=None, query=None):
    return Kind(Cell.make_corp, lambda c: {"path": path and path(c), "query": query and query(c)},
                look_world)


def one(c):
    return c.person


KINDS = {
    "CreateGroup": Kind(Cell.make_nothing, lambda c: {"body": create_body(c)}, ledger=True,
                        made=made_group),
    "OapiChatCreate": Kind(Cell.make_nothing, lambda c: {"body": create_body(c)}, ledger=True,
                           made=made_group),
    "UpdateGroup": group_call(update_body, updated),
    "OapiChatUpdate": group_call(update_body, updated),
    "ChatSubAdminUpdate": group_call(by_open(userIds=lambda c: [c.person], role=2),
                                     with_member(role="admin")),
    "OapiChatSubadminUpdate": group_call(by_chat(userids=one, role=2), with_member(role="admin")),
    "OapiChatUpdategroupnick": group_call(by_chat(userid=one, group_nick="绰号"),
                                          with_member(nick="绰号")),
    "OapiChatMemberFriendswitchUpdate": group_call(by_chat(is_prohibit=True), switched),
    "OapiChatQrcodeGet": group_call(by_chat(userid=one)),
    "CheckUserIsGroupMember": group_call(by_open(userId=one), says=ids("result")),
    "GetInnerGroupMembers": group_call(by_open(userId=one, maxResults=100), says=ids("userIds")),
    "ChatIdToOpenConversationId": Kind(
        Cell.make_group,
        lambda c: {"path": f"/v1.0/im/chat/{segment(c.chatid)}/convertToOpenConversationId"},
        look_group, says=ids("openConversationId")),
    "OapiChatGet": Kind(Cell.make_group, lambda c: {"query": {"chatid": c.chatid}}, look_group,
                        says=ids("chat_info", "chatid")),
    "GetAccessToken": Kind(Cell.make_app, lambda c: {
        "body": {"appKey": c.key, "appSecret": c.secret}}),
    "GetToken": Kind(Cell.make_app, lambda c: {
        "path": f"/v1.0/oauth2/{segment(c.path_corp)}/token",
        "body": {"client_id": c.key, "client_secret": c.secret,
                 "grant_type": "client_credentials"}}),
    "OapiGettoken": Kind(Cell.make_app, lambda c: {
        "query": {"appkey": c.key, "appsecret": c.secret}}),
    "GetUser": Kind(Cell.make_person,
                    lambda c: {"path": f"/v1.0/contact/users/{segment(c.union)}"}, look_person,
                    says=shown("unionId", "mobile")),
    "SearchUser": person_call(lambda c: {"queryWord": "员工" + c.person, "offset": 0, "size": 10,
                                         "fullMatchField": 1}, says=ids("list")),
    "OapiV2UserGetbymobile": person_call(lambda c: {"mobile": c.mobile},
                                         says=ids("result", "userid")),
    "OapiV2UserGet": person_call(lambda c: {"userid": c.person},
                                 says=shown("userid", "mobile", "result")),
    "OapiUserGetbyunionid": person_call(lambda c: {"unionid": c.union},
                                        says=ids("result", "userid")),
    "OapiV2UserCreate": Kind(Cell.make_newcomer, lambda c: {"body": {
        "userid": c.person, "name": "新人", "mobile": c.mobile, "dept_id_list": str(c.dept)}},
        look_person, hired),
    "OapiV2UserUpdate": person_call(lambda c: {
        "userid": c.person, "name": "改名", "dept_id_list": str(c.dept)}, renamed),
    "OapiV2UserDelete": person_call(lambda c: {"userid": c.person}, removed),
    "OapiV2UserList": department_call(lambda c: {"dept_id": c.dept, "cursor": 0, "size": 10}),
    "OapiUserListid": department_call(lambda c: {"dept_id": c.dept}),
    "OapiUserCount": Kind(Cell.make_nothing, lambda c: {"body": {"only_active": True}}),
    "OapiV2DepartmentCreate": department_call(
        lambda c: {"name": f"新{c.i}", "parent_id": c.dept}, department_made),
    "OapiV2DepartmentUpdate": department_call(
        lambda c: {"dept_id": c.dept, "name": f"改{c.i}",
                   **({"parent_id": c.parent} if c.parent else {})}, department_changed),
    "OapiV2DepartmentDelete": department_call(lambda c: {"dept_id": c.dept}, department_removed),
    "OapiV2DepartmentListsub": department_call(lambda c: {"dept_id": c.dept}),
    "OapiV2DepartmentGet": department_call(lambda c: {"dept_id": c.dept}),
    "OapiV2DepartmentListparentbyuser": person_call(
        lambda c: {"userid": c.person},
        says=ids("result", "parent_list", 0, "parent_dept_id_list")),
    "OapiAuthScopes": Kind(Cell.make_nothing, lambda c: {}, says=scopes),
    "OapiExtcontactCreate": contact_call(lambda c: contact_body(c, mobile=f"137{c.i:08d}")),
    "OapiExtcontactGet": contact_call(lambda c: {"user_id": c.person},
                                      says=ids("result", "userid")),
    "OapiExtcontactUpdate": contact_call(lambda c: contact_body(c, user_id=c.person),
                                         contact_changed),
    "OapiExtcontactDelete": contact_call(lambda c: {"user_id": c.person}, removed),
    "OapiExtcontactList": Kind(Cell.make_nothing, lambda c: {"body": {"size": 10, "offset": 0}}),
    "OapiMediaUpload": Kind(Cell.make_nothing, lambda c: {
        "raw": multipart("image", PNG if c.state == "image" else b"text")}),
    "LoadWorld": Kind(Cell.make_corp, lambda c: {"query": {"mode": c.state},
                                                 "body": {"corps": [c.one]}},
                      look_world, world_made),
    "DeleteCorp": Kind(Cell.make_corp, lambda c: {"path": f"/_qun/corps/{segment(c.corp_id)}"},
                       look_world, world_gone),
    "GetExplanation": admin_read(lambda c: "/_qun/requests/" + (
        c.u.known_request if c.state == "known" else "00000000-0000-0000-0000-000000000000")),
    "ListExplanations": admin_read(),
    "GetGroup": admin_read(lambda c: f"/_qun/groups/{segment(c.chatid)}"),
    "GetLedger": admin_read(lambda c: f"/_qun/groups/{segment(c.chatid)}/ledger"),
    "GetJoinLink": admin_read(query=lambda c: {"link": c.u.known_link}),
    "GetMetrics": admin_read(), "GetOpenApi": admin_read(), "GetHealth": admin_read(),
    "GetReadiness": admin_read(),
}
