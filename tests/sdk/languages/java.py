# SPDX-License-Identifier: Apache-2.0
"""Java: a Maven package and what it depends on, and programs that javac builds on them. The newest
release that Maven Central has lacks CreateGroup and UpdateGroup, so the programs send these
through its generic execute."""
import hashlib
import re
import shutil
import subprocess
import zipfile

from . import LACKING, SDK, Language, Unavailable, need, run

HERE = SDK / "java"
SUMS = HERE / "jars.sha256"
SOURCES = (HERE / "Adapter.java", HERE / "Sample.java")
PAGE = HERE / "page" / "Sample.java"
QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m")


def sums(folder):
    """jars.sha256 as the jars of a folder make it."""
    return "".join(f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  {jar.name}\n"
                   for jar in sorted(folder.glob("*.jar")))


class Java(Language):
    name = "java"
    family = "java"
    fence = "java"
    retries = True

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
        parts = (HERE / "pom.xml", SUMS, PAGE, *SOURCES)
        want = hashlib.sha256(b"".join(p.read_bytes() for p in parts)).hexdigest()
        if mark.exists() and mark.read_text() == want:
            return
        for folder in (self.jars, self.classes):
            shutil.rmtree(folder, ignore_errors=True)
        run(["mvn", "-q", "-B", "-f", HERE / "pom.xml", f"-Dmaven.repo.local={self.work / 'm2'}",
             "dependency:copy-dependencies", f"-DoutputDirectory={self.jars}"])
        if sums(self.jars) != SUMS.read_text():
            raise Unavailable(f"the jars are not those of {SUMS.name}:\n{sums(self.jars)}")
        if self.lacking():
            self.compile(SOURCES, self.classes)
            self.refuse_page()
        else:
            self.compile((SOURCES[0], PAGE), self.classes)
        mark.write_text(want)

    def compile(self, sources, out):
        run(["javac", "-encoding", "UTF-8", "-d", out, "-cp", f"{self.jars}/*", *sources])

    def refuse_page(self):
        """All symbols of the page's program that javac misses are what the package lacks."""
        done = subprocess.run(
            ["javac", "-encoding", "UTF-8", "-d", str(self.work / "page"), "-cp",
             f"{self.jars}/*", str(PAGE)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True)
        missing = re.findall(r"^ +symbol: +\w+ (\w+)", done.stdout, re.M)
        errors = re.findall(r"error: .*", done.stdout)
        if not missing or not all(e == "error: cannot find symbol" or "UpdateGroup" in e
                                  for e in errors) \
                or not all(m.lower().startswith("updategroup") for m in missing):
            raise Unavailable(f"{PAGE} fails by more than the missing UpdateGroup:\n{done.stdout}")

    def lacking(self):
        """Which of the two calls the package does not have: asked of the package itself."""
        (jar,) = self.jars.glob("dingtalk-*.jar")
        names = zipfile.ZipFile(jar).namelist()
        return [op for op in ("CreateGroup", "UpdateGroup")
                if f"com/aliyun/dingtalkim_1_0/models/{op}Request.class" not in names]

    def versions(self):
        (jar,) = self.jars.glob("dingtalk-*.jar")
        lacking = self.lacking()
        note = LACKING.format(", ".join(lacking)) if lacking else ""
        version = run(["java", "-version"]).split('"')[1]
        return f"dingtalk {jar.stem.removeprefix('dingtalk-')}{note}, Java {version}"

    def java(self, classes, *more):
        return ["java", *QUICK, "-cp", f"{classes}:{self.jars}/*", *more]

    def adapter(self):
        return self.java(self.classes, "Adapter")

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

    def trust(self, ca, folder):
        store = f"{folder}/trusted.p12"
        run(["keytool", "-importcert", "-noprompt", "-alias", "qun", "-file", ca, "-keystore",
             store, "-storepass", "changeit"])
        return {"JAVA_TOOL_OPTIONS": f"-Djavax.net.ssl.trustStore={store} "
                                     "-Djavax.net.ssl.trustStorePassword=changeit"}


LANGUAGES = [Java()]
