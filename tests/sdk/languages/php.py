# SPDX-License-Identifier: Apache-2.0
"""PHP: its package registry cannot be reached, so nothing is run. The bytes of its requests are
played by test_transcripts.py; here the program of docs/sdk.md is parsed."""
from . import Language, need, run


class Php(Language):
    name = "php"
    kind = "syntax"
    fence = "php"

    def prepare(self):
        need("php", "php-cli", "PHP's parser")

    def versions(self):
        return f"PHP {run(['php', '-r', 'echo PHP_VERSION;'])}; the SDK is not run"

    def check(self, code, folder):
        (folder / "program.php").write_text(code, encoding="utf-8")
        run(["php", "-l", folder / "program.php"])


LANGUAGES = [Php()]
