# SPDX-License-Identifier: Apache-2.0
"""media/upload: what each type takes, by content; sizes; where type and token stand; and that
only what was acknowledged stays on disk."""
import os
import pathlib
import time
import unittest

import multipart
import qun
import wire

TOKEN = "tok-dingcorp1"
MIB = 1 << 20
UPLOAD, VOICE, PARTS, EXTRA = 20 * MIB, 2 * MIB, 8, 65536

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
MP3 = b"ID3\4\0\0\0\0\0\0"
CONTENT = {
    "image": {"jpg": b"\xff\xd8\xff\xe0\0\x10JFIF\0", "gif": b"GIF89a\1\0\1\0\0\0\0;",
              "gif87": b"GIF87a\1\0\1\0\0\0\0;", "png": PNG,
              "bmp": b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"},
    "voice": {"amr": b"#!AMR\n\x3c\x48", "mp3": MP3, "mp3 without a tag": b"\xff\xfb\x90\x64\0\0",
              "wav": b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0"},
    "video": {"mp4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"},
    "file": {"doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "docx": b"PK\3\4\x14\0\6\0",
             "zip": b"PK\3\4\x0a\0\0\0", "pdf": b"%PDF-1.7\n%", "rar": b"Rar!\x1a\x07\1\0"},
}
NO_FORMAT = {"text": b"hello, world\n", "HTML": b"<html><script>", "a program": b"\x7fELF\2\1\1\0",
             "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>", "one byte": b"\xff",
             "half a PNG": PNG[:7], "a PNG, later": b"\n" + PNG}
MULTIPART, TYPE, NO_FILE, SIZE, FORMAT = 43008, 40004, 41005, 40006, 40005


class Media(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = qun.Server()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        world = qun.small_world()
        (app,) = world["corps"][0]["apps"]
        world["corps"][0]["apps"].append(
            {**app, "appKey": "bare", "accessToken": "tok-bare", "permissions": []})
        cls.server.load(world)

    def files(self, server=None):
        """What the data folder keeps of media: {path: size}."""
        home = (server or self.server).data / "media"
        return {str(p.relative_to(home)): p.stat().st_size for p in home.iterdir() if p.is_file()}

    def assert_files(self, want):
        """These are kept, and no temporary file: one may go a moment after its answer."""
        self.assertEqual(self.files(), want)
        end = time.monotonic() + qun.START_S
        while os.listdir(self.server.data / "media" / "tmp") and time.monotonic() < end:
            time.sleep(0.002)
        self.assertEqual(os.listdir(self.server.data / "media" / "tmp"), [])

    def holds(self, content, server=None):
        """Some file kept is this."""
        home = (server or self.server).data / "media"
        return any((home / p).read_bytes() == content for p, size in self.files(server).items()
                   if size == len(content))

    def send(self, *parts, query="", server=None, **headers):
        body, kind = multipart.encode(*parts)
        return (server or self.server).request("POST", "/media/upload" + query, body,
                                               {**kind, **headers})

    def upload(self, content, kind="image", token=TOKEN, server=None, **file):
        return self.send(multipart.field("type", kind), multipart.file(content, **file),
                         query=f"?access_token={token}", server=server)

    def assert_refused(self, errcode, run, *args, **more):
        before = self.files()
        got = run(*args, **more)
        self.assertEqual((got.status, got.json["errcode"]), (200, errcode), got)
        self.assertEqual(set(got.json), {"errcode", "errmsg"})
        self.assert_files(before)

    def assert_kept(self, got, content, kind):
        self.assertEqual(got.status, 200, got)
        self.assertEqual(got.json["errcode"], 0, got)
        self.assertTrue(self.holds(content))
        self.assertEqual(got.json, {
            "errcode": 0, "errmsg": "ok", "type": kind, "media_id": got.json["media_id"],
            "created_at": got.json["created_at"]})
        self.assertRegex(got.json["media_id"], r"^[@$].{8,63}$")
        self.assertLess(abs(got.json["created_at"] - time.time() * 1000), 60000)

    # ---- types and formats ----

    def test_each_type_takes_its_formats_by_content(self):
        for kind, formats in CONTENT.items():
            for name, content in formats.items():
                with self.subTest(type=kind, format=name):
                    self.assert_kept(self.upload(content, kind, filename="wrong.txt"), content,
                                     kind)

    def test_each_type_refuses_the_formats_of_the_others_by_content(self):
        names = {"image": "a.png", "voice": "a.mp3", "video": "a.mp4", "file": "a.pdf"}
        for kind in CONTENT:
            for other, formats in CONTENT.items():
                for name, content in formats.items() if other != kind else ():
                    with self.subTest(type=kind, format=name):
                        self.assert_refused(FORMAT, self.upload, content, kind,
                                            filename=names[kind])

    def test_what_is_of_no_format(self):
        for name, content in NO_FORMAT.items():
            for kind in CONTENT:
                with self.subTest(type=kind, content=name):
                    self.assert_refused(FORMAT, self.upload, content, kind)

    def test_a_type_that_is_none(self):
        for kind in ("", "images", "IMAGE", "image ", "picture", "t" * 4096):
            with self.subTest(type=kind[:20]):
                self.assert_refused(TYPE, self.upload, PNG, kind)
        self.assert_refused(TYPE, self.send, multipart.file(PNG), query=f"?access_token={TOKEN}")

    # ---- places ----

    def test_type_and_token_in_query_or_part_in_any_order(self):
        pairs = {"access_token": TOKEN, "type": "image"}
        for in_query in ((), ("type",), ("access_token",), ("type", "access_token")):
            query = "?" + "&".join(f"{k}={pairs[k]}" for k in in_query)
            fields = [multipart.field(k, v) for k, v in pairs.items() if k not in in_query]
            for parts in ([*fields, multipart.file(PNG)], [multipart.file(PNG), *fields]):
                with self.subTest(query=query, first=parts[0][0]):
                    self.assert_kept(self.send(*parts, query=query), PNG, "image")

    def test_an_app_without_any_permission_may_upload(self):
        self.assert_kept(self.upload(PNG, token="tok-bare"), PNG, "image")

    def test_a_token_that_is_none(self):
        self.assert_refused(40014, self.upload, PNG, token="no")
        self.assert_refused(41001, self.send, multipart.field("type", "image"),
                            multipart.file(PNG))
        self.assert_refused(40014, self.send, multipart.field("access_token", "no"),
                            multipart.field("type", "image"), multipart.file(PNG))

    # ---- parts ----

    def test_no_file(self):
        query = f"?access_token={TOKEN}&type=image"
        self.assert_refused(NO_FILE, self.send, multipart.field("x", "y"), query=query)
        self.assert_refused(NO_FILE, self.send, multipart.field("media", "text"), query=query)
        self.assert_refused(NO_FILE, self.send, multipart.file(PNG, name="file"), query=query)
        self.assert_refused(NO_FILE, self.send, multipart.file(b""), query=query)

    def test_parts_at_their_limit(self):
        query = f"?access_token={TOKEN}&type=image"
        for parts, fine in ((PARTS - 1, True), (PARTS, True), (PARTS + 1, False)):
            with self.subTest(parts=parts):
                fields = [multipart.field(f"f{i}", "x") for i in range(parts - 1)]
                if fine:
                    self.assert_kept(self.send(*fields, multipart.file(PNG), query=query), PNG,
                                     "image")
                else:
                    before = self.files()
                    got = self.send(multipart.file(PNG), *fields, query=query)
                    self.assertNotEqual(got.json.get("errcode"), 0, got)
                    self.assert_files(before)

    def test_a_body_that_is_no_multipart(self):
        query = f"/media/upload?access_token={TOKEN}&type=image"
        boundary = multipart.BOUNDARY.encode()
        good, kind = multipart.encode(multipart.file(PNG))
        cases = {
            "JSON": (b"{}", {"Content-Type": "application/json"}),
            "a form": (b"a=b", {"Content-Type": "application/x-www-form-urlencoded"}),
            "the image itself": (PNG, {"Content-Type": "image/png"}),
            "nothing": (b"", {}),
            "another boundary": (good.replace(boundary, b"other"), kind),
            "no boundary": (good, {"Content-Type": "multipart/form-data"}),
            "an empty boundary": (good, {"Content-Type": "multipart/form-data; boundary="}),
            "mixed": (good, {"Content-Type": kind["Content-Type"].replace("form-data", "mixed")}),
            "no last delimiter": (good[:-4], kind),
            "cut in the file": (good[:good.index(b"IHDR")], kind),
            "bytes after the end": (good + b"x", kind),
            "a part without a name": (good.replace(b' name="media";', b""), kind),
            "a part without a head": (b"--%s\r\n\r\nx\r\n--%s--\r\n" % (boundary, boundary), kind),
        }
        for what, (body, headers) in cases.items():
            with self.subTest(what=what):
                self.assert_refused(MULTIPART, self.server.request, "POST", query, body, headers)

    def test_names_of_files_are_names_only(self):
        outside = self.server.data / "evil.png"
        for name in ("../../evil.png", str(outside), "..", ".", "a" * 3000, "图.png", "a;b=c.png",
                     "con\\nul.png", "%2e%2e%2fevil.png"):
            with self.subTest(name=name[:40]):
                self.assert_kept(self.upload(PNG, filename=name), PNG, "image")
        self.assertFalse(outside.exists())
        for path in self.files():
            self.assertNotIn("evil", path)

    def test_content_that_looks_like_a_delimiter(self):
        near = b"\r\n--" + multipart.BOUNDARY[:-1].encode()
        content = PNG + near + b"\r\n--" + near * 3 + b"\r\n\r\r\n-\n"
        for size in (0, 1, 16384, 65536, 65537):
            with self.subTest(size=size):
                whole = content + bytes(size) + near
                self.assert_kept(self.upload(whole), whole, "image")

    def test_a_body_in_chunks(self):
        content = PNG + os.urandom(100000)
        body, kind = multipart.encode(multipart.field("type", "image"), multipart.file(content))
        chunks = [body[:1], body[1:3]] + [body[i:i + 7777] for i in range(3, len(body), 7777)]
        head = wire.head("POST", f"/media/upload?access_token={TOKEN}",
                         "Transfer-Encoding: chunked", f"Content-Type: {kind['Content-Type']}")
        with wire.Wire(self.server) as w:
            w.send(head)
            for chunk in chunks:
                w.send(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            self.assert_kept(w.send(b"0\r\n\r\n").answer(), content, "image")

    # ---- sizes ----

    def test_sizes_at_their_limit(self):
        for kind, head, limit in (("image", PNG, UPLOAD), ("voice", MP3, VOICE),
                                  ("video", CONTENT["video"]["mp4"], UPLOAD),
                                  ("file", CONTENT["file"]["pdf"], UPLOAD)):
            for over in (-1, 0, 1):
                with self.subTest(type=kind, over=over):
                    content = head.ljust(limit + over, b"\0")
                    if over <= 0:
                        self.assert_kept(self.upload(content, kind), content, kind)
                    else:
                        self.assert_refused(SIZE, self.upload, content, kind)

    def test_a_body_at_its_limit_is_waited_for(self):
        for over in (-1, 0, 1):
            with self.subTest(over=over), wire.Wire(self.server) as w:
                got = w.send(wire.head(
                    "POST", f"/media/upload?access_token={TOKEN}", "Expect: 100-continue",
                    f"Content-Length: {UPLOAD + EXTRA + over}",
                    f"Content-Type: multipart/form-data; boundary={multipart.BOUNDARY}")).answer()
                self.assertEqual(got.status, 200 if over > 0 else 100, got)

    def test_a_body_that_is_far_too_large_is_not_taken(self):
        before = self.files()
        size = UPLOAD + EXTRA + 1
        with wire.Wire(self.server) as w:
            w.send(wire.head("POST", f"/media/upload?access_token={TOKEN}",
                             f"Content-Length: {size}", "Content-Type: multipart/form-data; "
                             f"boundary={multipart.BOUNDARY}"))
            got = w.answer()
            self.assertEqual((got.status, got.json["errcode"]), (200, SIZE), got)
            self.assertEqual(got.headers["connection"], "close")
        self.assert_files(before)

    def test_memory_stays_flat(self):
        def peak():
            status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
            return int(status.split("VmHWM:")[1].split()[0])
        self.upload(PNG)
        before = peak()
        self.assert_kept(self.upload(PNG.ljust(UPLOAD, b"\1")), PNG.ljust(UPLOAD, b"\1"), "image")
        if not qun.sanitized():
            self.assertLess(peak() - before, 8192, "KiB more at the peak of 20 MiB")

    # ---- what stays ----

    def test_the_id_is_an_icon(self):
        media_id = self.upload(PNG).json["media_id"]
        voice_id = self.upload(MP3, "voice").json["media_id"]
        update, body = "/v1.0/im/group/update", {"chatid": "chat1"}
        got = self.server.call(update, {**body, "icon": media_id}, TOKEN)
        self.assertEqual(got.json, {"success": True})
        self.assertEqual(self.server.group("chat1")["icon"], media_id)
        got = self.server.call(update, {**body, "icon": voice_id}, TOKEN)
        self.assertEqual((got.status, got.json["code"]), (400, "parameter.invalid"))

    def test_a_client_that_leaves_in_the_middle(self):
        before = self.files()
        body, kind = multipart.encode(multipart.field("type", "image"),
                                      multipart.file(PNG.ljust(MIB, b"\0")))
        for part in (len(body) // 2, len(body) - 1):
            with wire.Wire(self.server) as w:
                w.send(wire.head("POST", f"/media/upload?access_token={TOKEN}",
                                 f"Content-Length: {len(body)}",
                                 f"Content-Type: {kind['Content-Type']}") + body[:part])
                while not os.listdir(self.server.data / "media" / "tmp"):
                    time.sleep(0.002)
            self.assert_files(before)


class MediaStays(unittest.TestCase):
    upload, send, files, holds = Media.upload, Media.send, Media.files, Media.holds

    def test_through_kill_9_and_nothing_else_does(self):
        with qun.Server() as server:
            server.load(qun.small_world())
            ids = []
            for i in range(5):
                got = self.upload(PNG + b"%d" % i, server=server)
                server.kill()
                ids.append(got.json["media_id"])
                server.start()
            kept = self.files(server)
            for i in range(5):
                self.assertTrue(self.holds(PNG + b"%d" % i, server))
            for path in ("orphan.png", "0" * 32, "tmp/half"):
                place = server.data / "media" / path
                place.parent.mkdir(exist_ok=True)
                place.write_bytes(PNG)
            server.kill()
            server.start()
            self.assertEqual(self.files(server), kept)
            self.assertEqual(os.listdir(server.data / "media" / "tmp"), [])
            for media_id in ids:
                got = server.call("/v1.0/im/group/update", {"chatid": "chat1", "icon": media_id},
                                  TOKEN)
                self.assertEqual(got.json, {"success": True})
                self.assertEqual(server.group("chat1")["icon"], media_id)


if __name__ == "__main__":
    unittest.main()
