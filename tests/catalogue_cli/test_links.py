"""What links to what: a few tables by hand, the same both ways, and no link by what only mentions somebody."""

from __future__ import annotations

from dataclasses import replace

from cohort.catalogue.links import load_links
from cohort.catalogue.load import load_catalogue
from cohort.lookup.links import Link, links_of

CATALOGUE = load_catalogue()


def of(name: str) -> list[Link]:
    return list(links_of(CATALOGUE.tables[name], CATALOGUE))


def by_columns(name: str, columns: tuple[str, ...], field: str = "") -> tuple[str, ...]:
    return next((link.tables for link in of(name) if (link.columns, link.field) == (columns, field)), ())


def test_diagnoses_link_to_spells_and_episodes_by_all_that_tells_them_apart() -> None:
    assert by_columns("pedw_diagnoses", ("provider_unit", "spell_number")) == ("pedw_spells",)
    assert "pedw_episodes" in by_columns(
        "pedw_diagnoses", ("provider_unit", "spell_number", "episode_number")
    )


def test_a_child_of_an_authority_links_the_censuses_by_code_and_authority() -> None:
    linked = by_columns("lacw_children", ("system_id", "local_authority"), "child")
    assert set(linked) == {"cinw_alf", "cinw_children", "crcs_alf", "crcs_children"}


def test_a_child_and_its_mother_are_two_people() -> None:
    fields = [link.columns for link in of("ncch_births") if link.field == "person"]
    assert fields == [("alf",), ("mother",)]


def test_the_same_physical_name_in_another_dataset_is_no_link_by_itself() -> None:
    people = {
        table.name
        for table in CATALOGUE.tables.values()
        for c in table.columns
        if c.physical == "SYSTEM_ID_{key}"
    }
    assert "cafw_people" in people
    assert all("cafw_people" not in link.tables for link in of("lacw_episodes"))


def test_pairs_of_people_link_to_people_although_their_columns_have_other_names() -> None:
    linked = by_columns("cafw_relationships", ("first_person_key", "second_person_key"))
    assert "cafw_people" in linked


def test_within_a_dataset_every_link_holds_both_ways() -> None:
    for table in CATALOGUE.tables.values():
        for link in of(table.name):
            for other in link.tables:
                assert any(table.name in back.tables for back in of(other)), (table.name, other)


def test_no_table_links_to_itself_and_no_column_is_made_up() -> None:
    for table in CATALOGUE.tables.values():
        for link in of(table.name):
            assert table.name not in link.tables
            assert set(link.columns) <= {column.name for column in table.columns}
            assert link.source


def test_those_whom_a_row_mentions_link_nothing() -> None:
    mentioned = load_links().mentioned
    linking = {column for name in CATALOGUE.tables for link in of(name) for column in link.columns}
    assert linking & mentioned == set()
    assert mentioned <= {column.name for table in CATALOGUE.tables.values() for column in table.columns}


def test_an_authority_a_year_or_a_day_alone_is_no_link() -> None:
    never = load_links().never_alone
    assert [link for name in CATALOGUE.tables for link in of(name) if set(link.columns) <= never] == []
    # Rows of both would be paired by the year and the authority alone.
    tables = {name: replace(CATALOGUE.tables["lacw_episodes"], name=name) for name in ("one", "other")}
    columns = {name: f"{name}_only" for name in ("system_id", "hybrid_id", "pupil", "alf")}
    tables["other"] = replace(
        tables["other"],
        columns=tuple(replace(c, name=columns.get(c.name, c.name)) for c in tables["other"].columns),
        key=tuple(columns.get(name, name) for name in tables["other"].key),
    )
    assert links_of(tables["one"], replace(CATALOGUE, tables=tables)) == ()


def test_columns_that_link_nothing_and_other_names_exist() -> None:
    known = load_links()
    names = {column.name for table in CATALOGUE.tables.values() for column in table.columns}
    assert known.never_alone <= names
    assert set(known.stands_for.values()) <= names


def test_a_key_that_holds_in_its_dataset_only_links_no_other_dataset() -> None:
    """The hybrid code is a child too, but no other dataset has it; the school of another dataset may be another."""
    for name in ("lacw_derived_alf", "eduw_schools"):
        assert [link.field for link in of(name) if link.field in ("child", "school")] == []
    assert load_links().entities["child"].columns_in(CATALOGUE.tables["lacw_derived_alf"]) == (
        ("hybrid_id",),
        ("unified_id",),
    )
