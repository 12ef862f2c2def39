"""All files of a set of results: contents first, in memory, then one move into the folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from cohort.outputs.flow_chart import FlowChart, draw_flow_chart
from cohort.outputs.folder import FORMAT, MANIFEST, replace_folder
from cohort.outputs.report import report_html
from cohort.outputs.tables import table_csv
from cohort.outputs.words import SYNTHETIC_SENTENCE, check_results, one_line, symbols_of
from cohort.results.model import SafeAttrition, SafeResults

_OWN_NAMES = frozenset({MANIFEST, "report.html", "disclosure_log.txt"})
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
)
"""Names that Windows keeps for devices, with any ending."""


def write_results(
    safe: SafeResults, *, title: str, texts: Mapping[str, str], folder: Path, version: str
) -> tuple[Path, ...]:
    """Write all files of protected results into a folder of their own; return the files' paths.

    ``texts`` are further files by name, written as they are; those ending in ``.md`` are also printed in the
    report, ``question.md`` before the tables. Earlier results in the folder are replaced as
    a whole, and only when everything is complete. Raises ``FileProblem`` if the folder holds other files or
    cannot be written. The same input gives the same bytes on one machine; there is no clock in any file.
    """
    check_results(safe)
    files = contents(safe, title=title, texts=texts, version=version)
    return replace_folder(folder, files)


def contents(safe: SafeResults, *, title: str, texts: Mapping[str, str], version: str) -> dict[str, bytes]:
    """Return the content of each file by its name, the manifest last."""
    charts = {table.id: _chart(table, safe) for table in safe.tables if isinstance(table, SafeAttrition)}
    files = _Files()
    for table in safe.tables:
        if not isinstance(table, SafeAttrition):
            files.add(f"{table.id}.csv", table_csv(table, safe), movable=True)
        else:
            several = len(charts) > 1
            # The fixed names are for the usual case of one flow; two flows would claim the same.
            files.add(f"{table.id if several else 'attrition'}.csv", table_csv(table, safe), movable=several)
            stem = f"flow_chart_{table.id}" if several else "flow_chart"
            files.add(f"{stem}.svg", charts[table.id].svg)
            files.add(f"{stem}.png", charts[table.id].png)
    for name, text in texts.items():
        files.add(name, text.replace("\r\n", "\n").encode("utf-8"))
    files.add("disclosure_log.txt", _log(safe))
    report = report_html(safe, title=title, texts=texts, charts=charts, version=version)
    files.add("report.html", report.encode("utf-8"))
    files.add(MANIFEST, _manifest(safe, files.content, version))
    return files.content


class _Files:
    """Contents by name; no two names are one file on any system."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}
        self._taken: set[str] = set()

    def add(self, name: str, content: bytes, *, movable: bool = False) -> None:
        """Add a file; a ``movable`` one (named by the study) makes way for the fixed names."""
        fixed = _OWN_NAMES | {"attrition.csv"}
        if movable and (name.casefold() in fixed | self._taken or _stem(name) in _RESERVED):
            name = f"table_{name}"
        plain = name not in ("", ".", "..") and not set('/\\:*?"<>|') & set(name) and name.isprintable()
        if not plain or name.startswith(".") or _stem(name) in _RESERVED:
            raise ValueError(f"{name!r} cannot be the name of a file in a results folder")
        if name.casefold() in self._taken:
            raise ValueError(f"two files of the results have the name {name!r}")
        self._taken.add(name.casefold())
        self.content[name] = content


def _stem(name: str) -> str:
    return name.split(".")[0].casefold()


def _chart(attrition: SafeAttrition, safe: SafeResults) -> FlowChart:
    return draw_flow_chart(attrition, symbols=symbols_of(safe), policy=safe.policy, synthetic=safe.synthetic)


def _log(safe: SafeResults) -> bytes:
    """Return the decisions of disclosure control, one a line, for the person who checks the release."""
    head = [
        f"Disclosure log of {one_line(safe.study)}",
        *([SYNTHETIC_SENTENCE] if safe.synthetic else []),
        f"Policy: {one_line(safe.policy)}",
        *(f"- {one_line(words)}" for words in safe.policy_words),
        f"Spec hash: {one_line(safe.spec_hash)}",
        "",
    ]
    decisions = [one_line(line) for line in safe.log] or ["No decision was recorded."]
    return ("\n".join([*head, *decisions]) + "\n").encode("utf-8")


def _manifest(safe: SafeResults, files: Mapping[str, bytes], version: str) -> bytes:
    """Return what the folder is, and a checksum for each of its files but this one."""
    manifest = {
        "format": FORMAT,
        "study": safe.study,
        "spec_hash": safe.spec_hash,
        "policy": safe.policy,
        "synthetic": safe.synthetic,
        "version": version,
        "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
    }
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode("utf-8")
