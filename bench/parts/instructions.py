# SPDX-License-Identifier: Apache-2.0
"""instructions.py -- instructions of one update outside the kernel, counted by callgrind:
they hardly depend on what else the machine does. Compared with the counts that are kept in
bench/instructions.json (`run.py --keep instructions` writes them anew).

One connection, one update after the other; two runs of different length, so that start and
stop cancel out. The build is the release's with symbols kept, to tell what explanations cost.
"""
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess

import corp as corps
import qun
from rows import compared, row

ROOT = corps.ROOT
BUILD = ROOT / "build-callgrind"
KEPT = ROOT / "bench" / "instructions.json"
EXPLAIN = "explanations_add"


def build():
    if not (BUILD / "build.ninja").exists():
        subprocess.run(["meson", "setup", BUILD, "-Ddebug=true"], cwd=ROOT, check=True,
                       stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", BUILD, "qund"], check=True, stdout=subprocess.DEVNULL)


class Counts:
    """What a callgrind.out file says. total; by: instructions of each object file itself;
    explain: of EXPLAIN with all that it calls."""

    def __init__(self, path):
        self.by, self.explain = collections.Counter(), 0
        names, at, called, inclusive = {}, "", "", False
        for line in path.read_text().splitlines():
            found = re.match(r"(ob|cob|fn|cfn)=\((\d+)\)(?: (.*))?$", line)
            if found:
                kind, key, name = found[1].lstrip("c"), found[2], found[3]
                names.setdefault((kind, key), name)
                if found[1] == "ob":
                    at = names[kind, key]
                elif found[1] == "cfn":
                    called = names[kind, key]
            elif line.startswith("calls="):
                inclusive = True
            elif re.match(r"[+\-*\d]", line):
                cost = int(line.split()[1])
                if not inclusive:
                    self.by[at] += cost
                elif called == EXPLAIN:
                    self.explain += cost
                inclusive = False
        self.total = sum(self.by.values())


def count(run, updates):
    """Counts of a server that starts on a fresh copy of the small corp and makes so many."""
    data = pathlib.Path(run.home) / "callgrind-data"
    out = pathlib.Path(run.home) / "callgrind.out"
    shutil.copytree(run.small_corp().data, data)
    start = run.small_corp().updates[0]
    s = qun.Server("--io-threads", "1", "--sandbox=no", data=data)  # valgrind writes elsewhere
    s.args = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}",
              str(BUILD / "qund")] + s.args[1:]
    groups = run.small_corp().groups
    with s:
        link = s.connect()
        for i in range(start, start + updates):
            a = s.call("/v1.0/im/group/update",
                       corps.update_body(i * 7 % groups, corps.GROUP_SIZE, i // groups),
                       token=corps.TOKEN, connection=link)
            if a.status != 200:
                raise RuntimeError(f"update {i}: {a}")
        link.close()
    counts = Counts(out)
    shutil.rmtree(data)
    out.unlink()
    return counts


def library(path):
    """The name of an object file without its version, so that it can be compared."""
    return re.sub(r"[-.]so.*|-\d[\d.]*$", "", os.path.basename(path)) or "other"


def measure(run):
    few, many = 200, run.pick(1200, 400)
    run.say("building with symbols")
    build()
    run.say(f"{few} updates under callgrind")
    a = count(run, few)
    run.say(f"{many} updates under callgrind")
    b = count(run, many)
    each = {}
    for name in b.by:
        each[library(name)] = each.get(library(name), 0) + (b.by[name] - a.by[name]) / (many - few)
    total = (b.total - a.total) / (many - few)
    explain = (b.explain - a.explain) / (many - few)
    counts = {"instructions": round(total), "of which": {
        name: round(n) for name, n in sorted(each.items(), key=lambda x: -x[1]) if n > total / 200}}
    if run.keep:
        KEPT.write_text(json.dumps(counts, indent=1) + "\n")
    kept = json.loads(KEPT.read_text())
    yield compared("instructions of an update", total, "", kept["instructions"], "kept",
                   at_most=1.03)
    for name, n in counts["of which"].items():
        if name in kept["of which"]:
            yield compared(f"  {name}", n, "", kept["of which"][name], "kept")
        else:
            yield row(f"  {name}", n, "", note="none were kept")
    yield row("explanations, of the instructions outside the kernel", explain / total * 100, "%",
              at_most=3)
