"""Writes the manual's pages of cases, and the tables of functions and operations: ``python -m tests.language.manual``.

The pages of spec tests become ``docs/language/*.md``: the prose as it stands, tables as tables, and fragments as they
stand in a study file. What functions are and give comes from the table from which messages are made.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from cohort.resolve.functions import ABOUT, FUNCTIONS

from .pages import FENCE, Block

ROOT = Path(__file__).parents[2]
PAGES = Path(__file__).parent
DOCUMENTS = ROOT / "docs"
CHAPTERS = {
    "Conditions": ("missing_values", "logic", "membership", "choices", "bands_and_choose"),
    "Dates": (
        "moving_dates", "dates_from_numbers", "latest_and_earliest", "months_and_years_between", "far_dates",
    ),
    "Ages and years": (
        "age", "birthdays", "school_years", "academic_and_financial_years", "years_to_31_march",
    ),
    "Periods and spells": ("periods", "windows", "overlap_in_days", "current_on", "covered_days"),
    "Numbers": ("arithmetic", "rounding", "large_numbers"),
    "Codes, text and figures": ("code_text", "text_with_signs", "codelists", "lookups", "figures"),
    "Operations on rows": (
        "where_add_and_mark", "union", "keep_first_and_last", "one_per", "join_spells", "related_children",
    ),
    "Summaries and grains": ("summaries", "the_row_outside", "rows_of_entries"),
    "Whole studies": (
        "studies/matching", "studies/follow_up", "studies/person_time", "studies/outcomes", "studies/tables",
    ),
    "What the catalogue prepares": ("bringing_rows_to_a_unit", "closing_spells"),
    "Mistakes": ("what_is_refused",),
}  # fmt: skip
"""The pages by chapter, in the order of the manual. Those of whole studies lie in a folder of their own."""
OPERATIONS = {
    "from": ("from: care_episodes", "begins with the rows of a source or a definition"),
    "union": (
        "union: [gp_contacts, hospital_contacts]",
        "begins with the rows of several, one below the other, in the columns that all have; `part_number` says from "
        "which a row comes",
    ),
    "of": (
        "of: siblings",
        "the rows of related children or people, each once for every unit that they are related to; `related` says "
        "whose they are",
    ),
    "where": (
        "where: start_date >= 2003-04-01",
        "the rows for which the condition is true, not false and not missing",
    ),
    "add": ("add: {length: days_between(start_date, until)}", "the same rows with further columns"),
    "mark": ("mark: {setting: hospital}", "the same rows with a column that has one text in all of them"),
    "join_spells": (
        "join_spells: {start: start_date, end: until, gap: 7 days, per: [placement_type]}",
        "one row for spells that overlap, touch or lie at most `gap` apart, of each unit (and value of `per`); days in "
        "a gap count as covered",
    ),
    "one_per": (
        "one_per: [contact_date]",
        "one row for each unit and different value of the columns, the first by the key; rows in which one is missing "
        "are left out",
    ),
    "keep_first": (
        "keep_first: {by: start_date, number: 2}",
        "for each unit (or entry) the first row by the column, or the one with that number; rows in which it is "
        "missing are left out, ties go by the key",
    ),
    "keep_last": (
        "keep_last: start_date",
        "the same from the other end; ties go by the key in its own order",
    ),
}
"""What begins a definition, and the operations on rows: an example, and what it gives."""
_KINDS = {
    "key": "key",
    "whole": "whole number",
    "large": "large whole number",
    "decimal": "decimal number",
    "text": "text",
    "code": "code",
    "date": "date",
    "yes_or_no": "yes or no",
}


def documents() -> dict[Path, str]:
    """Return all documents that are written from the tests and the tables of the program."""
    found = {DOCUMENTS / "functions.md": functions_page(), DOCUMENTS / "language" / "README.md": index()}
    for pages in CHAPTERS.values():
        for page in pages:
            text = (PAGES / f"{page}.md").read_text("utf-8")
            found[DOCUMENTS / "language" / _document(page)] = rendered(text, page)
    return found


def rendered(text: str, page: str) -> str:
    """Return a page of tests as a page of the manual."""
    body = FENCE.sub(lambda found: _shown(Block(tuple(found[1].split()), found[2])), text)
    title, _, rest = body.partition("\n")
    return f"{title}\n\n{_origin(f'tests/language/{page}.md')}\n{rest.rstrip()}\n"


def index() -> str:
    """Return the list of all pages by chapter."""
    lines = [
        "# Pages of cases",
        "",
        _origin("tests/language"),
        "",
        "Each rule of the language on small tables, worked out by hand. Every case is a test: it runs on the reference",
        "engine and on DuckDB. An empty cell is a missing value. Each page has a child without rows, and one whose",
        "values are missing.",
    ]
    for chapter, pages in CHAPTERS.items():
        lines += ["", f"## {chapter}", "", "| page | cases |", "|---|---|"]
        for page in pages:
            text = (PAGES / f"{page}.md").read_text("utf-8")
            title = text.partition("\n")[0].removeprefix("# ")
            lines.append(f"| [{title}]({_document(page)}) | {len(re.findall('^## ', text, re.MULTILINE))} |")
    return "\n".join(lines) + "\n"


def functions_page() -> str:
    """Return the tables of functions and of operations on rows."""
    lines = [
        "# Functions and operations",
        "",
        _origin("the program's table of functions"),
        "",
        "A function is missing if one of its arguments is, unless its line says something else.",
        "[Pages of cases](language/README.md) show each of them on small tables.",
    ]
    for about in ABOUT:
        lines += ["", f"## {about[:1].upper()}{about[1:]}", ""]
        lines += ["| function | takes | gives | example |", "|---|---|---|---|"]
        for function in FUNCTIONS.values():
            if function.about == about:
                cells = (f"`{function.name}`", function.expected, function.gives, f"`{function.example}`")
                lines.append(_line(cells))
    lines += ["", "## Operations on rows", "", "| operation | gives | example |", "|---|---|---|"]
    lines += [_line((f"`{name}`", gives, f"`{example}`")) for name, (example, gives) in OPERATIONS.items()]
    return "\n".join(lines) + "\n"


def _document(page: str) -> str:
    return f"{page.rpartition('/')[2]}.md"


def _origin(source: str) -> str:
    return f"<!-- Written by `python -m tests.language.manual` from {source}: do not edit. -->"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _shown(block: Block) -> str:
    """Return a block as the manual shows it."""
    match block.words:
        case ("rows", name, *flags):
            what = "Spells" if "spells" in flags else "Rows"
            once = ", at most one row for each child" if "one-per-child" in flags else ""
            last_days = [flag.removeprefix("last-day=") for flag in flags if flag.startswith("last-day=")]
            held = "".join(f", held until {day}" for day in last_days)
            return f"{what} `{name}`{once}{held}:\n\n{_table(block.text)}"
        case ("entries",):
            return f"Entries:\n\n{_table(block.text)}"
        case ("codelist", name, "generated", number):
            return f"Codelist `{name}`: {int(number):,} codes, from `K00001` to `K{int(number):05}`."
        case ("codelist", name):
            header = "" if block.text.startswith("code,label") else "code,label\n"
            return f"Codelist `{name}`:\n\n{_of_file(header + block.text)}"
        case ("figures", name, *settings):
            given = dict(setting.split("=") for setting in settings)
            said = [f"{word} `{given[word]}`" for word in ("area", "time") if word in given]
            said += [given["time_is"].replace("-", " ")] if "time_is" in given else []
            table = _table(block.text) if "|" in block.text else _of_file(block.text)
            return f"Context table `{name}` ({', '.join(said)}):\n\n{table}"
        case ("study",):
            return _yaml(block.text)
        case ("study", first, last):
            return f"Data from {first} until {last}:\n\n{_yaml(block.text)}"
        case ("windows",):
            return _yaml(f"windows:\n{_indented(block.text, 2)}")
        case ("definition", name):
            return _yaml(f"definitions:\n  {name}:\n{_indented(block.text, 4)}")
        case ("variable", name):
            return _yaml(f"variables:\n  {name}:\n{_indented(block.text, 4)}")
        case ("value",):
            return f"For each entry:\n\n```text\n{block.text}```"
        case ("value", "on", name):
            return f"For each row of `{name}`:\n\n```text\n{block.text}```"
        case ("variable", "on", name):
            return f"For each row of `{name}`:\n\n{_yaml(block.text)}"
        case ("expect",):
            return f"This gives:\n\n{_table(block.text)}"
        case ("expect", "members"):
            return f"Those who are counted:\n\n{_table(block.text)}"
        case ("expect", "person-time"):
            return f"The person-time:\n\n{_table(block.text)}"
        case ("expect", "table", name):
            return f"The table `{name}`:\n\n{_table(block.text)}"
        case ("expect", "error", code):
            return f"This is refused by [{code}](../rules/{code}.md):\n\n> {block.text.strip()}"
        case _:
            raise ValueError(f"no block {block.words}")


def _yaml(text: str) -> str:
    return f"```yaml\n{text}```"


def _indented(text: str, blanks: int) -> str:
    return "".join(f"{' ' * blanks}{line}\n" for line in text.splitlines())


def _table(text: str) -> str:
    """Return a table of a page as one of the manual; kinds of columns stand in brackets."""
    header, *lines = [[cell.strip() for cell in line.split("|")] for line in text.splitlines()]
    return _markdown([_column(cell) for cell in header], lines)


def _of_file(text: str) -> str:
    """Return a CSV file as a table of the manual."""
    header, *lines = csv.reader(text.splitlines())
    return _markdown([_column(cell) for cell in header], lines)


def _column(cell: str) -> str:
    name, _, kind = (part.strip() for part in cell.partition(":"))
    return f"`{name.rstrip('*')}` ({_KINDS[kind]})" if kind else f"`{name}`"


def _markdown(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    cells = ([_plain(cell) for cell in line] for line in lines)
    return "\n".join([_line(header), f"|{'---|' * len(header)}", *(_line(line) for line in cells)])


def _plain(cell: str) -> str:
    """Return a cell whose signs mean themselves; blanks in quotation marks stay as they are."""
    if cell.startswith('"'):
        return f"`{cell}`"
    return re.sub(r"([\\`*_<>\[\]])", r"\\\1", cell)


def main() -> None:
    """Write all documents; those of pages that are gone are taken away."""
    found = documents()
    folder = DOCUMENTS / "language"
    folder.mkdir(exist_ok=True)
    for path in set(folder.glob("*.md")) - set(found):
        path.unlink()
    for path, text in found.items():
        path.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
