# SPDX-License-Identifier: Apache-2.0
"""built.py -- the C# SDK's requests, built line by line from the sources of its parts, since its
package registry cannot be reached. transcripts/csharp holds them; test_transcripts.py compares.

    python3 tests/sdk/built.py     writes transcripts/csharp anew
"""
import json

import transcript

# op: method, path. Path parameters are put in as they are; a GET has no other arguments.
PATHS = {
    "GetAccessToken": ("POST", "/v1.0/oauth2/accessToken"),
    "GetToken": ("POST", "/v1.0/oauth2/{corpId}/token"),
    "CreateGroup": ("POST", "/v1.0/im/group/create"),
    "UpdateGroup": ("POST", "/v1.0/im/group/update"),
    "ChatIdToOpenConversationId": ("POST", "/v1.0/im/chat/{chatId}/convertToOpenConversationId"),
    "ChatSubAdminUpdate": ("POST", "/v1.0/im/subAdministrators"),
    "CheckUserIsGroupMember": ("POST", "/v1.0/im/innerGroups/members/check"),
    "GetInnerGroupMembers": ("POST", "/v1.0/im/innerGroups/members/query"),
    "GetUser": ("GET", "/v1.0/contact/users/{unionId}"),
    "SearchUser": ("POST", "/v1.0/contact/users/search"),
}
# TeaUtil's GetDefaultUserAgent: Environment.OSVersion, the last part of the runtime's folder
# (Microsoft.NETCore.App/8.0.20) in lower case without points, TeaUtil's assembly version.
USER_AGENT = "AlibabaCloud (Unix 6.1.0.38) netcoreapp/8.0.20 Core/0.1.20.0 TeaDSL/1"


def body_of(args):
    """The generated client fills a dictionary key by key, in the order of the alphabet, options
    alike; Newtonsoft writes it in that order, without blanks, non-ASCII as it is."""
    return json.dumps(args, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def request(op, args, token):
    method, path = PATHS[op]
    args = dict(args)
    for key in [key for key in args if "{%s}" % key in path]:
        path = path.replace("{%s}" % key, args.pop(key))
    lines = [
        f"{method} {path} HTTP/1.1",  # HttpRequestMessage's version by default
        # The gateway's ModifyRequest puts these three in front, in this order; HttpClient writes
        # headers as they were added, those that it knows in their usual spelling.
        "Host: api.dingtalk.com",
        f"User-Agent: {USER_AGENT}",
        "Accept: application/json",
    ]
    if token:  # from the typed headers; HttpClient does not know it, so it stays as spelled
        lines.append(f"x-acs-dingtalk-access-token: {token}")
    body = b""
    if args:  # ModifyRequest: only with a body. TeaCore gives it to the content, after all others
        body = body_of(args)
        lines.append("Content-Type: application/json; charset=utf-8")
    if method == "POST":  # of a stream in memory the length is known; a POST without content says 0
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def requests():
    """name -> bytes"""
    return {name: request(op, args, token) for name, op, args, token in transcript.PLAN}


if __name__ == "__main__":
    for name, data in requests().items():
        (transcript.FOLDER / "csharp" / f"{name}.http").write_bytes(data)
