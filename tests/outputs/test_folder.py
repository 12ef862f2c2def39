"""The results folder is replaced as a whole or stays as it was, whatever fails and when."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cohort.outputs.folder import FORMAT, MANIFEST, replace_folder
from cohort.source.text import FileProblem


def files(mark: str, *names: str) -> dict[str, bytes]:
    listed = dict.fromkeys(names or ("a.csv", "b.csv"), mark)
    content = {name: mark.encode() for name in listed}
    return {**content, MANIFEST: json.dumps({"format": FORMAT, "files": listed}).encode()}


def state(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def only(parent: Path) -> set[str]:
    return {path.name for path in parent.iterdir()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "results"


def refused(folder: Path, sentence: str) -> None:
    with pytest.raises(FileProblem) as caught:
        replace_folder(folder, files("new"))
    assert sentence in caught.value.sentence
    assert caught.value.path == folder.as_posix()
    assert caught.value.sentence.endswith(".")
    assert "\n" not in caught.value.sentence


def test_new_folder_and_replaced_folder(folder: Path, tmp_path: Path) -> None:
    paths = replace_folder(folder, files("one", "a.csv", "gone.csv"))
    assert paths == (folder / "a.csv", folder / "gone.csv", folder / MANIFEST)
    replace_folder(folder, files("two"))
    assert state(folder) == files("two")
    assert only(tmp_path) == {"results"}


def test_empty_folder_and_desktop_clutter_are_no_hindrance(folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    (folder / ".DS_Store").write_text("x")
    replace_folder(folder, files("one"))
    (folder / "Thumbs.db").write_text("x")
    replace_folder(folder, files("two"))
    assert state(folder) == files("two")
    assert only(tmp_path) == {"results"}


def test_foreign_files_are_never_touched(folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    (folder / "thesis.docx").write_text("ten years")
    refused(folder, "“thesis.docx”")
    (folder / MANIFEST).write_text('{"format": "of another program", "files": {"thesis.docx": 1}}')
    refused(folder, "which is no result of this command")
    (folder / MANIFEST).write_text("[1")
    refused(folder, "which is no result of this command")
    assert only(tmp_path) == {"results"}
    assert (folder / "thesis.docx").read_text() == "ten years"


def test_a_file_or_folder_added_to_our_results_is_never_touched(folder: Path) -> None:
    replace_folder(folder, files("one"))
    (folder / "notes.txt").write_text("mine")
    refused(folder, "“notes.txt”")
    (folder / "notes.txt").unlink()
    (folder / "a.csv").unlink()
    (folder / "a.csv").mkdir()
    refused(folder, "“a.csv”")


def test_places_where_no_folder_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    refused(tmp_path / "file", "this is a file")
    refused(tmp_path / "file" / "results", "does not exist")
    refused(tmp_path / "missing" / "results", "does not exist")
    refused(tmp_path / ("x" * 300), "cannot be written here")
    refused(Path("/"), "a folder of their own")
    monkeypatch.chdir(tmp_path)
    refused(Path(), "a folder of their own")
    assert only(tmp_path) == {"file"}


@pytest.mark.parametrize("failing", ["a.csv", "b.csv", MANIFEST, ".unfinished"])
@pytest.mark.parametrize("earlier", [True, False])
def test_failure_in_the_middle_of_writing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str, earlier: bool
) -> None:
    if earlier:
        replace_folder(folder, files("one"))
    real = Path.write_bytes

    def write_bytes(path: Path, content: bytes) -> int:
        if path.name == failing:
            raise OSError(28, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    refused(folder, "No space left on device")
    assert only(tmp_path) == ({"results"} if earlier else set())
    if earlier:
        assert state(folder) == files("one")


def test_parent_that_may_not_be_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mkdir(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", mkdir)
    refused(folder, "Permission denied")
    assert only(tmp_path) == set()


def failing_replace(monkeypatch: pytest.MonkeyPatch, fails: set[int]) -> None:
    """Make the moves with these numbers (from 1) fail, as when a file is open in another program."""
    real, calls = Path.replace, iter(range(1, 100))

    def move(path: Path, target: Path) -> Path:
        if next(calls) in fails:
            raise PermissionError(13, "Permission denied")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", move)


@pytest.mark.parametrize("fails", [{1}, {2}])
def test_failure_of_a_move_is_undone(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: set[int]
) -> None:
    replace_folder(folder, files("one"))
    failing_replace(monkeypatch, fails)
    refused(folder, "nothing was changed")
    assert state(folder) == files("one")
    assert only(tmp_path) == {"results"}


def test_failure_to_undo_says_where_the_results_are_and_the_next_run_puts_them_back(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_folder(folder, files("one"))
    with monkeypatch.context() as patched:
        failing_replace(patched, {2, 3})
        refused(folder, "“.results.old”")
    assert only(tmp_path) == {".results.old"}
    with monkeypatch.context() as patched:
        failing_replace(patched, {2})
        refused(folder, "nothing was changed")
    assert state(folder) == files("one")
    replace_folder(folder, files("two"))
    assert state(folder) == files("two")


def test_an_interrupt_leaves_the_earlier_results(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_folder(folder, files("one"))

    def write_bytes(path: Path, content: bytes) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    with pytest.raises(KeyboardInterrupt):
        replace_folder(folder, files("two"))
    assert state(folder) == files("one")
    assert only(tmp_path) == {"results"}


@pytest.mark.parametrize(
    "left", [[], [".unfinished"], [".unfinished", "a.csv"], ["a.csv", "b.csv", MANIFEST]]
)
def test_what_a_crash_left_half_written_is_cleared(folder: Path, tmp_path: Path, left: list[str]) -> None:
    part = tmp_path / ".results.part"
    part.mkdir()
    for name in left:
        (part / name).write_bytes(files("half").get(name, b""))
    replace_folder(folder, files("new"))
    assert state(folder) == files("new")
    assert only(tmp_path) == {"results"}


@pytest.mark.parametrize("name", [".results.part", ".results.old"])
def test_something_else_in_the_way_is_never_deleted(folder: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "mine.txt").write_text("x")
    refused(folder, "is in the way")
    (tmp_path / name / "mine.txt").unlink()
    (tmp_path / name).rmdir()
    (tmp_path / name).write_text("x")
    refused(folder, "is in the way")
    assert only(tmp_path) == {name}


def test_crash_between_the_moves_and_after_them(folder: Path, tmp_path: Path) -> None:
    replace_folder(folder, files("one"))
    folder.rename(tmp_path / ".results.old")
    replace_folder(folder, files("two"))
    assert state(folder) == files("two")
    replace_folder(tmp_path / ".results.old", files("two"))
    replace_folder(folder, files("three"))
    assert state(folder) == files("three")
    assert only(tmp_path) == {"results"}


def test_a_link_to_a_folder_stays_a_link(folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    link = tmp_path / "link"
    try:
        link.symlink_to(folder, target_is_directory=True)
    except OSError:
        pytest.skip("links cannot be made here")
    assert replace_folder(link, files("one"))[0] == link / "a.csv"
    assert link.is_symlink()
    assert state(folder) == files("one")
