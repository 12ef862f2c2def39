"""Codelists from files that the HDR UK Phenotype Library exports.

The export is a CSV file that the library gives at ``/phenotypes/PH…/version/…/export/codes/``. Its form is read
from the library's own source code, SwanseaUniversityMedical/concept-library, function
``export_entity_codes_to_csv`` in ``clinicalcode/views/GenericEntity.py`` (a stored copy, read on 23 November 2026):

- the nine of ``COLUMNS``, then ``code_attributes``, which rows without any leave out, so that these are shorter;
- commas, lines that end as those of Windows do, and labels without any letter that is not ASCII;
- a concept without codes has one row without a code and a description;
- concepts are written ``C2712``. Older versions of the function (``Phenotype.py``) wrote bare numbers;
- one phenotype can have codes of several systems: version 2447 of PH936 has ICD10 codes and Read codes v2, version
  3576 has SNOMED CT codes, ICD10 codes and Read codes v3 (pages of the library, stored copies).

What a spreadsheet makes of such a file is read too where that is safe: a mark of byte order, columns in another order,
and further columns. Semicolons and tabs in place of commas are refused with words that say so.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import re
from dataclasses import dataclass

from cohort.catalogue.code_systems import CodeSystem, system_named
from cohort.catalogue.codelist_file import MOST_CODES, CodelistFile
from cohort.catalogue.codelist_head import CodelistHead
from cohort.diagnostics.nearest import nearest
from cohort.source import FileProblem, Source

COLUMNS = (
    *("code", "description", "coding_system", "concept_id", "concept_version_id", "concept_name"),
    *("phenotype_id", "phenotype_version_id", "phenotype_name"),
)
"""The columns that every export has, in the order in which the library writes them."""

_SEPARATORS = {";": "semicolons", "\t": "tabs"}
SITE = "https://phenotypes.healthdatagateway.org"
LICENCE = "not stated in the export; see the page of the phenotype"


@dataclass(frozen=True)
class ExportRow:
    """One row of an export: a code of one concept of one phenotype, each in one version."""

    line: int
    code: str
    description: str
    system: str
    concept: str
    concept_version: str
    concept_name: str
    phenotype: str
    phenotype_version: str
    phenotype_name: str

    @property
    def concept_words(self) -> str:
        """The concept with its version."""
        return f"{self.concept} version {self.concept_version}"


@dataclass(frozen=True)
class ImportWishes:
    """What is taken from an export. Empty texts mean: whatever the export has, if that is one thing."""

    retrieved: datetime.date
    system: str = ""
    concepts: tuple[str, ...] = ()
    compared: str = ""
    licence: str = LICENCE


@dataclass(frozen=True)
class Imported:
    """A codelist from an export, pinned, and how many rows of the export it was made of.

    ``repeated`` counts rows whose code another row has too, ``relabelled`` those of them that have another label;
    ``left_out`` rows of other systems and concepts; ``empty`` are concepts that were chosen and have no codes.
    """

    file: CodelistFile
    rows: int
    repeated: int
    left_out: int
    relabelled: int = 0
    empty: tuple[str, ...] = ()


def read_export(source: Source) -> tuple[ExportRow, ...]:
    """Read an export. Raises ``FileProblem`` with the line for a file that is none, or a row that is broken."""
    reader = csv.reader(io.StringIO(source.text), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _check_header(source, header)
        found = [
            _row(source, cells, reader.line_num, header) for cells in reader if any(map(str.strip, cells))
        ]
    except csv.Error:
        raise FileProblem(source.name, f"line {reader.line_num} is not CSV.") from None
    if not found:
        raise FileProblem(source.name, "the export has no rows.")
    return tuple(found)


def _check_header(source: Source, header: list[str]) -> None:
    absent = [name for name in COLUMNS if name not in header]
    doubled = [name for name in COLUMNS if header.count(name) > 1]
    if not absent and not doubled:
        return
    first = header[0] if header else ""
    if separator := next((name for sign, name in _SEPARATORS.items() if sign in first), ""):
        says = f"its values are separated by {separator}, and the library writes commas; take the file as exported"
    elif doubled:
        says = f"the column {doubled[0]} stands in it twice"
    elif len(absent) == len(COLUMNS):
        says = f"it has none of the columns that the library writes, such as {COLUMNS[0]} and {COLUMNS[2]}"
    else:
        near = nearest(absent[0], [name for name in header if name not in COLUMNS])
        says = f"the column {absent[0]} is missing" + (f" (is it `{near}`?)" if near else "")
    raise FileProblem(source.name, f"this is no export of the HDR UK Phenotype Library: {says}.")


def _row(source: Source, cells: list[str], line: int, header: list[str]) -> ExportRow:
    places = [header.index(name) for name in COLUMNS]
    if not max(places) < len(cells) <= len(header):
        raise FileProblem(
            source.name, f"line {line} has {len(cells)} values, and {len(header)} columns are named."
        )
    values = [" ".join(cells[place].split()) for place in places]
    code, description, system, concept, version, name, phenotype, phenotype_version, phenotype_name = values
    if description and not code:
        raise FileProblem(source.name, f"line {line} has a description, and no code.")
    if not system:
        raise FileProblem(source.name, f"line {line} has no coding_system.")
    if system.startswith("{"):
        raise FileProblem(
            source.name,
            f"line {line} has an object as coding_system, as the library's API gives it: "
            "export the codes on the page of the phenotype.",
        )
    for what, text in (("concept_version_id", version), ("phenotype_version_id", phenotype_version)):
        if not (text.isascii() and text.isdigit()):
            raise FileProblem(source.name, f"line {line} has no number as {what}.")
    return ExportRow(
        *(line, code, description, system, _numbered("C", concept), version, name),
        *(_numbered("PH", phenotype), phenotype_version, phenotype_name),
    )


def _numbered(letters: str, text: str) -> str:
    """Return an id with its letters, which older exports leave out."""
    return letters + text if text.isascii() and text.isdigit() else text


def import_export(source: Source, wishes: ImportWishes) -> Imported:
    """Make one codelist of an export, of one system and one version of one phenotype.

    Raises ``FileProblem`` where the export holds several and none was chosen, where nothing is left, and where a code
    is not written as codes of its system are: a list must not become shorter in silence.
    """
    export = read_export(source)
    first = export[0]
    versions = {(row.phenotype, row.phenotype_version) for row in export}
    if len(versions) > 1:
        named = ", ".join(f"{name} version {version}" for name, version in sorted(versions))
        raise FileProblem(source.name, f"the file holds more than one phenotype or version: {named}.")
    chosen = _of_concepts(source, export, wishes.concepts)
    chosen = _of_system(source, chosen, wishes.system)
    with_code = [row for row in chosen if row.code]
    if not with_code:
        raise FileProblem(source.name, "what was chosen of the export has no codes.")
    system = system_named(with_code[0].system)
    by_code: dict[str, list[ExportRow]] = {}
    for row in with_code:
        by_code.setdefault(_held(source, row, system), []).append(row)
    if len(by_code) > MOST_CODES:
        raise FileProblem(source.name, f"the export holds more than {MOST_CODES:,} codes.")
    rows = tuple((code, same[0].description or code, _concepts(same)) for code, same in by_code.items())
    concepts = tuple(dict.fromkeys(row.concept_words for row in with_code))
    head = CodelistHead(
        system=system.name if system else with_code[0].system,
        version=f"{first.phenotype} version {first.phenotype_version} ({', '.join(concepts)})",
        source=f"HDR UK Phenotype Library, {first.phenotype}, {first.phenotype_name}",
        licence=wishes.licence,
        retrieved=wishes.retrieved,
        name=_name(first, with_code),
        address=f"{SITE}/phenotypes/{first.phenotype}/version/{first.phenotype_version}/detail/",
        compared=wishes.compared,
        note=f"SHA-256 of the exported file: {hashlib.sha256(source.text.encode()).hexdigest()}",
    )
    file = CodelistFile(head, ("code", "label", "concept"), rows).pinned
    labels = {code: label for code, label, _ in rows}
    other = sum(
        1
        for code, same in by_code.items()
        for row in same[1:]
        if (row.description or code).casefold() != labels[code].casefold()
    )
    having = {row.concept for row in with_code}
    empty = tuple(dict.fromkeys(row.concept_words for row in chosen if row.concept not in having))
    repeated = len(with_code) - len(rows)
    return Imported(file, len(export), repeated, len(export) - len(chosen), other, empty)


def _of_concepts(
    source: Source, export: tuple[ExportRow, ...], concepts: tuple[str, ...]
) -> tuple[ExportRow, ...]:
    known = tuple(dict.fromkeys(row.concept for row in export))
    wanted = tuple(_numbered("C", concept.strip().upper()) for concept in concepts)
    for concept in wanted:
        if concept not in known:
            raise FileProblem(source.name, f"no concept {concept} is in it; it has {', '.join(known)}.")
    return tuple(row for row in export if row.concept in wanted) if wanted else export


def _of_system(source: Source, rows: tuple[ExportRow, ...], wanted: str) -> tuple[ExportRow, ...]:
    """Return the rows of one system: the one that is wanted, or the only one."""
    names = tuple(dict.fromkeys(row.system for row in rows))
    if not wanted:
        if len(names) > 1:
            listed = "; ".join(f"{name} ({sum(row.system == name for row in rows):,} rows)" for name in names)
            raise FileProblem(
                source.name, f"it holds codes of several systems: {listed}. Choose one with --system."
            )
        return rows
    meant = system_named(wanted)
    kept = tuple(row for row in rows if _is_system(row.system, wanted, meant))
    if not kept:
        raise FileProblem(source.name, f"no codes of {wanted} are in it; it has {', '.join(names)}.")
    return kept


def _is_system(name: str, wanted: str, meant: CodeSystem | None) -> bool:
    return name == wanted or (meant is not None and system_named(name) == meant)


def _held(source: Source, row: ExportRow, system: CodeSystem | None) -> str:
    """Return the code of a row as the data hold it."""
    if system is None:
        return row.code
    code = system.as_held(row.code)
    if not system.is_formed(code):
        raise FileProblem(
            source.name,
            f"line {row.line}: `{re.sub('[^ -~]', '?', row.code)[:40]}` is no code of {system.name}; "
            f"such a code is {system.form_words}.",
        )
    return code


def changes(before: CodelistFile, after: CodelistFile) -> str:
    """Return in words how a list differs from an earlier one: its version, and how many codes are new and gone."""
    old, new = {code for code, _ in before.codes}, {code for code, _ in after.codes}
    was = before.head.version if before.head else "a list without a head"
    now = after.head.version if after.head else ""
    said = f"it was of {was}" if was != now else f"it is of the same version, {now}"
    if old == new:
        return f"{said}; the codes are the same"
    return f"{said}; {len(new - old):,} codes are new and {len(old - new):,} are gone"


def _concepts(rows: list[ExportRow]) -> str:
    return "; ".join(dict.fromkeys(row.concept_words for row in rows))


def _name(first: ExportRow, rows: list[ExportRow]) -> str:
    names = tuple(dict.fromkeys(row.concept_name for row in rows))
    return names[0] if len(names) == 1 else first.phenotype_name
