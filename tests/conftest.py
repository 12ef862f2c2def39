"""Fixtures that several suites share: the demo spec, synthetic data, and one run of the study on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cohort import pipeline
from cohort.engines.shared import RunResult
from cohort.pipeline import Checked
from cohort.results.model import SafeResults

ROOT = Path(__file__).parents[1]
DEMO_SPEC = ROOT / "specs" / "infants_entering_care.yaml"


@pytest.fixture(scope="session")
def demo_checked() -> Checked:
    return pipeline.check_file(DEMO_SPEC)


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Synthetic data for a tenth of Wales, as a folder of Parquet files."""
    folder = tmp_path_factory.mktemp("data") / "small"
    pipeline.make_synthetic(folder, share=0.1)
    return folder


@pytest.fixture(scope="session")
def small_run(demo_checked: Checked, small_data: Path) -> tuple[SafeResults, RunResult]:
    """The demo study on the small data."""
    assert demo_checked.study is not None
    return pipeline.run_study(demo_checked.study, small_data)
