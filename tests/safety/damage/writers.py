# SPDX-License-Identifier: Apache-2.0
"""writers.py -- sixteen clients, each changing a group of its own, and what must come of it.

The Nth change of a group is a function of its number: name, an option, and who comes or goes.
So a group's version says what its whole state has to be, and no other record is needed than
how many changes were sent and how many were answered.
"""
import threading

import multipart

CORP, TOKEN = "dingdamage", "tok-dingdamage"
CLIENTS = 16
OWNER, REGULAR = "u1", ["u2", "u3"]
PASSING = [f"u{i}" for i in range(4, 12)]  # they come and go, one after the other
UPLOAD_EVERY = 250


def world(more_groups):
    """The clients' groups, and others that make the database larger."""
    users = [OWNER, *REGULAR, *PASSING]
    groups = [{"chatid": f"busy{i}", "name": "n0", "owner": OWNER, "ownerType": "emp",
               "useridlist": [OWNER, *REGULAR]} for i in range(CLIENTS)]
    groups += [{"chatid": f"still{i}", "name": "still", "owner": OWNER, "ownerType": "emp",
                "useridlist": users[:3 + i % 8]} for i in range(more_groups)]
    return {"corps": [{
        "corpId": CORP, "name": "damage",
        "users": [{"userid": u, "unionid": "un" + u, "name": u, "mobile": "139" + u}
                  for u in users],
        "apps": [{"appKey": "app-damage", "appSecret": "secret-damage", "agentId": 1,
                  "name": "app", "permissions": ["qyapi_chat_manage"], "accessToken": TOKEN}],
        "groups": groups}]}


def change(n):
    """The Nth change (from 1) of any group, as its request."""
    person = PASSING[(n - 1) // 2 % len(PASSING)]
    return {"name": f"n{n}", "managementOptions": {"searchable": n % 2, "showHistoryType": 0},
            "add_useridlist" if n % 2 else "del_useridlist": [person]}


def expected(version):
    """Name, searchable and members of a group with that version; a world makes version 1."""
    n = version - 1
    passing = [PASSING[(n - 1) // 2 % len(PASSING)]] if n % 2 else []
    return f"n{n}", n % 2, sorted([OWNER, *REGULAR, *passing])


def upload(server, text):
    """An image with that text in it."""
    image = b"\x89PNG\r\n\x1a\n" + text.encode()
    a = server.oapi("POST", "/media/upload", TOKEN, {"type": "image"},
                    *multipart.encode(multipart.file(image)))
    assert a.json["errcode"] == 0, a


class Client(threading.Thread):
    def __init__(self, server, number, stop):
        super().__init__(daemon=True)
        self.server, self.number, self.stop = server, number, stop
        self.sent = self.answered = self.uploads = 0
        self.error = None

    def run(self):
        link = self.server.connect()
        try:
            while not self.stop.is_set():
                self.sent += 1
                a = self.server.call("/v1.0/im/group/update",
                                     {"chatid": f"busy{self.number}", **change(self.sent)},
                                     TOKEN, connection=link)
                if a.status == 429:
                    self.sent -= 1
                    continue
                assert a.status == 200, a
                self.answered += 1
                if self.answered % UPLOAD_EVERY == 1:
                    upload(self.server, f"{self.number}/{self.answered}")
                    self.uploads += 1
        except BaseException as error:  # told by the main thread
            self.error = error
        finally:
            link.close()



class Writers:
    """with Writers(server) as w: ... -- they write until the block ends."""

    def __init__(self, server):
        self.stop = threading.Event()
        self.clients = [Client(server, i, self.stop) for i in range(CLIENTS)]

    def __enter__(self):
        for client in self.clients:
            client.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for client in self.clients:
            client.join()
        self.check()

    def check(self):
        for client in self.clients:
            if client.error:
                raise client.error

    def counts(self, what):
        return [getattr(client, what) for client in self.clients]


def differences(server, least, most):
    """What the busy groups of a server have that no number of changes from `least` to `most`
    gives. And the sum of their changes."""
    wrong, total = [], 0
    for i in range(CLIENTS):
        group = server.group(f"busy{i}")
        if group is None:
            wrong.append(f"busy{i} is not there")
            continue
        version = group["version"]
        total += version - 1
        has = (group["name"], group["managementOptions"]["searchable"],
               sorted(m["id"] for m in group["members"]))
        if not least[i] <= version - 1 <= most[i]:
            wrong.append(f"busy{i} has {version - 1} changes, not {least[i]} to {most[i]}")
        elif has != expected(version):
            wrong.append(f"busy{i} is {has}, not {expected(version)}")
    return wrong, total
