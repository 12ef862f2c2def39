"""The result files of the study of infants, attacked: nothing under the threshold is printed or follows."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from cohort import pipeline
from cohort.outputs import write_results
from cohort.plan.collect import ResultRow, collect
from cohort.results import (
    ALL as TOTAL,
)
from cohort.results import (
    AttritionTable,
    RawResults,
    SafeAttrition,
    SafeAttritionStep,
    SafeCell,
    SafeResults,
    SafeTable,
    State,
)
from tests.attack.attacker import SAIL, WELSH_GOVERNMENT, Attack, Finding, Key, Policy, read_release
from tests.attack.infants import knowledge, nested, truth_of
from tests.conftest import DEMO_SPEC

POLICIES = {"sail": SAIL, "welsh_government": WELSH_GOVERNMENT}
SHARES = {"tiny": 0.02, "small": 0.1, "whole": 1.0}
LEAST_SHARE_SHOWN = {("sail", "whole"): 0.5, ("welsh_government", "whole"): 0.5}


@dataclass
class Case:
    """One written release, with the true counts behind it."""

    name: tuple[str, str]
    folder: Path
    raw: RawResults
    policy: Policy

    @cached_property
    def attack(self) -> Attack:
        release = read_release(self.folder)
        return Attack(release, self.policy, knowledge(release))

    @cached_property
    def truth(self) -> dict[Key, int]:
        return truth_of(self.raw, self.attack.release)

    @cached_property
    def findings(self) -> list[Finding]:
        return self.attack.findings(nested(self.attack.release))


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory, small_data: Path) -> dict[str, Path]:
    """Synthetic data for several shares of Wales."""
    folders = {"small": small_data}
    for name in ("tiny", "whole"):
        folders[name] = tmp_path_factory.mktemp("attacked") / name
        pipeline.make_synthetic(folders[name], share=SHARES[name])
    return folders


@pytest.fixture(scope="session", params=[(p, s) for s in SHARES for p in POLICIES], ids="-".join)
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, data: dict[str, Path]
) -> Case:
    """The study run, protected and written under one policy on one set of data."""
    policy, size = request.param
    home = tmp_path_factory.mktemp("release")
    shutil.copytree(DEMO_SPEC.parent / "codelists", home / "codelists")
    text = DEMO_SPEC.read_text(encoding="utf-8")
    assert text.count("disclosure: sail\n") == 1
    spec = home / "study.yaml"
    spec.write_text(text.replace("disclosure: sail\n", f"disclosure: {policy}\n"), encoding="utf-8")
    checked = pipeline.check_file(spec)
    assert checked.study is not None
    safe, run = pipeline.run_study(checked.study, data[size])
    pipeline.write_study(checked, safe, home / "results")
    raw = collect(checked.study, [ResultRow(*row) for row in run.results])
    return Case((policy, size), home / "results", raw, POLICIES[policy])


def test_the_attacker_knows_nothing_wrong(case: Case) -> None:
    """Otherwise no finding would mean nothing: the true counts must fit all that the attacker believes."""
    assert case.attack.broken_by(case.truth) == []
    for key in case.attack.release.hidden:
        low, high = case.attack.cell(key)
        assert low <= case.truth[key] <= high, key


def test_nothing_small_is_printed_or_follows(case: Case) -> None:
    assert case.findings == [], "\n".join(map(str, case.findings))


def test_what_is_small_may_be_anything_that_the_symbol_stands_for(case: Case) -> None:
    """Which hidden cells are small only the truth tells, so the attacker alone cannot see this."""
    narrow = {
        key: case.attack.cell(key)
        for key in case.attack.release.hidden
        if case.truth[key] < case.policy.threshold
        and not _covers(case.attack.cell(key), case.policy, key)
    }
    assert narrow == {}


def test_a_lone_child_learns_of_no_one_else(case: Case) -> None:
    """A child that is alone in a cell knows that count: no other hidden cell may then be exact."""
    lone = [key for key in sorted(case.attack.release.hidden) if case.truth[key] == 1]
    assert {key: exact for key in lone if (exact := case.attack.with_known(key, 1).exact_cells())} == {}


def test_not_everything_is_hidden(case: Case) -> None:
    release = case.attack.release
    shown = len(release.numbers) / (len(release.numbers) + len(release.hidden))
    assert shown >= LEAST_SHARE_SHOWN.get(case.name, 0)


def test_hiding_small_counts_alone_is_found(case: Case, tmp_path: Path) -> None:
    """The same counts with masks on the small ones only: the attack on the real files is one that can succeed."""
    folder = tmp_path / "results"
    write_results(_naive(case.raw, case.policy), title="Naive", texts={}, folder=folder, version="0")
    release = read_release(folder)
    attack = Attack(release, case.policy, knowledge(release))
    assert attack.broken_by(case.truth) == []
    assert {finding.kind for finding in attack.findings(nested(release))} >= {"exact"}


def _covers(interval: tuple[int, int], policy: Policy, key: Key) -> bool:
    return interval[0] <= policy.least_hidden(key) and interval[1] >= policy.threshold - 1


def _naive(raw: RawResults, policy: Policy) -> SafeResults:
    """Hide each small count and nothing else."""

    def cell(count: int) -> SafeCell:
        if count < policy.threshold and (count > 0 or policy.zeros_hidden):
            return SafeCell(State.HIDDEN)
        return SafeCell(State.SHOWN, (count + policy.base // 2) // policy.base * policy.base)

    tables: list[SafeTable | SafeAttrition] = []
    for table in raw.tables:
        if isinstance(table, AttritionTable):
            left = [step.remaining for step in table.steps]
            steps = tuple(
                SafeAttritionStep(
                    step.id,
                    step.words,
                    step.why,
                    cell(now),
                    cell(before - now) if at else SafeCell(State.IMPOSSIBLE),
                )
                for at, (step, before, now) in enumerate(
                    zip(table.steps, [left[0], *left], left, strict=False)
                )
            )
            tables.append(SafeAttrition(table.id, table.title, table.counted, steps))
            continue
        values: list[tuple[str, ...]] = [()]
        for axis in table.axes:
            values = [(*v, value) for v in values for value in (*(c.value for c in axis.categories), TOTAL)]
        cells = {}
        for wanted in values:
            fits = [
                (key, n)
                for key, n in table.counts.items()
                if all(w in (TOTAL, k) for w, k in zip(wanted, key, strict=True))
            ]
            cells[wanted] = cell(sum(n for _, n in fits))
            if wanted in table.impossible:
                cells[wanted] = SafeCell(State.IMPOSSIBLE)
        tables.append(SafeTable(table.id, table.title, table.counted, table.axes, "", cells))
    return SafeResults("s", "h", "naive", (), "[c]", True, tuple(tables))
