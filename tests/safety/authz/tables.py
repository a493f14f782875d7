# SPDX-License-Identifier: Apache-2.0
"""tables.py -- the tables of this folder, as rows. They are written by hand; nothing makes them."""
import collections
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent

Answer = collections.namedtuple("Answer", "name status code text")
Call = collections.namedtuple("Call", "name method path api point reply")
Row = collections.namedtuple("Row", "call state field expected")  # expected: actor -> word
Field = collections.namedtuple("Field", "key value")

COLUMNS = ("nobody", "bare", "foreign", "in", "out", "other", "maker", "operator")
FIELD_COLUMNS = ("foreign", "in", "out", "other", "maker")


def lines(name, columns):
    """Rows of a table: tab-separated, # begins a comment."""
    for number, line in enumerate((HERE / name).read_text().splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != columns:
            raise ValueError(f"{name}:{number}: {len(cells)} columns, {columns} are needed")
        yield cells


def answers():
    return {row[0]: Answer(row[0], int(row[1]), row[2], row[3])
            for row in lines("answers.tsv", 4)}


def calls():
    return {row[0]: Call(*row[:4], None if row[4] == "-" else row[4], row[5].split())
            for row in lines("calls.tsv", 6)}


def matrix():
    for call, state, *cells in lines("matrix.tsv", 2 + len(COLUMNS)):
        yield Row(call, state, None, dict(zip(COLUMNS, cells)))


def fields():
    """Each row twice: for the new API's update and for the old one's."""
    common = {"nobody": "token", "bare": "point", "operator": "token"}
    for key, value, state, *cells in lines("fields.tsv", 3 + 2 * len(FIELD_COLUMNS)):
        field = Field(key, json.loads(value))
        for call, part in (("UpdateGroup", cells[:5]), ("OapiChatUpdate", cells[5:])):
            yield Row(call, state, field, {**common, **dict(zip(FIELD_COLUMNS, part))})


def races():
    return [tuple(row) for row in lines("races.tsv", 5)]
