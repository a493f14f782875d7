#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lint.py [FILE]... -- clang-tidy (.clang-tidy says which checks) and cppcheck over src/, or
over the files named. Uses build-clang's compile commands. The last line is "N passed, N failed":
each file of clang-tidy counts as one, cppcheck as one.
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
QUEUE_H = next(pathlib.Path("/usr/include").rglob("sys/queue.h"), "sys/queue.h")
CPPCHECK = [
    "cppcheck", "--std=c11", "--enable=warning,performance,portability", "--inline-suppr",
    "--error-exitcode=1", "--quiet", "--suppress=missingIncludeSystem", "-I", "src",
    # A struct str by value is how strings are passed; cppcheck cannot see through _Generic.
    "--suppress=passedByValue", "-D_GNU_SOURCE", "-DNDEBUG",
    f"--include={QUEUE_H}",  # its macros declare members
]


def run(command):
    done = subprocess.run(command, cwd=ROOT, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def tidy(path):
    code, said = run(["clang-tidy", "-p", "build-clang", "--quiet", str(path)])
    return path, code, re.sub(r"\d+ (warning|error)s? generated\.\n", "", said).rstrip()


def main(args):
    sources = [pathlib.Path(a).resolve() for a in args] or sorted((ROOT / "src").rglob("*.c"))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, code, said in pool.map(tidy, sources):
            failed += bool(code)
            print("ok    " if not code else "FAILED", "clang-tidy", path.relative_to(ROOT),
                  flush=True)
            if code:
                print(said, flush=True)
    code, said = run(CPPCHECK + [str(s.relative_to(ROOT)) for s in sources])
    failed += bool(code)
    print("ok    " if not code else "FAILED", "cppcheck")
    print(said, end="")
    print(f"{len(sources) + 1 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
