# SPDX-License-Identifier: Apache-2.0
"""Requests as the official SDKs of six languages and the legacy client send them, byte for byte
(tests/sdk/transcripts), get the recorded answers, byte for byte but for ids and dates. No SDK
is needed for this; that the bytes are the SDKs' is for `make sdk` to say."""
import pathlib
import sys
import unittest

import qun

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "sdk"))
import transcript  # noqa: E402


class Transcripts(unittest.TestCase):
    def check(self, folder):
        for name, got in transcript.play(folder).items():
            with self.subTest(call=name):
                golden = transcript.FOLDER / "answers" / f"{name}.http"
                self.assertEqual(got, golden.read_bytes())

    def test_every_file_is_played(self):
        for path in transcript.FOLDER.glob("*/*.http"):
            folder = path.parent.name
            known = transcript.names(folder)
            if folder == "answers":
                known = known + transcript.LEGACY
            self.assertIn(path.stem, known, path)

    def test_what_the_update_left_is_what_the_page_says(self):
        with qun.Server("--demo", "--data", "demo") as server:
            data = (transcript.FOLDER / "python" / "update.http").read_bytes()
            said = transcript.answer(server, data)
            self.assertTrue(said.endswith(b'\r\n\r\n{"success":true}'), said)
            group = server.group("chatxxxx")
            self.assertEqual((group["name"], group["icon"], group["version"]),
                             ("全员群。", "@mediaId", 2))


def one_for(folder):
    return lambda self: self.check(folder)


LANGUAGES = ["python", "python-async", "java", "go", "node", "php", "csharp", "legacy"]
for language in LANGUAGES:
    setattr(Transcripts, "test_" + language.replace("-", "_"), one_for(language))


if __name__ == "__main__":
    unittest.main()
