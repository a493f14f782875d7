# SPDX-License-Identifier: Apache-2.0
"""The cases: what every language has to show. Each assertion stands in this package once; a
language only carries calls to its SDK and results back (README.md).

A case is a function of a language. It raises AssertionError, or whatever else went wrong.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "api"))  # for qun

from . import calls, errors, legacy, limits, parallel, programs, retry, wire  # noqa: E402

def over(tls, *cases):
    """The cases of a column, over plain HTTP or TLS."""
    return [lambda language, case=case: case(language, tls) for case in cases]


# The columns of the matrix: name, case of an SDK, case of the old API's client (None: none)
CASES = [
    ("sample", programs.sample, None),
    ("calls", *over(False, calls.every_call, legacy.every_call)),
    ("calls-tls", *over(True, calls.every_call, legacy.every_call)),
    ("errors", *over(False, errors.every_error, legacy.every_error)),
    ("errors-tls", *over(True, errors.every_error, legacy.every_error)),
    ("limits", limits.throttled, legacy.throttled),
    ("retry", *over(False, retry.lost_answer, legacy.lost_answer)),
    ("retry-tls", *over(True, retry.lost_answer, legacy.lost_answer)),
    ("retry-500", retry.answered_500, None),
    ("parallel", parallel.many_clients, None),
    ("wire", wire.golden, wire.golden),
    ("sdk.md", programs.document, None),
    ("testing.md", programs.testing, None),
]
