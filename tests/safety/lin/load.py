# SPDX-License-Identifier: Apache-2.0
"""load.py -- clients, several in a process, each with one request under way at a time.

A Crew is a few processes of clients. Each round they run until they have made their share of
operations or lost their connections, and hand back what they did and saw: a list of model.Op.
Times are CLOCK_MONOTONIC's, which all processes of a machine share.
"""
import http.client
import json
import multiprocessing
import random
import selectors
import socket
import time

import model
import qun

ROUND_S = 60


# ---- requests ----

def next_name(client, number):
    return f"{client}.{number}"


def whole_update(rng, client, number):
    """An update that always gives a name of its own, so that a state is known by it."""
    body = {"name": next_name(client, number)}
    if rng.random() < 0.03:
        return {**body, "add_useridlist": ["nobody"]}  # refused as a whole
    parts(rng, body, 0.4)
    return body


def part_update(rng, client, number):
    """An update of one or two fields only."""
    body = {}
    while not body:
        if rng.random() < 0.3:
            body["name"] = next_name(client, number)
        parts(rng, body, 0.2)
    return body


def parts(rng, body, often):
    if rng.random() < often / 2:
        body["owner"] = rng.choice(model.OWNERS)
    for key, people in (("useridlist", model.PEOPLE), ("extidlist", model.EXTERNALS)):
        for verb in ("add_", "del_"):
            if rng.random() < often:
                body[verb + key] = rng.sample(people, rng.randint(1, 2))
    if rng.random() < often:
        body["managementOptions"] = {o: rng.randint(0, 1)
                                     for o in rng.sample(model.OPTIONS, rng.randint(1, 2))}


GENERATORS = {"whole": whole_update, "part": part_update}


def request_bytes(kind, body, task):
    chatid, token = task["chatid"], task["token"]
    if kind == "read":
        return (f"GET /chat/get?access_token={token}&chatid={chatid} HTTP/1.1\r\n"
                "Host: q\r\n\r\n").encode()
    if kind == "peek":
        return (f"GET /_qun/groups/{chatid}?corpId={task['corp']} HTTP/1.1\r\nHost: q\r\n"
                f"Authorization: Bearer {task['admin']}\r\n\r\n").encode()
    data = json.dumps({"chatid": chatid, **body})
    return (f"POST /v1.0/im/group/update HTTP/1.1\r\nHost: q\r\n"
            f"x-acs-dingtalk-access-token: {token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(data)}\r\n\r\n{data}").encode()


def parse(answer):
    """(status, request id, body) of an answer that is whole; None if it is not yet."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = answer[:end].decode("latin-1").lower()
    at = head.index("content-length:") + 15
    length = int(head[at:head.find("\r", at) if "\r" in head[at:] else None])
    if len(answer) < end + 4 + length:
        return None
    at = head.index("x-acs-request-id:") + 17
    request = head[at:head.find("\r", at) if "\r" in head[at:] else None].strip()
    return int(head[9:12]), request, answer[end + 4:]


def seen(kind, status, body):
    if kind == "update" or status != 200:
        return None
    value = json.loads(body)
    if kind == "peek":
        return model.shown_by_peek(value)
    return model.shown_by_get(value["chat_info"]) if value["errcode"] == 0 else None


class Client:
    """One connection, one request at a time."""

    def __init__(self, number, task):
        self.number, self.task = number, task
        self.rng = random.Random(f"{task['seed']}/{number}")
        self.left = task["share"]
        self.sock = socket.create_connection(task["addresses"][number % len(task["addresses"])])
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.made = 0

    def send(self):
        chance, self.kind, self.body = self.rng.random(), "read", None
        if chance < 0.5:
            self.kind = "update"
            self.made += 1
            self.body = GENERATORS[self.task["generator"]](
                self.rng, self.number, self.task["base"] + self.made)
        elif chance < 0.6:
            self.kind = "peek"
        data = request_bytes(self.kind, self.body, self.task)
        self.got, self.called = b"", time.monotonic_ns()
        self.sock.sendall(data)

    def receive(self):
        """An Op when the answer is whole; None before."""
        part = self.sock.recv(65536)
        if not part:
            raise ConnectionResetError
        self.got += part
        answer = parse(self.got)
        if not answer:
            return None
        now = time.monotonic_ns()
        status, request, body = answer
        if status == 200 and self.kind == "update" and body != b'{"success":true}':
            raise AssertionError(f"a success says {body!r}")
        self.left -= 1
        return model.Op(self.number, self.kind, self.body, self.called, now, status,
                        request.upper(), seen(self.kind, status, body))

    def lost(self):
        return model.Op(self.number, self.kind, self.body, self.called, None, None, None, None)


# ---- processes ----

def run_clients(numbers, task):
    """One round of these clients: their operations."""
    ops, chooser = [], selectors.DefaultSelector()
    end = time.monotonic() + ROUND_S

    def stop(client, unanswered):
        if unanswered:
            ops.append(client.lost())
        chooser.unregister(client.sock)
        client.sock.close()

    for number in numbers:
        try:
            client = Client(number, task)
        except OSError:  # killed before it began
            continue
        chooser.register(client.sock, selectors.EVENT_READ, client)
        try:
            client.send()
        except OSError:
            stop(client, True)
    while chooser.get_map() and time.monotonic() < end:
        for key, _ in chooser.select(1):
            client = key.data
            try:
                op = client.receive()
                if op:
                    ops.append(op)
                    if client.left == 0:
                        stop(client, False)
                    else:
                        client.send()
            except OSError:
                stop(client, True)
    for key in list(chooser.get_map().values()):
        stop(key.data, True)  # an answer that never came
    return ops


def serve(pipe, numbers):
    while True:
        task = pipe.recv()
        if task is None:
            return
        pipe.send(run_clients(numbers, task))


class Crew:
    """`clients` clients in `processes` processes."""

    def __init__(self, clients, processes=2):
        fork = multiprocessing.get_context("fork")
        self.members = []
        for i in range(processes):
            ours, theirs = fork.Pipe()
            numbers = list(range(i, clients, processes))
            process = fork.Process(target=serve, args=(theirs, numbers), daemon=True)
            process.start()
            theirs.close()
            self.members.append((process, ours))

    def start(self, task):
        for _, pipe in self.members:
            pipe.send(task)

    def busy(self):
        """Has none of them handed back its operations yet?"""
        return not any(pipe.poll() for _, pipe in self.members)

    def collect(self):
        return [op for _, pipe in self.members for op in pipe.recv()]

    def end(self):
        for process, pipe in self.members:
            pipe.send(None)
            process.join()


# ---- what is loaded ----

class OneServer:
    """A qund of ours: may be killed, and goes on with the same data."""

    def __init__(self, plant=None):
        self.server = qun.Server(env={"QUN_PLANT": plant} if plant else {})
        self.server.start()

    def addresses(self):
        return [("127.0.0.1", self.server.port)]

    def kill(self):
        self.server.kill()
        self.server.start()

    def admin(self, method, path, body=None):
        return self.server.admin(method, path, body)

    admin_token = qun.ADMIN_TOKEN

    def end(self):
        try:
            self.server.close()
        finally:
            self.server.remove()


class Running(qun.Server):
    """Processes that run already and share one store: HOST:PORT each. They are not killed."""

    def __init__(self, addresses, admin_token):
        self.given = [(host, int(port)) for host, _, port in
                      (a.rpartition(":") for a in addresses)]
        self.admin_token = admin_token

    def addresses(self):
        return self.given

    def connect(self, tls=False, timeout=qun.START_S):
        return http.client.HTTPConnection(*self.given[0], timeout=timeout)

    def admin(self, method, path, body=None, headers=None, token=None):
        return super().admin(method, path, body, headers, self.admin_token)

    kill = None

    def end(self):
        pass
