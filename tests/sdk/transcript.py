# SPDX-License-Identifier: Apache-2.0
"""transcript.py -- requests as the SDKs send them, byte for byte, kept as golden files.

transcripts/LANG/NAME.http is one request as LANG's SDK sends it for the call NAME of PLAN;
transcripts/answers/NAME.http is what the server answers, whoever asks. What differs from run
to run stands as a fixed word in both: normal_request and normal_answer put it there.

    python3 tests/sdk/transcript.py     writes the answers anew
"""
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "api"))
import qun  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parent / "transcripts"
HOST = "api.dingtalk.com"

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

# The same for the legacy client, whose requests are in transcripts/legacy.
LEGACY = ["gettoken", "getbymobile", "getbymobile-form", "user-get", "getbyunionid", "chat-get",
          "subadmin", "nick", "friendswitch", "qrcode", "user-create", "user-listid",
          "chat-create", "chat-update", "bad-token"]

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
    (rb'("request_id":")[0-9a-z]+', rb"\1REQUEST-ID"),
    (rb'("expire(?:In|s_in)":)\d+', rb"\1SECONDS"),
    (rb"(?i)(content-length: )\d+", rb"\1LENGTH"),
    (rb"(?i)(connection: )[a-z-]+", rb"\1CONNECTION"),  # as the client asks
]


def normal_answer(data):
    for pattern, word in FIXED:
        data = re.sub(pattern, word, data)
    return data


def normal_request(data, port):
    """The request with the official host; all else is as it was sent."""
    return data.replace(b"127.0.0.1:%d" % port, HOST.encode())


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


def names(folder):
    """The calls of a folder in the order in which they are played."""
    return LEGACY if folder == "legacy" else [row[0] for row in PLAN]


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


def main():
    """Any language will do: all get the same answers, which test_transcripts.py checks."""
    (FOLDER / "answers").mkdir(exist_ok=True)
    for folder in ("python", "legacy"):
        for name, data in play(folder).items():
            (FOLDER / "answers" / f"{name}.http").write_bytes(data)


if __name__ == "__main__":
    main()
