from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cohort.synthetic import SyntheticHoldings, generate

INPUTS = Path(__file__).parents[2] / "synthetic"


@pytest.fixture(scope="session")
def inputs_folder() -> Path:
    return INPUTS


@pytest.fixture(scope="session")
def wales() -> SyntheticHoldings:
    """All of Wales at the default seed: made once for the whole session."""
    return generate(inputs=INPUTS)


@pytest.fixture(scope="session")
def small() -> SyntheticHoldings:
    return generate(7, share=0.05, inputs=INPUTS)


@pytest.fixture(scope="session")
def careers(wales: SyntheticHoldings) -> pl.DataFrame:
    return wales.truth["careers"]
