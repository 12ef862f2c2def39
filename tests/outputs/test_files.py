"""Every file of a set of results: what is in it, what is never in it, and that it is the same twice."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import polars
import pytest

from cohort.outputs import console_summary, frames, write_results
from cohort.outputs.tables import table_csv
from cohort.outputs.words import share
from cohort.outputs.write import contents
from cohort.results.category import Category
from cohort.results.model import ALL, Axis, SafeAttrition, SafeCell, SafeResults, SafeTable, State

from .results_for_outputs import (
    EMPTY,
    FLOW,
    HIDDEN,
    IMPOSSIBLE,
    ONE_AXIS,
    SAFE,
    STATUS,
    TEXTS,
    TWO_AXES,
    shown,
)

VOID = {"meta", "br", "hr", "img", "link", "input"}
TITLE = "Infants entering care"


class Page(HTMLParser):
    """Checks that tags are closed in order, and gathers texts, tables and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)
        if "td" in self.open or "th" in self.open:
            self.cells[-1] += data

    @property
    def text(self) -> str:
        return " ".join(self.texts)


def written(safe: SafeResults = SAFE) -> dict[str, bytes]:
    return contents(safe, title=TITLE, texts=TEXTS, version="0.1.0")


def page_of(safe: SafeResults = SAFE) -> Page:
    return Page(written(safe)["report.html"].decode())


def test_every_file_is_written_and_returned(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    paths = write_results(SAFE, title=TITLE, texts=TEXTS, folder=folder, version="0.1.0")
    assert {path.name for path in paths} == {
        *TEXTS,
        "attrition.csv",
        "entries_by_year.csv",
        "by_status.csv",
        "nobody.csv",
        "flow_chart.svg",
        "flow_chart.png",
        "report.html",
        "disclosure_log.txt",
        "manifest.json",
    }
    assert set(paths) == set(folder.iterdir())
    assert list(tmp_path.iterdir()) == [folder]
    assert (folder / "db2.sql").read_bytes() == b"-- a script\nselect count(*) from cohort;\n"


def test_same_input_gives_same_bytes() -> None:
    assert written() == written()


def test_no_file_has_a_carriage_return() -> None:
    assert not [name for name, content in written().items() if b"\r" in content and not name.endswith(".png")]


def test_manifest_names_and_sums_every_other_file() -> None:
    files = written()
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert (manifest["study"], manifest["spec_hash"]) == (SAFE.study, SAFE.spec_hash)
    assert (manifest["policy"], manifest["version"], manifest["synthetic"]) == ("sail", "0.1.0", True)


def numbers(text: str) -> set[str]:
    return {found.replace(",", "") for found in re.findall(r"\d+(?:,\d{3})*", text)}


def readable(name: str, content: bytes) -> str:
    """What a person reads of a file: no style sheet, no coordinates, no checksums."""
    text = content.decode("utf-8-sig")
    if name.endswith(".html"):
        return Page(text).text
    if name.endswith(".svg"):
        return " ".join(ElementTree.fromstring(text).itertext())
    return re.sub(r"[0-9a-f]{64}", "", text)


def test_no_number_is_written_that_is_not_in_the_results() -> None:
    given = repr(SAFE) + TITLE + "".join(TEXTS.values()) + "db2.sql"
    # Beyond the results: version, the format's number, the rule about percentages, and the percentages.
    allowed = numbers(given) | numbers("0.1.0 1 10") | {"62", "38", "22", "69", "0"}
    for name, content in written().items():
        if not name.endswith(".png"):
            text = readable(name, content)
            # A comma between numbers groups digits on pages and parts cells in CSV.
            assert numbers(text.replace(",", " ") if name.endswith(".csv") else text) <= allowed, name


def test_a_hidden_cell_never_gives_a_number_away() -> None:
    secret = SafeCell(State.HIDDEN, 918273645)
    table = replace(TWO_AXES, cells=dict.fromkeys(TWO_AXES.cells, secret))
    step = replace(FLOW.steps[0], remaining=secret, excluded=SafeCell(State.IMPOSSIBLE, 918273645))
    safe = replace(
        SAFE, tables=(table, replace(FLOW, steps=(step, replace(step, id="next", excluded=secret))))
    )
    for name, content in written(safe).items():
        assert b"918273645" not in content, name
        assert b"918,273,645" not in content, name
    assert "918" not in console_summary(safe)
    for frame in frames(safe).values():
        assert "918273645" not in frame.write_csv()


def test_hidden_and_impossible_are_neither_zero_nor_blank() -> None:
    files = written()
    table = polars.read_csv(io.BytesIO(files["entries_by_year.csv"]))
    assert table.columns == ["year", "legal_status", "count", "note", "data"]
    assert table.null_count().sum_horizontal().item() == 0
    by_note = {note: set(part["count"]) for (note,), part in table.group_by("note")}
    assert by_note["hidden"] == {"*"}
    assert by_note["not applicable"] == {"z"}
    assert "0" in by_note["shown"]
    assert table.height == 12

    flow = polars.read_csv(io.BytesIO(files["attrition.csv"]))
    assert flow.columns == ["step", "words", "why", "remaining", "excluded", "note", "data"]
    assert flow["remaining"].to_list() == ["36850", "31245", "*", "6470", "6470"]
    assert flow["excluded"].to_list() == ["z", "5605", "*", "*", "0"]
    assert flow["note"][2] == "remaining hidden; excluded hidden"
    assert flow["note"][0] == "excluded not applicable"

    page = page_of()
    assert "hidden" in {attributes.get("title") for tag, attributes in page.tags if tag == "abbr"}
    assert "" not in [cell.strip() for cell in page.cells]
    assert "it does not mean zero" in page.text
    assert "it does not mean zero" in files["flow_chart.svg"].decode()
    assert "it does not mean zero" in console_summary(SAFE)


def test_a_table_of_shown_cells_reads_as_whole_numbers() -> None:
    table = replace(ONE_AXIS, cells={key: shown(20) for key in ONE_AXIS.cells})
    read = polars.read_csv(io.BytesIO(table_csv(table, SAFE)))
    assert read["count"].dtype == polars.Int64


def test_percentages_come_from_printed_counts_only() -> None:
    assert share(shown(1215), shown(1950)) == "62%"
    assert share(shown(0), shown(100)) == "0%"
    assert share(shown(5), shown(3000)) == "<1%"
    assert share(shown(25), shown(1000)) == "3%"
    for part, whole in [
        (HIDDEN, shown(100)),
        (shown(50), HIDDEN),
        (IMPOSSIBLE, shown(100)),
        (SafeCell(State.HIDDEN, 5), shown(100)),
        (shown(5), shown(5)),
        (shown(0), shown(0)),
        (shown(105), shown(100)),
    ]:
        assert share(part, whole) is None
    cells = [re.sub(r"\s+", " ", cell).strip() for cell in page_of().cells]
    assert "1,215 (62%)" in cells
    assert [cell for cell in cells if "%" in cell and "*" in cell] == []


def test_synthetic_is_said_in_every_file_and_section_and_only_then() -> None:
    files = written()
    for name, content in files.items():
        if name not in TEXTS and not name.endswith(".png"):
            assert b"synthetic" in content.lower(), name
    page = page_of()
    sections = sum(tag == "section" for tag, _ in page.tags)
    marks = sum(attributes.get("class") == "mark" for _, attributes in page.tags)
    assert sections == marks > 5
    assert console_summary(SAFE).startswith("Synthetic data")

    real = replace(SAFE, synthetic=False)
    for name, content in written(real).items():
        if name not in TEXTS and name != "manifest.json" and not name.endswith(".png"):
            assert b"synthetic" not in content.lower(), name
    assert "ynthetic" not in console_summary(real)
    assert set(frames(real)["by_status"]["data"]) == {"as given"}


def test_report_is_whole_in_itself_and_has_the_parts_that_screen_readers_need() -> None:
    html = written()["report.html"].decode()
    page = Page(html)
    assert '<html lang="en">' in html
    addresses = {"href", "src", "action", "srcset"}
    links = [value for _, found in page.tags for name, value in found.items() if name in addresses]
    assert links == ["#main"]
    assert "url(" not in html.replace("url(#", "")
    assert "@import" not in html
    tags = [tag for tag, _ in page.tags]
    assert tags.count("h1") == 1
    assert tags.count("table") == tags.count("caption") == 4
    assert all("scope" in attributes for tag, attributes in page.tags if tag == "th")
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    identifiers = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    for words in ("Who is in the cohort", "Disclosure log", SAFE.spec_hash, "4 cells hidden", "Carfan 0.1.0"):
        assert words in page.text
    assert "select count" not in page.text


def test_nothing_of_a_study_is_read_as_html_or_as_a_formula() -> None:
    evil = "<script>alert(1)</script>\x1b[31m\u202e $x$"
    axis = Axis("count", evil, (Category("a", '=HYPERLINK("x")'), Category("b", evil)))
    table = SafeTable("t", evil, evil, (axis,), evil, {(v,): shown(20) for v in ("a", "b", ALL)})
    flow = replace(FLOW, title=evil, steps=(replace(FLOW.steps[0], words=evil, why=evil),))
    safe = replace(SAFE, tables=(table, flow), log=(evil,), policy=evil)
    texts = {"cohort.md": f"# {evil}\n\n- {evil}\n\n| a | b |\n|---|---|\n| {evil} | x |\n"}
    files = contents(safe, title=evil, texts=texts, version="0")
    html = files["report.html"].decode()
    assert "<script" not in html
    ElementTree.fromstring(files["flow_chart.svg"])
    for text in (html, console_summary(safe), files["flow_chart.svg"].decode(), files["t.csv"].decode()):
        assert "\x1b" not in text
        assert "\u202e" not in text
    read = polars.read_csv(io.BytesIO(files["t.csv"]))
    assert read.columns == ["by_count", "count", "note", "data"]
    assert read["by_count"][0].startswith("'=")


def test_welsh_letters_get_a_mark_for_spreadsheets_and_still_read() -> None:
    axis = Axis("area", "Area", (Category("W", "Tŷ Ŵyr"),))
    table = SafeTable("t", "T", "children", (axis,), "", {("W",): shown(20), (ALL,): shown(20)})
    content = table_csv(table, SAFE)
    assert content.startswith(b"\xef\xbb\xbf")
    read = polars.read_csv(io.BytesIO(content))
    assert read.columns[0] == "area"
    assert read["area"][0] == "Tŷ Ŵyr"
    assert not table_csv(FLOW, SAFE).startswith(b"\xef\xbb\xbf")


def test_equal_labels_stay_apart() -> None:
    axis = Axis("area", "Area", (Category("1", "Other"), Category("2", "Other"), Category("3", "All")))
    cells: dict[tuple[str, ...], SafeCell] = {(value,): shown(20) for value in ("1", "2", "3", ALL)}
    frame = frames(replace(SAFE, tables=(SafeTable("t", "T", "children", (axis,), "", cells),)))["t"]
    assert frame["area"].to_list() == ["Other (1)", "Other (2)", "All (3)", "All"]


def test_frames_have_null_for_what_is_not_shown() -> None:
    found = frames(SAFE)
    assert list(found) == ["flow_of_infants", "entries_by_year", "by_status", "nobody"]
    table = found["entries_by_year"]
    assert table.schema["count"] == polars.Int64
    assert table.columns == ["year", "legal_status", "count", "state", "data"]
    for row in table.iter_rows(named=True):
        assert (row["count"] is None) == (row["state"] != "shown")
    assert found["flow_of_infants"]["remaining"].to_list() == [36850, 31245, None, 6470, 6470]


@pytest.mark.parametrize(
    "tables",
    [(), (EMPTY,), (ONE_AXIS,), (FLOW,), (replace(FLOW, steps=()),), (replace(FLOW, steps=FLOW.steps[:1]),)],
    ids=["nothing", "no categories", "one axis", "flow only", "flow of no step", "flow of one step"],
)
def test_small_sets_of_results(tables: tuple[SafeTable | SafeAttrition, ...]) -> None:
    safe = replace(SAFE, tables=tables, log=(), policy_words=())
    files = contents(safe, title="T", texts={}, version="0")
    Page(files["report.html"].decode())
    assert ("flow_chart.png" in files) == any(isinstance(table, SafeAttrition) for table in tables)
    assert console_summary(safe).endswith("\n")
    assert len(frames(safe)) == len(tables)


def test_table_with_three_axes_or_none_is_listed() -> None:
    axis = Axis("sex", "Sex", (Category("f", "Girls"),))
    other = replace(axis, variable="age", categories=(Category("0", "Under one"),))
    three = SafeTable(
        "three",
        "Three",
        "children",
        (axis, other, STATUS),
        "",
        {(a, b, c): shown(30) for a in ("f", ALL) for b in ("0", ALL) for c in ("V2", "C1", "missing", ALL)},
    )
    single = SafeTable("single", "Single", "children", (), "", {(): shown(30)})
    safe = replace(SAFE, tables=(three, single))
    page = page_of(safe)
    blocks = [attributes for tag, attributes in page.tags if attributes.get("scope") == "rowgroup"]
    assert [block["colspan"] for block in blocks] == ["5", "5"], "one for girls, one for all"
    assert [cell for cell in page.cells if cell in ("Girls", "Under one")] == [
        "Girls",
        "Under one",
        "Under one",
    ]
    assert polars.read_csv(io.BytesIO(table_csv(single, safe)))["count"].to_list() == [30]
    assert frames(safe)["three"].height == 16
    assert "Girls:\nUnder one" in console_summary(safe)


def test_several_flows_have_files_of_their_own() -> None:
    safe = replace(SAFE, tables=(FLOW, replace(FLOW, id="links", title="Links")))
    files = contents(safe, title="T", texts={}, version="0")
    for name in (
        "flow_of_infants.csv",
        "links.csv",
        "flow_chart_links.svg",
        "flow_chart_flow_of_infants.png",
    ):
        assert name in files
    html = files["report.html"].decode()
    identifiers = re.findall(r'\bid="([^"]+)"', html)
    assert len(identifiers) == len(set(identifiers))


def test_a_table_named_like_a_fixed_file_makes_way() -> None:
    tables = (replace(ONE_AXIS, id="attrition"), replace(ONE_AXIS, id="con"), FLOW)
    files = contents(replace(SAFE, tables=tables), title="T", texts={}, version="0")
    assert {"attrition.csv", "table_attrition.csv", "table_con.csv"} <= set(files)
    assert files["attrition.csv"].startswith(b"step,")


@pytest.mark.parametrize(
    "name", ["../x.sql", "a/b.md", "report.html", "Attrition.csv", "", ".hidden", "nul.txt"]
)
def test_texts_need_plain_names_of_their_own(name: str) -> None:
    with pytest.raises(ValueError):
        contents(SAFE, title="T", texts={name: ""}, version="0")


@pytest.mark.parametrize("symbol", ["", " ", "0", "<10"])
def test_a_symbol_that_could_be_a_number_is_our_fault(symbol: str) -> None:
    with pytest.raises(ValueError):
        console_summary(replace(SAFE, symbol=symbol))


def test_bracketed_symbols_come_in_pairs() -> None:
    text = console_summary(replace(SAFE, symbol="[c]"))
    assert "[c] = hidden" in text
    assert "[z] = not applicable" in text


def test_a_table_with_a_cell_left_out_is_our_fault() -> None:
    cells = {key: cell for key, cell in ONE_AXIS.cells.items() if key != ("C1",)}
    with pytest.raises(ValueError, match="by_status"):
        frames(replace(SAFE, tables=(replace(ONE_AXIS, cells=cells),)))
    broken = replace(ONE_AXIS, cells={**ONE_AXIS.cells, ("C1",): SafeCell(State.SHOWN)})
    with pytest.raises(ValueError):
        frames(replace(SAFE, tables=(broken,)))
    with pytest.raises(ValueError):
        frames(replace(SAFE, tables=(FLOW, FLOW)))


def test_console_tables_fit_the_terminal() -> None:
    axis = Axis("area", "Local authority", tuple(Category(str(n), f"Authority {n:02}") for n in range(22)))
    keys = [(a, b) for a in (*(str(n) for n in range(22)), ALL) for b in ("2004", "2005", ALL)]
    tall = SafeTable(
        "tall", "Tall", "children", (axis, TWO_AXES.axes[0]), "", dict.fromkeys(keys, shown(1250))
    )
    wide = replace(
        tall, id="wide", axes=tall.axes[::-1], cells={(b, a): cell for (a, b), cell in tall.cells.items()}
    )
    text = console_summary(replace(SAFE, tables=(tall, wide)))
    assert max(map(len, text.splitlines())) <= 100
    assert text.count("1,250") == 2 * 23 * 3
