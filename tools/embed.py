#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""embed.py OUT.c SYMBOL NNN_name.sql... -- numbered schema files as a table of C strings.

The files are numbered 1, 2, 3 ... without gaps; the table is ended by { 0 }.

embed.py OUT.c SYMBOL HEADER.h NAME.json -- one text as SYMBOL and SYMBOL_size, which the
header declares.
"""
import pathlib
import sys


def text_of(path):
    """The bytes, signed as char is, and a NUL, as the inside of an array's initialiser."""
    data = path.read_bytes() + b"\0"
    return ["\t" + "".join(f"{(byte ^ 128) - 128}," for byte in data[at : at + 20])
            for at in range(0, len(data), 20)]


def schema(symbol, files):
    rows = []
    text = ['#include "store/schema.h"', ""]
    for want, path in enumerate(sorted(files, key=lambda f: f.name), 1):
        if int(path.name.split("_")[0]) != want:
            sys.exit(f"{path}: expected number {want}")
        text += [f"static const char sql_{want}[] = {{", *text_of(path), "};"]
        rows.append(f'\t{{ {want}, "{path.name}", sql_{want} }},')
    return text + ["", f"const struct schema_file {symbol}[] = {{", *rows, "\t{ 0 },", "};", ""]


def single(symbol, header, path):
    return [f'#include "{header}"', "", f"const char {symbol}[] = {{", *text_of(path), "};",
            f"const size_t {symbol}_size = sizeof({symbol}) - 1;", ""]


def main(out, symbol, *files):
    paths = [pathlib.Path(f) for f in files]
    if paths[0].suffix == ".h":
        text = single(symbol, files[0], paths[1])
    else:
        text = schema(symbol, paths)
    text = ["/* Made by tools/embed.py. */", *text]
    pathlib.Path(out).write_text("\n".join(text), encoding="ascii")


main(*sys.argv[1:])
