# SPDX-License-Identifier: Apache-2.0
"""rows.py -- the figures of a run: a row each, beside what it is compared with.

    row("time to ready", 5.9, "ms", at_most=50)
    compared("updates, 64 connections", 15100, "/s", 16200, "limit", at_least=0.85)

A bound of row() is for the value, one of compared() for the ratio value / reference.
"""

HEAD = ("", "measured", "reference", "ratio", "goal", "")


def row(name, value, unit, at_most=None, at_least=None, note=""):
    bound, goal = ("at most", at_most) if at_most is not None else ("at least", at_least)
    met = None
    if goal is not None:
        met = value <= goal if bound == "at most" else value >= goal
    return {"name": name, "value": value, "unit": unit, "reference": None,
            "reference_name": None, "ratio": None, "bound": bound if goal is not None else None,
            "goal": goal, "met": met, "note": note}


def compared(name, value, unit, reference, reference_name, at_most=None, at_least=None, note=""):
    ratio = value / reference if reference else float("inf")
    judged = row(name, ratio, "", at_most, at_least, note)
    return {**judged, "value": value, "unit": unit, "reference": reference,
            "reference_name": reference_name, "ratio": ratio}


def number(value):
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3g}"


def cells(r):
    """The columns of the table: texts."""
    if r["reference"] is None:
        reference = ratio = ""
        unit = f" {r['unit']}" if r["unit"] else ""
    else:
        reference = f"{number(r['reference'])} {r['unit']} {r['reference_name']}"
        ratio, unit = f"x {number(r['ratio'])}", ""
    goal = "" if r["goal"] is None else f"{r['bound']} {number(r['goal'])}{unit}"
    verdict = {None: "", True: "met", False: "MISSED"}[r["met"]]
    return (r["name"], f"{number(r['value'])} {r['unit']}".rstrip(), reference, ratio, goal,
            "  ".join(filter(None, (verdict, r["note"]))))


def table(rows):
    """Lines to print: a heading for each part."""
    lines = [HEAD] + [cells(r) for r in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(5)]
    part = None
    for r, line in zip([None, *rows], lines):
        if r and r["part"] != part:
            part = r["part"]
            yield f"-- {part}"
        yield "  ".join(
            f"{cell:<{w}}" if i in (0, 2, 4) else f"{cell:>{w}}"
            for i, (cell, w) in enumerate(zip(line, widths + [0]))).rstrip()
