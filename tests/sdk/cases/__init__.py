# SPDX-License-Identifier: Apache-2.0
"""The cases: what every language has to show. Each assertion stands in this package once; a
language only carries calls to its SDK and results back (README.md).

A case is a function of a language. It raises AssertionError, or whatever else went wrong.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "api"))  # for qun

from . import calls, errors, legacy, limits, parallel, programs, retry, wire  # noqa: E402


def over(tls, **cases):
    """The cases of a column, over plain HTTP or TLS."""
    return {kind: lambda language, case=case: case(language, tls) for kind, case in cases.items()}


# The columns of the matrix: name, and the case of each kind of language that has one.
CASES = [
    ("sample", {"sdk": programs.sample}),
    ("calls", over(False, sdk=calls.every_call, legacy=legacy.every_call)),
    ("calls-tls", over(True, sdk=calls.every_call, legacy=legacy.every_call)),
    ("errors", over(False, sdk=errors.every_error, legacy=legacy.every_error)),
    ("errors-tls", over(True, sdk=errors.every_error, legacy=legacy.every_error)),
    ("limits", {"sdk": limits.throttled, "legacy": legacy.throttled}),
    ("retry", over(False, sdk=retry.lost_answer, legacy=legacy.lost_answer)),
    ("retry-tls", over(True, sdk=retry.lost_answer, legacy=legacy.lost_answer)),
    ("retry-500", {"sdk": retry.answered_500}),
    ("parallel", {"sdk": parallel.many_clients}),
    ("wire", {"sdk": wire.golden, "legacy": wire.golden}),
    ("sdk.md", {"sdk": programs.document}),
    ("testing.md", {"sdk": programs.testing}),
    ("syntax", {"syntax": programs.syntax}),
]
