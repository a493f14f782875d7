# SPDX-License-Identifier: Apache-2.0
"""Java: Maven packages and what they depend on, and programs that javac builds on them: the SDK,
and the official client of the old API. The newest release of the SDK that Maven Central has lacks
CreateGroup and UpdateGroup, so the programs send these through its generic execute."""
import hashlib
import re
import shutil
import subprocess
import zipfile

from . import LACKING, SDK, WORK, Language, Unavailable, need, run

QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m")


def sums(folder):
    """jars.sha256 as the jars of a folder make it."""
    return "".join(f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  {jar.name}\n"
                   for jar in sorted(folder.glob("*.jar")))


class Jars(Language):
    """Programs in the folder of the family, on the jars of its pom.xml."""

    package = ""  # the SDK's among them
    sources = ("Adapter.java",)  # all that the build depends on

    @property
    def here(self):
        return SDK / self.family

    @property
    def jars(self):
        return self.work / "jars"

    @property
    def classes(self):
        return self.work / "classes"

    def prepare(self):
        need("javac", "openjdk-17-jdk-headless", "Java's compiler")
        need("mvn", "maven", "the package manager of Java")
        mark = self.work / "installed"
        parts = [self.here / name for name in ("pom.xml", "jars.sha256", *self.sources)]
        want = hashlib.sha256(b"".join(p.read_bytes() for p in parts)).hexdigest()
        if mark.exists() and mark.read_text() == want:
            return
        for folder in (self.jars, self.classes):
            shutil.rmtree(folder, ignore_errors=True)
        run(["mvn", "-q", "-B", "-f", self.here / "pom.xml", f"-Dmaven.repo.local={WORK / 'm2'}",
             "dependency:copy-dependencies", f"-DoutputDirectory={self.jars}"])
        if sums(self.jars) != (self.here / "jars.sha256").read_text():
            raise Unavailable(f"the jars are not those of jars.sha256:\n{sums(self.jars)}")
        self.build()
        mark.write_text(want)

    def build(self):
        """Compiles the programs of the folder."""
        self.compile([self.here / name for name in self.sources], self.classes)

    def compile(self, sources, out):
        run(["javac", "-encoding", "UTF-8", "-d", out, "-cp", f"{self.jars}/*", *sources])

    def java(self, classes, *more):
        return ["java", *QUICK, "-cp", f"{classes}:{self.jars}/*", *more]

    def adapter(self):
        return self.java(self.classes, "Adapter")

    @property
    def jar(self):
        (jar,) = self.jars.glob(f"{self.package}-[0-9]*.jar")
        return jar

    def versions(self):
        version = run(["java", "-version"]).split('"')[1]
        note = LACKING.format(", ".join(self.lacking())) if self.lacking() else ""
        package = self.jar.stem.removeprefix(self.package + "-")
        return f"{self.package} {package}{note}, Java {version}"

    def lacking(self):
        """Which calls the package does not have: asked of the package itself."""
        return []

    def trust(self, ca, folder):
        store = f"{folder}/trusted.p12"
        run(["keytool", "-importcert", "-noprompt", "-alias", "qun", "-file", ca, "-keystore",
             store, "-storepass", "changeit"])
        return {"JAVA_TOOL_OPTIONS": f"-Djavax.net.ssl.trustStore={store} "
                                     "-Djavax.net.ssl.trustStorePassword=changeit"}


class Java(Jars):
    name = "java"
    family = "java"
    fence = "java"
    retries = True
    package = "dingtalk"
    sources = ("Adapter.java", "Sample.java", "page/Sample.java")

    def build(self):
        adapter, sample, page = (self.here / name for name in self.sources)
        if self.lacking():
            self.compile((adapter, sample), self.classes)
            self.refuse(page)
        else:
            self.compile((adapter, page), self.classes)

    def refuse(self, page):
        """All symbols of the page's program that javac misses are what the package lacks."""
        done = subprocess.run(
            ["javac", "-encoding", "UTF-8", "-d", str(self.work / "page"), "-cp",
             f"{self.jars}/*", str(page)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True)
        missing = re.findall(r"^ +symbol: +\w+ (\w+)", done.stdout, re.M)
        errors = re.findall(r"error: .*", done.stdout)
        if not missing or not all(e == "error: cannot find symbol" or "UpdateGroup" in e
                                  for e in errors) \
                or not all(m.lower().startswith("updategroup") for m in missing):
            raise Unavailable(f"{page} fails by more than the missing UpdateGroup:\n{done.stdout}")

    def lacking(self):
        names = zipfile.ZipFile(self.jar).namelist()
        return [op for op in ("CreateGroup", "UpdateGroup")
                if f"com/aliyun/dingtalkim_1_0/models/{op}Request.class" not in names]

    def sample(self):
        return self.java(self.classes, "com.aliyun.sample.Sample")

    def document(self, code, folder):
        (folder / "Program.java").write_text(code, encoding="utf-8")
        self.compile([folder / "Program.java"], folder)
        return self.java(folder, "Program")

    def testing(self, folder):
        self.compile(sorted(folder.glob("*.java")), folder)
        argv = self.java(folder, "org.junit.platform.console.ConsoleLauncher", "execute",
                         f"--scan-classpath={folder}", "--disable-banner")
        return argv, r"\b4 tests successful\b"


class Legacy(Jars):
    """The client of the old API, which later SDKs took the place of."""

    name = "legacy"
    family = "legacy"
    kind = "legacy"
    retries = True  # HttpURLConnection repeats a POST by itself
    package = "alibaba-dingtalk-service-sdk"


LANGUAGES = [Java(), Legacy()]
