"""Sessions of Spark: one of our own on this machine, or a separate view of one that is there already."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cohort.engines.held_files import OwnFolder
from cohort.engines.shared import DatabaseProblem, EngineOptions, memory_bytes

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_SESSION: Mapping[str, str] = {
    # What does not fit a type stops the run; without ANSI rules it would become missing in silence.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.legacy.createHiveTableByDefault": "false",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.session.timeZone": "UTC",
}
"""What the text of a script relies on, in any session."""
_OWN: Mapping[str, str] = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    **_SESSION,
}
_PARTITIONS_OF_A_THREAD = 4
"""Spark's own number of partitions is for a cluster; on one machine most of them would be empty."""
# What Spark writes into its log on the way quotes values from the data.
_NO_LOG = "rootLogger.level = off\n"

_JAVA_OPTIONS = "spark.driver.extraJavaOptions"

NO_SPARK = "Spark is not installed for Python; `pip install 'carfan[spark]'` installs it."
NO_JAVA = (
    "Spark needs Java 17 or newer, which was not found; `make engines` installs it on Debian and Ubuntu."
)


def running_session() -> SparkSession | None:
    """Return the session that this Python process has, if any. Raises ``DatabaseProblem`` without pyspark."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise DatabaseProblem(NO_SPARK) from None
    return SparkSession.getActiveSession()


def separate(session: SparkSession) -> SparkSession:
    """Return a session with tables in common, but with settings, views and a current database of its own."""
    try:
        own = session.newSession()
    except Exception:
        raise DatabaseProblem(
            "A session of Spark Connect cannot be used; a classic session is needed."
        ) from None
    for name, value in _SESSION.items():
        own.conf.set(name, value)
    return own


def start_session(options: EngineOptions, further: Mapping[str, str] | None = None) -> SparkSession:
    """Start Spark on this machine, for the rest of this Python process.

    It keeps everything in a temporary folder and talks to nobody. ``further`` are settings of Spark's own beside
    ours. Raises ``DatabaseProblem`` with one sentence.
    """
    if running_session() is not None:
        raise DatabaseProblem("Spark is running in this Python process already.")
    if _java() is None:
        raise DatabaseProblem(NO_JAVA)
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    folder = OwnFolder(options.temp)
    atexit.register(lambda: folder.remove())
    conf = SparkConf().setAll(list(_settings(options, folder.path, further or {}).items()))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        context = SparkContext(conf=conf, gateway=launch_gateway(conf, quiet))
        return SparkSession(context)
    except Exception as problem:
        raise DatabaseProblem(
            f"Spark could not be started ({type(problem).__name__}); it needs Java 17 or newer and enough memory."
        ) from None


def _settings(options: EngineOptions, folder: Path, further: Mapping[str, str]) -> dict[str, str]:
    log = folder / "log.properties"
    log.write_text(_NO_LOG, encoding="utf-8")
    threads = options.threads or os.cpu_count() or 1
    settings = {
        **_OWN,
        "spark.app.name": "carfan",
        "spark.master": f"local[{threads}]",
        "spark.sql.shuffle.partitions": str(threads * _PARTITIONS_OF_A_THREAD),
        "spark.local.dir": (folder / "local").as_posix(),
        "spark.sql.warehouse.dir": (folder / "warehouse").as_posix(),
        **further,
    }
    java = f"-Dlog4j2.configurationFile={log.as_uri()} -Djava.io.tmpdir={folder.as_posix()}"
    settings[_JAVA_OPTIONS] = f"{java} {further.get(_JAVA_OPTIONS, '')}".strip()
    if options.memory is not None:
        settings["spark.driver.memory"] = f"{memory_bytes(options.memory) // 2**20}m"
    return settings


def _java() -> str | None:
    # Spark's own launcher looks at these two places.
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=(Path(home) / "bin").as_posix()) if home else shutil.which("java")
