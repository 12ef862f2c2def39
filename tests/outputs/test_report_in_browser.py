"""The report in a real browser."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from cohort.outputs import write_results

from .results_for_outputs import SAFE, TEXTS

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.mark.browser
def test_report_opens_in_a_browser(tmp_path: Path) -> None:
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        pytest.skip("no Chromium browser is installed")
    folder = tmp_path / "results"
    write_results(SAFE, title="Infants entering care", texts=TEXTS, folder=folder, version="0.1.0")
    picture = tmp_path / "page.png"

    def run(purpose: str, *options: str) -> str:
        profile = tmp_path / f"profile-{purpose}"
        command = [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            f"--user-data-dir={profile}",
            *options,
            (folder / "report.html").as_uri(),
        ]
        return subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True
        ).stdout

    page = run("dump", "--dump-dom")
    assert page.count("<table") == page.count("<caption") == 4
    for words in ("Infants by legal status", "Who is in the cohort", "1,215", "Synthetic data", "</svg>"):
        assert words in page
    run("picture", "--window-size=1100,1600", f"--screenshot={picture}")
    assert struct.unpack(">II", picture.read_bytes()[16:24]) == (1100, 1600)
