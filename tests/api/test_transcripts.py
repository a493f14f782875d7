# SPDX-License-Identifier: Apache-2.0
"""Requests as the official SDKs of six languages and the client of the old API send them, byte for
byte (tests/sdk/transcripts), and the latter's calls as forms, get the recorded answers, byte for
byte but for ids and dates. No SDK is needed for this; that the bytes are the SDKs' is for
`make sdk` to say."""
import pathlib
import sys
import unittest

import qun

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "sdk"))
import built  # noqa: E402
import transcript  # noqa: E402


class Transcripts(unittest.TestCase):
    def check(self, folder):
        for name, got in transcript.play(folder).items():
            with self.subTest(call=name):
                golden = transcript.FOLDER / "answers" / f"{name}.http"
                self.assertEqual(got, golden.read_bytes())

    def test_every_file_is_played(self):
        for folder in transcript.FOLDER.iterdir():
            known = set(transcript.names(folder.name))
            if folder.name == "answers":
                known |= set(transcript.names("legacy"))
            else:
                self.assertIn(folder.name, FOLDERS)
            self.assertEqual({path.stem for path in folder.glob("*.http")}, known, folder)

    def test_the_csharp_requests_are_those_of_built_py(self):
        for name, want in built.requests().items():
            with self.subTest(call=name):
                self.assertEqual((transcript.FOLDER / "csharp" / f"{name}.http").read_bytes(), want)

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


FOLDERS = ["python", "python-async", "java", "go", "node", "php", "csharp", "legacy", "forms"]
for one in FOLDERS:
    setattr(Transcripts, "test_" + one.replace("-", "_"), one_for(one))


if __name__ == "__main__":
    unittest.main()
