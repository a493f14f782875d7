# SPDX-License-Identifier: Apache-2.0
"""cases.py -- what every language has to show. Each assertion stands here, once; a language
only carries calls to its SDK and results back (README.md).

A case is a function of a language. It raises AssertionError, or whatever else went wrong.
"""
import contextlib
import json
import os
import pathlib
import re
import shlex
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "api"))
import qun  # noqa: E402
from adapter import Adapter  # noqa: E402
from proxy import Cutter, Recorder  # noqa: E402
from state import applied, replayed, same, state_of  # noqa: E402
import transcript  # noqa: E402

CORP, TOKEN = "dingcorp1", "tok-dingcorp1"
CLIENTS, SECONDS = 8, 10
NARROW, NOTHING = "dingnarrow", "dingnothing"


def worlds():
    """One app that may do everything, one that does not see the owner, one without rights."""
    whole = qun.small_world(CORP, users=12, externals=3)
    whole["corps"][0]["apps"][0]["permissions"] += [
        "Contact.User.Read", "Contact.User.mobile", "qyapi_addresslist_search"]
    narrow = qun.small_world(NARROW, chatid="chat2")
    narrow["corps"][0]["apps"][0]["visibleScope"] = {"userIds": ["u2"]}
    nothing = qun.small_world(NOTHING, chatid="chat3")
    nothing["corps"][0]["apps"][0]["permissions"] = []
    return {"corps": [w["corps"][0] for w in (whole, narrow, nothing)]}


@contextlib.contextmanager
def serving(*options, **more):
    with qun.Server("--hints", *options, tls=True, **more) as server:
        server.load(worlds())
        yield server


def adapter(language, server, tls, port=None, **more):
    if tls:
        return Adapter(language, f"127.0.0.1:{port or server.tls_port}", "https",
                       ca=server.ca, **more)
    return Adapter(language, f"127.0.0.1:{port or server.port}", "http", **more)


# ---- 1: the page's program ----

def in_namespace(argv, env, cwd, options):
    """Runs a program with api.dingtalk.com as this machine; gives what netns.py tells."""
    done = subprocess.run(
        ["unshare", "--mount", "--net", "--", sys.executable, HERE / "netns.py"],
        input=json.dumps({"argv": [str(a) for a in argv], "env": env, "cwd": str(cwd),
                          "options": [str(o) for o in options]}),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    assert done.returncode == 0, f"netns.py ended with {done.returncode}: {done.stderr[-2000:]}"
    seen = json.loads(done.stdout)
    assert seen["exit"] == 0, seen["output"] + seen["errors"]
    return seen


@contextlib.contextmanager
def demo_home():
    """A folder in which the demo has run once, so that its CA is there, and a scratch folder."""
    with tempfile.TemporaryDirectory(prefix="qun-sdk-") as home, \
            tempfile.TemporaryDirectory(prefix="qun-sdk-") as scratch:
        with qun.Server("--demo", tls=True, cwd=home):
            pass
        yield pathlib.Path(home), pathlib.Path(scratch)


def sample(language):
    """Unchanged but for the token: no endpoint, port 443, the SDK's own host."""
    with demo_home() as (home, scratch):
        env = language.trust(home / "qun-demo" / "tls" / "ca.pem", scratch)
        seen = in_namespace(language.sample(), env, home, [
            "--demo", "--listen", "127.0.0.1:0", "--tls-listen", "127.0.0.1:443",
            "--tls-self-signed"])
    calls = [c for c in seen["calls"] if c["api"] == "UpdateGroup"]
    same("calls that arrived", [c["status"] for c in calls], [200])
    before, after = state_of(seen["before"]), state_of(seen["after"])
    same("the name before", before["name"], "示例群")
    same("the group", after, applied(before, PAGE))


PAGE = {
    "chatid": "chatxxxx", "name": "全员群。", "owner": "04201724372xxxx", "ownerType": "emp",
    "add_useridlist": ["userid1"], "del_useridlist": ["userid1"],
    "add_extidlist": ["unionId"], "del_extidlist": ["unionId"], "icon": "@mediaId",
    "managementOptions": {"mentionAllAuthority": 0, "showHistoryType": 0, "validationType": 0,
                          "searchable": 0, "chatBannedType": 0, "managementType": 0},
}

# ---- 2: the calls ----

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


def calls(language, tls):
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
            same("the ledger of " + chatid, replayed(server, chatid), state_of(server.group(chatid)))


# ---- 3: errors ----

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


def refused(language, server, a, op, args, token, status, code, message, rule=None, scopes=None,
            described=True):
    """The call is refused so, and all of it reaches the caller as the SDK hands it on."""
    said = a.call(op, args, token)
    assert "error" in said, f"{op} {args}: {said}"
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


def errors(language, tls):
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


@contextlib.contextmanager
def full_disk():
    """A server whose file system has no room; gives it and what makes room again."""
    with tempfile.TemporaryDirectory(prefix="qun-sdk-") as home:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", home], check=True)
        try:
            filler = pathlib.Path(home) / "filler"
            with serving(data=pathlib.Path(home) / "data") as server, log_kept(server):
                with open(filler, "wb", buffering=0) as out, contextlib.suppress(OSError):
                    while True:
                        out.write(b"x" * 4096)
                for n in range(2000):  # the log's file may have room from before
                    body = {"chatid": "chat1", "name": f"filling {n}"}
                    if server.call("/v1.0/im/group/update", body, TOKEN).status != 200:
                        break
                yield server, filler.unlink
        finally:
            subprocess.run(["umount", home], check=True)


@contextlib.contextmanager
def log_kept(server):
    """A reader stands on a change that is only in the database's log: the log has to grow, and
    does not begin again where it is, however long a client takes to start."""
    db = sqlite3.connect(server.data / "qun.db", isolation_level=None, timeout=5)
    try:
        server.call("/v1.0/im/group/update", {"chatid": "chat1", "name": "in the log"}, TOKEN)
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield
    finally:
        db.close()


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


# ---- 4: a lost answer ----

def retry(language, tls):
    """The connection is cut after the commit and before the answer. Whether the SDK repeats the
    call by itself is the language's; the change is there once, however often it is sent."""
    change = {"chatid": "chat1", "name": "once", "add_useridlist": ["u7"], "owner": "u7",
              "del_useridlist": ["u2"], "managementOptions": {"searchable": 1}}
    with serving() as server:
        before = server.group("chat1")

        def made():
            return server.group("chat1")["version"] > before["version"]

        port = server.tls_port if tls else server.port
        with Cutter(port, made) as cutter, \
                adapter(language, server, tls, port=cutter.port, autoretry=True) as a:
            said = a.call("UpdateGroup", change, TOKEN)
            same("connections cut", cutter.cut, 1)
            if language.retries:
                same("the repeated call", said.get("ok"), {"success": True})
            else:
                assert "failed" in said, said
            after = server.group("chat1")
            same("the version", after["version"], before["version"] + 1)
            a.ok("UpdateGroup", change, TOKEN)
        same("the group", server.group("chat1"), after)
        same("the state", state_of(after), applied(state_of(before), change))
        rows = server.admin("GET", "groups/chat1/ledger").json
        same("rows of the ledger", [r["version"] for r in rows], [1, 2])
        same("the ledger", replayed(server, "chat1"), state_of(after))
        arrived = [c for c in server.admin("GET", "requests").json if c["api"] == "UpdateGroup"]
        same("calls that arrived", len(arrived), 3 if language.retries else 2)


def retry_refused(language):
    """An SDK that repeats what was answered 500 changes nothing by it either."""
    with full_disk() as (server, _), Recorder(server.port) as recorder, \
            adapter(language, server, tls=False, port=recorder.port, autoretry=True) as a:
        before = server.group("chat1")
        refused(language, server, a, *FULL, described=False)
        sent = sum(len(transcript.split_requests(bytes(one))) for one in recorder.requests)
        same("times the call was sent", sent, language.sends_on_500)
        same("the group", server.group("chat1"), before)


# ---- 5: many at once ----

def one_client(language, server, number, tls, start, failed, counts):
    """Changes its own group for SECONDS from when all have started, keeping the state that must
    come out."""
    try:
        chatid, mine = f"own{number}", [f"c{number}p{i}" for i in range(6)]
        state, n = state_of(server.group(chatid)), 0
        with adapter(language, server, tls) as a:
            a.ok("ChatIdToOpenConversationId", {"chatId": chatid}, TOKEN)
            start.wait()
            end = time.monotonic() + SECONDS
            while n == 0 or time.monotonic() < end:
                n += 1
                args = {"name": f"c{number}n{n}", "add_useridlist": [mine[n % 5 + 1]],
                        "del_useridlist": [mine[(n + 2) % 5 + 1]],
                        "managementOptions": {"searchable": n % 2}}
                same("the answer", a.ok("UpdateGroup", {"chatid": chatid, **args}, TOKEN),
                     {"success": True})
                state = applied(state, args)
                if n % 10 == 0:
                    same("the id", a.ok("ChatIdToOpenConversationId", {"chatId": chatid}, TOKEN),
                         {"openConversationId": server.group(chatid)["openConversationId"]})
        same(chatid, state_of(server.group(chatid)), state)
        same("the ledger of " + chatid, replayed(server, chatid), state)
        names = [r["change"]["name"]["after"] for r in ledger(server, chatid)[1:]]
        same("the names", names, [f"c{number}n{i}" for i in range(1, n + 1)])
        counts[number] = n
    except BaseException as e:  # told in the main thread
        failed.append(e)
        start.abort()


def ledger(server, chatid):
    rows, after = [], 0
    while page := server.admin("GET", f"groups/{chatid}/ledger?limit=1000&after={after}").json:
        rows += page
        after = page[-1]["number"]
    return rows


def parallel(language):
    """Clients 0 to 3 over plain HTTP, the others over TLS."""
    world = qun.small_world(CORP, users=1)
    corp = world["corps"][0]
    corp["users"] += [{"userid": f"c{c}p{i}", "unionid": f"union-c{c}p{i}", "name": "p",
                       "mobile": f"139{c:04d}{i:04d}", "deptIds": [1], "active": True}
                      for c in range(CLIENTS) for i in range(6)]
    corp["groups"] = [{"chatid": f"own{c}", "conversationTag": 0, "name": f"c{c}n0",
                       "owner": f"c{c}p0", "ownerType": "emp", "useridlist": [f"c{c}p0"]}
                      for c in range(CLIENTS)]
    with qun.Server(tls=True) as server:
        server.load(world)
        failed, counts, start = [], [0] * CLIENTS, threading.Barrier(CLIENTS)
        threads = [threading.Thread(target=one_client, args=(
            language, server, c, c >= CLIENTS // 2, start, failed, counts)) for c in range(CLIENTS)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        for e in failed:
            raise e
        assert min(counts) > 1, counts
        return f"{sum(counts)} changes"


# ---- the bytes ----

def sent(language):
    """What the SDK sends for each call of transcript.PLAN, normalised: name -> bytes."""
    with qun.Server("--demo") as server, Recorder(server.port) as recorder, \
            adapter(language, server, tls=False, port=recorder.port) as a:
        for _, op, args, token in transcript.PLAN:
            a.call(op, args, token)
        found = [one for link in recorder.requests
                 for one in transcript.split_requests(bytes(link))]
    same("requests seen", len(found), len(transcript.PLAN))
    return {row[0]: transcript.normal_request(one, recorder.port)
            for row, one in zip(transcript.PLAN, found)}


def wire(language):
    """The bytes are the golden files', which test_transcripts.py plays to the server."""
    for name, data in sent(language).items():
        golden = transcript.FOLDER / language.name / f"{name}.http"
        same(f"{language.name}/{name}.http", transcript.comparable(data),
             transcript.comparable(golden.read_bytes()))


def record(language):
    """Writes the golden files anew (run.py --record)."""
    folder = transcript.FOLDER / language.name
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in sent(language).items():
        (folder / f"{name}.http").write_bytes(data)


# ---- the documents ----

def blocks(document, *kinds):
    """The code blocks of one kind of a document, in order; the other language's are the same."""
    pages = [(qun.ROOT / "docs" / f"{document}{tongue}.md").read_text(encoding="utf-8")
             for tongue in ("", ".zh-CN")]
    found, other = [re.findall(rf"^```(?:{'|'.join(kinds)})\n(.*?)^```$", page, re.M | re.S)
                    for page in pages]
    same(f"the code of {document} in both languages", found, other)
    return found


def document(language):
    """The program of docs/sdk.md, with qund started as the page says, prints what it says."""
    (program,) = blocks("sdk", language.fence)
    (output,) = blocks("sdk", "text")
    command, *_ = blocks("sdk", "sh")
    with demo_home() as (home, scratch):
        seen = in_namespace(language.document(program, scratch), {}, home,
                            shlex.split(command)[1:])
    same("what the program prints", seen["output"], output)


def testing(language):
    """The fixtures and tests of docs/testing.md pass, and as many as there are."""
    with tempfile.TemporaryDirectory(prefix="qun-sdk-") as home:
        for code in blocks("testing", language.fence):
            name = re.match(r"(?:#|//) (\S+)\n", code)[1]
            (pathlib.Path(home) / name).write_text(code, encoding="utf-8")
        argv, passes = language.testing(pathlib.Path(home))
        done = subprocess.run([str(a) for a in argv], cwd=home, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=600, env={**os.environ, "QUND": qun.program()})
    assert done.returncode == 0, done.stdout
    assert re.search(passes, done.stdout), done.stdout


# name, function of a language; the matrix has one column each
CASES = [
    ("sample", sample),
    ("calls", lambda language: calls(language, tls=False)),
    ("calls-tls", lambda language: calls(language, tls=True)),
    ("errors", lambda language: errors(language, tls=False)),
    ("errors-tls", lambda language: errors(language, tls=True)),
    ("retry", lambda language: retry(language, tls=False)),
    ("retry-tls", lambda language: retry(language, tls=True)),
    ("retry-500", retry_refused),
    ("parallel", parallel),
    ("wire", wire),
    ("sdk.md", document),
    ("testing.md", testing),
]
