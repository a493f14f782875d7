# SPDX-License-Identifier: Apache-2.0
"""The languages of the suite. Each module of this package has one subclass of Language or
more, named in LANGUAGES; what a language must bring is told in tests/sdk/README.md."""
import os
import pathlib
import shutil
import subprocess

SDK = pathlib.Path(__file__).resolve().parent.parent
ROOT = SDK.parent.parent
WORK = ROOT / "build" / "sdk"  # everything installed goes here, and away with `make clean`
INSTALL_S = 900
LACKING = " (no {}: through execute)"  # in versions()


class Unavailable(Exception):
    """What a language needs cannot be had; the text says what and why."""


def run(argv, cwd=None, env=None, timeout=INSTALL_S):
    """Runs a command of the set-up; gives its standard output."""
    done = subprocess.run([str(a) for a in argv], cwd=cwd, env={**os.environ, **(env or {})},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", timeout=timeout)
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-12:])
        raise Unavailable(f"{' '.join(map(str, argv))} ended with {done.returncode}:\n{tail}")
    return done.stdout


def need(command, package, why):
    """Installs a Debian package if `command` is missing, and says so."""
    if not shutil.which(command):
        install(package, why)


def install(package, why):
    if not shutil.which("apt-get"):
        raise Unavailable(f"{package} is missing ({why}): install it")
    print(f"  installing {package}: {why}", flush=True)
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-q"], env=env)
    run(["apt-get", "install", "-y", "-q", "--no-install-recommends", package], env=env)


class Language:
    """One row of the matrix."""

    name = ""  # as in --languages
    family = ""  # the folder of its work and programs; several rows may share it
    fence = ""  # the kind of its code blocks in the documents
    # which cases it has (cases.CASES): "sdk"; "legacy", the client of the old API; "syntax",
    # where the package cannot be had
    kind = "sdk"
    without = {}  # case -> why it does not apply; shown in the matrix
    retries = False  # with autoretry, the SDK repeats a call whose connection was cut
    sends_on_500 = 1  # with autoretry, how often it sends a call that is answered 500
    # what the SDK's exception has besides code, message and data
    exception_has = ("statusCode", "description", "accessDeniedDetail")
    message = "{message}"  # the exception's message, made of the error's code and message

    @property
    def work(self):
        """A folder of its own for what it installs and builds."""
        path = WORK / (self.family or self.name)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def prepare(self):
        """Installs the SDK at its pinned versions and builds the programs, or raises
        Unavailable. Called once, before any case; quick when all is there."""
        raise NotImplementedError

    def versions(self):
        """The installed versions, one short line."""
        raise NotImplementedError

    def adapter(self):
        """The command of the adapter, without its options."""
        raise NotImplementedError

    def sample(self):
        """The command of the page's sample program."""
        raise NotImplementedError

    def document(self, code, folder):
        """Makes a program of the code block of docs/sdk.md in `folder`; gives its command. It
        runs elsewhere, where qun-demo/tls/ca.pem is."""
        raise NotImplementedError

    def testing(self, folder):
        """The blocks of docs/testing.md are files in `folder`, each named by its first line.
        Gives the command that runs its tests there, with the SDK, and a pattern that its output
        has if all of them ran and passed."""
        raise NotImplementedError

    def trust(self, ca, folder):
        """Environment in which programs of the language trust the CA file besides their own
        defaults. `folder` is there to put files into."""
        raise NotImplementedError


def all_languages():
    """In the order of the matrix."""
    from . import golang, java, node, php, python
    found = []
    for module in (python, java, golang, node, php):
        found += module.LANGUAGES
    return found
