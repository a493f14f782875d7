# SPDX-License-Identifier: Apache-2.0
"""qun.py -- what the black-box tests share: a real qund on free ports, and small clients.

    with qun.Server() as s:                      # its own data folder, port 0
        s.load(qun.small_world("dingcorp1"))     # POST /_qun/worlds
        a = s.call("/v1.0/im/group/update", {"chatid": "chat1", "name": "x"}, token="tok-dingcorp1")
        assert a.status == 200 and a.json == {"success": True}
        a = s.request("GET", "/chat/get?access_token=tok-dingcorp1&chatid=chat1")
        with s.raw() as sock:                    # bytes as they are
            sock.sendall(b"GET / HTTP/1.1\\r\\n\\r\\n")

The program is the one that the environment's QUND names, or build/qund. A Server is stopped
by its own pid when the block ends, and the test fails if it did not end well, said that
memory or threads are misused, wrote more to standard output than its ready line, or left
data behind in which `qund verify` finds something wrong.
"""
import http.client
import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ADMIN_TOKEN = "admin-token-of-the-tests"
START_S = 30  # a sanitizer build on a busy machine; otherwise it is milliseconds
# Whether what a server leaves behind is looked through by `qund verify`; run.py says so.
VERIFIED = os.environ.get("QUN_TEST_VERIFY") == "yes"
REPORTS = re.compile(
    r"AddressSanitizer|LeakSanitizer|ThreadSanitizer|UndefinedBehaviorSanitizer|: runtime error:"
)


def program():
    path = os.environ.get("QUND") or str(ROOT / "build" / "qund")
    if not os.access(path, os.X_OK):
        raise FileNotFoundError(f"{path} is not there: build it, or set QUND")
    return os.path.abspath(path)


def sanitized():
    """Whether the program keeps what it frees for a sanitizer's sake: then how much memory it
    takes says nothing."""
    code = pathlib.Path(program()).read_bytes()
    return b"__asan_init" in code or b"__tsan_init" in code


def clean_env(**more):
    """The environment without QUN_* settings of whoever runs the tests."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("QUN_")}
    env.update(more)
    return env


class Answer:
    """status, headers (names in lower case), body (bytes), json, requestid."""

    def __init__(self, status, headers, body):
        self.status, self.body = status, body
        self.headers = {k.lower(): v for k, v in headers}

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def requestid(self):
        return self.headers.get("x-acs-request-id")

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class Server:
    """One qund. `options` go to its command line after the defaults.

    data:    its folder; by default a new one that goes when the block ends
    listen:  False leaves --listen out (the caller's options have it)
    tls:     also a TLS listener, with a certificate made by qund (`s.ca`)
    env:     further environment variables
    admin:   False leaves QUN_ADMIN_TOKEN out
    verify:  False leaves out the look through the data at the end, which itself leaves an
             empty log behind
    """

    def __init__(self, *options, data=None, listen=True, tls=False, env=None, admin=True,
                 verify=True, **popen):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="qun-test-"))
        self.data = pathlib.Path(data) if data else self.home / "data"
        self.args = [program()]
        if "--ephemeral" not in options and "--demo" not in options:
            self.args += ["--data", str(self.data)]
        if listen:
            self.args += ["--listen", "127.0.0.1:0"]
        if tls:
            self.args += ["--tls-listen", "127.0.0.1:0", "--tls-self-signed"]
        self.args += [str(o) for o in options]
        self.env = clean_env(**({"QUN_ADMIN_TOKEN": ADMIN_TOKEN} if admin else {}), **(env or {}))
        self.popen = popen
        self.verified = verify and VERIFIED
        self.process = None
        self.ready_line = ""
        self.port = self.tls_port = None
        self.log_path = self.home / "stderr"

    # ---- life ----

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.remove()
            raise

    def __exit__(self, kind, value, trace):
        try:
            if kind is None:
                self.close()
            else:
                self.kill()
        finally:
            self.remove()

    def start(self):
        self.launch()
        self.await_ready()
        return self

    def launch(self):
        """Starts the process without waiting for it."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.args, env=self.env, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=log, **{"cwd": self.home, **self.popen})

    def await_ready(self, timeout=START_S):
        out, line, end = self.process.stdout, b"", time.monotonic() + timeout
        while not line.endswith(b"\n"):
            left = end - time.monotonic()
            if left <= 0 or not select.select([out], [], [], left)[0]:
                self.kill()
                raise AssertionError(f"not ready after {timeout} s; it said: {self.log()}")
            part = os.read(out.fileno(), 4096)
            if not part:
                code = self.process.wait()
                raise AssertionError(f"ended with {code} before it was ready; it said: {self.log()}")
            line += part
        self.ready_line = line.decode()
        self.port = self._port_of("http")
        self.tls_port = self._port_of("https")

    def _port_of(self, kind):
        found = re.search(rf" {kind}=\S*?:(\d+)(?:[,\s]|$)", self.ready_line)
        return int(found.group(1)) if found else None

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, timeout=START_S):
        """SIGTERM; gives the exit status."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.wait(timeout)

    def wait(self, timeout=START_S):
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"did not end within {timeout} s; it said: {self.log()}") from None

    def close(self):
        """Stops it, if it still runs, and checks that it ended well."""
        if self.process.poll() is None:
            status = self.stop()
            assert status == 0, f"ended with {status}; it said: {self.log()}"
        more = self.process.stdout.read()
        self.process.stdout.close()
        assert more == b"", f"more than the ready line on standard output: {more!r}"
        self.check_log()
        if self.verified and (self.data / "qun.db").exists():
            done = run("verify", "--data", self.data)
            assert done.returncode == 0, f"{done.stdout}{done.stderr}"

    def kill(self):
        """As a power cut would end it, as far as the process goes."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process:
            self.process.stdout.close()

    def restart(self, *options):
        """Starts it again on the same data, on new ports; `options` are added."""
        if self.process.poll() is None:
            self.close()
        self.args += [str(o) for o in options]
        return self.start()

    def remove(self):
        shutil.rmtree(self.home, ignore_errors=True)

    def log(self):
        """Everything it wrote to standard error."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def check_log(self):
        found = REPORTS.search(self.log())
        assert not found, self.log()

    # ---- calls ----

    def connect(self, tls=False, timeout=START_S):
        """A http.client connection, for several requests on one connection."""
        if tls:
            return http.client.HTTPSConnection(
                "localhost", self.tls_port, timeout=timeout, context=self.tls_context())
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def request(self, method, path, body=None, headers=None, tls=False, connection=None):
        """One request. body: bytes, str, or anything else to be sent as JSON."""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body, ensure_ascii=False)
            headers.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode()
        link = connection or self.connect(tls)
        try:
            link.request(method, path, body, headers)
            got = link.getresponse()
            return Answer(got.status, got.getheaders(), got.read())
        finally:
            if not connection:
                link.close()

    def call(self, path, body=None, token=None, headers=None, method="POST", **more):
        """A call of the new API."""
        headers = dict(headers or {})
        if token is not None:
            headers["x-acs-dingtalk-access-token"] = token
        return self.request(method, path, body, headers, **more)

    def oapi(self, method, path, token=None, query=None, body=None, headers=None, **more):
        """A call of the old API: token and query go into the URL."""
        pairs = dict(query or {})
        if token is not None:
            pairs["access_token"] = token
        if pairs:
            path += "?" + urllib.parse.urlencode(pairs)
        return self.request(method, path, body, headers, **more)

    def admin(self, method, path, body=None, headers=None, token=ADMIN_TOKEN):
        headers = {"Authorization": f"Bearer {token}", **(headers or {})}
        return self.request(method, "/_qun/" + path, body, headers)

    def load(self, world, mode="create"):
        """Posts a world; gives the answer's JSON, or fails."""
        a = self.admin("POST", f"worlds?mode={mode}", world)
        assert a.status == 200, a
        return a.json

    def group(self, chatid, corp=None):
        """The full state of a group; None if it is not there."""
        query = f"?corpId={urllib.parse.quote(corp)}" if corp else ""
        a = self.admin("GET", f"groups/{urllib.parse.quote(chatid, safe='')}{query}")
        assert a.status in (200, 404), a
        return a.json if a.status == 200 else None

    def raw(self, tls=False, timeout=START_S):
        """A connected socket (with TLS a wrapped one)."""
        sock = socket.create_connection(
            ("127.0.0.1", self.tls_port if tls else self.port), timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.tls_context().wrap_socket(sock, server_hostname="localhost") if tls else sock

    # ---- TLS ----

    @property
    def ca(self):
        return self.data / "tls" / "ca.pem"

    def tls_context(self):
        return ssl.create_default_context(cafile=str(self.ca))


def run(*options, timeout=START_S, env=None, **more):
    """Runs qund with exactly these options to its end: .returncode, .stdout, .stderr (text)."""
    return subprocess.run(
        [program(), *map(str, options)], env=clean_env(**(env or {})), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
        timeout=timeout, **more)


def read_all(sock):
    """What the peer sends until it closes."""
    parts = []
    while True:
        part = sock.recv(65536)
        if not part:
            return b"".join(parts)
        parts.append(part)


def small_world(corp="dingcorp1", users=5, externals=2, **group):
    """A corp with the users u1.., the externals ext1.., one app that may do everything
    (token tok-CORP), and one ordinary group chat1 of u1 (owner) and u2, open to every app.
    Keywords replace keys of the group."""
    return {"corps": [{
        "corpId": corp, "name": "corp " + corp,
        "departments": [{"deptId": 1, "name": "all", "parentId": 0}],
        "users": [{"userid": f"u{i}", "unionid": f"union{i}", "name": f"user {i}",
                   "mobile": f"1380000{i:04d}", "deptIds": [1], "active": True}
                  for i in range(1, users + 1)],
        "externalContacts": [{"unionid": f"ext{i}", "name": f"external {i}"}
                             for i in range(1, externals + 1)],
        "apps": [{"appKey": "app-" + corp, "appSecret": "secret-" + corp, "agentId": 1,
                  "name": "app", "visibleScope": {"all": True}, "accessToken": "tok-" + corp,
                  "permissions": ["qyapi_chat_manage", "qyapi_chat_read", "qyapi_chat_base_read",
                                  "qyapi_get_member_by_mobile", "qyapi_get_member",
                                  "fieldMobile", "qyapi_ext_read", "qyapi_ext_write"]}],
        "media": [{"mediaId": "@icon1", "type": "image"}],
        "groups": [{"chatid": "chat1", "conversationTag": 0, "name": "group", "owner": "u1",
                    "ownerType": "emp", "useridlist": ["u1", "u2"], **group}],
    }]}
