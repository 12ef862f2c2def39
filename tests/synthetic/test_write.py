from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

from cohort.synthetic import WriteRefusedError, generate, write_folder
from tests.synthetic.conftest import INPUTS


def _tables() -> dict[str, pl.DataFrame]:
    return {"ONE": pl.DataFrame({"A": [1, 2]}), "TWO": pl.DataFrame({"B": ["x"]})}


def _bytes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        holdings = generate(seed, share=0.02, inputs=INPUTS)
        write_folder(holdings.tables, tmp_path / name, seed=5, share=0.02, version="0")
    assert _bytes(tmp_path / "one") == _bytes(tmp_path / "two")
    assert _bytes(tmp_path / "one") != _bytes(tmp_path / "three")


def test_the_mark_names_every_table_with_its_digest(tmp_path: Path) -> None:
    write_folder(_tables(), tmp_path / "out", seed=1, share=0.5, version="9.9")
    mark = json.loads((tmp_path / "out" / "cohort-synthetic.json").read_text())
    assert (mark["synthetic"], mark["seed"], mark["share"], mark["carfan"]) == (True, 1, 0.5, "9.9")
    for name, entry in mark["tables"].items():
        path = tmp_path / "out" / f"{name}.parquet"
        assert entry["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert entry["rows"] == len(pl.read_parquet(path))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_marked_folder_is_replaced_whole(tmp_path: Path) -> None:
    write_folder(_tables(), tmp_path / "out", seed=1, share=1.0, version="0")
    write_folder({"THREE": pl.DataFrame({"C": [1]})}, tmp_path / "out", seed=2, share=1.0, version="0")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "THREE.parquet",
        "cohort-synthetic.json",
    ]


@pytest.mark.parametrize("mark", [None, "not json", '{"synthetic": false}', "[]"])
def test_a_folder_without_the_mark_is_never_touched(tmp_path: Path, mark: str | None) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    if mark is not None:
        (folder / "cohort-synthetic.json").write_text(mark)
    before = _bytes(folder)
    with pytest.raises(WriteRefusedError, match="nothing was written"):
        write_folder(_tables(), folder, seed=1, share=1.0, version="0")
    assert _bytes(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(WriteRefusedError):
        write_folder(_tables(), tmp_path / "out", seed=1, share=1.0, version="0")
    assert (tmp_path / "out").read_text() == "a file"


def test_a_failed_run_leaves_the_older_folder_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(_tables(), tmp_path / "out", seed=1, share=1.0, version="0")
    before = _bytes(tmp_path / "out")

    def fail(*_args: object, **_options: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", fail)
    with pytest.raises(OSError, match="disk full"):
        write_folder(_tables(), tmp_path / "out", seed=2, share=1.0, version="0")
    assert _bytes(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
