# SPDX-License-Identifier: Apache-2.0
"""The platform's limits on calls (--limits dingtalk), as each SDK's exception."""
import time

import qun
from state import same

from .errors import told
from .servers import CORP, TOKEN, adapter

A_SECOND, A_MONTH = 20, 5000
APPS = A_MONTH // (2 * A_SECOND)  # so many make a month's calls, 20 of two kinds each
SPENT = "dingspent"
RATE = (403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi",
        "您的企业应用调用钉钉开放平台当前接口的所有请求都被暂时禁用了", "app.rate")
QUOTA = (403, "Forbidden.AccessDenied.ApiCountLimitForOrg",
         "您的企业本月的接口调用次数已达上限", "corp.quota")
CONVERT = "/v1.0/im/chat/chat1/convertToOpenConversationId"
TRIES, AGAIN_S = 20, 30


def worlds():
    """A corp with one app, and one with as many as it takes to use up its month."""
    spent = qun.small_world(SPENT)["corps"][0]
    (app,) = spent["apps"]
    spent["apps"] += [{**app, "appKey": f"app{i}", "accessToken": f"tok{i}"} for i in range(APPS)]
    return {"corps": qun.small_world(CORP)["corps"] + [spent]}


def spend_second(passes, call):
    """Uses up the app's second by calls of the test's own, `passes`; `call` must then be refused.
    Where this machine takes longer than the second it is tried again."""
    for _ in range(TRIES):
        for _ in range(50 * A_SECOND):
            if not passes():
                break
        said = call()
        if "error" in said:
            return said
    raise AssertionError("never more than 20 calls in a second")


def passes_again(call):
    """Calls that are refused do not count: waiting is all that it takes."""
    end = time.monotonic() + AGAIN_S
    while "ok" not in (said := call()):
        assert time.monotonic() < end, said


def spend_month(server, link):
    """All calls of the corp's month, each app 20 of one kind and 20 of another."""
    for i in range(A_MONTH):
        token = f"tok{i // (2 * A_SECOND)}"
        if i % 2:
            got = server.call(CONVERT, None, token, connection=link)
        else:
            got = server.oapi("GET", "/chat/get", token, {"chatid": "chat1"}, connection=link)
        same(f"call {i} of the month", (got.status, got.json.get("errcode", 0)), (200, 0))


def throttled(language):
    with qun.Server("--hints", "--limits", "dingtalk") as server, \
            adapter(language, server, tls=False) as a:
        server.load(worlds())
        link = server.connect()

        def passes():
            return server.call(CONVERT, None, TOKEN, connection=link).status == 200

        def call(token=TOKEN):
            return a.call("ChatIdToOpenConversationId", {"chatId": "chat1"}, token)

        told(language, server, spend_second(passes, call), *RATE)
        passes_again(call)
        spend_month(server, link)
        told(language, server, call("tok-" + SPENT), *QUOTA)
        same("the other corp's call", "ok" in call(), True)
        link.close()
