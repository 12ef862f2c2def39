"""The re-fitting moves rates towards the published figures, and only rates."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from cohort.shipped import shipped_folder
from cohort.synthetic.calibrate import refit, simulate_clean
from cohort.synthetic.inputs import read_inputs, write_fitted
from cohort.synthetic.measures import measure
from cohort.synthetic.targets import published_targets

HOME = ("cla_episodes_finishing", "2018-19", "returned home to parent/relative/PR")


def test_a_rate_that_was_spoilt_comes_back_towards_the_published_figure(tmp_path: Path) -> None:
    """Half as many again go home; two rounds of fitting must bring that rate down again."""
    folder = tmp_path / "inputs"
    shutil.copytree(shipped_folder("synthetic"), folder)
    inputs = read_inputs(folder)
    good = inputs.fitted["exit_home"][""]
    spoilt = {name: dict(values) for name, values in inputs.fitted.items()}
    spoilt["exit_home"][""] = 1.5 * good
    write_fitted(folder / "fitted.csv", spoilt)
    wanted = next(target.value for target in published_targets(inputs) if target.key == HOME)
    before = measure(simulate_clean(replace(inputs, fitted=spoilt), 1))[HOME]
    assert before > 1.1 * wanted, "the spoilt rate must show, or the test says nothing"
    lines: list[str] = []
    knobs = refit(folder, rounds=2, report=lines.append)
    assert len(lines) == 2
    assert abs(knobs["exit_home"][""] - good) < abs(spoilt["exit_home"][""] - good)
    assert read_inputs(folder).fitted["exit_home"][""] == round(knobs["exit_home"][""], 6) or (
        abs(read_inputs(folder).fitted["exit_home"][""] - knobs["exit_home"][""]) < 1e-4
    )
