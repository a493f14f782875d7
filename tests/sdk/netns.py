#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""netns.py -- runs one program where api.dingtalk.com is this machine, and ports are its own.

Started by cases/programs.py inside `unshare --mount --net`. Standard input is one JSON object:
    options  of qund, which serves the demo world
    cwd      where both run
    argv     the program
    env      further environment
Standard output is one JSON object: exit, output and errors (what the program said), before,
after (the group chatxxxx), calls (the explanations of the calls that arrived).
"""
import fcntl
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "api"))
import qun  # noqa: E402

HOSTS = "127.0.0.1 localhost\n127.0.0.1 api.dingtalk.com oapi.dingtalk.com\n"
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
PROGRAM_S = 120


def loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        ifreq = struct.pack("16sH14s", b"lo", 0, b"")
        flags = struct.unpack("16sH14s", fcntl.ioctl(s, SIOCGIFFLAGS, ifreq))[1]
        fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sH14s", b"lo", flags | IFF_UP, b""))


def main():
    asked = json.load(sys.stdin)
    with tempfile.TemporaryDirectory(prefix="qun-sdk-") as home:
        hosts = pathlib.Path(home) / "hosts"
        hosts.write_text(HOSTS)
        subprocess.run(["mount", "--bind", str(hosts), "/etc/hosts"], check=True)
        loopback_up()
        with qun.Server(*asked["options"], listen=False, cwd=asked["cwd"]) as server:
            before = server.group("chatxxxx")
            done = subprocess.run(asked["argv"], env={**os.environ, **asked["env"]},
                                  cwd=asked["cwd"], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  timeout=PROGRAM_S)
            print(json.dumps({
                "exit": done.returncode,
                "output": done.stdout.decode(errors="replace"),
                "errors": done.stderr.decode(errors="replace"),
                "before": before,
                "after": server.group("chatxxxx"),
                "calls": server.admin("GET", "requests").json,
            }))


if __name__ == "__main__":
    main()
