# SPDX-License-Identifier: Apache-2.0
"""What a running qund has given up, and that the checks of tools/hardening.py can fail."""
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import qun

sys.path.insert(0, str(qun.ROOT / "tools"))
import hardening  # noqa: E402  tools/ is not on the path before


def status_of(pid):
    """Of each thread: /proc's Name: value pairs."""
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return [dict(line.split(":\t", 1) for line in (t / "status").read_text().splitlines()
                 if ":\t" in line) for t in tasks]


@unittest.skipIf(qun.sanitized(), "a build with a sanitizer is not confined")
class SandboxTest(unittest.TestCase):
    def test_every_thread_is_confined(self):
        with qun.Server(tls=True) as s:
            s.load(qun.small_world("dingcorp1"))
            threads = status_of(s.process.pid)
            self.assertGreater(len(threads), 4)
            for thread in threads:
                self.assertEqual((thread["NoNewPrivs"], thread["Seccomp"]), ("1", "2"), thread)
            self.assertRegex(s.log(), r"qund: (confined: files by landlock \(version \d+\), system "
                                      r"calls by seccomp|warning: this kernel lacks landlock)")

    def test_it_can_be_switched_off_and_says_so(self):
        with qun.Server("--sandbox=no") as s:
            for thread in status_of(s.process.pid):
                self.assertEqual((thread["NoNewPrivs"], thread["Seccomp"]), ("0", "0"), thread)
            self.assertIn("qund: warning: the process is not confined (--sandbox=no)\n", s.log())

    def core_dumped(self, *options):
        s = qun.Server(*options, verify=False, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_CORE, (1 << 30, 1 << 30)))
        s.start()
        try:
            s.signal(signal.SIGABRT)
            return os.WCOREDUMP(os.waitpid(s.process.pid, 0)[1])
        finally:
            s.process.returncode = -signal.SIGABRT
            s.process.stdout.close()
            s.remove()

    def test_there_is_no_core_with_secrets(self):
        if not self.core_dumped("--sandbox=no"):
            self.skipTest("this machine writes no cores")
        self.assertFalse(self.core_dumped())


class CheckTest(unittest.TestCase):
    """Each protection left out, one after the other."""
    PROGRAM = """#include <stdio.h>
#include <string.h>
int main(int argc, char **argv)
{
	char text[64];
	memcpy(text, argv[0], strlen(argv[0]) % 64 + (size_t)argc);
	return printf("%.10s", text) < 0;
}
"""
    COMPILE = ["-O2", "-fPIE", "-U_FORTIFY_SOURCE", *[
        f for f in hardening.FLAGS if f != "-D_FORTIFY_SOURCE=3"], "-D_FORTIFY_SOURCE=2"]
    LINK = ["-pie", "-Wl,-z,relro,-z,now,-z,noexecstack"]

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="qun-test-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def build(self, compile_with, link_with):
        source, out = self.folder / "p.c", self.folder / "p"
        source.write_text(self.PROGRAM)
        subprocess.run(["gcc", *compile_with, *link_with, "-o", out, source], check=True)
        return out

    def test_a_hardened_program_has_no_problems(self):
        self.assertEqual(hardening.problems_of_program(self.build(self.COMPILE, self.LINK)), [])

    def test_each_protection_of_a_program_is_missed(self):
        cases = [
            (["-fPIE"], ["-fno-pie"], ["-pie"], ["-no-pie"], "position independent"),
            ([], [], ["-Wl,-z,relro,-z,now,-z,noexecstack"], ["-Wl,-z,norelro,-z,now"],
             "relocations read-only"),
            ([], [], ["-Wl,-z,relro,-z,now,-z,noexecstack"], ["-Wl,-z,relro,-z,lazy"],
             "resolved at start"),
            ([], [], ["-Wl,-z,relro,-z,now,-z,noexecstack"],
             ["-Wl,-z,relro,-z,now,-z,execstack"], "stack that cannot be executed"),
            ([], [], [], ["-Wl,-rpath,/somewhere"], "search path"),
            (["-fstack-protector-strong"], ["-fno-stack-protector"], [], [], "stack protector"),
            (["-D_FORTIFY_SOURCE=2"], [], [], [], "checked calls"),
        ]
        for without, instead, unlinked, linked, says in cases:
            with self.subTest(says=says):
                found = hardening.problems_of_program(self.build(
                    [f for f in self.COMPILE if f not in without] + instead,
                    [f for f in self.LINK if f not in unlinked] + linked))
                self.assertEqual(len(found), 1, found)
                self.assertIn(says, found[0])

    def test_an_object_without_landing_pads_is_missed(self):
        objects = []
        for name, flag in (("with", "full"), ("without", "none")):
            source, out = self.folder / f"{name}.c", self.folder / f"{name}.o"
            source.write_text(f"int {name}(void) {{ return 1; }}\n")
            subprocess.run(["gcc", f"-fcf-protection={flag}", "-c", "-o", out, source], check=True)
            objects.append(out)
        library = self.folder / "l.a"
        subprocess.run(["ar", "rcs", library, *objects], check=True)
        found = hardening.problems_of_objects(library)
        self.assertEqual(len(found), 1, found)
        self.assertIn("without.o", found[0])

    def test_each_flag_of_a_command_is_missed(self):
        commands = self.folder / "compile_commands.json"
        for flag in hardening.FLAGS:
            others = " ".join(f for f in hardening.FLAGS if f != flag)
            commands.write_text(json.dumps([{"file": "../src/a.c", "command": f"cc {others}"}]))
            self.assertEqual(hardening.problems_of_commands(commands),
                             [f"../src/a.c: compiled without {flag}"])

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
    def test_a_service_that_may_do_more_is_missed(self):
        unit = (qun.ROOT / "packaging" / "qund.service").read_text()
        path = self.folder / "qund.service"
        path.write_text(unit)
        self.assertEqual(hardening.problems_of_unit(path), [])
        for line in ("DynamicUser=yes", "CapabilityBoundingSet=", "NoNewPrivileges=yes"):
            with self.subTest(line=line):
                self.assertIn(line + "\n", unit)
                weaker = unit.replace(line + "\n", "").replace("ProtectSystem=strict\n", "")
                path.write_text(weaker.replace("RestrictNamespaces=yes\n", ""))
                found = hardening.problems_of_unit(path)
                self.assertIn("exposure", found[0] if found else "nothing found")


if __name__ == "__main__":
    unittest.main()
