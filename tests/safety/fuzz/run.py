#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py -- every parser is given what no client would send.

1. Each entry point of fuzz/ by libFuzzer with AddressSanitizer and UndefinedBehaviorSanitizer,
   then by AFL++, from the kept corpus and a dictionary, two entry points at a time. What they
   promise beyond memory safety is at the head of each fuzz_NAME.c.
2. The kept corpus takes at least 95 % of the parsers' branches; those missing are shown.

Planted faults: each must be found by the fuzzer of its parser.
The seed is libFuzzer's and AFL++'s; what a run reaches also depends on the machine's speed.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import coverage  # noqa: E402
import harness  # noqa: E402

ROOT = harness.ROOT
CORPUS = ROOT / "fuzz" / "corpus"
NAMES = sorted(path.stem.removeprefix("fuzz_") for path in (ROOT / "fuzz").glob("fuzz_*.c"))
# the fault, and whose parser it is in
FAULTS = (("chunk_size_off_by_one", "http_parse"), ("chunk_extension_unbounded", "http_parse"),
          ("http_two_lengths", "http_parse"), ("json_duplicate_keys", "json"))
AT_ONCE, FAULT_S, INPUT_S = 2, 60, 20
BRANCHES, CORPUS_BYTES = 95.0, 1 << 20
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=1:abort_on_error=1",
              "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
AFL = {"AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", "AFL_SKIP_CPUFREQ": "1",
       "AFL_NO_AFFINITY": "1", "AFL_NO_UI": "1", "AFL_QUIET": "1", "LLVM_PROFILE_FILE": "/dev/null"}


def build(folder, compiler, *options):
    """The folder, with all entry points built."""
    done = subprocess.run(
        [str(ROOT / "tools" / "build.sh"), folder, "-Dfuzz=true", "-Dbuildtype=debugoptimized",
         *options], env=dict(os.environ, CC=compiler, AFL_QUIET="1",
                           LLVM_PROFILE_FILE="/dev/null"), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print(done.stdout[-4000:])
        raise RuntimeError(f"{folder} does not build")
    return ROOT / folder


def spend(command, log, **env):
    """(exit status, CPU seconds) of a command, its output in a file."""
    with open(log, "wb") as out:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                 env={**clean_env(), **env})
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, used.ru_utime + used.ru_stime


def clean_env():
    return {k: v for k, v in os.environ.items() if not k.startswith("QUN_")}


def libfuzzer(built, name, seconds, seed, home, **env):
    """(why it failed or "", executions, CPU seconds)."""
    (home / f"new-{name}").mkdir(parents=True, exist_ok=True)
    log = home / f"{name}.log"
    status, cpu = spend(
        [str(built / "fuzz" / f"fuzz_{name}"), f"-max_total_time={seconds}", f"-seed={seed}",
         f"-timeout={INPUT_S}", "-print_final_stats=1", f"-dict={ROOT}/fuzz/{name}.dict",
         f"-artifact_prefix={home}/{name}-", str(home / f"new-{name}"), str(CORPUS / name)],
        log, **SANITIZERS, **env)
    text = log.read_text(errors="replace")
    found = re.search(r"number_of_executed_units: (\d+)", text)
    return "" if status == 0 else f"status {status}: {cause(text)}", \
        int(found[1]) if found else 0, cpu


def cause(text):
    """The line of a log that says what was found."""
    for line in text.splitlines():
        if re.search(r"fatal:|Assertion|ERROR: \w|runtime error|SUMMARY", line):
            return line.strip()[:300]
    return text[-300:]


def aflpp(built, name, seconds, seed, home):
    out = home / f"afl-{name}"
    status, cpu = spend(
        ["afl-fuzz", "-V", str(seconds), "-s", str(seed), "-t", f"{INPUT_S * 1000}",
         "-x", f"{ROOT}/fuzz/{name}.dict", "-i", str(CORPUS / name), "-o", str(out), "--",
         str(built / "fuzz" / f"fuzz_{name}")], home / f"afl-{name}.log", **AFL)
    stats = out / "default" / "fuzzer_stats"
    if not stats.exists():
        return f"status {status}: " + (home / f"afl-{name}.log").read_text("utf-8", "replace")[
            -300:], 0, cpu
    values = dict(re.findall(r"(\w+)\s*: (\S+)", stats.read_text()))
    wrong = [f"{n} {kind}" for kind in ("crashes", "hangs")
             if (n := int(values.get(f"saved_{kind}", 0)))]
    return ", ".join(wrong), int(values["execs_done"]), cpu


def keep(run, home, name):
    """Findings outlive the run: they are the next regression tests."""
    kept = ROOT / "build-fuzz" / "found"
    for path in [*home.glob(f"{name}-*"), *home.glob(f"afl-{name}/default/crashes/id*")]:
        if path.is_file():
            kept.mkdir(exist_ok=True)
            shutil.copy(path, kept / f"{name}-{run.seed}-{path.name[-40:]}")
            run.progress(f"kept {kept / path.name}")


def fuzz(run, built, instrumented, home):
    seconds, afl_s = run.size(short=2, ci=52, long=run_seconds()), run.size(short=2, ci=8, long=60)
    seed = run.seed or 1

    def one(name):
        first = libfuzzer(built, name, seconds, seed, home)
        second = aflpp(instrumented, name, afl_s, seed, home) if instrumented else None
        keep(run, home, name)
        return name, first, second

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, (wrong, n, cpu), second in pool.map(one, NAMES):
            run.check(f"{name}: nothing is found", not wrong and n > 0,
                      wrong or f"{n} executions in {cpu:.0f} s of CPU")
            run.count(f"{name} executions", n)
            run.count(f"{name} CPU seconds", round(cpu))
            if second:
                wrong, n, cpu = second
                run.check(f"{name}: nothing is found by AFL++", not wrong and n > 0,
                          wrong or f"{n} executions in {cpu:.0f} s of CPU")
                run.count(f"{name} executions by AFL++", n)


def run_seconds():
    """A campaign's time for each entry point; at least 20 minutes of CPU on an idle machine."""
    return int(os.environ.get("FUZZ_S", "1260"))


def check_teeth(run, built, home):
    for fault, name in FAULTS:
        start = time.monotonic()
        wrong, _, _ = libfuzzer(built, name, FAULT_S, run.seed or 1, home / fault,
                                QUN_PLANT=fault)
        run.caught(fault, wrong and f"{name}, {time.monotonic() - start:.0f} s: {wrong}")


def check_corpus(run, instrumented):
    size = sum(path.stat().st_size for path in CORPUS.glob("*/*"))
    run.check("the kept corpus is small", size <= CORPUS_BYTES, f"{size} bytes")
    run.count("corpus bytes", size)
    if not instrumented:
        return
    found, taken, branches = coverage.measure(instrumented, NAMES), 0, 0
    for name in coverage.PARSERS:
        b = found.get(name, coverage.Branches(0, 1, ["is in no entry point"]))
        taken, branches = taken + b.taken, branches + b.all
        print(f"fuzz: {name}: {b.taken} of {b.all} branches", *b.missing, sep="\n      ")
        run.count(f"branches of {name}", f"{b.taken}/{b.all}")
    percent = 100 * taken / max(branches, 1)
    run.check(f"the corpus takes {BRANCHES:.0f} % of the parsers' branches", percent >= BRANCHES,
              f"{taken} of {branches}, {percent:.1f} %")
    run.count("branches, percent", round(percent, 1))


def main():
    run = harness.start("fuzz", __doc__)
    if not shutil.which("clang"):
        run.skip("fuzzing", "clang is not installed")
        run.end()
    built = build("build-fuzz", "clang", "-Dplants=true", "-Db_sanitize=address,undefined")
    instrumented = None
    if shutil.which("afl-clang-fast"):
        instrumented = build("build-afl", "afl-clang-fast",
                             "-Dc_args=-fprofile-instr-generate -fcoverage-mapping",
                             "-Dc_link_args=-fprofile-instr-generate")
    else:
        run.skip("AFL++ and the branches taken", "afl-clang-fast is not installed")
    run.progress("built")
    with tempfile.TemporaryDirectory(prefix="qun-fuzz-") as home:
        home = pathlib.Path(home)
        for fault, _ in FAULTS:
            (home / fault).mkdir()
        check_teeth(run, built, home)
        check_corpus(run, instrumented)
        fuzz(run, built, instrumented, home)
    run.end()


if __name__ == "__main__":
    main()
