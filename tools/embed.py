#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""embed.py OUT.c SYMBOL NNN_name.sql... -- numbered schema files as a table of C strings.

The files are numbered 1, 2, 3 ... without gaps; the table is ended by { 0 }.
"""
import pathlib
import sys


def main(out, symbol, *files):
    rows = []
    text = ['/* Made by tools/embed.py. */', '#include "store/schema.h"', ""]
    for want, file in enumerate(sorted(files, key=lambda f: pathlib.Path(f).name), 1):
        path = pathlib.Path(file)
        if int(path.name.split("_")[0]) != want:
            sys.exit(f"{path}: expected number {want}")
        data = path.read_bytes() + b"\0"
        text.append(f"static const char sql_{want}[] = {{")
        for at in range(0, len(data), 20):
            text.append("\t" + "".join(f"{byte}," for byte in data[at : at + 20]))
        text.append("};")
        rows.append(f'\t{{ {want}, "{path.name}", sql_{want} }},')
    text += ["", f"const struct schema_file {symbol}[] = {{", *rows, "\t{ 0 },", "};", ""]
    pathlib.Path(out).write_text("\n".join(text), encoding="ascii")


main(*sys.argv[1:])
