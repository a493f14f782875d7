# SPDX-License-Identifier: Apache-2.0
"""Python: the sync and the async client of one package, in a virtual environment."""
import hashlib
import sys

from . import SDK, Language, install, run

HERE = SDK / "python"
LOCK = HERE / "requirements.txt"


class Python(Language):
    name = "python"
    family = "python"
    fence = "python"
    exception_has = ("statusCode",)  # since darabonba-core 1.0 it throws the rest away

    @property
    def python(self):
        return self.work / "venv" / "bin" / "python"

    def prepare(self):
        mark = self.work / "installed"
        want = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
        if mark.exists() and mark.read_text() == want:
            return
        try:
            import ensurepip  # noqa: F401  Debian packs it apart
        except ImportError:
            install("python3-venv", "the SDK's virtual environment")
        run([sys.executable, "-m", "venv", "--clear", self.work / "venv"])
        run([self.python, "-m", "pip", "install", "-q", "--disable-pip-version-check",
             "--require-hashes", "-r", LOCK])
        mark.write_text(want)

    def versions(self):
        return run([self.python, "-c", (
            "import importlib.metadata as m, platform;"
            "print('alibabacloud_dingtalk', m.version('alibabacloud_dingtalk') + ',',"
            "'Python', platform.python_version())")]).strip()

    def adapter(self):
        return [self.python, HERE / "adapter.py"]

    def sample(self):
        return [self.python, HERE / "sample.py"]

    def document(self, code, folder):
        path = folder / "program.py"
        path.write_text(code)
        return [self.python, path]

    def testing(self, folder):
        return [self.python, "-m", "pytest", "-p", "no:cacheprovider", "."], r"\b4 passed in"

    def trust(self, ca, folder):
        return {"REQUESTS_CA_BUNDLE": str(ca), "SSL_CERT_FILE": str(ca)}


class PythonAsync(Python):
    name = "python-async"
    without = {"sdk.md": "the program is the sync client's",
               "testing.md": "the tests are the sync client's"}

    def adapter(self):
        return [*super().adapter(), "--async"]

    def sample(self):
        return [self.python, "-c", (
            f"import asyncio, sys; sys.path.insert(0, {str(HERE)!r}); import sample;"
            "asyncio.run(sample.Sample.main_async([]))")]


LANGUAGES = [Python(), PythonAsync()]
