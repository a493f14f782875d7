# SPDX-License-Identifier: Apache-2.0
"""load.py -- sixteen clients at work, and the journal of what they asked and were told.

Each client has one connection and one request under way, a group of its own, and people whom
no other client touches; four groups are everybody's. Every change carries the client's number
and a counter in a name, so that the state tells which requests took effect. An entry of the
journal is made before its request is sent (I), and is told its answer: acknowledged (A),
refused (F), or none, when the server died first.
"""
import collections
import hashlib
import json
import re
import select
import socket

import model
import multipart
import qun

CLIENTS, SHARED = 16, 4
CORP, WORLD = "dingcrash", "dingworld"
BLOCK = 8  # people of one client who come and go
PNG = b"\x89PNG\r\n\x1a\n"
PERMISSIONS = ["qyapi_chat_manage", "qyapi_chat_read", "qyapi_get_member",
               "qyapi_manage_addresslist", "qyapi_ext_read", "qyapi_ext_write"]
KINDS = {  # of request: how often
    "update": 44, "shared": 20, "refused": 8, "nick": 7, "admins": 5, "create": 2, "upload": 4,
    "leave": 3, "read": 5,
}


def the_world(clients=CLIENTS):
    """The corp of so many clients."""
    groups, users = [], ["boss"]
    common = {"conversationTag": 0, "ownerType": "emp"}
    for c in range(clients):
        stay = [f"o{c}", f"p{c}n0", f"p{c}n1", f"p{c}n2", f"d{c}"]
        users += stay + [f"b{c}n{i}" for i in range(BLOCK)]
        groups.append({**common, "chatid": f"own{c}", "name": f"own {c}", "owner": f"o{c}",
                       "useridlist": stay})
    groups += [{**common, "chatid": f"shared{i}", "name": f"shared {i}", "owner": "boss",
                "useridlist": ["boss"]} for i in range(SHARED)]
    return {"corps": [{
        "corpId": CORP, "departments": [{"deptId": 1, "name": "all"}],
        "users": [{"userid": u, "deptIds": [1]} for u in users],
        "externalContacts": [{"unionid": f"x{c}n{i}"} for c in range(clients) for i in range(3)],
        "apps": [{"appKey": f"app{c}", "appSecret": f"secret{c}", "permissions": PERMISSIONS}
                 for c in range(clients)],
        "groups": groups}]}


class Entry:
    """One request of the journal. `effect` takes a state and gives the one after it."""

    def __init__(self, kind, chatid=None, body=None, effect=None):
        self.kind, self.chatid, self.body, self.effect = kind, chatid, body, effect
        self.answer = self.requestid = self.result = None

    def __repr__(self):
        return f"{self.answer or 'I'} {self.kind} {self.chatid} {self.requestid} {self.body}"


def raw_request(method, path, body=b"", **headers):
    if not isinstance(body, bytes):
        body = json.dumps(body, separators=(",", ":")).encode()
        headers["Content-Type"] = "application/json"
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return (f"{method} {path} HTTP/1.1\r\nHost: q\r\n{lines}"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


class Link:
    """A connection for one request after another. Bytes in, answers out."""

    LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.I)
    REQUEST_ID = re.compile(rb"\r\nx-acs-request-id: *([^\r]+)\r\n", re.I)

    def __init__(self, port=None, sock=None, timeout=30):
        self.sock = sock or socket.create_connection(("127.0.0.1", port), timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def take(self):
        """(status, request id, body) once an answer is whole; None before; EOFError."""
        got = self.sock.recv(262144)
        if not got:
            raise EOFError
        self.buffer += got
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return None
        end = head + 4 + int(self.LENGTH.search(self.buffer, 0, head + 2)[1])
        if len(self.buffer) < end:
            return None
        requestid = self.REQUEST_ID.search(self.buffer, 0, head + 2)
        answer = int(self.buffer[9:12]), requestid[1].decode(), self.buffer[head + 4:end]
        self.buffer = self.buffer[end:]
        return answer

    def ask(self, request):
        """Sends and waits: for those who are alone."""
        self.sock.sendall(request)
        while not (answer := self.take()):
            pass
        return answer

    def admin(self, path, method="GET", body=b""):
        status, _, text = self.ask(raw_request(
            method, "/_qun/" + path, body, Authorization="Bearer " + qun.ADMIN_TOKEN))
        return status, json.loads(text) if text else None

    def close(self):
        self.sock.close()


class Client:
    """What one client knows, and what it asks next. It knows only what it was told."""

    def __init__(self, number, rng):
        self.c, self.rng, self.n = number, rng, 0
        self.token = None
        self.images = []  # acknowledged
        self.employed = True  # d{c}
        self.admins = {f"p{number}n1": False, f"p{number}n2": False}
        self.link = None
        self.under_way = None

    # ---- what it asks ----

    def name(self):
        self.n += 1
        return f"c{self.c}n{self.n}"

    def new_api(self, path, body):
        return raw_request("POST", path, body, x_acs_dingtalk_access_token=self.token)

    def old_api(self, path, body):
        return raw_request("POST", f"{path}?access_token={self.token}", body)

    def change_of(self, chatid):
        c, rng = self.c, self.rng
        some = [f"b{c}n{i}" for i in rng.sample(range(BLOCK), 4)]
        externals = [f"x{c}n{i}" for i in rng.sample(range(3), 2)]
        body = {"chatid": chatid, "name": self.name(), "add_useridlist": some[:rng.randrange(3)],
                "del_useridlist": some[3 - rng.randrange(2):3],
                "managementOptions": {model.OPTIONS[rng.randrange(6)]: rng.randrange(2),
                                      "showHistoryType": rng.randrange(2)}}
        if rng.random() < 0.3:
            body.update(add_extidlist=externals[:1], del_extidlist=externals[1:])
        if self.images and rng.random() < 0.2:
            body["icon"] = rng.choice(self.images[-8:])
        return body

    def ask_token(self):
        body = {"appKey": f"app{self.c}", "appSecret": f"secret{self.c}"}
        return Entry("token"), raw_request("POST", "/v1.0/oauth2/accessToken", body)

    def ask_update(self):
        body = self.change_of(f"own{self.c}")
        if self.rng.random() < 0.15:
            body["owner"] = self.rng.choice([f"o{self.c}", f"p{self.c}n0"])
        if self.employed and self.rng.random() < 0.3:
            body["add_useridlist"].append(f"d{self.c}")
        return self.update(body)

    def ask_shared(self):
        return self.update(self.change_of(f"shared{self.rng.randrange(SHARED)}"))

    def update(self, body, kind="update"):
        entry = Entry(kind, body["chatid"], body, lambda s: model.update_effect(s, body))
        return entry, self.new_api("/v1.0/im/group/update", body)

    def ask_icon(self):
        """An update that names the newest image."""
        body = {**self.change_of(f"own{self.c}"), **({"icon": self.images[-1]} if self.images
                                                     else {})}
        return self.update(body)

    def ask_return(self):
        return self.ask_leave()

    def ask_refused(self):
        body = self.change_of(f"own{self.c}")
        body.update(self.rng.choice([{"icon": "@none"}, {"add_useridlist": ["ghost"]},
                                     {"owner": f"b{self.c}n0", "del_useridlist": [f"b{self.c}n0"]},
                                     {"managementOptions": {"searchable": 2}}]))
        return self.update(body, "refused")

    def ask_nick(self):
        body = {"chatid": f"own{self.c}", "userid": f"p{self.c}n{self.rng.randrange(3)}",
                "group_nick": self.name()}
        entry = Entry("nick", body["chatid"], body, lambda s: model.nick_effect(s, body))
        return entry, self.old_api("/topapi/chat/updategroupnick", body)

    def ask_admins(self):
        who = self.rng.choice(sorted(self.admins))
        body = {"chatid": f"own{self.c}", "userids": who, "role": 3 if self.admins[who] else 2}
        entry = Entry("admins", body["chatid"], body, lambda s: model.admins_effect(s, body))
        return entry, self.old_api("/topapi/chat/subadmin/update", body)

    def ask_create(self):
        body = {"name": self.name(), "owner": f"o{self.c}", "conversationTag": 0,
                "useridlist": [f"o{self.c}", f"b{self.c}n{self.rng.randrange(BLOCK)}"]}
        entry = Entry("create", None, body, lambda s: model.create_effect(s, body))
        return entry, self.new_api("/v1.0/im/group/create", body)

    def ask_upload(self):
        content = PNG + self.name().encode() * self.rng.choice([10, 1000, 5000])
        body, headers = multipart.encode(multipart.field("type", "image"),
                                         multipart.file(content))
        entry = Entry("upload", body=hashlib.sha256(content).hexdigest())
        return entry, raw_request("POST", f"/media/upload?access_token={self.token}", body,
                                  Content_Type=headers["Content-Type"])

    def ask_leave(self):
        body = {"userid": f"d{self.c}"}
        if self.employed:
            entry = Entry("leave", f"own{self.c}", body, lambda s: model.leave_effect(s, body))
            return entry, self.old_api("/topapi/v2/user/delete", body)
        body.update(name="comes back", mobile=f"138{self.c:08d}", dept_id_list="1")
        return Entry("return", body=body), self.old_api("/topapi/v2/user/create", body)

    def ask_read(self):
        return Entry("read"), raw_request(
            "GET", f"/chat/get?access_token={self.token}&chatid=own{self.c}")

    def next(self):
        if not self.token:
            return self.ask_token()
        kind = self.rng.choices(list(KINDS), list(KINDS.values()))[0]
        return getattr(self, "ask_" + kind)()

    # ---- what it is told ----

    def learn(self, entry, status, requestid, body):
        """A, F or B (too busy, nothing happened); None for what must not be answered."""
        told = json.loads(body)
        entry.requestid, entry.result = requestid, told
        if status == 429:
            return "B"
        if entry.kind == "refused":
            return "F" if status == 400 else None
        if status != 200 or told.get("errcode"):
            return None
        if entry.kind == "token":
            self.token = told["accessToken"]
        elif entry.kind == "upload":
            self.images.append(told["media_id"])
        elif entry.kind in ("leave", "return"):
            self.employed = entry.kind == "return"
        elif entry.kind == "admins":
            self.admins[entry.body["userids"]] = entry.body["role"] == 2
        elif entry.kind == "create":
            entry.chatid = told["chatid"]
        return "A"


class WorldClient(Client):
    """Replaces, extends and removes a corp: each of its worlds is one change."""

    def __init__(self, number, rng):
        super().__init__(number, rng)
        self.stored = []  # names of the groups that are there

    def corp(self, *names):
        return {"corps": [{
            "corpId": WORLD, "users": [{"userid": f"u{i}"} for i in range(5)],
            "media": [{"mediaId": "@icon1", "type": "image"}],
            "groups": [{"chatid": name, "name": name, "owner": "u0", "icon": "@icon1",
                        "useridlist": [f"u{i}" for i in range(5)]} for name in names]}]}

    def next(self):
        self.n += 1
        names = [f"w{self.n}{letter}" for letter in "abc"]
        kind = self.rng.choice(["replace", "replace", "extend", "remove"])
        method, path, body, after = "POST", f"worlds?mode={kind}", self.corp(*names), names
        if kind == "extend":
            path, after = "worlds", self.stored + names
        elif kind == "remove" and self.stored:
            method, path, body, after = "DELETE", f"corps/{WORLD}", b"", []
        else:
            path = "worlds?mode=replace"
        entry = Entry("world", body=(method, path))
        entry.result = self.stored, after
        return entry, raw_request(method, "/_qun/" + path, body,
                                  Authorization="Bearer " + qun.ADMIN_TOKEN)

    def learn(self, entry, status, requestid, body):
        entry.requestid = requestid
        if status == 200:
            self.stored = entry.result[1]
        return {200: "A", 429: "B"}.get(status)


class Load:
    """The clients, and the journal of one round. `strange` has the answers that none should
    have got."""

    def __init__(self, rng):
        self.clients = [(WorldClient if c == CLIENTS - 1 else Client)(c, rng)
                        for c in range(CLIENTS)]
        self.journal, self.strange = [], []
        self.counts = collections.Counter()

    def run(self, port):
        """Until the server is gone."""
        poll, at = select.epoll(), {}
        self.journal = []
        try:
            for client in self.clients:
                client.link = Link(port)
                at[client.link.sock.fileno()] = client
                poll.register(client.link.sock, select.EPOLLIN)
            for client in self.clients:
                self.send(client)
        except OSError:
            pass  # gone already
        while at:
            for fd, _ in poll.poll():
                if not self.serve(at[fd]):
                    poll.unregister(fd)
                    at.pop(fd).link.close()
        poll.close()

    def send(self, client):
        client.under_way, request = client.next()
        self.journal.append(client.under_way)
        client.link.sock.sendall(request)

    def serve(self, client):
        """False once its connection is over."""
        try:
            answer = client.link.take()
            if answer:
                entry = client.under_way
                entry.answer = client.learn(entry, *answer)
                if not entry.answer:
                    self.strange.append((entry, answer))
                self.counts[entry.answer or "strange"] += 1
                self.send(client)
        except (EOFError, OSError):
            return False
        return True
