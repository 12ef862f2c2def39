"""The way to a data-quality statement: what is counted, the script that counts, and what data or results give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cohort.catalogue import Binding, shipped_binding
from cohort.pipeline import Checked, Report, run_study, silent, sound, use_of
from cohort.query.study import Study

if TYPE_CHECKING:
    from cohort.quality.description import Description
    from cohort.quality.statement import Statement
    from cohort.results.model import SafeResults
    from cohort.sql.model import Script


def quality_of(checked: Checked, lacking: Mapping[str, frozenset[str]] | None = None) -> Description:
    """Return what the data-quality statement of a sound study counts, without what the data lack."""
    from cohort.quality.describe import describe
    from cohort.quality.load import load_knowledge

    return describe(sound(checked), use_of(checked).tables, checked.catalogue, load_knowledge(), lacking)


def quality_script(checked: Checked, dialect: str, binding: Binding | None = None) -> Script:
    """Return the script that counts for the data-quality statement of a study, for ``db2`` or ``duckdb``."""
    from cohort.quality.counting import counting_script
    from cohort.sql.model import DialectName

    name = DialectName(dialect)
    shipped = "sail9999" if name is DialectName.DB2 else "synthetic"
    found = (binding or shipped_binding(shipped)).for_engine(name)
    return counting_script(quality_of(checked), checked.catalogue.code_lists, name, found)


def quality_of_data(
    checked: Checked, data: Path, report: Report = silent, binding: Binding | None = None
) -> Statement:
    """Count the quality of data for DuckDB, run the study beside it, and return the protected statement.

    The study's own release gives the links, and no count of the statement lies near one of it. Tables and columns that
    the data do not hold are left out, and the statement names them; ``DataProblem`` is raised if they hold none.
    """
    from cohort.engines.database import is_synthetic, run_script
    from cohort.engines.listed import listing_of_data
    from cohort.plan.collect import ResultRow
    from cohort.quality.collect import collect
    from cohort.quality.counting import counting_script
    from cohort.quality.read_results import lacking_of, where_held
    from cohort.quality.stated import stated
    from cohort.sql.model import DialectName

    report("looking at the tables", 0.0)
    study, catalogue = sound(checked), checked.catalogue
    names = replace((binding or shipped_binding("synthetic")).for_engine("duckdb"), workspace="")
    listing = listing_of_data(data)
    lacking = lacking_of(use_of(checked).tables, listing, names)
    description = where_held(quality_of(checked, lacking), listing, names)
    # Where nothing at all is there, the script of everything says which tables that is.
    counted = description if description.tables else quality_of(checked)
    script = counting_script(counted, catalogue.code_lists, DialectName.DUCKDB, names)
    run = run_script(script, data, lambda stage, done: report(stage, 0.5 * done))
    try:
        raw = collect(description, catalogue.code_lists, [ResultRow(*row) for row in run.results])
    finally:
        run.close()
    release: SafeResults | str = "the data lack tables or columns that the study reads"
    if not lacking:
        release = _release_beside(study, data, lambda stage, done: report(stage, 0.5 + 0.4 * done), binding)
    report("protecting the counts", 0.9)
    return stated(study, catalogue, checked.limits, description, raw, release, synthetic=is_synthetic(data))


def _release_beside(study: Study, data: Path, report: Report, binding: Binding | None) -> SafeResults | str:
    """Return the release of the study on the same data, or why there is none: one that is refused is read by nobody."""
    from cohort.disclosure.errors import CannotProtect
    from cohort.engines.shared import DataProblem

    try:
        safe, done = run_study(study, data, report, binding=binding)
    except CannotProtect:
        return "its release was refused, because it could not be shown to be safe"
    except DataProblem:
        return "it does not run on these data; `cohort run` says why"
    done.close()
    return safe


def quality_of_results(checked: Checked, path: Path, own_results: Path | None = None) -> Statement:
    """Return the protected statement from the counts of the Db2 script, exported as CSV.

    ``own_results`` are those of the study's own script: with them it tells of links, and is held against the release.
    Raises ``FileProblem`` for a file that cannot be read, ``WrongResults`` for counts of another spec, and
    ``CannotProtect`` if the study's own results cannot be released.
    """
    from cohort.quality.collect import collect
    from cohort.quality.read_results import read_results, with_counted_keys
    from cohort.quality.stated import release_of, stated

    study = sound(checked)
    rows = read_results(path, study.id, study.spec_hash)
    description = with_counted_keys(quality_of(checked), rows)
    raw = collect(description, checked.catalogue.code_lists, rows)
    release: SafeResults | str = "they were not given with `--study-results`"
    if own_results is not None:
        release = release_of(study, read_results(own_results, study.id, study.spec_hash))
    return stated(study, checked.catalogue, checked.limits, description, raw, release, synthetic=False)
