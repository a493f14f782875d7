# SPDX-License-Identifier: Apache-2.0
"""times.py -- single checks: each gives what is wrong, or None."""
import contextlib
import email.utils
import subprocess
import time
import urllib.parse

import qun
import walk

TRIES, CALLS = 10, 20
HEAD_S = 10  # a head must be whole within this time
YEAR_S = walk.YEAR_S


@contextlib.contextmanager
def program(folder, *options, plant=None):
    """(a qund with the walk's world, its Offset)"""
    offset = walk.Offset(folder)
    env = {"QUN_CLOCK": str(offset.path), **({"QUN_PLANT": plant} if plant else {})}
    with qun.Server(*options, env=env) as server:
        server.load(walk.world())
        yield server, offset


def checked(check, folder, plant=None):
    try:
        return check(folder, plant)
    except AssertionError as e:
        return str(e)


def wrong_secrets(folder, plant=None):
    """A minute without attempts is not over because the clock was set."""
    def attempt(secret):
        return server.call("/v1.0/oauth2/accessToken",
                           {"appKey": "tried", "appSecret": secret}).status
    with program(folder, plant=plant) as (server, offset):
        for _ in range(TRIES):
            attempt("wrong")
        for seconds in (0, 61, 86400, -86400, 30 * YEAR_S):
            offset.set(seconds)
            if attempt("s-tried") != 403:
                return f"the door is open again with the clock off by {seconds} s"
    return None


def limited_calls(folder, plant=None):
    """A second after a refusal for rate calls pass again, wherever the clock was set to."""
    def calls(n):
        return [server.call("/v1.0/im/group/update", {"chatid": "chat1"}, "tok-fixed",
                            connection=link).status for _ in range(n)]
    with program(folder, "--limits", "dingtalk", plant=plant) as (server, offset):
        link = server.connect()
        for seconds in (0, -3600, 3600, -YEAR_S, 20 * YEAR_S, 0):
            offset.set(seconds)
            time.sleep(1.05)
            if calls(1) != [200]:
                return f"refused after a second, with the clock off by {seconds} s"
        time.sleep(1.05)
        got = calls(CALLS + 1)
        link.close()
        if got != [200] * CALLS + [403]:
            return f"of {CALLS + 1} calls in a second: {got}"
    return None


def join_links(folder, plant=None):
    """A join link holds for 365 days of the clock, and its dates are the clock's."""
    with program(folder, plant=plant) as (server, offset):
        for start in (0, 30 * YEAR_S):
            offset.set(start)
            link = server.oapi("POST", "/topapi/chat/qrcode/get", "tok-fixed", None,
                               {"chatid": "chat1", "userid": "u1"}).json["result"]
            for seconds, holds in ((YEAR_S - 3600, True), (YEAR_S + 60, False)):
                offset.set(start + seconds)
                got = server.admin("GET", "joinlinks?" + urllib.parse.urlencode(
                    {"link": link})).json
                if got["valid"] is not holds:
                    return f"made with the clock off by {start} s, after {seconds} s: {got}"
    return None


def dates(folder, plant=None):
    """The Date of an answer and the time of an explanation are the clock's."""
    with program(folder, plant=plant) as (server, offset):
        for seconds in (0, 20 * YEAR_S, -20 * YEAR_S, 70 * YEAR_S, 3600):
            offset.set(seconds)
            time.sleep(1.05)  # the date is made once a second
            got = server.call("/v1.0/im/group/update", {"chatid": "none"}, "tok-fixed")
            said = email.utils.parsedate_to_datetime(got.headers["date"]).timestamp()
            if abs(said - offset.now()) > 5:
                return f"Date says {got.headers['date']} with the clock off by {seconds} s"
            why = server.admin("GET", "requests/" + got.requestid).json
            year = time.gmtime(offset.now()).tm_year
            if not why["at"].startswith(str(year)):
                return f"the explanation is of {why['at']}, the year is {year}"
    return None


class Deadlines:
    """Two half heads: a jump forth does not end the one before its time, a jump back does not keep
    the other for longer."""

    def __init__(self, folder):
        self.stack = contextlib.ExitStack()
        self.server, self.offset = self.stack.enter_context(program(folder))
        self.begun = time.monotonic()
        self.early, self.late = self.server.raw(), self.server.raw()
        self.early.sendall(b"GET /_qun/healthz HTTP/1.1\r\nHost: q\r\n")
        self.late.sendall(b"GET /_qun/healthz HTTP/1.1\r\nHost: q\r\n")
        self.offset.set(86400)
        time.sleep(0.5)
        self.early.sendall(b"\r\n")
        self.first = self.early.recv(100)
        self.offset.set(-86400)

    def end(self):
        with self.stack:
            if not self.first.startswith(b"HTTP/1.1 200"):
                return f"after a jump forth a head in time was answered {self.first!r}"
            self.late.settimeout(max(0.1, self.begun + HEAD_S + 5 - time.monotonic()))
            try:
                answer = qun.read_all(self.late)
            except TimeoutError:
                return f"after a jump back a half head was kept for over {HEAD_S + 5} s"
            finally:
                self.early.close()
                self.late.close()
            return None if b" 408 " in answer[:20] else f"a half head was answered {answer[:60]!r}"


def library():
    """What faketime would preload: without its process in between, signals reach qund."""
    told = subprocess.run(["faketime", "-m", "-f", "+0", "env"], capture_output=True, text=True,
                          check=True, timeout=30)
    return next(line.partition("=")[2] for line in told.stdout.splitlines()
                if line.startswith("LD_PRELOAD="))


def through_2038(folder, plant=None):
    """A process lives through 2038-01-19 03:14:08 by faketime, with TLS."""
    env = {"LD_PRELOAD": library(), "FAKETIME": "@2038-01-19 03:14:04", "TZ": "UTC",
           "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    with qun.Server(tls=True, env=env) as server:
        server.load(walk.world())
        token = server.call("/v1.0/oauth2/accessToken",
                            {"appKey": "app0", "appSecret": "s-app0"}).json["accessToken"]
        end, seen = time.monotonic() + 30, []
        while time.monotonic() < end:
            got = server.call("/v1.0/im/group/update",
                              {"chatid": "chat1", "name": f"n{len(seen)}"}, token)
            assert got.status == 200, got
            row = server.admin("GET", "groups/chat1/ledger?limit=1").json[-1]
            seen.append((row["number"], row["version"], row["at"]))
            if row["at"] > "2038-01-19T03:14:10":
                break
            time.sleep(0.25)
        if seen != sorted(seen) or not seen[0][2] < "2038-01-19T03:14:08" < seen[-1][2]:
            return f"numbers, versions, times: {seen[0]} to {seen[-1]}"
        server.restart()
        got = server.call("/v1.0/im/group/update", {"chatid": "chat1", "name": "e"}, token)
        return None if got.status == 200 else f"after a restart: {got}"


CHECKS = (wrong_secrets, limited_calls, join_links, dates, through_2038)
