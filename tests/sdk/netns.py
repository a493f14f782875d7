#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""netns.py -- runs one program where api.dingtalk.com is this machine's qund on port 443.

Started by cases.py inside `unshare --mount --net`: names and ports here are nobody else's.
Standard input is one JSON object:
    argv   the program
    env    further environment
    data   a data folder of `qund --demo --tls-self-signed`, whose CA the program trusts
Standard output is one JSON object: exit, output, before, after (the group chatxxxx), calls
(the explanations of the calls that arrived).
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
        data = pathlib.Path(asked["data"])
        with qun.Server("--demo", "--data", data, "--tls-listen", "127.0.0.1:443",
                        "--tls-self-signed", data=data) as server:
            before = server.group("chatxxxx")
            done = subprocess.run(asked["argv"], env={**os.environ, **asked["env"]}, cwd=home,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=PROGRAM_S)
            print(json.dumps({
                "exit": done.returncode,
                "output": done.stdout.decode(errors="replace"),
                "before": before,
                "after": server.group("chatxxxx"),
                "calls": server.admin("GET", "requests").json,
            }))


if __name__ == "__main__":
    main()
