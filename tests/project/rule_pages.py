"""The pages of the rules: how they are written, read, spliced into a whole study, and brought up to date.

A page is ``docs/rules/<code>.md``. It has the title ``# <code>: <name>``, the severity, prose, and fences:

- ``yaml bad``: an example that breaks the rule, and after it a ``text`` fence with all that is then said;
- ``yaml good``: an example that does not break it.

There may be several pairs of ``yaml bad`` and ``text``. An example is some sections of a study: it is put on
top of ``base_spec.yaml`` and replaces there the sections that it names, so that line numbers in the messages are
those of the example. An example that is a whole file says so (``yaml bad whole``). On pages of the family ``CAS``
an example is a whole file of cases of the study ``base_spec.yaml``, on those of the family ``BND`` a whole binding,
which is compared with the listing ``columns.csv`` for that study.

``python tests/project/rule_pages.py YML SPC`` rewrites the ``text`` fences of these families or codes and of no
others; the difference is then read before it is committed.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from cohort.cases import read_cases
from cohort.catalogue.binding_check import compare
from cohort.catalogue.binding_read import binding_of
from cohort.catalogue.listing import read_listing
from cohort.diagnostics import Diagnostics
from cohort.diagnostics.render import render_text
from cohort.pipeline import check_file, check_text, use_of
from cohort.source import Source

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "rules"
BASE = Path(__file__).with_name("base_spec.yaml")
LISTING = Path(__file__).with_name("columns.csv")

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^([a-z_]+):", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """An example of a page; ``rendering`` is None for a good one."""

    text: str
    whole: bool
    rendering: str | None

    @property
    def study(self) -> str:
        """The whole file that is checked."""
        is_whole = self.whole or "cohort_cases:" in self.text or self.text.startswith("binding:")
        return self.text if is_whole else spliced(self.text, BASE.read_text("utf-8"))


@dataclass(frozen=True)
class Page:
    """One page."""

    path: Path

    @property
    def code(self) -> str:
        return self.path.stem

    @property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @property
    def prose(self) -> str:
        return _FENCE.sub("", self.text)

    @property
    def examples(self) -> list[Example]:
        fences = [(fence["info"].split(), fence["body"]) for fence in _FENCE.finditer(self.text)]
        found = []
        for index, (info, body) in enumerate(fences):
            if info[:2] == ["yaml", "bad"]:
                following = fences[index + 1] if index + 1 < len(fences) else ([], "")
                found.append(Example(body, "whole" in info, following[1] if following[0] == ["text"] else ""))
            elif info[:2] == ["yaml", "good"]:
                found.append(Example(body, "whole" in info, None))
        return found


def pages() -> list[Page]:
    """Return all pages in order of their codes."""
    return [Page(path) for path in sorted(PAGES.glob("*.md")) if re.fullmatch(r"[A-Z]{3}\d{3}", path.stem)]


def spliced(fragment: str, base: str) -> str:
    """Put a fragment on top of a base and take out of the base the sections that the fragment names."""
    named = set(_SECTION.findall(fragment))
    kept = [part for part in _sections(base) if part.partition(":")[0] not in named]
    return fragment + "\n" + "".join(kept)


def _sections(text: str) -> list[str]:
    starts = [match.start() for match in _SECTION.finditer(text)]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def checked(study: str) -> Diagnostics:
    """Check a study, or cases of the base; the codelists of examples are in ``codelists`` beside the base."""
    if "cohort_cases:" in study:
        return check_cases(study)
    if study.startswith("binding:"):
        return check_binding(study)
    return check_text(study, BASE.parent)


def check_binding(text: str) -> Diagnostics:
    """Check a binding, and compare it with the listing of columns for the base."""
    diagnostics = Diagnostics()
    binding = binding_of(Source("binding.yaml", text), diagnostics)
    if binding is not None:
        base = check_file(BASE)
        compared = compare(binding, base.catalogue, read_listing(LISTING), (use_of(base),))
        diagnostics.extend(compared.diagnostics)
    return diagnostics


def check_cases(text: str) -> Diagnostics:
    """Check a file of cases of the base."""
    base = check_file(BASE)
    assert base.study is not None
    diagnostics = Diagnostics()
    read_cases(Source("study.cases.yaml", text), base.study, base.catalogue, diagnostics)
    return diagnostics


def refreshed(page: Page) -> str:
    """Return a page with each rendering as it is now."""
    study: list[str] = []

    def renew(fence: re.Match[str]) -> str:
        info = fence["info"].split()
        if info[:2] == ["yaml", "bad"]:
            study[:] = [Example(fence["body"], "whole" in info, "").study]
        if info == ["text"] and study:
            return f"```text\n{render_text(checked(study.pop()), colour=False)}```"
        return fence[0]

    return _FENCE.sub(renew, page.text)


if __name__ == "__main__":
    for page in pages():
        if page.code.startswith(tuple(sys.argv[1:])):
            page.path.write_text(refreshed(page), "utf-8")
