"""The README keeps its word: its commands are run in order, as a reader would, in an empty folder with the specs."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUN = "from cohort.cli.main import command; command()"


def test_the_commands_of_the_readme_run(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    lines = [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ cohort ")]
    assert lines, "the README shows no command"
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    for line in lines:
        words = shlex.split(line, comments=True)[1:]
        ran = subprocess.run(
            [sys.executable, "-c", RUN, *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        assert ran.returncode == 0, f"{line}\n{ran.stdout}\n{ran.stderr}"
        assert ran.stdout.strip(), f"{line} says nothing"
    tree = re.search(r"^```text\n(results/.*?)^```", readme, re.DOTALL | re.MULTILINE)
    assert tree, "the README shows no tree of results"
    folder = tmp_path / tree[1].splitlines()[0].strip()
    promised = [line.split()[0] for line in tree[1].splitlines()[1:] if line.strip()]
    assert sorted(name for name in promised if not list(folder.glob(name))) == []
