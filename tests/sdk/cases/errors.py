# SPDX-License-Identifier: Apache-2.0
"""Every class of refusal, as it reaches the caller: code, message, requestid, statusCode, scopes,
description."""
import sqlite3

import qun
from state import same

from .servers import CORP, NARROW, NOTHING, TOKEN, adapter, full_disk, serving, worlds

# op, arguments, token, HTTP status, code, message, the rule in the description, scopes
ERRORS = [
    ("UpdateGroup", {"chatid": "chat1", "name": "x" * 21}, TOKEN,
     400, "parameter.invalid", "输入参数错误", "name.length", None),
    ("UpdateGroup", {"chatid": "chat1", "owner": "u5"}, TOKEN,
     400, "parameter.invalid", "输入参数错误", "owner.member", None),
    ("UpdateGroup", {"chatid": "chat2", "name": "x"}, "tok-" + NARROW,
     400, "permession.checkFailed", "群主不在应用可见性内", None, None),
    ("UpdateGroup", {"chatid": "chat1", "name": "x"}, "no-such-token",
     400, "InvalidAuthentication", "不合法的access_token", "token.valid", None),
    ("UpdateGroup", {"chatid": "chat1", "name": "x"}, None,
     400, "AuthenticationFailed.MissingParameter", "缺少参数：x-acs-dingtalk-access-token",
     "token.present", None),
    ("CreateGroup", {"name": "x", "owner": "nobody", "useridlist": ["nobody"]}, TOKEN,
     400, "parameter.invalid", "输入参数错误", None, None),
    ("ChatIdToOpenConversationId", {"chatId": "nochat"}, TOKEN,
     400, "invalideChatId", "不合法的chatId", None, None),
    ("ChatSubAdminUpdate", {"openConversationId": "cid1", "userIds": ["u2"], "role": 4}, TOKEN,
     400, "invalidParamter.role", "无效的role", "role.known", None),
    ("ChatSubAdminUpdate", {"openConversationId": "cid1", "userIds": ["u2"], "role": 2}, TOKEN,
     400, "invalidParameter.openConversationId.invalid", "无效的会话id", "conversation.known",
     None),
    ("CheckUserIsGroupMember", {"openConversationId": "cid1", "userId": "u1"}, TOKEN,
     400, "invalidParameter.openConversationId.invalid", "无效的会话id", "conversation.known",
     None),
    ("GetUser", {"unionId": "nobody"}, TOKEN,
     404, "invalidParameter.user.notFound", "找不到该用户", "person.known", None),
    ("SearchUser", {"queryWord": "user", "offset": 0, "size": 101}, TOKEN,
     400, "parameter.error", "参数错误", "body.fields", None),
    ("GetAccessToken", {"appKey": "app-" + CORP, "appSecret": "wrong"}, None,
     400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret", None, None),
    ("UpdateGroup", {"chatid": "chat3", "name": "x"}, "tok-" + NOTHING,
     403, "Forbidden.AccessDenied.AccessTokenPermissionDenied",
     "没有调用该接口的权限，接口权限申请参考：https://open.dingtalk.com/document/orgapp-server/add-api-permission",
     None, ["qyapi_chat_manage"]),
    ("GetSceneGroupInfo", {"openConversationId": "cid"}, TOKEN,
     404, "InvalidAction.NotFound",
     "Specified api is not found, please check your url and method.", "route.known", None),
]


def refused(language, server, a, op, args, token, *want, **more):
    """The call is refused so."""
    told(language, server, a.call(op, args, token), *want, **more)


def told(language, server, said, status, code, message, rule=None, scopes=None, described=True):
    """All of a refusal has reached the caller as the SDK hands it on."""
    assert "error" in said, said
    got = said["error"]
    data = got["data"]
    requestid = data["requestid"]
    same("code", got["code"], code)
    text = f"code: {status}, {message} request id: {requestid}"
    same("message", got["message"], language.message.format(code=code, message=text))
    same("status", data["statusCode"], status)
    same("data", (data["code"], data["message"]), (code, message))
    if status not in (429, 500):  # those are not decisions, so they are not explained
        told = server.admin("GET", f"requests/{requestid}").json
        same("the explanation of the request id", (told["status"], told["code"]), (status, code))
    if described:
        assert rule is None or data["description"].startswith(f"[{rule}] "), data
        assert data["description"].startswith("["), data
    if scopes:
        same("scopes", data["accessdenieddetail"], {"requiredScopes": scopes})
    for key, value in (("statusCode", status), ("accessDeniedDetail",
                       {"requiredScopes": scopes} if scopes else None),
                       ("description", data.get("description"))):
        if key in language.exception_has and value is not None:
            same(f"{key} of the exception", got[key], value)


def every_error(language, tls):
    with serving() as server, adapter(language, server, tls) as a:
        before = [server.group(f"chat{i}") for i in (1, 2, 3)]
        for row in ERRORS:
            refused(language, server, a, *row)
        same("the groups", [server.group(f"chat{i}") for i in (1, 2, 3)], before)
        busy(language, server, a)
    disk_full(language, tls)
    explained_on_demand(language, tls)


def busy(language, server, a):
    """429: another process holds the database for writing."""
    db = sqlite3.connect(server.data / "qun.db", isolation_level=None, timeout=5)
    try:
        db.execute("BEGIN IMMEDIATE")
        refused(language, server, a, "UpdateGroup", {"chatid": "chat1", "name": "busy"}, TOKEN,
                429, "system.busy", "系统繁忙，请稍后重试", described=False)
    finally:
        db.execute("ROLLBACK")
        db.close()
    a.ok("UpdateGroup", {"chatid": "chat1", "name": "not busy"}, TOKEN)


FULL = ("UpdateGroup", {"chatid": "chat1", "name": "full", "add_useridlist": ["u5"]}, TOKEN,
        500, "system.error", "请重试，若始终失败请提交工单")


def disk_full(language, tls):
    """500; it works again by itself."""
    with full_disk() as (server, make_room), adapter(language, server, tls) as a:
        before = server.group("chat1")
        refused(language, server, a, *FULL, described=False)
        same("the group", server.group("chat1"), before)
        make_room()
        a.ok("UpdateGroup", {"chatid": "chat1", "name": "room"}, TOKEN)


def explained_on_demand(language, tls):
    """Without --hints the rule is told to who asks by a header, which the SDK passes on."""
    with qun.Server(tls=True) as server, adapter(language, server, tls) as a:
        server.load(worlds())
        call = ("UpdateGroup", {"chatid": "chat1", "owner": "u5"}, TOKEN)
        plain, told = (a.call(*call, headers=more)["error"]["data"]
                       for more in (None, {"x-qun-verbose": "1"}))
        same("what is told", ("description" in plain, "rule" in plain, told.get("rule")),
             (False, False, "owner.member"))
