"""Writing the site: all or nothing, over nothing but an earlier site."""

from __future__ import annotations

from pathlib import Path

import pytest

from cohort.outputs.folder import MANIFEST, replace_folder
from cohort.site import PAGES
from cohort.source import FileProblem
from tests.cli.command import cohort

SMALL = {
    "index.html": b"<p>",
    MANIFEST: b'{"format": "cohort catalogue site 1", "files": {"index.html": ""}}',
}
RESULTS = {"report.html": b"<p>", MANIFEST: b'{"format": "cohort results 1", "files": {"report.html": ""}}'}


def test_the_command_writes_a_site_and_replaces_it(tmp_path: Path) -> None:
    first = cohort("catalogue", "site", "--out", "new/pages", cwd=tmp_path)
    assert (first.code, first.err) == (0, "")
    assert "Open new/pages/index.html in a browser." in first.out
    written = {path.name: path.read_bytes() for path in (tmp_path / "new/pages").iterdir()}
    assert {"index.html", "search.html", "search.js", "search_index.js", "site.css", MANIFEST} <= set(written)
    (tmp_path / "new/pages/table-lacw_episodes.html").write_text("old")
    assert cohort("catalogue", "site", "--out", "new/pages", cwd=tmp_path).code == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "new/pages").iterdir()} == written
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["pages"]


def test_a_folder_with_anything_else_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    ended = cohort("catalogue", "site", "--out", "mine", cwd=tmp_path)
    assert ended.code == 6
    assert "notes.txt" in ended.sentence
    assert "pages need a new folder" in ended.sentence
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_a_site_replaces_no_results_and_results_replace_no_site(tmp_path: Path) -> None:
    pages, results = tmp_path / "pages", tmp_path / "results"
    replace_folder(pages, SMALL, PAGES)
    replace_folder(results, RESULTS)
    with pytest.raises(FileProblem, match="no page of this command"):
        replace_folder(results, SMALL, PAGES)
    with pytest.raises(FileProblem, match="no result of this command"):
        replace_folder(pages, RESULTS)
    assert (results / "report.html").exists()
    assert (pages / "index.html").exists()
