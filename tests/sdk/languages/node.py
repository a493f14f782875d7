# SPDX-License-Identifier: Apache-2.0
"""Node.js: npm packages. The newest release of @alicloud/dingtalk has no CreateGroup and no
UpdateGroup, so the programs send these through its generic execute."""
import hashlib
import json
import shutil

from . import LACKING, SDK, Language, need, run

HERE = SDK / "node"
NEEDED = ("package.json", "package-lock.json")


class Node(Language):
    name = "node"
    family = "node"
    fence = "javascript"
    without = {"testing.md": "the page has no fixture for it"}
    message = "{code}: {message}"  # so the SDK puts it into an Error

    def prepare(self):
        need("node", "nodejs", "Node.js")
        need("npm", "npm", "the package manager of Node.js")
        mark = self.work / "installed"
        lock = b"".join((HERE / name).read_bytes() for name in NEEDED)
        want = hashlib.sha256(lock).hexdigest()
        if not mark.exists() or mark.read_text() != want:
            for name in NEEDED:
                shutil.copy(HERE / name, self.work)
            run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=self.work)
            mark.write_text(want)
        for name in ("adapter.js", "sample.js"):
            shutil.copy(HERE / name, self.work)

    def versions(self):
        package = json.loads(
            (self.work / "node_modules/@alicloud/dingtalk/package.json").read_text())["version"]
        return f"dingtalk {package}{self.lacking()}, Node.js {run(['node', '--version']).strip()}"

    def lacking(self):
        """Which of the two calls the package does not have: asked of the package itself."""
        found = run(["node", "-p", (
            "const c = require('@alicloud/dingtalk/im_1_0').default.prototype;"
            "['CreateGroup', 'UpdateGroup'].filter(op =>"
            " !((op[0].toLowerCase() + op.slice(1) + 'WithOptions') in c)).join(' ')")],
            cwd=self.work).split()
        return LACKING.format(", ".join(found)) if found else ""

    def adapter(self):
        return ["node", self.work / "adapter.js"]

    def sample(self):
        return ["node", self.work / "sample.js"]

    def document(self, code, folder):
        (folder / "node_modules").symlink_to(self.work / "node_modules")
        (folder / "program.js").write_text(code)
        return ["node", folder / "program.js"]

    def trust(self, ca, folder):
        return {"NODE_EXTRA_CA_CERTS": str(ca)}


LANGUAGES = [Node()]
