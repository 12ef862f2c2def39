"""The wheel holds every file that the package reads: data, codelists, caveats, templates, styles and scripts.

A wheel is not built here, because the backend is no dependency of the tests. It takes every file below its packages
that version control does not ignore, and what is named beside them.
"""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "cohort"
WHEEL = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"][
    "wheel"
]
FILES = sorted(path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def test_the_wheel_takes_the_whole_package_and_leaves_nothing_out() -> None:
    assert WHEEL["packages"] == ["src/cohort"]
    assert set(WHEEL) == {"packages", "force-include"}, (
        "a setting that leaves files out needs a test of its own"
    )


def test_what_is_shipped_beside_the_package_exists_and_is_what_the_package_looks_for() -> None:
    for origin, target in WHEEL["force-include"].items():
        assert any((ROOT / origin).rglob("*")), origin
        assert target == f"cohort/_shipped/{origin}"


@pytest.mark.parametrize(
    "pattern",
    [
        *("catalogue/data/*.yaml", "catalogue/caveats/*.yaml", "catalogue/codelists/*.csv"),
        *("catalogue/codelists/*.yaml", "catalogue/geography/*.yaml", "catalogue/geography/*.csv"),
        *("catalogue/grounds/*.yaml", "catalogue/landscape/*.yaml", "catalogue/links/*.yaml"),
        *("site/templates/*.jinja", "site/static/*.css", "site/static/*.js", "diagnostics/*.toml"),
        *("py.typed", "language/*.lark"),
    ],
)
def test_the_package_has_files_of_each_kind_that_it_reads(pattern: str) -> None:
    assert set(PACKAGE.glob(pattern)) & set(FILES)


def test_no_file_of_the_package_is_ignored_by_version_control() -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("version control is not there")
    names = "\n".join(path.relative_to(ROOT).as_posix() for path in FILES)
    found = subprocess.run(
        [git, "check-ignore", "--no-index", "--stdin"],
        cwd=ROOT,
        input=names,
        capture_output=True,
        text=True,
        check=False,
    )
    # 1 is its answer when none is ignored.
    assert (found.returncode, found.stdout) == (1, "")
