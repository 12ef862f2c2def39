"""The way of one spec, from top to bottom: each call is one stage, and each stage gets sound input only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cohort.catalogue import Binding, Catalogue, load_catalogue, load_limits, shipped_binding
from cohort.caveats import Found, judge, profile_of, warnings_of
from cohort.diagnostics import Diagnostics
from cohort.query.rows import TableRows, walk_rows
from cohort.query.study import Study
from cohort.resolve.design_rules import check_design
from cohort.resolve.study import resolve_study
from cohort.resolve.years import newest_return
from cohort.source import Source, read_source
from cohort.source.nodes import MapNode
from cohort.source.yaml_nodes import read_nodes
from cohort.spec.model import Spec
from cohort.spec.read import read_spec
from cohort.version import __version__

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from cohort.cases import Tried
    from cohort.catalogue.binding_check import Use
    from cohort.catalogue.route_types import Route
    from cohort.engines.shared import EngineOptions, Needed, RunResult
    from cohort.results.model import SafeResults
    from cohort.spec.format import Formatted
    from cohort.sql.model import Script, ScriptOptions
    from cohort.vetting.record import Record

Report = Callable[[str, float], None]
"""Takes the name of a stage and the share of the work that is done."""


def silent(_stage: str, _share: float) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Checked:
    """A spec as far as it could be read, and every problem found. ``study`` is None if there are errors.

    ``limits`` are the known limits of the data that concern the study, and those of which it does not tell; without a
    study there are none.
    """

    source: Source
    nodes: MapNode | None
    spec: Spec | None
    study: Study | None
    diagnostics: Diagnostics
    limits: Found
    catalogue: Catalogue


def check_file(path: Path) -> Checked:
    """Read and check a spec file. Raises ``FileProblem`` if it cannot be read at all."""
    return check_source(read_source(path), path.parent)


def check_text(text: str, folder: Path = Path()) -> Diagnostics:
    """Check a spec given as text; codelists are looked for in ``folder``."""
    return check_source(Source("study.yaml", text), folder).diagnostics


def check_source(source: Source, folder: Path) -> Checked:
    """Check a spec: nodes, shape, names and types, known limits, design. No stage is entered with broken input."""
    from cohort.disclosure.policy import policy_names

    diagnostics = Diagnostics()
    catalogue = load_catalogue()
    nodes = read_nodes(source, diagnostics)
    spec = None if nodes is None or diagnostics.has_errors else read_spec(nodes, diagnostics)
    study: Study | None = None
    limits = Found()
    if spec is not None and not diagnostics.has_errors:
        study = resolve_study(spec, source, catalogue, folder, diagnostics)
        if study is not None:
            profile = profile_of(study, catalogue)
            limits = judge(load_limits(), profile)
            of_data = warnings_of(limits, profile, study, spec, catalogue)
            check_design(study, spec, catalogue, policy_names(), of_data, diagnostics)
    if diagnostics.has_errors:
        study, limits = None, Found()
    return Checked(source, nodes, spec, study, diagnostics, limits, catalogue)


def format_file(path: Path) -> tuple[Source, Formatted | None, Diagnostics]:
    """Read a spec file and put it into its one form: the file, the form (None if it cannot be read), problems."""
    from cohort.language import rewrite
    from cohort.spec.format import format_spec

    source, diagnostics = read_source(path), Diagnostics()
    return source, format_spec(source, diagnostics, rewrite), diagnostics


def try_cases(checked: Checked, path: Path) -> tuple[Tried | None, Diagnostics]:
    """Try a sound study on the invented units of a file of cases.

    Problems of the file are in the diagnostics; with errors nothing is tried.
    """
    from cohort.cases import read_cases, try_study

    diagnostics = Diagnostics()
    cases = read_cases(read_source(path), sound(checked), checked.catalogue, diagnostics)
    return (None if cases is None else try_study(sound(checked), cases, checked.catalogue)), diagnostics


def explain(checked: Checked) -> str:
    """Return the words of a sound study as Markdown."""
    from cohort.explain import explain_study

    return explain_study(sound(checked), checked.catalogue, checked.limits)


def compile_study(
    study: Study, dialect: str, binding: Binding | None = None, options: ScriptOptions | None = None
) -> Script:
    """Return the SQL script of a study for ``db2``, ``duckdb``, ``spark`` or ``postgresql``.

    Without a binding, Db2 gets the names of the example project and the others those of the synthetic data; without
    options, the script has its database's usual shape.
    """
    from cohort.plan.build import build_plan
    from cohort.sql.compile import compile_steps
    from cohort.sql.model import USUAL_OPTIONS, DialectName

    name = DialectName(dialect)
    chosen = options or USUAL_OPTIONS[name]
    shipped = "sail9999" if name is DialectName.DB2 else "synthetic"
    found = (binding or shipped_binding(shipped)).for_engine(name)
    settings = (
        ("Data from", study.data_from.isoformat()),
        ("Data until", study.data_until.isoformat()),
        ("Disclosure policy", study.policy),
        *((f"Needs {source.name}", source.why) for source in study.sources),
    )
    return compile_steps(build_plan(study, fused=chosen.fused), name, found, settings, chosen)


def compare_scripts(study: Study, dialect: str, other: str, binding: Binding | None = None) -> str:
    """Return as Markdown what the scripts of a study for two databases do differently, names of tables apart."""
    from cohort.sql.differences import differences

    found = replace(binding or shipped_binding("sail9999"), workspace="")
    first, second = (compile_study(study, name, found) for name in (dialect, other))
    return differences(first, second)


def data_dictionary(checked: Checked, physical: str) -> dict[str, str]:
    """Return the data dictionary of the analysis table ``physical`` of a sound study, by file ending."""
    from cohort.plan.build import build_plan
    from cohort.plan.names import ANALYSIS
    from cohort.sql.dictionary import data_dictionary as rows_of
    from cohort.sql.dictionary import dictionary_csv, dictionary_markdown

    study = sound(checked)
    (table,) = (table for table in build_plan(study).tables if table.name == ANALYSIS)
    rows = rows_of(study, table, checked.catalogue)
    return {"csv": dictionary_csv(rows), "md": dictionary_markdown(study, physical, rows)}


def vet_study(
    study: Study,
    *,
    binding: Binding | None = None,
    options: ScriptOptions | None = None,
    text: str | None = None,
    units: int | None = None,
    few_units: int | None = None,
    seed: int = 0,
    self_test: Mapping[str, Any] | None = None,
    report: Report = silent,
) -> Record:
    """Put the Db2 script of a study through the gate and return the record.

    ``text`` is a script to vet instead of the one that the study compiles to, ``units`` and ``few_units`` how many
    units are invented for PostgreSQL and for H2, ``self_test`` the outcome of the self-test on a real server.
    """
    from cohort.plan.names import ANALYSIS, RESULTS
    from cohort.sql.compile import FLOW_COUNTS
    from cohort.sql.model import ScriptOptions
    from cohort.vetting.execution import Candidate
    from cohort.vetting.gate import FEW_UNITS, UNITS, Asked, vet

    names = (binding or shipped_binding("sail9999")).for_engine("db2")
    script = compile_study(study, "db2", names, options)
    kept = (RESULTS, FLOW_COUNTS, *((ANALYSIS,) if options is not None and options.keep_analysis else ()))
    asked = Asked(
        study,
        load_catalogue(),
        Candidate(script.text if text is None else text, script, names.workspace, kept),
        compile_study(study, "duckdb", None, ScriptOptions(views=False, counts=True)),
        names.name,
        seed,
        units or UNITS,
        few_units or FEW_UNITS,
        self_test,
    )
    return vet(asked, report)


def run_study(
    study: Study,
    data: Path | SparkSession,
    report: Report = silent,
    options: EngineOptions | None = None,
    binding: Binding | None = None,
) -> tuple[SafeResults, RunResult]:
    """Run a study on data, DuckDB being the engine without other options, and protect what comes out.

    ``data`` is a folder or a DuckDB file, or a session of Spark for that engine. ``binding`` names the tables and their
    columns; without it they have the names of the synthetic data. Returns the safe results and the run, whose true
    counts must not be shown and whose rows may be only if the data bear the synthetic mark.
    """
    from cohort.disclosure.policy import load_policy
    from cohort.disclosure.release import protect_release
    from cohort.plan.collect import ResultRow, collect

    run, synthetic = _run(study, data, report, options, binding or shipped_binding("synthetic"))
    try:
        raw = collect(study, [ResultRow(*row) for row in run.results])
        report("protecting the tables", 0.9)
        safe = protect_release(raw, load_policy(study.policy), synthetic=synthetic)
    except BaseException:
        run.close()
        raise
    report("done", 1.0)
    return safe, run


def _run(
    study: Study,
    data: Path | SparkSession,
    report: Report,
    options: EngineOptions | None,
    binding: Binding,
) -> tuple[RunResult, bool]:
    """Run a study on the engine that the options name, and say whether the data bear the synthetic mark."""
    from cohort.engines.shared import EngineName, EngineOptions

    options = options or EngineOptions()
    binding = binding.for_engine(options.engine)
    # Tables are made in a place of the run's own, whatever the project's workspace is.
    needed, own_place = _needed_returns(study, binding), replace(binding, workspace="")
    if options.engine is EngineName.DUCKDB:
        from cohort.engines.database import is_synthetic, run_script

        if not isinstance(data, Path):
            raise TypeError("DuckDB runs on a folder or a file")
        script = compile_study(study, "duckdb", own_place)
        return run_script(script, data, report, needed, options), is_synthetic(data)
    from cohort.engines.spark import is_synthetic_for_spark, run_on_spark

    # What a schema holds is shown to the script as views without one.
    script = compile_study(study, "spark", replace(own_place, schema=""))
    run = run_on_spark(script, data, report, needed, options, binding.schema)
    return run, is_synthetic_for_spark(data, binding.schema)


def _needed_returns(study: Study, binding: Binding) -> tuple[Needed, ...]:
    """The newest return that the study uses must be there, or every open spell would look as if it had ended."""
    from cohort.engines.shared import Needed

    catalogue = load_catalogue()
    newest = newest_return(study.data_until)
    held = {n.table for d in study.definitions for n in walk_rows(d.rows) if isinstance(n, TableRows)}
    found = []
    for table in (catalogue.tables[name] for name in sorted(held)):
        column = next((c for c in table.columns if c.name == table.returned), None)
        if column is not None:
            physical = binding.table(table.name)
            sentence = (
                f"{physical} holds no return for the year to 31 March {newest // 100 + 1}, which "
                f"`data_until: {study.data_until}` asks for; set `data_until` to the last return that is there."
            )
            found.append(Needed(physical, binding.column(column.physical, table.name), newest, sentence))
    return tuple(found)


def use_of(checked: Checked) -> Use:
    """Return the held tables and columns (by their names in the catalogue) that the script of a sound study reads."""
    from cohort.catalogue.binding_check import Use
    from cohort.plan.build import build_plan
    from cohort.sql.parts import reads_of

    study = sound(checked)
    reads = reads_of(build_plan(study), shipped_binding("synthetic"))
    found = {read.logical: frozenset(column.template for column in read.columns) for read in reads}
    return Use(study.id, dict(sorted(found.items())))


def preparation_page(name: str) -> str:
    """Return as Markdown what the preparation of a source of the catalogue does, why, on whose word, and its SQL."""
    from cohort.catalogue.load_grounds import load_grounds
    from cohort.explain import preparation_page as page

    return page(load_catalogue(), load_grounds(), load_limits(), name, shipped_binding("sail9999"))


def route_of(checked: Checked) -> Route:
    """Return the way to the data of a sound study: whom to ask, why, and what fewer sources would change."""
    from cohort.catalogue.load_route import load_guidance
    from cohort.catalogue.route import decide
    from cohort.resolve.route import asked_of

    return decide(asked_of(sound(checked), checked.catalogue), checked.catalogue, load_guidance())


def write_study(checked: Checked, safe: SafeResults, out: Path) -> tuple[Path, ...]:
    """Write everything that a run gives into one folder, all or nothing."""
    from cohort.explain import conventions_page
    from cohort.outputs import write_results

    study = sound(checked)
    mark = "\n*The results beside this page are from synthetic data.*\n" if safe.synthetic else ""
    texts = {
        "question.md": f"# Question\n\n{study.question}\n{mark}",
        "cohort.md": explain(checked) + mark,
        "conventions.md": conventions_page(study, safe.policy_words, synthetic=safe.synthetic),
        "db2.sql": compile_study(study, "db2").text,
        "duckdb.sql": compile_study(study, "duckdb").text,
    }
    return write_results(safe, title=study.title, texts=texts, folder=out, version=__version__)


def make_synthetic(
    out: Path,
    *,
    seed: int | None = None,
    share: float = 1.0,
    fit: Path | None = None,
    report: Report = silent,
) -> dict[str, int]:
    """Make synthetic data, repair their re-keyed codes, and write them as a folder. Returns rows by table.

    ``fit`` is a folder for the table that compares the data with published figures.
    """
    from cohort.linkage import add_unified_ids, repair_codes
    from cohort.shipped import shipped_folder
    from cohort.synthetic import DEFAULT_SEED, generate, refuse_foreign_folder, write_folder
    from cohort.synthetic.fit import write_fit
    from cohort.synthetic.inputs import read_inputs

    seed = DEFAULT_SEED if seed is None else seed
    refuse_foreign_folder(out)
    holdings = generate(
        seed,
        share=share,
        inputs=shipped_folder("synthetic"),
        report=lambda stage, done: report(stage, 0.7 * done),
    )
    report("repairing changed child codes", 0.75)
    tables = add_unified_ids(holdings.tables, repair_codes(holdings.tables))
    report("writing", 0.95)
    write_folder(tables, out, seed=seed, share=share, version=__version__)
    if fit is not None:
        write_fit(tables, read_inputs(shipped_folder("synthetic")), fit)
    report("done", 1.0)
    return {name: frame.height for name, frame in tables.items()}


def sound(checked: Checked) -> Study:
    """Return the study of a spec without errors; with errors there is none, and ``ValueError`` is raised."""
    if checked.study is None:
        raise ValueError("the spec has errors, so there is no study")
    return checked.study
