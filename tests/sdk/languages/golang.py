# SPDX-License-Identifier: Apache-2.0
"""Go: modules, built into programs before the cases start."""
import shutil

from . import SDK, Language, need, run

HERE = SDK / "go"
MODULE = "github.com/alibabacloud-go/dingtalk"


class Go(Language):
    name = "go"
    family = "go"
    fence = "go"
    retries = True
    sends_on_500 = 4

    def prepare(self):
        need("go", "golang-go", "Go's compiler")
        for program in ("adapter", "sample"):
            self.build(HERE, f"./{program}", self.work / program)

    def build(self, tree, package, out):
        run(["go", "build", "-mod=readonly", "-o", out, package], cwd=tree)

    def versions(self):
        module = run(["go", "list", "-m", "-f", "{{.Version}}", MODULE], cwd=HERE).strip()
        compiler = run(["go", "env", "GOVERSION"]).strip().removeprefix("go")
        return f"dingtalk {module}, Go {compiler}"

    def adapter(self):
        return [self.work / "adapter"]

    def sample(self):
        return [self.work / "sample"]

    def with_modules(self, folder):
        for name in ("go.mod", "go.sum"):
            shutil.copy(HERE / name, folder)

    def document(self, code, folder):
        self.with_modules(folder)
        (folder / "main.go").write_text(code)
        self.build(folder, ".", folder / "program")
        return [folder / "program"]

    def testing(self, folder):
        self.with_modules(folder)
        passes = "".join(r"(?=[\s\S]*--- PASS: %s\b)" % name for name in (
            "TestAGroupGetsANewName", "TestAStrangerCannotBecomeOwner",
            "TestAResetUndoesWhatWasDone"))
        return ["go", "test", "-mod=readonly", "-count=1", "-v", "."], passes

    def trust(self, ca, folder):
        return {"SSL_CERT_FILE": str(ca)}


LANGUAGES = [Go()]
