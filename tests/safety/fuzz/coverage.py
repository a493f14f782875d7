# SPDX-License-Identifier: Apache-2.0
"""coverage.py -- which branches of the parsers the kept corpus takes.

    coverage.measure(build, names)     # {file: Branches}

The programs of `build` count branches as clang sees them. Left out are those inside assert()
and those whose other side ends the program for want of memory: no input can take them.
"""
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
PARSERS = ("src/net/http_parse.c", "src/net/chunk.c", "src/net/uri.c", "src/net/multipart.c",
           "src/json/decode.c", "src/base/field.c", "src/api/routes.c",
           "src/store/world_check.c", "src/store/world_index.c", "src/server/options.c",
           "src/server/config_file.c", "src/server/option_value.c")
NOT_BY_INPUT = re.compile(r"\bassert\(|\bdie\(|\bplant\(")
Branches = collections.namedtuple("Branches", "taken all missing")


def tool(name):
    """llvm-cov of the clang in use; Debian's plain names first."""
    for candidate in (name, f"{name}-14", f"{name}-19"):
        if shutil.which(candidate):
            return candidate
    raise FileNotFoundError(f"{name} is not installed")


def run_corpus(build, name, profile):
    files = sorted(str(path) for path in (ROOT / "fuzz" / "corpus" / name).iterdir())
    subprocess.run([str(build / "fuzz" / f"fuzz_{name}"), *files], check=True, timeout=300,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env=dict(os.environ, LLVM_PROFILE_FILE=str(profile)))


def export(build, names, merged):
    programs = [str(build / "fuzz" / f"fuzz_{name}") for name in names]
    more = [part for program in programs[1:] for part in ("-object", program)]
    done = subprocess.run(
        [tool("llvm-cov"), "export", "-instr-profile", str(merged), programs[0], *more],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout)["data"][0]["files"]


def branches_of(path, found):
    """Each branch has two sides; several expansions or programs add up."""
    lines = path.read_text().splitlines()
    sides = collections.Counter()
    for line, column, end, end_column, yes, no, *_ in found:
        text = " ".join(lines[line - 1:end])
        if NOT_BY_INPUT.search(text) or is_fatal(lines, end):
            continue
        sides[line, column, True] += yes
        sides[line, column, False] += no
    missing = [f"{line}:{column} never {'true' if side else 'false'}: {lines[line - 1].strip()}"
               for (line, column, side), n in sorted(sides.items()) if n == 0]
    return Branches(len(sides) - len(missing), len(sides), missing)


def is_fatal(lines, end):
    """A condition whose next line ends the program."""
    return end < len(lines) and lines[end].strip().startswith("die(")


def measure(build, names):
    with tempfile.TemporaryDirectory(prefix="qun-coverage-") as home:
        home = pathlib.Path(home)
        for name in names:
            run_corpus(build, name, home / f"{name}.profraw")
        merged = home / "all.profdata"
        subprocess.run([tool("llvm-profdata"), "merge", "-o", str(merged),
                        *map(str, home.glob("*.profraw"))], check=True)
        files = export(build, names, merged)
    found = {}
    for entry in files:
        path = pathlib.Path(os.path.normpath(os.path.join(build, entry["filename"])))
        name = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
        if name in PARSERS:
            found[name] = branches_of(path, entry["branches"])
    return found
