"""The shapes that a plan may have give the same rows: short lists as tables, and everything in a view or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohort.plan import build, codelists, frames, views
from cohort.plan.build import build_plan
from cohort.plan.frames import OF_MEMBERS
from cohort.query.rows import ForEachEntry, NamedRows, Rows, Where
from cohort.query.summaries import RowsOf, Summary, summary_type
from cohort.query.values import And, Compare, IndexDate, InSet, IsMissing, Literal, Not, Value

from .harness import FEW, FUSED, compiled, plan_of
from .member_strategies import held_tables, member_studies
from .row_strategies import EVENTS_OF_UNIT
from .study_strategies import EVENTS, Drawn, assert_same_study, base_study, studies
from .tables import Tables, tables


@given(drawn=studies(), held=tables())
@FEW
def test_lists_as_tables(drawn: Drawn, held: Tables) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codelists, "LONG", 1)
        assert_same_study(drawn.study, held, plan_of(drawn.study))


@given(drawn=member_studies(), held=held_tables())
@FEW
def test_lists_as_tables_in_studies_of_members(drawn: Drawn, held: Tables) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codelists, "LONG", 1)
        patch.setattr(views, "DEEPEST", 3)
        assert_same_study(drawn.study, held, plan_of(drawn.study))


@given(drawn=member_studies(), held=held_tables())
@FEW
def test_columns_and_values_as_the_study_has_them(drawn: Drawn, held: Tables) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "STUDY_PASSES", ())
        assert_same_study(drawn.study, held, plan_of(drawn.study))


STATUS, SCORE, AMOUNT, START = (
    EVENTS_OF_UNIT.shape.column(name) for name in ("status", "score", "amount", "start_date")
)
CONDITIONS: tuple[Value | None, ...] = (
    None,
    Compare("<", START, IndexDate()),
    Compare(">", AMOUNT, Literal(0, AMOUNT.type)),
    And(
        (
            Compare(">=", START, IndexDate()),
            InSet(STATUS, (Literal("1", STATUS.type), Literal("A", STATUS.type))),
        )
    ),
    Not(IsMissing(SCORE)),
)
OF_STATUS = Where(EVENTS, InSet(STATUS, (Literal("1", STATUS.type), Literal("C1", STATUS.type))))
FURTHER: tuple[tuple[str, Rows], ...] = (
    ("of_status", OF_STATUS),
    ("of_score", Where(NamedRows("of_status", OF_STATUS.shape), Compare("<", SCORE, Literal(3, SCORE.type)))),
    ("before", Where(ForEachEntry(EVENTS), Compare("<=", START, IndexDate()))),
)


def _summaries() -> Iterator[tuple[str, Value]]:
    """Yield each function, each with its values, of each of some rows under each of some conditions."""
    named: dict[str, Rows] = {"events_of_child": EVENTS, **dict(FURTHER)}
    asked: list[tuple[str, Value | None]] = [(function, None) for function in ("any", "none", "count")]
    asked += [(f, of) for f in ("count_distinct", "smallest", "largest") for of in (SCORE, AMOUNT, START)]
    asked += [(f, of) for f in ("total", "mean") for of in (SCORE, AMOUNT)]
    asked += [("share", Compare(">", AMOUNT, SCORE))]
    for (function, of), (name, rows), (number, kept) in product(asked, named.items(), enumerate(CONDITIONS)):
        of_rows = RowsOf(name, rows.shape.per_entry, rows.shape.order)
        type_ = summary_type(function, None if of is None else of.type)
        variable = f"{function}_{getattr(of, 'name', 'rows')}_{name}_{number}"
        yield variable, Summary(function, of_rows, kept, of, None, type_)


SUMMARIES = tuple(_summaries())
SOME = settings(max_examples=6, derandomize=True, deadline=None)
"""Each example holds many summaries: a few are enough."""


@given(
    chosen=st.lists(st.sampled_from(SUMMARIES), min_size=2, max_size=24, unique=True),
    kept=st.sampled_from(SUMMARIES),
    held=tables(complete_starts=True),
    shortest=st.sampled_from([1, codelists.LONG]),
)
@SOME
def test_aggregates_in_one_pass(
    chosen: list[tuple[str, Value]], kept: tuple[str, Value], held: Tables, shortest: int
) -> None:
    study = base_study(variables=tuple(chosen), further=FURTHER, steps=(Not(IsMissing(kept[1])),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codelists, "LONG", shortest)
        assert_same_study(study, held, build_plan(study, fused=True), FUSED)


def test_one_pass_has_one_group_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MOST_TOGETHER", 50)
    several = [pair for pair in SUMMARIES if "_events_of_child_" in pair[0] or "_of_status_" in pair[0]][:20]
    study = base_study(variables=tuple(several), further=FURTHER)
    rows = [definition.rows for definition in study.definitions]

    def groups(*, fused: bool) -> int:
        script = compiled(build_plan(study, fused=fused), rows, replace(FUSED, fused=fused))
        (part,) = (part for part in script.parts if part.name == OF_MEMBERS.entries)
        return part.text.count("GROUP BY")

    # Those that ask for the index date are worked out for each entry, the others for each unit.
    assert groups(fused=True) == 2
    assert groups(fused=False) == len(several)


@given(drawn=member_studies(), held=held_tables())
@FEW
def test_aggregates_in_one_pass_in_studies_of_members(drawn: Drawn, held: Tables) -> None:
    assert_same_study(drawn.study, held, build_plan(drawn.study, fused=True), FUSED)
