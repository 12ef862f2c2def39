"""Areas: codes, coverage of every authority in every year, the list of small areas, and faults with their place."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections import Counter

import pytest

from cohort.catalogue import load_catalogue
from cohort.catalogue.geography import load_geography, read_geography
from cohort.catalogue.nodes import CatalogueFault
from cohort.source import Source
from tests.conftest import ROOT

GEOGRAPHY = load_geography()
FOLDER = ROOT / "src" / "cohort" / "catalogue" / "geography"
AREAS = (FOLDER / "areas.yaml").read_text("utf-8")
SMALL = (FOLDER / "small_areas_2011.csv").read_text("utf-8")
OLDEST = (FOLDER / "small_areas_2001.csv").read_text("utf-8")
NEWEST = (FOLDER / "small_areas_2021.csv").read_text("utf-8")
TODAY = datetime.date(2026, 1, 1)

# Small areas of 2011 by authority and fifth of WIMD 2019, counted from the published ranks, and the board now.
COUNTED = """
512 44 6 4 18 11 5 7A1
514 73 4 9 28 24 8 7A1
516 71 9 15 12 18 17 7A1
518 58 9 11 15 15 8 7A1
520 92 10 14 10 24 34 7A1
522 85 10 21 15 20 19 7A1
524 79 5 7 22 35 10 7A7
526 46 2 6 23 10 5 7A2
528 71 8 10 22 29 2 7A2
530 112 12 31 35 29 5 7A2
532 148 35 23 22 18 50 7A3
534 91 30 26 13 12 10 7A3
536 88 18 24 9 19 18 7A5
538 79 10 8 11 9 41 7A4
540 154 44 54 20 14 22 7A5
542 36 11 14 8 1 2 7A5
544 110 26 32 23 14 15 7A6
545 47 21 14 8 4 0 7A6
546 60 19 11 10 9 11 7A6
548 56 1 6 12 22 15 7A6
550 95 33 14 16 13 19 7A6
552 214 59 28 30 32 65 7A4
"""
KINDS = ("health_boards", "partnership_boards", "police_forces")


def code_of(name: str, system: str) -> str:
    return next(code.code for code in GEOGRAPHY.areas[name].codes if code.system == system)


def test_small_areas_and_boards_are_those_counted_from_the_published_ranks() -> None:
    wanted = [line.split() for line in COUNTED.split("\n") if line]
    found = []
    for authority in GEOGRAPHY.authorities:
        small = GEOGRAPHY.small_areas_of(authority.name)
        fifths = Counter(area.fifth for area in small)
        board = GEOGRAPHY.area_of(authority.name, "health_boards", TODAY)
        assert board is not None
        counts = [str(len(small)), *(str(fifths[number]) for number in range(1, 6))]
        found.append([code_of(authority.name, "social_care"), *counts, code_of(board.name, "nhs")])
    assert found == wanted


@pytest.mark.parametrize(
    ("code", "authority", "rank", "tenth", "fifth"),
    [
        ("W01001939", "cardiff", 833, 5, 3),
        ("W01000291", "flintshire", 1279, 7, 4),
        ("W01000440", "powys", 1480, 8, 4),
        ("W01000741", "swansea", 355, 2, 1),
        ("W01000455", "powys", 769, 5, 3),
    ],
)
def test_small_areas_agree_with_another_public_copy(
    code: str, authority: str, rank: int, tenth: int, fifth: int
) -> None:
    # The ranks that the tests of a public service of census data expect of five postcodes (WIMD 2019).
    small = GEOGRAPHY.small_areas[code]
    assert (small.authority, small.rank, small.tenth, small.fifth) == (authority, rank, tenth, fifth)


# Small areas of 2001 by authority as StatsWales counts them (WIMD Child Index 2008, local authority analysis), in the
# order of the codes of the authorities.
COUNTED_2001 = [44, 75, 71, 58, 92, 85, 80, 47, 71, 112, 147, 91, 85, 78, 152, 36, 110, 47, 60, 58, 94, 203]


def test_versions_of_the_small_areas_agree_with_published_counts() -> None:
    older, small, newer = GEOGRAPHY.small_areas_2001, GEOGRAPHY.small_areas, GEOGRAPHY.small_areas_2021
    assert (len(older), len(small), len(newer)) == (1896, 1909, 1917)
    of_2001 = Counter(older.values())
    assert [of_2001[area.name] for area in GEOGRAPHY.authorities] == COUNTED_2001
    # The Chief Statistician of Wales, 14 June 2024: 1,837 areas did not change from 2011 to 2021.
    assert len(set(small) & set(newer)) == 1837
    assert (len(set(small) - set(newer)), len(set(newer) - set(small))) == (45 + 27, 22 + 58)
    # No area changes its authority, so a code means one authority in every version.
    assert all(small[code].authority == authority for code, authority in older.items() if code in small)
    assert all(small[code].authority == area.authority for code, area in newer.items() if code in small)


@pytest.mark.parametrize("level", KINDS)
@pytest.mark.parametrize(("version", "count"), [("2001", 1896), ("2011", 1909), ("2021", 1917)])
def test_every_small_area_is_in_one_area_of_each_larger_kind(level: str, version: str, count: int) -> None:
    authorities = {
        "2001": list(GEOGRAPHY.small_areas_2001.values()),
        "2011": [area.authority for area in GEOGRAPHY.small_areas.values()],
        "2021": [area.authority for area in GEOGRAPHY.small_areas_2021.values()],
    }[version]
    above = Counter(GEOGRAPHY.area_of(authority, level, TODAY) for authority in authorities)
    assert None not in above
    assert len(above) == GEOGRAPHY.levels[level].count
    assert sum(above.values()) == count


def test_the_newest_index_agrees_with_its_published_summaries() -> None:
    newer = list(GEOGRAPHY.small_areas_2021.values())

    def most_deprived(authorities: set[str], last: int) -> int:
        return sum(area.authority in authorities and area.rank <= last for area in newer)

    # WIMD 2025 results report: areas in the most deprived tenth by authority.
    tenth = {area.name: most_deprived({area.name}, 191) for area in GEOGRAPHY.authorities}
    assert (tenth["blaenau_gwent"], tenth["newport"]) == (9, 18)
    assert (tenth["monmouthshire"], tenth["powys"], tenth["ceredigion"]) == (0, 1, 1)
    assert [name for name, count in tenth.items() if not count] == ["monmouthshire"]
    assert len(GEOGRAPHY.newer_small_areas_of("blaenau_gwent")) == 46
    # StatsWales, profile of the Public Services Board of Anglesey and Gwynedd: all, and ranks up to these bounds.
    board = {"isle_of_anglesey", "gwynedd"}
    assert [most_deprived(board, last) for last in (1917, 191, 382, 574, 958)] == [112, 5, 9, 20, 59]
    deep = [area for area in newer if area.deep_rooted]
    assert (len(deep), len({area.authority for area in deep})) == (22, 10)
    assert all(area.rank <= 50 and GEOGRAPHY.small_areas[area.code].rank <= 50 for area in deep)
    assert next(area.code for area in newer if area.rank == 1) == "W01000240", "Rhyl West 2"


@pytest.mark.parametrize(
    ("code", "rank", "tenth"),
    [
        ("W01000003", 570, 3),
        ("W01000016", 112, 1),
        ("W01000102", 1742, 10),
        ("W01000111", 575, 4),
        ("W01000119", 1533, 8),
        ("W01000130", 1506, 8),
    ],
)
def test_the_newest_index_agrees_with_another_public_copy(code: str, rank: int, tenth: int) -> None:
    # The ranks and tenths in the public repository Gieffeemme/Areas-Schools-and-Properties, src/data/wimd-by-lsoa.json.
    small = GEOGRAPHY.small_areas_2021[code]
    assert (small.rank, small.tenth) == (rank, tenth)


def test_groups_of_ranks_have_their_published_sizes() -> None:
    tenths = Counter(area.tenth for area in GEOGRAPHY.small_areas.values())
    assert [tenths[number] for number in range(1, 11)] == [191] * 9 + [190]
    by_rank = {area.rank: (area.tenth, area.fifth) for area in GEOGRAPHY.small_areas.values()}
    assert [by_rank[rank] for rank in (1, 191, 192, 382, 383, 1528, 1529, 1909)] == [
        *((1, 1), (1, 1), (2, 1), (2, 1)),
        *((3, 2), (8, 4), (9, 5), (10, 5)),
    ]


def test_the_generator_of_synthetic_data_has_the_same_small_areas() -> None:
    rows = csv.DictReader(io.StringIO((ROOT / "synthetic/published/small_areas.csv").read_text("utf-8")))
    theirs = {
        (
            row["lsoa11_code"], row["la_code"], int(row["wimd2019_rank"]), int(row["wimd2019_decile"]),
            int(row["children_0_17_mid2020"]),
        )
        for row in rows
    }  # fmt: skip
    ours = {
        (area.code, code_of(area.authority, "social_care"), area.rank, area.tenth, area.residents[1])
        for area in GEOGRAPHY.small_areas.values()
    }
    assert ours == theirs


@pytest.mark.parametrize("level", KINDS)
def test_every_authority_is_in_exactly_one_area_on_the_days_of_every_year(level: str) -> None:
    first = GEOGRAPHY.levels[level].first_day
    assert first is not None
    for year in range(first.year, 2027):
        for day in (datetime.date(year, 3, 31), datetime.date(year, 4, 1), datetime.date(year, 10, 1)):
            for authority, parts in GEOGRAPHY.parts.items():
                holding = [a.name for a, part in parts if a.level == level and part.holds_on(day)]
                assert len(holding) == (1 if day >= first else 0), (authority, day)


def test_bridgend_moved_on_the_first_of_april_2019() -> None:
    found = [
        [area.title if (area := GEOGRAPHY.area_of("bridgend", level, day)) else None for level in KINDS]
        for day in map(datetime.date.fromisoformat, ("2009-09-30", "2016-04-05", "2019-03-31", "2019-04-01"))
    ]
    assert found == [
        [None, None, "South Wales"],
        ["Abertawe Bro Morgannwg", None, "South Wales"],
        ["Abertawe Bro Morgannwg", "Western Bay", "South Wales"],
        ["Cwm Taf Morgannwg", "Cwm Taf Morgannwg", "South Wales"],
    ]


@pytest.mark.parametrize(
    ("system", "codes"), [("social_care", "local_authority"), ("education", "education_authority")]
)
def test_codes_of_authorities_are_those_of_the_code_lists(system: str, codes: str) -> None:
    listed = {entry.code: entry.label for entry in load_catalogue().code_lists[codes].entries}
    assert {code_of(area.name, system): area.title for area in GEOGRAPHY.authorities} == listed


def test_the_synthetic_authorities_have_the_same_codes_and_boards() -> None:
    rows = csv.DictReader(io.StringIO((ROOT / "synthetic/published/authorities.csv").read_text("utf-8")))
    for row in rows:
        area = next(a for a in GEOGRAPHY.authorities if code_of(a.name, "social_care") == row["la_code"])
        board = GEOGRAPHY.area_of(area.name, "health_boards", TODAY)
        assert area.code is not None
        assert board is not None
        assert (area.code.code, area.title) == (row["gss_code"], row["name"])
        assert code_of(board.name, "nhs") == row["health_board_code"]


def test_authorities_whose_child_codes_changed_say_so() -> None:
    named = {
        code_of(area.name, "social_care"): year[0]
        for area in GEOGRAPHY.authorities
        for fact in area.known
        if (year := re.findall(r"codes of children changed here in (\S+);", fact.text))
    }
    assert named == {"514": "2010/11", "516": "2008/09", "518": "2008/09", "520": "2009/10"}


def test_every_statement_has_a_confidence_and_a_source() -> None:
    for area in GEOGRAPHY.areas.values():
        said = [(one.confidence, one.source) for one in (*area.codes, *([area.code] if area.code else []))]
        said += [(one.confidence, one.source) for one in area.members]
        said += [(one.confidence, one.source) for one in area.known]
        said += [(area.confidence, area.source), (area.days_confidence, area.days_source)]
        for confidence, source in said:
            assert source
            assert confidence in ("certain", "likely", "guess", "background")


# --- faults ----------------------------------------------------------------------------------------------------


def read(areas: str = AREAS, small: str = SMALL, oldest: str = OLDEST, newest: str = NEWEST) -> None:
    lists = {"small.csv": small, "oldest.csv": oldest, "newest.csv": newest}
    read_geography(Source("areas.yaml", areas), *(Source(name, text) for name, text in lists.items()))


def line_of(start: str) -> int:
    return next(number for number, line in enumerate(AREAS.splitlines(), start=1) if line.startswith(start))


@pytest.mark.parametrize(
    ("area", "old", "new", "words"),
    [
        ("cardiff", "code: W06000015", "code: W0600015", "W0600015 is no code of a local authority"),
        ("cardiff", "code: W06000015", "code: W06000014", "have the code W06000014 at the same time"),
        ("cardiff", "source: numbering", "source: numberin", "numberin is none of the sources"),
        ("cardiff", "level: local", "levl: local", "nothing reads levl"),
        ("gwent_police", "torfaen, ", "", "torfaen is in none of the police_forces"),
        ("gwent_police", "torfaen, ", "torfaen, torfaen, ", "an authority is named twice"),
        ("gwent_police", "torfaen, ", "torfaen, swansea, ", "swansea is in two of the police_forces"),
        ("gwent_police", "torfaen, ", "torfen, ", "torfen is no authority"),
        ("cwm_taf_morgannwg_health_board", "from: 2019-04-01", "from: 2019-04-02", "2019-04-01"),
        ("cwm_taf_morgannwg_health_board", "from: 2019-04-01", "from: 2019-03-31", "7A5 at the same time"),
        ("west_glamorgan_partnership_board", "from: 2019-04-01", "from: 2019-03-31", "8 areas on 2019-03-31"),
        (
            "swansea_bay_health_board",
            "from: 2019-04-01",
            "from: 2019-04-01, until: 2018-01-01",
            "ends before it begins",
        ),
        ("powys_health_board", "from: 2009-10-01", "from: 2009-10-01, until: 2020-12-31", "from 2021-01-01"),
    ],
)
def test_a_fault_in_the_areas_has_file_and_line(area: str, old: str, new: str, words: str) -> None:
    lines = AREAS.splitlines()
    place = line_of(f"  {area}: ")
    assert old in lines[place - 1]
    lines[place - 1] = lines[place - 1].replace(old, new, 1)
    with pytest.raises(CatalogueFault, match=re.escape(words)) as raised:
        read("\n".join(lines) + "\n")
    assert re.match(r"areas\.yaml:\d+: ", str(raised.value))


def test_a_board_too_few_is_found_by_the_count() -> None:
    lines = [line for line in AREAS.splitlines() if not line.startswith("  dyfed_powys_police")]
    assert len(lines) == len(AREAS.splitlines()) - 1
    with pytest.raises(CatalogueFault, match="3 areas on 1996-04-01, but 4 are known"):
        read("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("W01000002,512,1324,", "W01000002,513,1324,", "small.csv:3: 513 is no authority"),
        ("W01000002,512,1324,", "W01000001,512,1324,", "small.csv:3: there are two of W01000001"),
        ("W01000002,512,1324,", "E01000002,512,1324,", "small.csv:3: E01000002 is no code"),
        ("W01000002,512,1324,", "W01000002,512,1323,", "each of 1 to 1909 once"),
        ("W01000002,512,1324,", "W01000002,512,1910,", "small.csv:3: the rank must be from 1 to 1909"),
        ("W01000002,512,1324,180,", "W01000002,512,1324,200,", "small.csv:3: residents cannot become fewer"),
        ("W01000002,512,1324,", "W01000002,512,", "small.csv:3: 6 values are needed"),
        ("lsoa_2011,", "lsoa,", "small.csv:1: the columns must be"),
    ],
)
def test_a_fault_in_the_small_areas_has_its_line(old: str, new: str, words: str) -> None:
    assert SMALL.count(old) == 1
    with pytest.raises(CatalogueFault, match=re.escape(words)):
        read(small=SMALL.replace(old, new))


def test_a_small_area_too_few_is_found() -> None:
    with pytest.raises(CatalogueFault, match="1908 areas, but 1909 are known"):
        read(small=SMALL[: SMALL.rstrip("\n").rindex("\n") + 1])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("514,W01000045,", "514,W01000046,", "oldest.csv:3: the codes do not follow those of the row before"),
        ("514,W01000045,", "515,W01000045,", "oldest.csv:3: 515 is no authority"),
        ("514,W01000045,", "514,E01000045,", "oldest.csv:3: E01000045 is no code"),
        ("W01001896", "W01001895", "oldest.csv: 1895 areas, but 1896 are known"),
        ("local_authority,first", "authority,first", "oldest.csv:1: the columns must be"),
    ],
)
def test_a_fault_in_the_areas_of_2001_has_its_line(old: str, new: str, words: str) -> None:
    assert OLDEST.count(old) == 1
    with pytest.raises(CatalogueFault, match=re.escape(words)):
        read(oldest=OLDEST.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("W01000004,512,1132,0", "W01000003,512,1132,0", "newest.csv:3: there are two of W01000003"),
        ("W01000004,512,1132,0", "W01000004,512,1131,0", "each of 1 to 1917 once"),
        ("W01000004,512,1132,0", "W01000004,512,1918,0", "newest.csv:3: the rank must be from 1 to 1917"),
        ("W01000004,512,1132,0", "W01000004,512,1132,no", "newest.csv:3: a rank, and 1 or 0 for deep-rooted"),
        ("W01000004,512,1132,0", "W01000004,512,1132", "newest.csv:3: 4 values are needed"),
        ("W01000004,512,1132,0\n", "", "newest.csv: 1916 areas, but 1917 are known"),
    ],
)
def test_a_fault_in_the_areas_of_2021_has_its_line(old: str, new: str, words: str) -> None:
    assert NEWEST.count(old) == 1
    with pytest.raises(CatalogueFault, match=re.escape(words)):
        read(newest=NEWEST.replace(old, new))
