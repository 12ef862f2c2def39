"""A binding against a live session of Spark."""

from __future__ import annotations

from pathlib import Path

import pytest

import cohort
from cohort.api import SpecHasErrors
from tests.conftest import DEMO_SPEC
from tests.engines.on_spark import session_or_skip

pytestmark = pytest.mark.xdist_group("spark")

BINDING = """\
binding: lake
title: A copy on Spark
schema: SAIL1V
workspace: SAILW1V
key_suffix: PE
view_date: 20240626
tables:
  lacw_derived_alf: LACW_LAC_ALF_DERIVED
  lacw_episodes: LACW_EPISODE_MAIN
engines:
  spark: {schema: lake_of_bindings, workspace: ""}
"""
EPISODES = (
    "SYSTEM_ID_PE BIGINT, HYBRID_ID_PE BIGINT, YEAR_CODE INT, LOCAL_AUTHORITY_CODE STRING, EPISODE_NUMBER INT, "
    "EPISODE_START_DATE TIMESTAMP, EPISODE_END_DATE DATE, REASON_EPISODE_STARTED_CODE STRING, "
    "REASON_EPISODE_FINISHED_CODE STRING, CATEGORY_OF_NEED_CODE STRING, LEGAL_STATUS_CODE STRING, WOB DATE"
)


def test_a_session_says_which_tables_and_columns_are_absent_or_of_another_type(tmp_path: Path) -> None:
    session = session_or_skip()
    (tmp_path / "lake.yaml").write_text(BINDING)
    session.sql("CREATE DATABASE lake_of_bindings")
    try:
        session.sql(f"CREATE TABLE lake_of_bindings.LACW_EPISODE_MAIN_20230101 ({EPISODES}) USING parquet")
        found = cohort.check_binding(tmp_path / "lake.yaml", session, [DEMO_SPEC])
        assert {item.rule.code for item in found} == {"BND201"}
        assert any("lacw_episode_main_20230101" in item.help.lower() for item in found)
        text = BINDING.replace("LACW_EPISODE_MAIN\n", "LACW_EPISODE_MAIN_20230101\n")
        (tmp_path / "lake.yaml").write_text(text)
        found = cohort.check_binding(tmp_path / "lake.yaml", session, [DEMO_SPEC])
        assert {(item.rule.code, item.at) for item in found} >= {
            ("BND201", "tables.lacw_derived_alf"),
            ("BND204", "lacw_episodes.local_authority"),
        }
        assert all("infants_entering_care" in item.headline for item in found if item.rule.code == "BND204")
    finally:
        session.sql("DROP DATABASE IF EXISTS lake_of_bindings CASCADE")
    found = cohort.check_binding(tmp_path / "lake.yaml", session, [DEMO_SPEC])
    assert [item.rule.code for item in found] == ["BND209"]


def test_files_are_taken_too_and_a_broken_study_is_told(tmp_path: Path) -> None:
    (tmp_path / "lake.yaml").write_text(BINDING)
    (tmp_path / "columns.csv").write_text(
        "TABNAME,COLNAME,TYPENAME\nLACW_LAC_ALF_DERIVED_20240626,SYSTEM_ID_PE,BIGINT\n"
    )
    found = cohort.check_binding(tmp_path / "lake.yaml", str(tmp_path / "columns.csv"), [DEMO_SPEC])
    assert {"BND201", "BND202"} <= {item.rule.code for item in found}
    (tmp_path / "broken.yaml").write_text("cohort_spec: 1\n")
    with pytest.raises(SpecHasErrors):
        cohort.check_binding(tmp_path / "lake.yaml", tmp_path / "columns.csv", [tmp_path / "broken.yaml"])
