# SPDX-License-Identifier: Apache-2.0
"""Whole programs, unchanged: the one of DingTalk's page, where api.dingtalk.com is this machine,
and those of docs/sdk.md and docs/testing.md."""
import contextlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import qun
from state import applied, same, state_of

NETNS = pathlib.Path(__file__).resolve().parent.parent / "netns.py"
PAGE = {
    "chatid": "chatxxxx", "name": "全员群。", "owner": "04201724372xxxx", "ownerType": "emp",
    "add_useridlist": ["userid1"], "del_useridlist": ["userid1"],
    "add_extidlist": ["unionId"], "del_extidlist": ["unionId"], "icon": "@mediaId",
    "managementOptions": {"mentionAllAuthority": 0, "showHistoryType": 0, "validationType": 0,
                          "searchable": 0, "chatBannedType": 0, "managementType": 0},
}


def in_namespace(argv, env, cwd, options):
    """Runs a program with api.dingtalk.com as this machine; gives what netns.py tells."""
    done = subprocess.run(
        ["unshare", "--mount", "--net", "--", sys.executable, NETNS],
        input=json.dumps({"argv": [str(a) for a in argv], "env": env, "cwd": str(cwd),
                          "options": [str(o) for o in options]}),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    assert done.returncode == 0, f"netns.py ended with {done.returncode}: {done.stderr[-2000:]}"
    seen = json.loads(done.stdout)
    assert seen["exit"] == 0, seen["output"] + seen["errors"]
    return seen


@contextlib.contextmanager
def demo_home():
    """A folder in which the demo has run once, so that its CA is there, and a scratch folder."""
    with tempfile.TemporaryDirectory(prefix="qun-sdk-") as home, \
            tempfile.TemporaryDirectory(prefix="qun-sdk-") as scratch:
        with qun.Server("--demo", tls=True, cwd=home):
            pass
        yield pathlib.Path(home), pathlib.Path(scratch)


def sample(language):
    """Unchanged but for the token: no endpoint, port 443, the SDK's own host."""
    with demo_home() as (home, scratch):
        env = language.trust(home / "qun-demo" / "tls" / "ca.pem", scratch)
        seen = in_namespace(language.sample(), env, home, [
            "--demo", "--listen", "127.0.0.1:0", "--tls-listen", "127.0.0.1:443",
            "--tls-self-signed"])
    calls = [c for c in seen["calls"] if c["api"] == "UpdateGroup"]
    same("calls that arrived", [c["status"] for c in calls], [200])
    before, after = state_of(seen["before"]), state_of(seen["after"])
    same("the name before", before["name"], "示例群")
    same("the group", after, applied(before, PAGE))


def blocks(document, *kinds):
    """The code blocks of one kind of a document, in order; the other language's are the same."""
    pages = [(qun.ROOT / "docs" / f"{document}{tongue}.md").read_text(encoding="utf-8")
             for tongue in ("", ".zh-CN")]
    found, other = [re.findall(rf"^```(?:{'|'.join(kinds)})\n(.*?)^```$", page, re.M | re.S)
                    for page in pages]
    same(f"the code of {document} in both languages", found, other)
    return found


def document(language):
    """The program of docs/sdk.md, with qund started as the page says, prints what it says."""
    (program,) = blocks("sdk", language.fence)
    (output,) = blocks("sdk", "text")
    command, *_ = blocks("sdk", "sh")
    with demo_home() as (home, scratch):
        seen = in_namespace(language.document(program, scratch), {}, home,
                            shlex.split(command)[1:])
    same("what the program prints", seen["output"], output)


def syntax(language):
    """The program of docs/sdk.md is one of the language. It is not run."""
    (program,) = blocks("sdk", language.fence)
    with tempfile.TemporaryDirectory(prefix="qun-sdk-") as scratch:
        language.check(program, pathlib.Path(scratch))


def testing(language):
    """The fixtures and tests of docs/testing.md pass, and as many as there are."""
    with tempfile.TemporaryDirectory(prefix="qun-sdk-") as home:
        for code in blocks("testing", language.fence):
            name = re.match(r"(?:#|//) (\S+)\n", code)[1]
            (pathlib.Path(home) / name).write_text(code, encoding="utf-8")
        argv, passes = language.testing(pathlib.Path(home))
        done = subprocess.run([str(a) for a in argv], cwd=home, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=600, env={**os.environ, "QUND": qun.program()})
    assert done.returncode == 0, done.stdout
    assert re.search(passes, done.stdout), done.stdout
