"""One private PostgreSQL server for all tests of a process, H2 where it is there, and scripts that are made once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cohort.vetting import h2, postgres
from cohort.vetting.model import CannotRun
from cohort.vetting.postgres import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    try:
        tools = postgres.find_tools()
        postgres.require_client()
    except CannotRun as problem:
        pytest.skip(str(problem))
    assert int(tools.version.partition(".")[0]) >= postgres.OLDEST
    with postgres.private_server() as running:
        yield running


@pytest.fixture(scope="session")
def h2_tools() -> h2.Tools:
    try:
        return h2.find_tools()
    except CannotRun as problem:
        pytest.skip(str(problem))
