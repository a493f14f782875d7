#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""figures.py FILE -- puts the figures of a run (build/bench.json) into docs/performance.md and its
Chinese counterpart, between the two lines that mark their place, and keeps FILE as
docs/evidence/bench.json."""
import json
import pathlib
import re
import sys

import rows

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCS = ("performance.md", "performance.zh-CN.md")
MARKS = re.compile(r"(<!-- figures -->\n).*?(<!-- end of figures -->\n)", re.S)
HEADS = {"performance.md": ("measured", "reference", "ratio", "goal"),
         "performance.zh-CN.md": ("实测", "参照", "比值", "目标")}


def table(found, head):
    yield f"| | {' | '.join(head)} | |\n|---|---|---|---|---|---|\n"
    part = None
    for r in found:
        if r["part"] != part:
            part = r["part"]
            yield f"| **{part}** | | | | | |\n"
        yield f"| {' | '.join(cell.strip() for cell in rows.cells(r))} |\n"


def main():
    run = json.loads(pathlib.Path(sys.argv[1]).read_text())
    m = run["machine"]
    about = (f"{m['at'][:10]}, size {m['size']}, commit {m['commit']}, {m['cores']} × {m['processor']}, "
             f"Linux {m['kernel']}, {m['seconds']} s\n\n")
    for name in DOCS:
        path = ROOT / "docs" / name
        text, n = MARKS.subn(
            lambda found: found[1] + about + "".join(table(run["rows"], HEADS[name])) + found[2],
            path.read_text(encoding="utf-8"))
        if n != 1:
            sys.exit(f"{path}: the marks are not there")
        path.write_text(text, encoding="utf-8")
    kept = ROOT / "docs" / "evidence" / "bench.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
