#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py -- the official SDKs against build/qund: a matrix of languages and cases.

    python3 tests/sdk/run.py [--languages python,go] [--cases calls,retry-tls]

Installs what it needs at pinned versions into build/sdk/. Needs root, for the cases with a
private network namespace. A language that cannot be installed fails in all its cases. The
last line is "N passed, N failed".
"""
import argparse
import os
import sys
import time
import traceback

import cases
import languages

PASSED, FAILED, WITHOUT = "ok", "FAILED", "-"


def run_case(language, name, case):
    start = time.monotonic()
    try:
        more = case(language)
    except BaseException as e:
        if isinstance(e, KeyboardInterrupt):
            raise
        print(f"FAILED {language.name} {name}\n{traceback.format_exc()}", flush=True)
        return FAILED
    took = f"{time.monotonic() - start:.1f} s" + (f", {more}" if more else "")
    print(f"  {language.name} {name}: ok ({took})", flush=True)
    return PASSED


def run_language(language, chosen):
    """(versions, case -> result)"""
    print(f"{language.name}: installing", flush=True)
    try:
        language.prepare()
        versions = language.versions()
    except Exception as e:
        print(f"FAILED {language.name}: cannot be installed: {e}", flush=True)
        return "not installed", {name: FAILED for name, by_kind in chosen
                                 if language.kind in by_kind}
    print(f"{language.name}: {versions}", flush=True)
    results = {}
    for name, by_kind in chosen:
        case = by_kind.get(language.kind)
        if not case:
            results[name] = WITHOUT
        elif name in language.without:
            print(f"  {language.name} {name}: does not apply: {language.without[name]}")
            results[name] = WITHOUT
        else:
            results[name] = run_case(language, name, case)
    return versions, results


def print_matrix(rows, chosen):
    names = [name for name, _ in chosen]
    wide = max(len(language.name) for language, _, _ in rows)
    print("\n" + " " * wide, *names, " versions", sep="  ")
    for language, versions, results in rows:
        cells = [results.get(name, WITHOUT).ljust(len(name)) for name in names]
        print(language.name.ljust(wide), *cells, " " + versions, sep="  ")


def pick(text, known, what):
    """The rows of `known` that a comma list names, in their own order."""
    names = text.split(",")
    unknown = set(names) - set(known)
    if unknown:
        sys.exit(f"no such {what}: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return [known[name] for name in known if name in names]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--languages", default="", help="comma list; default: all")
    options.add_argument("--cases", default="", help="comma list; default: all")
    options.add_argument("--record", action="store_true",
                         help="write the golden requests of the languages, and run nothing")
    options = options.parse_args()
    known = {language.name: language for language in languages.all_languages()}
    chosen = list(known.values())
    if options.languages:
        chosen = pick(options.languages, known, "language")
    each = {row[0]: row for row in cases.CASES}
    each = pick(options.cases, each, "case") if options.cases else list(each.values())
    if options.record:
        each = [("record", {"sdk": cases.wire.record, "legacy": cases.wire.record})]
    if os.geteuid() != 0:
        sys.exit("needs root: private network namespaces, and a file system of its own")
    languages.need("update-ca-certificates", "ca-certificates", "trust in the registries")
    languages.need("unshare", "util-linux", "private namespaces")
    languages.need("mount", "mount", "a file system of its own")
    rows = [(language, *run_language(language, each)) for language in chosen]
    print_matrix(rows, each)
    results = [r for _, _, found in rows for r in found.values()]
    passed, failed = results.count(PASSED), results.count(FAILED)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
