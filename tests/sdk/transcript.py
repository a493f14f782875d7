# SPDX-License-Identifier: Apache-2.0
"""transcript.py -- requests as the SDKs send them, byte for byte, kept as golden files.

transcripts/LANG/NAME.http is one request as LANG's SDK sends it for the call NAME of PLAN;
transcripts/answers/NAME.http is what the server answers, whoever asks. What differs from run
to run stands as a fixed word in both: normal_request and normal_answer put it there.

    python3 tests/sdk/transcript.py         writes the answers anew
    python3 tests/sdk/transcript.py forms   writes transcripts/forms anew, with curl
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "api"))
from proxy import Recorder  # noqa: E402
import qun  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parent / "transcripts"

# name, op, arguments, token: in the demo world, one after the other
PLAN = [
    ("token", "GetAccessToken", {"appKey": "dingdemoapp", "appSecret": "demo-secret"}, None),
    ("token-of-corp", "GetToken", {
        "corpId": "dingdemo", "client_id": "dingdemoapp", "client_secret": "demo-secret",
        "grant_type": "client_credentials"}, None),
    ("create", "CreateGroup", {
        "name": "新群", "owner": "04201724372xxxx", "ownerType": "emp",
        "useridlist": ["04201724372xxxx", "userid2"], "extidlist": ["unionId"],
        "conversationTag": 0, "icon": "@mediaId", "managementOptions": {"searchable": 1}},
     "6d1bxxxx"),
    ("update", "UpdateGroup", {
        "chatid": "chatxxxx", "name": "全员群。", "owner": "04201724372xxxx", "ownerType": "emp",
        "add_useridlist": ["userid1"], "del_useridlist": ["userid1"],
        "add_extidlist": ["unionId"], "del_extidlist": ["unionId"], "icon": "@mediaId",
        "managementOptions": {"mentionAllAuthority": 0, "showHistoryType": 0,
                              "validationType": 0, "searchable": 0, "chatBannedType": 0,
                              "managementType": 0}}, "6d1bxxxx"),
    ("update-name", "UpdateGroup", {"chatid": "chatxxxx", "name": "\"a/b\\c\" <&>"}, "6d1bxxxx"),
    ("update-empty-list", "UpdateGroup", {"chatid": "chatxxxx", "add_useridlist": []},
     "6d1bxxxx"),
    ("convert", "ChatIdToOpenConversationId", {"chatId": "chatxxxx"}, "6d1bxxxx"),
    ("administrators", "ChatSubAdminUpdate", {
        "openConversationId": "cidcXVuLWRlbW8tZ3JvdXAtMQ==", "userIds": ["userid2"], "role": 2},
     "6d1bxxxx"),
    ("check", "CheckUserIsGroupMember", {
        "openConversationId": "cidcXVuLWRlbW8tZ3JvdXAtMQ==", "userId": "userid2"}, "6d1bxxxx"),
    ("members", "GetInnerGroupMembers", {
        "openConversationId": "cidcXVuLWRlbW8tZ3JvdXAtMQ==", "userId": "userid2",
        "maxResults": 100}, "6d1bxxxx"),
    ("user", "GetUser", {"unionId": "unionIdUser1"}, "6d1bxxxx"),
    ("search", "SearchUser", {"queryWord": "王", "offset": 0, "size": 10, "fullMatchField": 0},
     "6d1bxxxx"),
    ("refused", "UpdateGroup", {"chatid": "chatxxxx", "owner": "userid1"}, "6d1bxxxx"),
    ("denied", "UpdateGroup", {"chatid": "chatxxxx", "name": "x"}, "nothingxxxx"),
    ("unknown-token", "UpdateGroup", {"chatid": "chatxxxx", "name": "x"}, "gonexxxx"),
]

# The same for the client of the old API: op is the path.
LEGACY = [
    ("gettoken", "/gettoken", {"appkey": "dingdemoapp", "appsecret": "demo-secret"}, None),
    ("auth-scopes", "/auth/scopes", {}, "6d1bxxxx"),
    ("getbymobile", "/topapi/v2/user/getbymobile", {"mobile": "13800000001"}, "6d1bxxxx"),
    ("user-get", "/topapi/v2/user/get", {"userid": "04201724372xxxx", "language": "zh_CN"},
     "6d1bxxxx"),
    ("getbyunionid", "/topapi/user/getbyunionid", {"unionid": "unionIdOwner"}, "6d1bxxxx"),
    ("chat-get", "/chat/get", {"chatid": "chatxxxx"}, "6d1bxxxx"),
    ("subadmin", "/topapi/chat/subadmin/update", {
        "chatid": "chatxxxx", "userids": "userid2,manager4220", "role": 2}, "6d1bxxxx"),
    ("nick", "/topapi/chat/updategroupnick", {
        "chatid": "chatxxxx", "userid": "userid2", "group_nick": "群昵称"}, "6d1bxxxx"),
    ("friendswitch", "/topapi/chat/member/friendswitch/update", {
        "chatid": "chatxxxx", "is_prohibit": True}, "6d1bxxxx"),
    ("qrcode", "/topapi/chat/qrcode/get", {"chatid": "chatxxxx", "userid": "userid2"}, "6d1bxxxx"),
    ("user-create", "/topapi/v2/user/create", {
        "userid": "new1", "name": "新人", "mobile": "13900000001", "dept_id_list": "2,4",
        "hide_mobile": True}, "6d1bxxxx"),
    ("user-update", "/topapi/v2/user/update", {
        "userid": "new1", "name": "新名", "mobile": "13900000002", "dept_id_list": "4"}, "6d1bxxxx"),
    ("user-listid", "/topapi/user/listid", {"dept_id": 4}, "6d1bxxxx"),
    ("user-list", "/topapi/v2/user/list", {"dept_id": 2, "cursor": 0, "size": 2}, "6d1bxxxx"),
    ("user-count", "/topapi/user/count", {"only_active": False}, "6d1bxxxx"),
    ("user-delete", "/topapi/v2/user/delete", {"userid": "new1"}, "6d1bxxxx"),
    ("department-get", "/topapi/v2/department/get", {"dept_id": 3}, "6d1bxxxx"),
    ("department-update", "/topapi/v2/department/update", {
        "dept_id": 3, "name": "研发二组", "parent_id": 4}, "6d1bxxxx"),
    ("department-listsub", "/topapi/v2/department/listsub", {"dept_id": 4}, "6d1bxxxx"),
    ("department-listparentbyuser", "/topapi/v2/department/listparentbyuser",
     {"userid": "userid1"}, "6d1bxxxx"),
    ("department-delete", "/topapi/v2/department/delete", {"dept_id": 3}, "6d1bxxxx"),
    ("department-create", "/topapi/v2/department/create", {
        "name": "测试部", "parent_id": 2, "create_dept_group": False}, "6d1bxxxx"),
    ("extcontact-get", "/topapi/extcontact/get", {"user_id": "extuserid2"}, "6d1bxxxx"),
    ("extcontact-update", "/topapi/extcontact/update", {"contact": {
        "user_id": "extuserid2", "name": "周经理", "follower_user_id": "userid1",
        "label_ids": [1, 2]}}, "6d1bxxxx"),
    ("extcontact-list", "/topapi/extcontact/list", {"size": 20, "offset": 0}, "6d1bxxxx"),
    ("extcontact-delete", "/topapi/extcontact/delete", {"user_id": "extuserid2"}, "6d1bxxxx"),
    ("extcontact-create", "/topapi/extcontact/create", {"contact": {
        "name": "外部人", "mobile": "13900000009", "state_code": "86", "title": "经理",
        "follower_user_id": "userid1", "label_ids": [1, 2], "share_user_ids": ["userid2"]}},
     "6d1bxxxx"),
    ("not-permitted", "/topapi/v2/user/get", {"userid": "userid1"}, "nothingxxxx"),
    ("bad-token", "/topapi/v2/user/get", {"userid": "userid1"}, "gonexxxx"),
    ("bad-token-chat", "/chat/get", {"chatid": "chatxxxx"}, "gonexxxx"),
    ("chat-create", "/chat/create", {
        "name": "旧版群", "owner": "04201724372xxxx", "useridlist": ["04201724372xxxx", "userid2"],
        "searchable": 1, "chatBannedType": 0}, "6d1bxxxx"),
    ("chat-update", "/chat/update", {
        "chatid": "chatxxxx", "name": "改名", "add_useridlist": ["userid1"], "searchable": 1,
        "isBan": True}, "6d1bxxxx"),
]

# The same again as forms, the way the pages' samples have it. Of the two calls above that take
# JSON alone there is none.
GETS = ("/gettoken", "/auth/scopes", "/chat/get")
FORMS = [row for row in LEGACY if row[1] not in ("/chat/create", "/chat/update")]

FIXED = [  # in an answer: what is made anew each time
    (rb"\b[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\b", b"REQUEST-ID"),
    (rb"(?i)(x-acs-request-id: )[0-9a-z]{12,13}\b", rb"\1REQUEST-ID"),  # the legacy API's
    (rb"(?i)(x-acs-trace-id: )[0-9a-f]{32}", rb"\1TRACE-ID"),
    (rb"(?i)(date: )[^\r]+", rb"\1DATE"),
    (rb'("access_?[tT]oken":")[0-9a-f]{32}', rb"\1TOKEN"),
    (rb"(joingroup\?code=)[^\"]+", rb"\1CODE"),
    (rb"\bchat[0-9a-f]{32}\b", b"CHATID"),
    (rb'("openConversationId":"cid)(?!cXVuLWRlbW8)[^"]+', rb"\1..."),
    (rb'("unionId":")[\w-]{22}iEiE', rb"\1UNIONID"),
    (rb'("userid":")\d{16,}"', rb'\1USERID"'),
    (rb'("result":\{"dept_id":)\d+\}', rb"\1DEPT-ID}"),
    (rb'("request_id":")[0-9a-z]+', rb"\1REQUEST-ID"),
    (rb'("expire(?:In|s_in)":)\d+', rb"\1SECONDS"),
    (rb"(?i)(content-length: )\d+", rb"\1LENGTH"),
    (rb"(?i)(connection: )[a-z-]+", rb"\1CONNECTION"),  # as the client asks
]


def normal_answer(data):
    for pattern, word in FIXED:
        data = re.sub(pattern, word, data)
    return data


def normal_request(data, port, host):
    """The request with the official host; all else is as it was sent."""
    return data.replace(b"127.0.0.1:%d" % port, host.encode())


def comparable(data):
    """Without the versions and the platform that the user agent tells."""
    def plain(found):
        agent = re.sub(rb"\([^)]*\)", b"(PLATFORM)", found[2])
        return found[1] + re.sub(rb"/v?\d[^ ]*", b"/VERSION", agent)
    return re.sub(rb"(?im)^(user-agent: )([^\r]*)", plain, data)


def split_requests(data):
    """The requests that one connection carried."""
    found = []
    while data:
        head, _, rest = data.partition(b"\r\n\r\n")
        length = re.search(rb"(?im)^content-length: *(\d+)", head)
        if re.search(rb"(?im)^transfer-encoding: *chunked", head):
            end = rest.index(b"0\r\n\r\n") + 5
        else:
            end = int(length[1]) if length else 0
        found.append(head + b"\r\n\r\n" + rest[:end])
        data = rest[end:]
    return found


def plan(folder):
    """The calls of a folder in the order in which they are played."""
    return {"legacy": LEGACY, "forms": FORMS}.get(folder, PLAN)


def names(folder):
    return [row[0] for row in plan(folder)]


def answer(server, request):
    """What the server says to the bytes, normalised."""
    with server.raw() as sock:
        sock.sendall(request)
        head, body = b"", b""
        while b"\r\n\r\n" not in head:
            head += sock.recv(65536)
        head, _, body = head.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
        while len(body) < length:
            body += sock.recv(65536)
    return normal_answer(head + b"\r\n\r\n" + body)


def play(folder):
    """Plays a folder's requests to a new server of the demo world: name -> answer."""
    with tempfile.TemporaryDirectory(prefix="qun-sdk-") as home:
        data = pathlib.Path(home) / "data"
        with qun.Server("--demo", "--hints=no", "--data", data, data=data) as server:
            return {name: answer(server, (FOLDER / folder / f"{name}.http").read_bytes())
                    for name in names(folder)}


def curl(port, op, args, token):
    """A call the way the pages' samples make it."""
    words = [f"{key}={form_value(value)}" for key, value in args.items()]
    argv = ["curl", "-sS", "-o", "/dev/null"] + ["-G"] * (op in GETS)
    url = f"http://127.0.0.1:{port}{op}" + (f"?access_token={token}" if token else "")
    subprocess.run(argv + [part for word in words for part in ("--data-urlencode", word)] + [url],
                   check=True)


def form_value(value):
    if isinstance(value, (dict, bool)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return ",".join(value) if isinstance(value, list) else value


def record_forms():
    for name, op, args, token in FORMS:
        with qun.Server("--demo") as server, Recorder(server.port) as recorder:
            curl(recorder.port, op, args, token)
            (sent,) = split_requests(bytes(recorder.requests[0]))
            sent = normal_request(sent, recorder.port, "oapi.dingtalk.com")
            (FOLDER / "forms" / f"{name}.http").write_bytes(sent)


def main():
    """Any language will do: all get the same answers, which test_transcripts.py checks."""
    if sys.argv[1:] == ["forms"]:
        record_forms()
        return
    for folder in ("python", "legacy"):
        for name, data in play(folder).items():
            (FOLDER / "answers" / f"{name}.http").write_bytes(data)


if __name__ == "__main__":
    main()
