"""A first spec for `cohort new`: what is wished, what is asked for, and the commented text."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from cohort.cli.offered import OF_HEALTH, OF_LINKS, Offered

_FIRST, _LAST = datetime.date(2003, 4, 1), datetime.date(2021, 3, 31)
_LONGEST_ID = 60


_BOTH, _PERSON, _CHILD = ("child", "person"), ("person",), ("child",)
SOURCES = {
    "care_episodes": Offered(
        _BOTH, "The first day in care",
        ("in_care_before", "In care before", "any(care_episodes where start_date < index_date)"), "start_date",
    ),
    "crcs": Offered(
        _PERSON, "The first yearly count as a child receiving care and support",
        ("support_before", "Received care and support before", "any(crcs where census_date < index_date)"),
        "census_date",
    ),
    "school_census": Offered(
        _PERSON, "The first school census",
        ("in_school_before", "In the school census before", "any(school_census where census_date < index_date)"),
        "census_date",
    ),
    "hospital_admissions": Offered(
        _PERSON, "Admissions to hospital",
        ("admitted_before", "Admitted to hospital before",
         "any(hospital_admissions where admission_date < index_date)"),
        "admission_date",
    ),
    "hospital_diagnoses": Offered(
        _PERSON, "Diagnoses of admissions to hospital",
        ("diagnosed_before", "Diagnosis in hospital before",
         "any(hospital_diagnoses where admission_date < index_date)"),
    ),
    "gp_events": Offered(
        _PERSON, "Events in general practice",
        ("gp_event_before", "Event in general practice before", "any(gp_events where event_date < index_date)"),
    ),
    "gp_registrations": Offered(
        _PERSON, "Whether events in general practice are seen",
        ("registered", "Registered with a practice", "any(gp_registrations where current_on(index_date))"),
    ),
    "residence": Offered(
        _PERSON, "Whether the person lives in Wales",
        ("lives_in_wales", "Lives in Wales", "any(residence where in_wales and current_on(index_date))"),
    ),
    "homes": Offered(
        _PERSON, "Whether a home is known",
        ("home_known", "Home known", "any(homes where current_on(index_date))"),
    ),
    "ks4_attainment": Offered(
        _PERSON, "Results at key stage 4",
        ("results_before", "Results at key stage 4 by then",
         "any(ks4_attainment where exam_year <= calendar_year(index_date))"),
    ),
    "births": Offered(
        _PERSON, "Who the mother is", ("mother_known", "Mother known", "births.mother is not missing"),
    ),
    "deaths": Offered(
        _PERSON, "Deaths in the data",
        ("death_registered", "Death registered", "deaths.death_date is not missing"),
    ),
    "care_years": Offered(
        _CHILD, "Each census year in care", ("years_returned", "Census years in the returns", "count(care_years)"),
    ),
    "children": Offered(
        _BOTH, "Week of birth and sex",
        ("in_care_records", "In the records of looked-after children", "children.week_of_birth is not missing"),
    ),
    "people": Offered(_PERSON, "Week of birth, sex and death"),
    "cinw": Offered(
        _PERSON, "The first yearly count as a child in need",
        ("in_need_before", "In need before", "any(cinw where census_date < index_date)"), "census_date",
    ),
    "attendance": Offered(
        _PERSON, "Attendance at school",
        ("least_attendance", "Lowest share of sessions attended in a year", "smallest(share_attended of attendance)"),
    ),
    "exclusions": Offered(
        _PERSON, "Exclusions from school", ("exclusions_held", "Exclusions from school", "count(exclusions)"),
    ),
    "foundation_phase": Offered(
        _PERSON, "Outcomes at the end of the Foundation Phase",
        ("phase_reached", "Foundation Phase indicator reached",
         "any(foundation_phase where phase_indicator = \"reached\")"),
    ),
    "key_stage_1": Offered(
        _PERSON, "Assessments at key stage 1",
        ("assessed_at_7", "Assessed at key stage 1 at the expected age", "any(key_stage_1 where at_expected_age)"),
    ),
    "key_stage_2": Offered(
        _PERSON, "Assessments at key stage 2",
        ("assessed_at_11", "Assessed at key stage 2 at the expected age", "any(key_stage_2 where at_expected_age)"),
    ),
    "key_stage_3": Offered(
        _PERSON, "Assessments at key stage 3",
        ("assessed_at_14", "Assessed at key stage 3 at the expected age", "any(key_stage_3 where at_expected_age)"),
    ),
    "court_applications": Offered(
        _PERSON, "The first application in a family court",
        ("in_court_before", "In a family court before", "any(court_applications where issue_date < index_date)"),
        "issue_date",
    ),
    "court_outcomes": Offered(
        _PERSON, "Outcomes of hearings in family courts",
        ("outcome_before", "Outcome of a family court before",
         "any(court_outcomes where hearing_date < index_date)"),
    ),
    **OF_HEALTH,
    **OF_LINKS,
}  # fmt: skip
"""Sources of the catalogue, those first that can begin a cohort."""


@dataclass(frozen=True)
class Wishes:
    """What a first spec should be about."""

    study_id: str
    unit: str
    title: str
    question: str
    data_from: datetime.date
    data_until: datetime.date
    sources: tuple[str, ...]
    peers: bool
    follow_up: bool
    file: str


def ask(given: Mapping[str, object], path: Path | None, *, asking: bool) -> Wishes:
    """Return what is wished: what options say, then answers on a terminal, then what is usual."""

    def answer(key: str, question: str, usual: object, kind: click.Choice[str] | None = None) -> object:
        if given[key] is not None:
            return given[key]
        return click.prompt(question, default=usual, type=kind) if asking else usual

    unit = str(answer("unit", "What does the study count", "child", click.Choice(["child", "person"])))
    title = str(answer("title", "Title", "Children entering care"))
    question = str(answer("question", "Question", f"Who is in the cohort, and how does it change: {title}?"))
    fitting = tuple(name for name, offered in SOURCES.items() if unit in offered.units)
    usual = "children" if unit == "child" else "people"
    sources = given["sources"]
    if sources is None:
        written = f"{usual},care_episodes"
        written = str(answer("sources", f"Sources, of {', '.join(fitting)}", written))
        sources = tuple(name.strip() for name in written.split(",") if name.strip())
    assert isinstance(sources, tuple)
    _refuse_unknown(sources, fitting, unit)
    study_id = _name(path.stem if path is not None else title)
    return Wishes(
        study_id,
        unit,
        " ".join(title.split()),
        " ".join(question.split()),
        _day(answer("data_from", "First day of the data", _FIRST.isoformat())),
        _day(answer("data_until", "Last day of the data", _LAST.isoformat())),
        sources,
        _yes(given["peers"], "Compare with matched peers", asking),
        _yes(given["follow_up"], "Follow over time and count events", asking),
        path.name if path is not None else f"{study_id}.yaml",
    )


def template_text(wishes: Wishes) -> str:
    """Return the commented text of a first spec."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from cohort.diagnostics import Diagnostics
    from cohort.language import rewrite
    from cohort.source import Source
    from cohort.spec.format import format_spec

    loader = PackageLoader("cohort", "cli")
    page = Environment(loader=loader, undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    text = page.get_template("new_spec.yaml.jinja").render(_parts(wishes))
    # The form of all specs: what is left out of the page leaves no gaps, and long lists are broken.
    formatted = format_spec(Source(wishes.file, re.sub(r"\n{3,}", "\n\n", text)), Diagnostics(), rewrite)
    return text if formatted is None else formatted.text


def _parts(wishes: Wishes) -> dict[str, object]:
    child, follow_up = wishes.unit == "child", wishes.follow_up
    rows = "children" if child else "people"
    # Follow-up needs events to count, and something that says until when a unit can be seen.
    needed = {"care_episodes"} if child else {"hospital_admissions", "residence"}
    chosen = {*wishes.sources, rows, *(needed if follow_up else ())}
    if wishes.peers and all(SOURCES[name].date is None for name in chosen):
        # Peers are those who are no case yet, so there must be a day on which one becomes a case.
        chosen.add("care_episodes")
    sources = [name for name in SOURCES if name in chosen]
    begin = next((name for name in sources if SOURCES[name].date is not None), None)
    definitions = []
    start, index_date, not_a_case = rows, f"{rows}.week_of_birth", ""
    if begin is not None:
        date = SOURCES[begin].date
        definitions.append(
            f"# The first row of each {wishes.unit} makes the entry.\n  first_entry:\n    from: {begin}\n"
            f"    keep_first: {date}"
        )
        start, index_date = "first_entry", f"first_entry.{date}"
        not_a_case = f"none({begin} where {date} <= index_date)"
    if follow_up:
        cover, of, condition = ("time_in_care", "care_episodes", "") if child else (
            "home_in_wales", "residence", "    where: in_wales\n"
        )  # fmt: skip
        definitions.append(
            f"{cover}:\n    from: {of}\n{condition}"
            "    join_spells: {start: start_date, end: until, gap: 0 days}"
        )
    events, event_date = (
        ("care_episodes", "start_date") if child else ("hospital_admissions", "admission_date")
    )
    if follow_up and begin == events:
        definitions.append(
            f"# The entry itself is no event.\n  later_events:\n    from: {events}\n"
            f"    where: {event_date} > index_date"
        )
        events = "later_events"
    variables = [
        "age_at_entry:\n    label: Age at entry\n    value: age_on(index_date)",
        f"sex:\n    label: Sex\n    value: {rows}.sex",
    ]
    names = ["age_at_entry", "sex"]
    for source in sources:
        found = SOURCES[source].variable
        used = source in (begin, rows) or (follow_up and source in needed)
        if found is not None and not used:
            name, label, value = found
            variables.append(f"{name}:\n    label: {label}\n    value: {value}")
            names.append(name)
    # Whoever is new must have had a year in which to be seen before.
    entries_from = _year_later(max(wishes.data_from, *(_held_from(name) for name in sources)))
    return {
        "id": wishes.study_id, "title": wishes.title, "quoted_title": _quoted(wishes.title), "file": wishes.file,
        "question": wishes.question, "unit": wishes.unit, "unit_rows": rows,
        "data_from": wishes.data_from, "data_until": wishes.data_until, "entries_from": entries_from,
        "sources": [(name, SOURCES[name].why) for name in sources],
        "definitions": definitions, "start": start, "index_date": index_date, "not_a_case": not_a_case,
        "variables": variables, "names": names, "peers": wishes.peers, "follow_up": follow_up,
        "cover": "time_in_care" if child else "home_in_wales",
        "outcome": "new_episode" if child else "admission",
        "outcome_label": "New episodes of care" if child else "Admissions to hospital",
        "events": events, "event_date": event_date,
    }  # fmt: skip


def _held_from(source: str) -> datetime.date:
    """Return the first day of which a source holds anything, where the catalogue knows it."""
    from cohort.catalogue import load_catalogue

    catalogue = load_catalogue()
    name = source
    while name in catalogue.prepared:
        name = catalogue.prepared[name].start
    table = catalogue.tables.get(name)
    return datetime.date.min if table is None or table.first_day is None else table.first_day


def _refuse_unknown(sources: tuple[str, ...], fitting: tuple[str, ...], unit: str) -> None:
    for name in sources:
        if name not in fitting:
            known = ", ".join(fitting)
            raise click.UsageError(f"there is no source {name!r} for the unit {unit}; there are {known}.")


def _name(text: str) -> str:
    """Return a text as a name: small letters, figures and underscores."""
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:_LONGEST_ID].rstrip("_")
    return name if re.match(r"[a-z]", name) else f"study_{name}".rstrip("_")


def _quoted(text: str) -> str:
    """Return a text as YAML takes it for a text."""
    return text if re.fullmatch(r"[A-Za-z][\w ,.()'-]*[\w.)]", text) else json.dumps(text, ensure_ascii=False)


def _day(value: object) -> datetime.date:
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise click.UsageError(f"{value} is not a date such as {_FIRST}.") from None


def _year_later(date: datetime.date) -> datetime.date:
    leap = date.month == 2 and date.day == 29
    return date.replace(year=date.year + 1, day=28 if leap else date.day)


def _yes(given: object, question: str, asking: bool) -> bool:
    if given is not None:
        return bool(given)
    return click.confirm(question, default=False) if asking else False
