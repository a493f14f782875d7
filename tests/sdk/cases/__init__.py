# SPDX-License-Identifier: Apache-2.0
"""The cases: what every language has to show. Each assertion stands in this package once; a
language only carries calls to its SDK and results back (README.md).

A case is a function of a language. It raises AssertionError, or whatever else went wrong.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "api"))  # for qun

from . import calls, errors, limits, parallel, programs, retry, wire  # noqa: E402

# name, function of a language; the matrix has one column each
CASES = [
    ("sample", programs.sample),
    ("calls", lambda language: calls.every_call(language, tls=False)),
    ("calls-tls", lambda language: calls.every_call(language, tls=True)),
    ("errors", lambda language: errors.every_error(language, tls=False)),
    ("errors-tls", lambda language: errors.every_error(language, tls=True)),
    ("limits", limits.throttled),
    ("retry", lambda language: retry.lost_answer(language, tls=False)),
    ("retry-tls", lambda language: retry.lost_answer(language, tls=True)),
    ("retry-500", retry.answered_500),
    ("parallel", parallel.many_clients),
    ("wire", wire.golden),
    ("sdk.md", programs.document),
    ("testing.md", programs.testing),
]
