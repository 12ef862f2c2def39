"""The result files of the study of infants, attacked: nothing under the threshold is printed or follows."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pytest

from cohort import pipeline
from cohort.cli.exit_codes import ExitCode
from cohort.cli.main import command
from cohort.outputs import write_results
from cohort.plan.collect import ResultRow, collect
from cohort.results.model import ALL as TOTAL
from cohort.results.model import (
    AttritionTable,
    CountTable,
    RawResults,
    SafeAttrition,
    SafeAttritionStep,
    SafeCell,
    SafeResults,
    SafeTable,
    State,
)
from tests.attack.attacker import Attack, Finding
from tests.attack.infants import LINKAGE, knowledge, nested, truth_of
from tests.attack.printed import SAIL, WELSH_GOVERNMENT, Key, Policy, read_release
from tests.conftest import DEMO_SPEC

POLICIES = {"sail": SAIL, "welsh_government": WELSH_GOVERNMENT}
SIZES: dict[str, tuple[float, int | None]] = {
    # With this seed the care records hold fewer than ten codes more than children, and few counts are ten or more.
    "thin": (0.03, 8),
    "whole": (1.0, None),
}
"""Share of Wales and seed of the data; the small data are those that all suites share."""
CASES = [
    ("sail", "thin"),
    ("sail", "small"),
    ("welsh_government", "thin"),
    ("welsh_government", "small"),
    ("sail", "whole"),
    ("welsh_government", "whole"),
]
LEAST_SHOWN = {
    ("sail", "thin"): 0.1,
    ("welsh_government", "thin"): 0.1,
    ("sail", "small"): 0.5,
    ("welsh_government", "small"): 0.7,
    ("sail", "whole"): 0.95,
    ("welsh_government", "whole"): 0.95,
}
"""Least share of the numbers that are shown, a little under what was so when this was written."""


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
    """Synthetic data of each size."""
    folders = {"small": small_data}
    for name, (share, seed) in SIZES.items():
        folders[name] = tmp_path_factory.mktemp("attacked") / name
        pipeline.make_synthetic(folders[name], share=share, seed=seed)
    return folders


@pytest.fixture(scope="session", params=CASES, ids="-".join)
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, data: dict[str, Path]
) -> Case:
    """The study run, protected and written under one policy on one set of data."""
    policy, size = request.param
    home = tmp_path_factory.mktemp("release")
    checked = pipeline.check_file(_spec_under(policy, home))
    assert checked.study is not None
    safe, run = pipeline.run_study(checked.study, data[size])
    pipeline.write_study(checked, safe, home / "results")
    raw = collect(checked.study, [ResultRow(*row) for row in run.results])
    return Case((policy, size), home / "results", raw, POLICIES[policy])


def _spec_under(policy: str, home: Path) -> Path:
    """Write the demo spec with another policy."""
    shutil.copytree(DEMO_SPEC.parent / "codelists", home / "codelists")
    text = DEMO_SPEC.read_text(encoding="utf-8")
    assert text.count("disclosure: sail\n") == 1
    spec = home / "study.yaml"
    spec.write_text(text.replace("disclosure: sail\n", f"disclosure: {policy}\n"), encoding="utf-8")
    return spec


def test_the_attacker_knows_nothing_wrong(case: Case) -> None:
    """Otherwise no finding would mean nothing: the true counts must fit all that the attacker believes."""
    assert case.attack.broken_by(case.truth) == []
    for key in case.attack.release.hidden:
        low, high = case.attack.cell(key)
        assert low <= case.truth[key] <= high, key


def test_thin_data_hold_few_codes_beyond_one_for_each_child(case: Case) -> None:
    """Else that case is not what it is for, and needs another seed."""
    codes = case.attack.release.tables[LINKAGE].total
    start = case.attack.release.flow(case.attack.release.steps[0])
    assert (0 < case.truth[codes] - case.truth[start] < 10) == (case.name[1] == "thin")


def test_nothing_small_is_printed_or_follows(case: Case) -> None:
    assert case.findings == [], "\n".join(map(str, case.findings))


def test_what_is_small_may_be_anything_that_the_symbol_stands_for(case: Case) -> None:
    """Which hidden cells are small only the truth tells, so the attacker alone cannot see this."""
    narrow = {
        key: case.attack.cell(key)
        for key in case.attack.release.hidden
        if case.truth[key] < case.policy.threshold and not _covers(case.attack.cell(key), case.policy, key)
    }
    assert narrow == {}


def test_a_lone_child_learns_of_no_one_else(case: Case) -> None:
    """A child that is alone in a cell knows that count: no other hidden cell may then be exact."""
    lone = [key for key in sorted(case.attack.release.hidden) if case.truth[key] == 1]
    assert {key: exact for key in lone if (exact := case.attack.with_known(key, 1).exact_cells())} == {}


def test_not_everything_is_hidden(case: Case) -> None:
    release = case.attack.release
    shown = len(release.numbers) / (len(release.numbers) + len(release.hidden))
    assert shown >= LEAST_SHOWN[case.name]
    totals = [table.total for table in release.tables.values()]
    ends = [release.flow(release.steps[0]), release.flow(release.steps[-1])]
    assert case.name[1] != "whole" or release.hidden.isdisjoint([*totals, *ends])


@pytest.mark.parametrize("case", [CASES[1], CASES[2], CASES[3]], indirect=True, ids="-".join)
def test_hiding_small_counts_alone_is_found(case: Case, tmp_path: Path) -> None:
    """Small counts hidden and nothing else: so the attack on the real files is one that can succeed.

    Not with the whole of Wales under rounding, where one count is hidden and rounding protects it.
    """
    folder = tmp_path / "results"
    write_results(_naive(case.raw, case.policy), title="Naive", texts={}, folder=folder, version="0")
    release = read_release(folder)
    attack = Attack(release, case.policy, knowledge(release))
    assert attack.broken_by(case.truth) == []
    kinds = {finding.kind for finding in attack.findings(nested(release))}
    assert kinds >= ({"exact"} if case.policy is SAIL else {"narrow", "certain"})


@pytest.mark.parametrize("case", [CASES[0]], indirect=True, ids="-".join)
def test_few_codes_beyond_one_for_each_child_would_be_found(case: Case) -> None:
    """Codes are no children, but the two totals side by side tell how many codes are second ones."""
    release = case.attack.release
    total = release.tables[LINKAGE].total
    told = {total: case.truth[total], release.flow("start"): case.truth[release.flow("start")]}
    told_release = replace(release, numbers={**release.numbers, **told}, hidden=release.hidden - set(told))
    findings = Attack(told_release, SAIL, knowledge(told_release)).findings(nested(told_release))
    assert {(f.kind, f.quantity) for f in findings} >= {
        ("certain", "codes beyond one for each child"),
        ("narrow", str(release.tables[LINKAGE].key("not linked"))),
    }


def test_what_cannot_be_protected_is_not_written(
    data: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thin data under the policy that shows zeros: written and safe, or refused with its own exit code."""
    spec, out = _spec_under("welsh_government", tmp_path), tmp_path / "results"
    words = ["cohort", "run", str(spec), "--data", str(data["thin"]), "--out", str(out)]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as ended:
        command()
    assert ended.value.code in (ExitCode.FINE, ExitCode.DISCLOSURE)
    assert out.exists() == (ended.value.code == ExitCode.FINE)
    if out.exists():
        release = read_release(out)
        assert Attack(release, WELSH_GOVERNMENT, knowledge(release)).findings(nested(release)) == []


def _covers(interval: tuple[int, int], policy: Policy, key: Key) -> bool:
    """Or, where zeros are shown, it holds hidden cells of 1 or more each: then it is not even surely small."""
    low, high = interval
    whole = low <= policy.least_hidden(key) and high >= policy.threshold - 1
    return whole or (not policy.zeros_hidden and high >= policy.threshold)


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
                    without_step=SafeCell(State.IMPOSSIBLE)
                    if step.without_step is None
                    else cell(step.without_step),
                )
                for at, (step, before, now) in enumerate(
                    zip(table.steps, [left[0], *left], left, strict=False)
                )
            )
            tables.append(SafeAttrition(table.id, table.title, table.counted, steps))
            continue
        assert isinstance(table, CountTable)
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
