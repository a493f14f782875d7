#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check.py [--fix-format] -- what a reviewer should not have to look for.

Each check prints "ok" or what is wrong and where; the last line is "N passed, N failed".
The documents are compared with what build/ prints, so build first (`make check` does).
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import hardening

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ["src", "tests", "fuzz", "bench", "tools", "include", "client", "cli", ".ci"]
MAX_LINES = 800

# DESIGN: base <- json, net, group <- store <- api, push <- server; store does not include net.
MAY_INCLUDE = {
    "base": {"base"},
    "json": {"base", "json"},
    "net": {"base", "net"},
    "group": {"base", "group"},
    "store": {"base", "json", "group", "store"},
    "api": {"base", "json", "net", "group", "store", "api"},
    "push": {"base", "json", "net", "group", "store", "push"},
    "server": {"base", "json", "net", "group", "store", "api", "push", "server"},
}

BANNED = [
    (r"\b(TODO|FIXME|XXX|HACK)\b", "", "unfinished work is an issue, not a comment"),
    (r"\bgoto (?!out;)", "", "one label, out"),
    (r"\b(alloca|setjmp|longjmp|system|popen|tmpnam|mktemp)\s*\(", "src/", "not in the server"),
    (r"\b(rand|srand|random|drand48)\s*\(", "src/", "randomness comes through base/random.h"),
    (r"\b(time|clock_gettime|gettimeofday)\s*\(", "src/", "the clock comes through base/clock.h"),
]
BANNED_EXCEPT = ("src/base/", "tools/check.py")  # where they are wrapped, and named

CHECKS = []


def check(name):
    def register(function):
        CHECKS.append((name, function))
        return function
    return register


def files(*suffixes):
    found = []
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found.append(path)
    return [p for p in found if p.suffix in suffixes or (not suffixes)]


def name(path):
    return path.relative_to(ROOT).as_posix()


def text(path):
    return path.read_text(encoding="utf-8")


def run(*command):
    """What the command said, if it failed."""
    done = subprocess.run([str(c) for c in command], cwd=ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return [] if done.returncode == 0 else [done.stdout.strip() or f"{command[0]} failed"]


def without_comments(code):
    """C with its comments and strings blanked out, line numbers kept."""
    pattern = r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m[0]), code, flags=re.S)


@check("format")
def check_format():
    return run("clang-format", "--dry-run", "-Werror", *files(".c", ".h"))


@check("includes point to the left")
def check_includes():
    wrong = []
    for path in files(".c", ".h"):
        folder = path.relative_to(ROOT).parts[1] if path.is_relative_to(ROOT / "src") else None
        for number, line in enumerate(text(path).splitlines(), 1):
            found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if not found:
                continue
            target = found[1].split("/")
            where = f"{name(path)}:{number}: \"{found[1]}\""
            if ".." in target or (folder and len(target) < 2):
                wrong.append(f"{where} is not \"folder/file.h\"")
            elif folder and target[0] not in MAY_INCLUDE.get(folder, set()):
                wrong.append(f"{where}: {folder} may not include {target[0]}")
    return wrong


@check("headers compile alone")
def check_headers():
    wrong = []
    for compiler in ("gcc", "clang"):
        for path in files(".h"):
            if path.name == "banned.h":
                continue
            wrong += run(compiler, "-std=gnu17", "-D_GNU_SOURCE", "-Isrc", "-I.", "-Wall",
                         "-Wextra", "-Werror", "-include", "src/base/banned.h",
                         "-include", path, "-fsyntax-only", "-x", "c", "/dev/null")
    return wrong


@check("banned words")
def check_words():
    wrong = []
    for path in files(".c", ".h", ".py", ".sh"):
        if name(path).startswith(BANNED_EXCEPT):
            continue
        raw = text(path)
        code = without_comments(raw) if path.suffix in (".c", ".h") else raw
        for pattern, under, why in BANNED:
            if not name(path).startswith(under):
                continue
            looked_at = code if under or "goto" in pattern else raw
            if "goto" in pattern and path.suffix not in (".c", ".h"):
                continue
            for found in re.finditer(pattern, looked_at):
                line = looked_at.count("\n", 0, found.start()) + 1
                wrong.append(f"{name(path)}:{line}: {found[0].strip()}: {why}")
    return wrong


@check("licence line and length of files")
def check_files():
    wrong = []
    for path in files(".c", ".h", ".py", ".sh"):
        lines = text(path).splitlines()
        if not any("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:2]):
            wrong.append(f"{name(path)}: does not begin with its SPDX line")
        if len(lines) > MAX_LINES:
            wrong.append(f"{name(path)}: {len(lines)} lines, at most {MAX_LINES}")
    return wrong


@check("scripts parse")
def check_scripts():
    wrong = []
    for path in files():
        shell = path.read_bytes()[:40].startswith((b"#!/usr/bin/env bash", b"#!/bin/bash"))
        if path.suffix == ".sh" or shell:
            wrong += run("bash", "-n", path)
            if not os.access(path, os.X_OK):
                wrong.append(f"{name(path)}: not executable")
        if path.suffix == ".py":
            try:
                compile(text(path), name(path), "exec")
            except SyntaxError as error:
                wrong.append(f"{name(path)}:{error.lineno}: {error.msg}")
    return wrong


@check("generated documents are up to date")
def check_documents():
    with tempfile.TemporaryDirectory() as fresh:
        wrong = run("tools/docs.sh", fresh)
        return wrong or run("diff", "-r", "-u", "docs/reference", fresh)


@check("the release build and the service are hardened")
def check_hardening():
    return (hardening.problems_of_build(ROOT / "build")
            + hardening.problems_of_unit(ROOT / "packaging" / "qund.service"))


def outline(path):
    """The levels of the headings, and the code blocks, of a Markdown file."""
    levels, blocks, block = [], [], None
    for line in text(path).splitlines():
        if line.startswith("```"):
            if block is None:
                block = [line]
            else:
                blocks.append("\n".join(block))
                block = None
        elif block is not None:
            block.append(line)
        elif line.startswith("#"):
            levels.append(len(line) - len(line.lstrip("#")))
    return levels, blocks


@check("documents in two languages have one structure")
def check_languages():
    wrong = []
    pairs = [(ROOT / "README.md", ROOT / "README.zh-CN.md")]
    pairs += [(p.with_name(p.name.replace(".zh-CN.md", ".md")), p)
              for p in sorted((ROOT / "docs").rglob("*.zh-CN.md"))]
    for english, chinese in pairs:
        if not english.exists() or not chinese.exists():
            wrong.append(f"{name(english)} or {name(chinese)} is not there")
            continue
        one, other = outline(english), outline(chinese)
        if one[0] != other[0]:
            wrong.append(f"{name(chinese)}: headings differ: {one[0]} and {other[0]}")
        if len(one[1]) != len(other[1]):
            wrong.append(f"{name(chinese)}: {len(other[1])} code blocks, not {len(one[1])}")
        wrong += [f"{name(chinese)}: code block {i + 1} differs from {name(english)}'s:\n{b}"
                  for i, (a, b) in enumerate(zip(one[1], other[1])) if a != b]
    return wrong


@check("links in documents lead somewhere")
def check_links():
    wrong = []
    for path in sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")):
        prose = re.sub(r"```.*?```", "", text(path), flags=re.S)
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose):
            if "://" not in target and not (path.parent / target).exists():
                wrong.append(f"{name(path)}: ({target}) is not there")
    return wrong


def main(args):
    if "--fix-format" in args:
        return len(run("clang-format", "-i", *files(".c", ".h")))
    failed = 0
    for title, function in CHECKS:
        problems = function()
        failed += bool(problems)
        print("ok    " if not problems else "FAILED", title, flush=True)
        for problem in problems:
            print("    " + problem.replace("\n", "\n    "), flush=True)
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
