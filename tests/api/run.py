#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py -- runs the black-box suites test_*.py of this folder.

    python3 tests/api/run.py [-v] [NAME]...

NAME keeps the suites or tests whose id contains it (startup, test_tls, SignalTest.test_term).
One line a suite while it goes, each failure at once, and at the end "N passed, N failed".
"""
import faulthandler
import os
import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
TEST_S = 300  # a test that takes longer hangs: say where, and end
sys.path.insert(0, str(HERE))
os.environ.setdefault("QUN_TEST_VERIFY", "yes")


class Result(unittest.TestResult):
    def __init__(self, verbose):
        super().__init__()
        self.verbose = verbose
        self.passed = 0

    def startTest(self, test):
        super().startTest(test)
        self.bad = False
        faulthandler.dump_traceback_later(TEST_S, exit=True)
        if self.verbose:
            print(f"  {test.id()} ...", flush=True)

    def stopTest(self, test):
        super().stopTest(test)
        faulthandler.cancel_dump_traceback_later()
        if not self.bad:
            self.passed += 1

    def tell(self, test, err):
        self.bad = True
        print(f"FAILED {test.id()}\n{self._exc_info_to_string(err, test)}", flush=True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.tell(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self.tell(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.tell(subtest, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.bad = True
        print(f"SKIPPED {test.id()}: {reason}", flush=True)

    @property
    def failed(self):
        return len(self.failures) + len(self.errors)


def each_test(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from each_test(item)
        else:
            yield item


def main(args):
    verbose = "-v" in args
    names = [a for a in args if a != "-v"]
    passed = failed = skipped = 0
    for path in sorted(HERE.glob("test_*.py")):
        found = unittest.defaultTestLoader.loadTestsFromName(path.stem)
        tests = [t for t in each_test(found) if not names or any(n in t.id() for n in names)]
        if not tests:
            continue
        result, start = Result(verbose), time.monotonic()
        unittest.TestSuite(tests).run(result)
        passed, failed = passed + result.passed, failed + result.failed
        skipped += len(result.skipped)
        print(f"{path.stem}: {result.passed} passed, {result.failed} failed, "
              f"{time.monotonic() - start:.1f} s", flush=True)
    if passed + failed + skipped == 0:
        print("no test has such a name" if names else "no tests")
        failed = 1
    more = f", {skipped} skipped" if skipped else ""
    print(f"{passed} passed, {failed} failed{more}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
