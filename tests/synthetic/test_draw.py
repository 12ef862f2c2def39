from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from cohort.synthetic import InputsError, generate
from cohort.synthetic.codes import birthday, census_year, day_number, monday_on_or_before
from cohort.synthetic.draw import choose, choose_rows, permute, whole_numbers
from tests.synthetic.conftest import INPUTS


def test_the_map_of_keys_is_one_to_one_and_not_in_order() -> None:
    keys = permute(np.arange(200_000), 3)
    assert len(np.unique(keys)) == 200_000
    assert keys.min() >= 0
    assert keys.max() < 2**52
    rises = np.mean(np.diff(keys) > 0)
    assert 0.45 < rises < 0.55
    assert not np.array_equal(keys, permute(np.arange(200_000), 4))


def test_whole_numbers_keep_the_total() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    expected = rng.random((40, 22)) * 2
    counts = whole_numbers(rng, expected)
    assert abs(counts.sum() - expected.sum()) <= 1
    assert (np.abs(counts - expected) < 1).all()


def test_choices_follow_their_weights() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    drawn = choose(rng, np.array([0.0, 1.0, 3.0]), 40_000)
    assert np.bincount(drawn, minlength=3)[0] == 0
    assert abs(np.mean(drawn == 2) - 0.75) < 0.01
    rows = choose_rows(rng, np.array([[1.0, 0.0], [0.0, 1.0]] * 50))
    assert rows.tolist() == [0, 1] * 50


def test_calendar_arithmetic() -> None:
    days = np.array(
        [day_number(date(2004, 3, 31)), day_number(date(2004, 4, 1)), day_number(date(2003, 12, 31))]
    )
    assert census_year(days).tolist() == [2004, 2005, 2004]
    assert monday_on_or_before(np.array([day_number(date(2024, 1, 1))]))[0] == day_number(date(2024, 1, 1))
    assert monday_on_or_before(np.array([day_number(date(2024, 1, 7))]))[0] == day_number(date(2024, 1, 1))
    leap = np.array([day_number(date(2004, 2, 29))])
    assert birthday(leap, 1)[0] == day_number(date(2005, 3, 1))
    assert birthday(leap, 4)[0] == day_number(date(2008, 2, 29))


def test_stages_are_reported_from_start_to_end() -> None:
    told: list[tuple[str, float]] = []
    generate(1, share=0.02, inputs=INPUTS, report=lambda stage, part: told.append((stage, part)))
    parts = [part for _, part in told]
    assert parts == sorted(parts)
    assert parts[0] == 0.0
    assert parts[-1] == 1.0


@pytest.mark.parametrize("share", [0.0, -1.0, 11.0])
def test_a_share_out_of_range_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share of Wales"):
        generate(1, share=share, inputs=INPUTS)


def test_missing_inputs_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputsError, match="lacks the file"):
        generate(1, share=0.02, inputs=tmp_path)
