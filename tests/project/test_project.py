"""The repository keeps its own rules: dependencies, layers, sizes, documents, and nothing of anyone's machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import deque
from functools import cache
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.project import links_page, sources_page, tags_page

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "src").rglob("*.py"))
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PLATFORMS = {
    "Linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "Windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    "macOS": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
}

# Folders that exist on one machine only, and the addresses or options that point at one package registry.
MACHINE_PATH = re.compile(
    r"(?<![\w.:~/-])/(?:home|Users|root|mnt|media|srv|opt|work|builds|workspace|private)/[\w.-]+"
)
WINDOWS_PATH = re.compile(r"\b[A-Za-z]:\\(?:Users|Documents|work)\b")
REGISTRY = re.compile(
    r"https?://[\w.-]*(?:pypi|pythonhosted|npmjs|artifactory|nexus|jfrog|gitea|devpi)[\w.-]*"
    r"|--(?:extra-)?index-url|--find-links|--trusted-host|file:///",
    re.IGNORECASE,
)


@cache
def project() -> dict[str, Any]:
    """Read the ``project`` table of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return table


@cache
def direct_requirements() -> tuple[Requirement, ...]:
    extras = project()["optional-dependencies"].values()
    texts = [*project()["dependencies"], *(text for extra in extras for text in extra)]
    return tuple(Requirement(text) for text in texts)


@cache
def pins() -> dict[str, str]:
    """Read constraints.txt as versions by canonical name; a line that is not a pin fails."""
    found: dict[str, str] = {}
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            match = re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.+!]+)", line)
            assert match, f"constraints.txt has a line that is not a pin: {line}"
            found[canonicalize_name(match[1])] = match[2]
    return found


@cache
def repository_files() -> tuple[Path, ...]:
    """List the files of the repository: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def texts() -> list[tuple[str, str]]:
    """Read every text file of the repository; what is not UTF-8 is no text."""
    found = []
    for path in repository_files():
        try:
            found.append((path.relative_to(ROOT).as_posix(), path.read_text("utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def documents() -> list[tuple[str, str]]:
    return [(name, text) for name, text in texts() if name.endswith(".md")]


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def console_commands(text: str) -> list[str]:
    """Return the commands of all fenced ``console`` blocks: the lines that begin with ``$``."""
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [line[2:].strip() for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )


# --- nothing of anyone's machine ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "example"),
    [
        (MACHINE_PATH, "/ho" + "me/someone/carfan"),
        (WINDOWS_PATH, "C:" + "\\Users\\someone"),
        (REGISTRY, "https:" + "//pypi.example.org/simple"),
        (REGISTRY, "--index" + "-url"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], example: str) -> None:
    assert pattern.search(example)


@pytest.mark.parametrize(
    "pattern", [MACHINE_PATH, WINDOWS_PATH, REGISTRY], ids=["machine path", "Windows path", "registry"]
)
def test_no_file_names_a_machine_path_or_a_registry(pattern: re.Pattern[str]) -> None:
    # This file is left out: it states the patterns.
    others = [(name, text) for name, text in texts() if name != "tests/project/test_project.py"]
    found = [f"{name}: {match[0]}" for name, text in others for match in pattern.finditer(text)]
    assert found == []


# --- dependencies ---------------------------------------------------------------------------------------------


def test_every_dependency_has_an_upper_bound() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    every = [*direct_requirements(), *(Requirement(text) for text in build)]
    unbounded = [r.name for r in every if not any(s.operator in ("<", "<=", "==") for s in r.specifier)]
    assert unbounded == []


def test_the_pins_satisfy_the_declared_ranges() -> None:
    wrong = [
        f"{r.name}: {pins().get(canonicalize_name(r.name))} is not in {r.specifier}"
        for r in direct_requirements()
        if not r.specifier.contains(pins().get(canonicalize_name(r.name), "0"))
    ]
    assert wrong == []


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_pins_cover_every_dependency_of_every_dependency(platform: str) -> None:
    environment = {**PLATFORMS[platform], "python_version": "3.11", "python_full_version": "3.11.0"}
    waiting = deque(direct_requirements())
    seen: set[tuple[str, frozenset[str]]] = set()
    needed: set[str] = set()
    while waiting:
        requirement = waiting.popleft()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        needed.add(key[0])
        try:
            declared = requires(key[0]) or []
        except PackageNotFoundError:  # needed on another platform only: its own needs are not known here
            continue
        for child in map(Requirement, declared):
            settings = [{**environment, "extra": extra} for extra in ("", *requirement.extras)]
            if child.marker is None or any(child.marker.evaluate(setting) for setting in settings):
                waiting.append(child)
    assert sorted(needed - pins().keys()) == []


def test_the_pins_are_sorted_and_hold_no_address() -> None:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert "://" not in text
    assert " @ " not in text
    names = [line.lower() for line in text.splitlines() if line and not line.startswith("#")]
    assert names == sorted(names)


# --- source ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT / "src").as_posix())
def test_a_module_is_at_most_500_lines_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 500
    assert ast.get_docstring(ast.parse(text)), "the module has no docstring"


def test_the_layers_hold() -> None:
    checked = run_python(
        "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_generated_sql_stays_few() -> None:
    folders = ("sql/", "tests/golden/")
    assert len([name for name, _ in texts() if name.startswith(folders) and name.endswith(".sql")]) <= 40


def test_the_licence_is_the_one_declared() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert project()["license"] == "Apache-2.0"
    assert re.search(r"Apache License\s+Version 2\.0, January 2004", text)


# --- documents ------------------------------------------------------------------------------------------------


def test_decision_records_are_numbered_without_gaps() -> None:
    numbers = [path.name[:4] for path in DECISIONS]
    assert numbers == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_record_is_one_page_of_the_agreed_form(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith(f"# {path.name[:4]} ")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences", "Evidence"]
    assert len(text.split()) <= 700
    assert f"(decisions/{path.name})" in (ROOT / "docs" / "README.md").read_text("utf-8")


def test_links_inside_the_repository_lead_somewhere() -> None:
    dead = []
    for name, text in documents():
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
            address = target.partition("#")[0]
            if "://" not in target and address and not (ROOT / name).parent.joinpath(address).exists():
                dead.append(f"{name}: {target}")
    assert dead == []


def test_the_first_two_commands_of_the_readme_are_the_two_promised() -> None:
    commands = console_commands((ROOT / "README.md").read_text("utf-8"))
    assert commands[:2] == ["make demo", "make test"]


def test_every_make_target_that_a_document_names_exists() -> None:
    named = {
        (name, target)
        for name, text in documents()
        for target in re.findall(r"(?:`|\$ )make (?:PYTHON=\S+ )?([a-z]+)", text)
    }
    assert {item for item in named if item[1] not in make_targets()} == set()


def test_every_command_that_a_document_names_exists() -> None:
    shown = run_python("-c", "from cohort.cli.main import command; command()", "--help")
    assert shown.returncode == 0, shown.stderr
    known = set(re.findall(r"^\W*([a-z]+) ", shown.stdout, re.MULTILINE))
    named = {
        (name, command)
        for name, text in documents()
        for command in re.findall(r"(?:`|\$ )cohort ([a-z]+)", text)
    }
    assert {item for item in named if item[1] not in known} == set()


def test_the_page_of_tags_is_current() -> None:
    assert tags_page.PAGE.read_text("utf-8") == tags_page.page(), "run `python -m tests.project.tags_page`"


def test_the_page_of_links_is_current() -> None:
    assert links_page.PAGE.read_text("utf-8") == links_page.page(), "run `python -m tests.project.links_page`"


def test_the_page_of_sources_is_current() -> None:
    assert sources_page.PAGE.read_text("utf-8") == sources_page.page(), (
        "run `python -m tests.project.sources_page`"
    )
