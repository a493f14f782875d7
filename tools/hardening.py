#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hardening.py [BUILD] -- is the release build what docs/reliability.md says of it?

    problems_of_program(path)   what a program lacks, as readelf sees it
    problems_of_objects(path)   likewise the object files of a library
    problems_of_commands(path)  flags that leave no trace, in compile_commands.json
    problems_of_unit(path)      exposure of a systemd unit, above LIMIT
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIMIT = 1.5  # of systemd-analyze's 0 to 10
FLAGS = ["-D_FORTIFY_SOURCE=3", "-fstack-protector-strong", "-fstack-clash-protection",
         "-fcf-protection=full", "-ftrivial-auto-var-init=zero"]


def readelf(option, path):
    return subprocess.run(["readelf", "--wide", option, str(path)], check=True, text=True,
                          capture_output=True).stdout


def problems_of_program(path):
    headers, dynamic = readelf("--file-header", path), readelf("--dynamic", path)
    segments, symbols = readelf("--segments", path), readelf("--dyn-syms", path)
    stack = re.search(r"GNU_STACK.*?\s(R[W ][E ])\s+0x", segments)
    wants = [
        ("position independent (PIE)", re.search(r"Type:\s+DYN", headers) and
         re.search(r"FLAGS_1.*\bPIE\b", dynamic)),
        ("relocations read-only (RELRO)", "GNU_RELRO" in segments),
        ("resolved at start (BIND_NOW)", re.search(r"\bBIND_NOW\b|FLAGS_1.*\bNOW\b", dynamic)),
        ("a stack that cannot be executed", stack and "E" not in stack[1]),
        ("no text relocations", "TEXTREL" not in dynamic),
        ("no search path of its own", not re.search(r"\((RPATH|RUNPATH)\)", dynamic)),
        ("a stack protector", "__stack_chk_fail" in symbols),
        ("checked calls (FORTIFY)", re.search(r"__(mem|str|v?s?n?printf|read)\w*_chk", symbols)),
    ]
    return [f"{path.name}: without {what}" for what, found in wants if not found]


def problems_of_objects(path):
    """Every object says that indirect jumps land on endbr64 and that it knows shadow stacks.
    The program does not: Debian's start-up files lack the note."""
    notes = re.split(r"^File: (.*)\n", readelf("--notes", path), flags=re.M)[1:]
    problems = [f"{name}: not compiled for CET"
                for name, text in zip(notes[::2], notes[1::2]) if "IBT, SHSTK" not in text]
    return problems or ([] if notes else [f"{path.name}: no object files"])


def problems_of_commands(path):
    commands = [c for c in json.loads(path.read_text()) if "/src/" in c["file"]]
    problems = [f"{c['file']}: compiled without {flag}"
                for c in commands for flag in FLAGS if flag not in c["command"].split()]
    return problems or ([] if commands else [f"{path}: nothing is compiled"])


def problems_of_unit(path):
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager",
         f"--threshold={LIMIT * 10:.0f}", str(path)], text=True, capture_output=True)
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    unknown = [line for line in done.stderr.splitlines() if line]
    if done.returncode == 0 and level and float(level[1]) <= LIMIT and not unknown:
        return []
    return [f"{path.name}: exposure {level[1] if level else 'unknown'}, at most {LIMIT}", *unknown]


def problems_of_build(build):
    libraries = sorted((build / "src").glob("*/lib*.a"))
    problems = problems_of_program(build / "qund")
    problems += problems_of_commands(build / "compile_commands.json")
    for library in libraries:
        problems += problems_of_objects(library)
    return problems or ([] if libraries else [f"{build}: no libraries"])


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build")
    problems = problems_of_build(build) + problems_of_unit(ROOT / "packaging" / "qund.service")
    print(*problems, sep="\n")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
