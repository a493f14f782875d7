#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""probe.py FOLDER -- what the disk does by itself: appends a page to a file there and syncs
it, a hundred times a second, until its standard input ends. Prints a list of [start, end],
by the monotonic clock, of what took over SLOW_S: one line of JSON."""
import json
import os
import select
import sys
import time

SLOW_S = 0.1


def main():
    slow, longest = [], 0.0
    path = os.path.join(sys.argv[1], "probe")
    file = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    while not select.select([sys.stdin], [], [], 0.01)[0]:
        began = time.monotonic()
        os.write(file, b"p" * 4096)
        os.fdatasync(file)
        ended = time.monotonic()
        longest = max(longest, ended - began)
        if ended - began > SLOW_S:
            slow.append([began, ended])
    os.close(file)
    os.remove(path)
    print(json.dumps({"slow": slow, "longest_s": longest}))


if __name__ == "__main__":
    main()
