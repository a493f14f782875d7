# SPDX-License-Identifier: Apache-2.0
"""adapter.py -- a running adapter program, as the cases see it (the protocol: README.md)."""
import json
import os
import select
import subprocess
import tempfile
import time

START_S = 60  # a JVM on a busy machine
ANSWER_S = 60


class Adapter:
    """One program of one language, pointed at one endpoint.

        with Adapter(language, "127.0.0.1:7780", "http") as a:
            said = a.call("UpdateGroup", {"chatid": "chat1"}, token="tok")
    """

    def __init__(self, language, endpoint, protocol, ca=None, autoretry=False):
        self.folder = tempfile.TemporaryDirectory(prefix="qun-sdk-")
        argv = [*language.adapter(), "--endpoint", endpoint, "--protocol", protocol]
        env = {}
        if ca:
            argv += ["--ca", ca]
            env = language.trust(ca, self.folder.name)
        if autoretry:
            argv.append("--autoretry")
        self.said = open(os.path.join(self.folder.name, "stderr"), "w+b")
        self.process = subprocess.Popen(
            [str(a) for a in argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self.said, env={**os.environ, **env}, cwd=self.folder.name)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.said.close()
        self.folder.cleanup()

    def _trouble(self, what):
        self.said.seek(0)
        tail = self.said.read()[-2000:].decode(errors="replace")
        return AssertionError(f"the adapter {what}; it said: {tail}")

    def _line(self, timeout):
        end = time.monotonic() + timeout
        out = self.process.stdout
        while b"\n" not in self.rest:
            left = end - time.monotonic()
            if left <= 0 or not select.select([out], [], [], left)[0]:
                raise self._trouble(f"did not answer within {timeout} s")
            part = os.read(out.fileno(), 65536)
            if not part:
                raise self._trouble("ended")
            self.rest += part
        line, _, self.rest = self.rest.partition(b"\n")
        return line

    def call(self, op, args=None, token=None, headers=None):
        """Gives the line that the adapter wrote, as a dict."""
        call = {"op": op, "args": args or {}}
        if token is not None:
            call["token"] = token
        if headers:
            call["headers"] = headers
        self.process.stdin.write(json.dumps(call).encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self._line(START_S + ANSWER_S))

    def ok(self, op, args=None, token=None, headers=None):
        """A call that must succeed; gives its body."""
        said = self.call(op, args, token, headers)
        assert "ok" in said, f"{op} {args}: {said}"
        return said["ok"]
