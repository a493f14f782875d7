# SPDX-License-Identifier: Apache-2.0
"""transcript.py -- requests as the SDKs send them, byte for byte, kept as golden files.

transcripts/LANG/NAME.http is one request as LANG's SDK sends it for the call NAME of PLAN;
transcripts/answers/NAME.http is what the server answers, whoever asks. What differs from run
to run stands as a fixed word in both: normal_request and normal_answer put it there.
"""
import pathlib
import re

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
    ("refused", "UpdateGroup", {"chatid": "chatxxxx", "owner": "userid1"}, "6d1bxxxx"),
    ("denied", "UpdateGroup", {"chatid": "chatxxxx", "name": "x"}, "nothingxxxx"),
    ("unknown-token", "UpdateGroup", {"chatid": "chatxxxx", "name": "x"}, "gonexxxx"),
]

FIXED = [  # in an answer: what is made anew each time
    (rb"\b[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\b", b"REQUEST-ID"),
    (rb"(x-acs-trace-id: )[0-9a-f]{32}", rb"\1TRACE-ID"),
    (rb"(Date: )[^\r]+", rb"\1DATE"),
    (rb'("access_?[tT]oken":")[0-9a-f]{32}', rb"\1TOKEN"),
    (rb"\bchat[0-9a-f]{32}\b", b"CHATID"),
    (rb'("openConversationId":"cid)(?!cXVuLWRlbW8)[^"]+', rb"\1..."),
    (rb'("request_id":")[0-9a-z]+', rb"\1REQUEST-ID"),
    (rb'("expire(?:In|s_in)":)\d+', rb"\1SECONDS"),
    (rb"(Content-Length: )\d+", rb"\1LENGTH"),
]


def normal_answer(data):
    for pattern, word in FIXED:
        data = re.sub(pattern, word, data, flags=re.IGNORECASE if b"Date" in pattern
                      or b"trace" in pattern or b"Length" in pattern else 0)
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
