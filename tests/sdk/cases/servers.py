# SPDX-License-Identifier: Apache-2.0
"""Servers with known worlds, and a language's adapter pointed at one."""
import contextlib
import pathlib
import sqlite3
import subprocess
import tempfile

from adapter import Adapter
import qun

CORP, TOKEN = "dingcorp1", "tok-dingcorp1"
NARROW, NOTHING = "dingnarrow", "dingnothing"


def worlds():
    """One app that may do everything, one that does not see the owner, one without rights."""
    whole = qun.small_world(CORP, users=12, externals=3)
    whole["corps"][0]["apps"][0]["permissions"] += [
        "Contact.User.Read", "Contact.User.mobile", "qyapi_addresslist_search"]
    narrow = qun.small_world(NARROW, chatid="chat2")
    narrow["corps"][0]["apps"][0]["visibleScope"] = {"userIds": ["u2"]}
    nothing = qun.small_world(NOTHING, chatid="chat3")
    nothing["corps"][0]["apps"][0]["permissions"] = []
    return {"corps": [w["corps"][0] for w in (whole, narrow, nothing)]}


@contextlib.contextmanager
def serving(*options, **more):
    with qun.Server("--hints", *options, tls=True, **more) as server:
        server.load(worlds())
        yield server


def adapter(language, server, tls, port=None, **more):
    if tls:
        return Adapter(language, f"127.0.0.1:{port or server.tls_port}", "https",
                       ca=server.ca, **more)
    return Adapter(language, f"127.0.0.1:{port or server.port}", "http", **more)


@contextlib.contextmanager
def full_disk():
    """A server whose file system has no room; gives it and what makes room again."""
    with tempfile.TemporaryDirectory(prefix="qun-sdk-") as home:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", home], check=True)
        try:
            filler = pathlib.Path(home) / "filler"
            with serving(data=pathlib.Path(home) / "data") as server, log_kept(server):
                with open(filler, "wb", buffering=0) as out, contextlib.suppress(OSError):
                    while True:
                        out.write(b"x" * 4096)
                for n in range(2000):  # the log's file may have room from before
                    body = {"chatid": "chat1", "name": f"filling {n}"}
                    if server.call("/v1.0/im/group/update", body, TOKEN).status != 200:
                        break
                yield server, filler.unlink
        finally:
            subprocess.run(["umount", home], check=True)


@contextlib.contextmanager
def log_kept(server):
    """A reader stands on a change that is only in the database's log: the log has to grow, and
    does not begin again where it is, however long a client takes to start."""
    db = sqlite3.connect(server.data / "qun.db", isolation_level=None, timeout=5)
    try:
        server.call("/v1.0/im/group/update", {"chatid": "chat1", "name": "in the log"}, TOKEN)
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield
    finally:
        db.close()
