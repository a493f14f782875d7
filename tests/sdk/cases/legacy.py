# SPDX-License-Identifier: Apache-2.0
"""The same for the official client of the old API: every call that it has, its refusals, limits and
a lost answer."""
import qun
from proxy import Cutter
from state import applied, replayed, same, state_of

from . import limits
from .servers import CORP, NOTHING, TOKEN, adapter, serving

PERMISSIONS = ["qyapi_get_department_member", "qyapi_get_department_list",
               "qyapi_manage_addresslist"]
OPTIONS = ("mentionAllAuthority", "showHistoryType", "validationType", "searchable",
           "chatBannedType", "managementType")
OK = {"errcode": 0, "errmsg": "ok"}
BAD_TOKEN = (88, "ding talk error[subcode=40014,submsg=不合法的access_token]", "40014")
NOT_PERMITTED = (88, "ding talk error[subcode=60011,submsg=没有调用该接口的权限]", "60011")


def world():
    made = qun.small_world(CORP, users=6, externals=3)
    (corp,) = made["corps"]
    corp["apps"][0]["permissions"] += PERMISSIONS
    nothing = qun.small_world(NOTHING, chatid="chat3")["corps"][0]
    nothing["apps"][0]["permissions"] = []
    made["corps"].append(nothing)
    return made


# ---- groups ----

UPDATES = [
    {"name": "群 名😀\"\\/"},
    {"owner": "u2"},
    {"owner": "u1", "ownerType": "emp"},
    {"add_useridlist": ["u3", "u4"]},
    {"add_useridlist": []},
    {"del_useridlist": ["u4"]},
    {"add_extidlist": ["ext1", "ext2"]},
    {"del_extidlist": ["ext2"]},
    {"icon": "@icon1"},
    *({option: 1} for option in OPTIONS),
    {"isBan": False},
    {"name": "all", "owner": "u5", "ownerType": "emp", "add_useridlist": ["u5"], "isBan": True,
     "del_useridlist": ["u3"], "add_extidlist": ["ext3"], "del_extidlist": ["ext1"],
     "icon": "@icon1", "mentionAllAuthority": 0, "searchable": 0, "showHistoryType": 1},
]


def flat(state, args):
    """state.applied for the old call: its options stand beside the others, and isBan is one."""
    options = {key: args[key] for key in OPTIONS if key in args}
    after = applied(state, {**args, **({"managementOptions": options} if options else {})})
    if "isBan" in args:
        after["managementOptions"]["chatBannedType"] = int(args["isBan"])
    return after


def groups(server, a, token):
    for args in UPDATES:
        before = state_of(server.group("chat1"))
        same(f"the answer to {args}", a.ok("/chat/update", {"chatid": "chat1", **args}, token), OK)
        same(f"the group after {args}", state_of(server.group("chat1")), flat(before, args))
    same("the ledger", replayed(server, "chat1"), state_of(server.group("chat1")))

    made = a.ok("/chat/create", {"name": "旧版", "owner": "u1", "useridlist": ["u1", "u2", "u3"],
                                 "searchable": 1, "validationType": 1}, token)
    same("conversationTag", made["conversationTag"], 2)
    told = a.ok("/chat/get", {"chatid": made["chatid"]}, token)["chat_info"]
    same("what was made", {key: told[key] for key in (
        "name", "owner", "useridlist", "searchable", "validationType", "status")},
        {"name": "旧版", "owner": "u1", "useridlist": ["u1", "u2", "u3"], "searchable": 1,
         "validationType": 1, "status": 1})
    one = {"chatid": made["chatid"]}
    for role, want in ((2, {"u2", "u3"}), (3, set())):
        a.ok("/topapi/chat/subadmin/update", {**one, "userids": "u2,u3", "role": role}, token)
        same("the administrators", {who for _, who, is_ in state_of(
            server.group(made["chatid"]))["members"] if is_ == "admin"}, want)
    a.ok("/topapi/chat/updategroupnick", {**one, "userid": "u2", "group_nick": "昵称"}, token)
    a.ok("/topapi/chat/member/friendswitch/update", {**one, "is_prohibit": True}, token)
    link = a.ok("/topapi/chat/qrcode/get", {**one, "userid": "u2"}, token)["result"]
    assert link.startswith("https://qr.dingtalk.com/action/joingroup?code="), link


# ---- people, departments, contacts ----

def departments(a, token):
    """Made, renamed, moved and removed; gives one that stays."""
    def one(op, args, key="result"):
        return a.ok("/topapi/v2/department/" + op, args, token)[key]

    above = one("create", {"name": "上级", "parent_id": 1})["dept_id"]
    below = one("create", {"name": "下级", "parent_id": above, "create_dept_group": False})["dept_id"]
    same("those below", [(d["dept_id"], d["name"], d["parent_id"])
                         for d in one("listsub", {"dept_id": above})], [(below, "下级", above)])
    one("update", {"dept_id": below, "name": "改名", "parent_id": 1}, "errcode")
    got = one("get", {"dept_id": below})
    same("the department", (got["name"], got["parent_id"]), ("改名", 1))
    same("those above a person", one("listparentbyuser", {"userid": "u1"}),
         {"parent_list": [{"parent_dept_id_list": [1]}]})
    one("delete", {"dept_id": above}, "errcode")
    refused(a, ("/topapi/v2/department/get", {"dept_id": above}, token), 60003, None)
    return below


def people(server, a, token, department):
    a.ok("/topapi/v2/user/create", {
        "userid": "new1", "name": "新人", "mobile": "13900000001", "hide_mobile": False,
        "dept_id_list": f"1,{department}"}, token)
    a.ok("/topapi/v2/user/update", {"userid": "new1", "name": "新名", "mobile": "13900000002"}, token)
    same("who has the number", a.ok("/topapi/v2/user/getbymobile", {"mobile": "13900000002"},
                                    token)["result"]["userid"], "new1")
    got = a.ok("/topapi/v2/user/get", {"userid": "new1"}, token)["result"]
    same("the person", (got["name"], got["mobile"], sorted(got["dept_id_list"]), got["active"]),
         ("新名", "13900000002", sorted([1, department]), True))
    same("who has the unionid", a.ok("/topapi/user/getbyunionid", {"unionid": got["unionid"]},
                                     token)["result"]["userid"], "new1")
    same("the userids", a.ok("/topapi/user/listid", {"dept_id": department}, token)["result"],
         {"userid_list": ["new1"]})
    listed, page = [], {"next_cursor": 0, "has_more": True}
    while page["has_more"]:
        page = a.ok("/topapi/v2/user/list", {"dept_id": 1, "cursor": page["next_cursor"],
                                             "size": 3}, token)["result"]
        listed += [person["userid"] for person in page["list"]]
    same("the people", sorted(listed), ["new1", *(f"u{i}" for i in range(1, 7))])
    same("how many", a.ok("/topapi/user/count", {"only_active": False}, token)["result"]["count"],
         7)
    a.ok("/topapi/v2/user/delete", {"userid": "new1"}, token)
    same("how many", a.ok("/topapi/user/count", {"only_active": False}, token)["result"]["count"],
         6)
    scopes = a.ok("/auth/scopes", {}, token)["auth_org_scopes"]
    same("the scope", scopes, {"authed_dept": [1], "authed_user": []})


def contacts(a, token):
    contact = {"name": "外部人", "mobile": "13900000009", "state_code": "86", "title": "经理",
               "follower_user_id": "u1", "label_ids": [1, 2], "share_user_ids": ["u2"]}
    made = a.ok("/topapi/extcontact/create", {"contact": contact}, token)["userid"]

    def now():
        return a.ok("/topapi/extcontact/get", {"user_id": made}, token)["result"]

    same("the contact", {key: now()[key] for key in contact}, contact)
    changed = {"name": "改名", "follower_user_id": "u2", "label_ids": [3]}
    a.ok("/topapi/extcontact/update", {"contact": {"user_id": made, **changed}}, token)
    same("the contact", {key: now()[key] for key in contact}, {**contact, **changed})
    listed = a.ok("/topapi/extcontact/list", {"size": 20, "offset": 0}, token)["results"]
    same("the contacts", sorted(contact["userid"] for contact in listed),
         sorted([made, "ext1", "ext2", "ext3"]))
    a.ok("/topapi/extcontact/delete", {"user_id": made}, token)
    said = a.call("/topapi/extcontact/get", {"user_id": made}, token)
    assert "error" in said, said


def every_call(language, tls):
    with qun.Server("--hints", tls=True) as server, adapter(language, server, tls) as a:
        server.load(world())
        got = a.ok("/gettoken", {"appkey": "app-" + CORP, "appsecret": "secret-" + CORP})
        assert 0 < got["expires_in"] <= 7200, got
        token = got["access_token"]
        groups(server, a, token)
        people(server, a, token, departments(a, token))
        contacts(a, token)


# ---- refusals ----

# op, arguments, token; errcode, errmsg, sub_code
ERRORS = [
    (("/gettoken", {"appkey": "app-" + CORP, "appsecret": "wrong"}, None),
     40096, "不合法的appKey或appSecret", None),
    (("/chat/get", {"chatid": "chat1"}, "gone"), 40014, "不合法的access_token", None),
    (("/topapi/v2/user/get", {"userid": "u1"}, "gone"), *BAD_TOKEN),
    (("/topapi/v2/user/get", {"userid": "u1"}, "tok-" + NOTHING), *NOT_PERMITTED),
    (("/chat/get", {"chatid": "nochat"}, TOKEN), 40016, "不合法的会话ID", None),
    (("/chat/update", {"chatid": "chat1", "name": "x" * 21}, TOKEN), 49015, "不合法的群名称", None),
    (("/chat/update", {"chatid": "chat1", "owner": "u5"}, TOKEN),
     49006, "群成员列表必须包含群主", None),
    (("/chat/update", {"chatid": "chat1", "add_useridlist": ["u3"], "del_useridlist": ["u3"]},
      TOKEN), 49004, "添加成员列表和删除成员列表不能有交集", None),
    (("/chat/update", {"chatid": "chat1", "add_useridlist": [f"u{i}" for i in range(41)]}, TOKEN),
     49011, "群员工列表超长", None),
    (("/chat/update", {"chatid": "chat1", "add_useridlist": ["nobody"]}, TOKEN),
     40031, "不合法的UserID列表", None),
    (("/topapi/v2/user/getbymobile", {"mobile": "13700000000"}, TOKEN),
     60121, "找不到该用户", None),
    (("/topapi/v2/user/get", {"userid": "nobody"}, TOKEN), 33012, "无效的USERID", None),
    (("/topapi/chat/updategroupnick", {"chatid": "chat1", "userid": "u5", "group_nick": "n"},
      TOKEN), 60124, None, None),
]


def refused(a, call, code, message, sub_code=None):
    """The call is refused so; gives the whole body as the client keeps it."""
    return told(a.call(*call), code, message, sub_code)


def told(said, code, message, sub_code=None):
    assert "error" in said, said
    got = said["error"]
    same("errcode", (got["code"], got["data"]["errcode"]), (code, code))
    same("sub_code", got["subCode"] or None, sub_code)
    if message:
        same("errmsg", (got["message"], got["data"]["errmsg"]), (message, message))
    return got["data"]


def every_error(language, tls):
    with serving() as server, adapter(language, server, tls) as a:
        before = server.group("chat1")
        for call, *want in ERRORS:
            data = refused(a, call, *want)
            assert call[0] == "/gettoken" or data["description"].startswith("["), data
        same("the group", server.group("chat1"), before)


def throttled(language):
    """The limits' answers, bare and as the topapi calls wrap them."""
    rate, quota = limits.RATE[2], limits.QUOTA[2]
    with qun.Server("--hints", "--limits", "dingtalk") as server, \
            adapter(language, server, tls=False) as a:
        server.load(limits.worlds())
        link = server.connect()
        chat = ("/chat/get", {"chatid": "chat1"}, TOKEN)
        user = ("/topapi/v2/user/get", {"userid": "u1"}, TOKEN)
        for call, method, want in ((chat, "GET", (90018, rate)), (user, "POST", (
                88, f"ding talk error[subcode=90018,submsg={rate}]", "90018"))):
            def others(call=call, method=method):
                got = server.oapi(method, call[0], TOKEN, call[1], connection=link)
                return got.json["errcode"] == 0

            said = limits.spend_second(others, lambda call=call: a.call(*call))
            told(said, *want)
            limits.passes_again(lambda call=call: a.call(*call))
        limits.spend_month(server, link)
        spent = "tok-" + limits.SPENT
        refused(a, ("/chat/get", {"chatid": "chat1"}, spent), 90020, quota)
        refused(a, ("/topapi/chat/updategroupnick", {
            "chatid": "chat1", "userid": "u1", "group_nick": "n"}, spent),
            88, f"ding talk error[subcode=90020,submsg={quota}]", "90020")
        link.close()


# ---- a lost answer ----

def lost_answer(language, tls):
    """Java's HttpURLConnection repeats a POST that was cut, whether the program wants it or not."""
    change = {"chatid": "chat1", "name": "once", "add_useridlist": ["u7"], "owner": "u7",
              "del_useridlist": ["u2"], "searchable": 1}
    with serving() as server:
        before = server.group("chat1")

        def made():
            return server.group("chat1")["version"] > before["version"]

        with Cutter(server.tls_port if tls else server.port, made) as cutter, \
                adapter(language, server, tls, port=cutter.port) as a:
            same("the repeated call", a.ok("/chat/update", change, TOKEN), OK)
            same("connections cut", cutter.cut, 1)
        after = server.group("chat1")
        same("the version", after["version"], before["version"] + 1)
        same("the state", state_of(after), flat(state_of(before), change))
        rows = server.admin("GET", "groups/chat1/ledger").json
        same("rows of the ledger", [r["version"] for r in rows], [1, 2])
        arrived = [c for c in server.admin("GET", "requests").json if c["api"] == "OapiChatUpdate"]
        same("calls that arrived", len(arrived), 2)
