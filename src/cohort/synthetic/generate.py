"""From seed to tables: the stages of the generator in order.

Each stage has a generator of its own, spawned from one seed, so a change in one leaves the draws of the
others alone. No clock and no environment enter; polars is only asked for order-keeping operations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cohort.synthetic import alf, flaws, tables
from cohort.synthetic.careers import simulate_careers
from cohort.synthetic.clean import careers_frame
from cohort.synthetic.codes import monday_on_or_before
from cohort.synthetic.draw import choose
from cohort.synthetic.entries import Entrants, draw_entrants
from cohort.synthetic.inputs import Inputs, read_inputs
from cohort.synthetic.places import add_places
from cohort.synthetic.returns import make_codes, returned_rows
from cohort.synthetic.short_breaks import draw_short_breaks, join_people

CODE: Final = ["child", "authority", "era"]
FIRST_DAY: Final = date(2003, 4, 1)
STAGES: Final = ("entries", "careers", "short_breaks", "places", "children", "codes", "alf", "flaws")


DEFAULT_SEED: Final = 20030401
"""The seed of the published example."""


@dataclass(frozen=True)
class SyntheticHoldings:
    """Synthetic tables in the physical shape of the holdings, and the truth behind them.

    ``tables`` maps the physical name (without date suffix) to a frame sorted by key. ``truth`` holds
    ``careers`` (clean episodes with the true child), ``children``, and ``codes`` (true child, authority, era,
    SYSTEM_ID and HYBRID_ID). Nobody in them exists.
    """

    seed: int
    share: float
    tables: Mapping[str, pl.DataFrame]
    truth: Mapping[str, pl.DataFrame]


def generate(
    seed: int = DEFAULT_SEED,
    *,
    share: float = 1.0,
    inputs: Path,
    report: Callable[[str, float], None] | None = None,
) -> SyntheticHoldings:
    """Generate care careers for all of Wales and the yearly returns derived from them.

    ``share`` is the fraction of Wales (1 is about 50,000 children over 19 census years); ``inputs`` is the
    folder of published margins, assumptions and fitted parameters; ``report`` is told the stage and the part
    done (0 to 1). The same arguments give the same tables, byte for byte.

    Raises ``InputsError`` when the folder lacks a file and ``ValueError`` for a share outside (0, 10].
    """
    if not 0.0 < share <= 10.0:
        raise ValueError(f"The share of Wales must lie above 0 and be 10 at most, not {share}.")
    tell = report or (lambda _stage, _part: None)
    seeds = np.random.SeedSequence(seed).spawn(len(STAGES))
    rngs = {name: np.random.Generator(np.random.PCG64(s)) for name, s in zip(STAGES, seeds, strict=True)}
    read = read_inputs(inputs)

    tell("first entries into care", 0.0)
    people = draw_entrants(rngs["entries"], read, share)
    tell("care careers", 0.05)
    walked = simulate_careers(rngs["careers"], read, people)
    others, series = draw_short_breaks(rngs["short_breaks"], read, share, len(people.day))
    people = join_people(people, others)
    tell("places", 0.50)
    careers = _careers(rngs["places"], read, walked, series, people)
    tell("yearly returns", 0.60)
    rows = returned_rows(careers, read)
    codes = make_codes(rngs["codes"], rows)
    children = _children(rngs["children"], read, careers, people)
    rows = _short_break_counts(rngs["children"], read, rows)
    tell("identifiers and matches", 0.75)
    holdings, codes = _tables(rngs, read, rows, codes, children)
    tell("done", 1.0)
    truth = {"careers": careers, "children": children.drop("alf_seed"), "codes": codes}
    return SyntheticHoldings(seed, share, holdings, truth)


def _careers(
    rng: np.random.Generator, inputs: Inputs, walked: pl.DataFrame, series: pl.DataFrame, people: Entrants
) -> pl.DataFrame:
    """The clean layer: everything of the children who were in care at some time from 31 March 2003 on."""
    frame = pl.concat([walked, series.select(walked.columns)])
    frame = careers_frame(frame.sort("child", "start", "placement_number", "spell"))
    seen = frame.filter(pl.col("end").is_null() | (pl.col("end") >= FIRST_DAY)).select("child").unique()
    frame = frame.join(seen, on="child", how="semi", maintain_order="left")
    return add_places(rng, inputs, frame, people)


def _children(
    rng: np.random.Generator, inputs: Inputs, careers: pl.DataFrame, people: Entrants
) -> pl.DataFrame:
    """One row for each child: birth, sex, asylum, ethnicity (both generations of codes), disability, ALF."""
    first = careers.group_by("child", maintain_order=True).agg(
        pl.col("start").min().alias("first_start"),
        pl.col("end").max().alias("last_end"),
        (pl.col("legal") == "V1").all().alias("break_only"),
    )
    child = first["child"].to_numpy()
    birth = people.birth[child]
    asylum = people.asylum[child]
    table = inputs.assumptions["child"]
    start = first["first_start"].cast(pl.Int32).to_numpy().astype(np.int64)
    old = start - birth >= 3653
    ethnicity = np.full(len(child), "", dtype="<U4")
    grouped = np.full(len(child), "", dtype="<U4")
    for key, chosen in (
        ("ethnicity_young", ~old & ~asylum),
        ("ethnicity_old", old & ~asylum),
        ("ethnicity_asylum", asylum),
    ):
        rows = table[key]
        drawn = choose(rng, np.array([row[2] for row in rows]), int(chosen.sum()))
        ethnicity[chosen] = np.array([row[0] for row in rows])[drawn]
        grouped[chosen] = np.array([row[1] for row in rows])[drawn]
    disability = choose(rng, np.array([row[1] for row in table["disability"]]), len(child))
    disability = np.where(first["break_only"].to_numpy(), 1, disability)
    alfs, alf_seed = alf.person_keys(rng, child)
    ceased = asylum & (rng.random(len(child)) < inputs.assumptions["asylum"]["ceased_share"])
    wait = start + 120 + np.floor(rng.exponential(240, len(child))).astype(np.int64)
    return first.with_columns(
        _days(birth).alias("birth"),
        _days(monday_on_or_before(birth)).alias("born"),
        pl.Series("sex", people.sex[child]),
        pl.Series("asylum", asylum),
        _days(wait).set(pl.Series(~ceased), None).alias("asylum_ceased"),
        pl.Series("ethnicity", ethnicity),
        pl.Series("ethnicity_group", grouped),
        pl.Series("disability", disability),
        pl.Series("alf", alfs),
        pl.lit(alf_seed).alias("alf_seed"),
    )


def _days(numbers: NDArray[np.int64]) -> pl.Series:
    return pl.Series(numbers.astype(np.int32)).cast(pl.Date)


def _short_break_counts(rng: np.random.Generator, inputs: Inputs, rows: pl.DataFrame) -> pl.DataFrame:
    a_year = inputs.assumptions["short_breaks"]["breaks_a_year"]
    drawn = pl.Series("short_breaks", 1 + rng.poisson(a_year - 1, len(rows)))
    return rows.with_columns(pl.when(pl.col("legal") == "V1").then(drawn).otherwise(0).alias("short_breaks"))


def _tables(
    rngs: Mapping[str, np.random.Generator],
    inputs: Inputs,
    rows: pl.DataFrame,
    codes: pl.DataFrame,
    children: pl.DataFrame,
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Make the flawed tables; also give the codes with their matches."""
    rng = rngs["flaws"]
    available = date.fromisoformat(inputs.assumptions["identifiers"]["available_from"])
    began = pl.date(pl.col("year") - 1, 4, 1)
    rows = rows.with_columns((pl.col("start") < began).alias("carried"))
    rows = flaws.wrong_dates(rng, inputs, flaws.drop_out(rng, inputs, rows))
    keys = codes.select(*CODE, "system_id", "hybrid_id")
    rows = rows.join(keys, on=CODE, how="left", maintain_order="left")

    main = _child_years(rngs["alf"], inputs, rows, children)
    codes = _matches(rngs["alf"], inputs, rows, main, codes, children)
    codes = flaws.returned_weeks(rng, inputs, codes)
    missing = pl.Series(
        "missing_from_alf", rng.random(len(codes)) < inputs.assumptions["flaws"]["missing_from_alf"]
    )
    codes = codes.with_columns(missing)

    episodes = tables.episode_main(rows, available)
    episodes = flaws.untidy_codes(rng, inputs, episodes, tables.EPISODE_CODES)
    episodes = flaws.missing_keys(rng, inputs, episodes)
    child_years = flaws.untidy_codes(rng, inputs, tables.child_main(main, available), ("ETHNICITY",))
    made = {
        tables.CHILD_MAIN: child_years,
        tables.EPISODE_MAIN: episodes,
        tables.LAC_ALF_DERIVED: tables.lac_alf_derived(codes),
        tables.PUPIL_ALF: flaws.alf_rows(rng, inputs, tables.pupil_alf(codes), missing),
    }
    return {name: tables.in_key_order(name, table) for name, table in made.items()}, codes


def _child_years(
    rng: np.random.Generator, inputs: Inputs, rows: pl.DataFrame, children: pl.DataFrame
) -> pl.DataFrame:
    """One row for each child code and census year, with what is said about the child that year."""
    change = inputs.assumptions["calendar"]["four_letter_ethnicity_from"]
    main = rows.select(*CODE, "year", "system_id", "hybrid_id", "home_area").unique(
        [*CODE, "year"], keep="first", maintain_order=True
    )
    about = children.drop("first_start", "last_end", "break_only", "alf_seed")
    main = main.join(about, on="child", how="left", maintain_order="left")
    ended = pl.col("asylum_ceased")
    told = ended.is_not_null() & (ended <= pl.date(pl.col("year"), 3, 31))
    ethnicity = (
        pl.when(pl.col("year") >= change).then(pl.col("ethnicity_group")).otherwise(pl.col("ethnicity"))
    )
    main = main.with_columns(
        pl.when(told).then(ended).otherwise(None).alias("date_ceased_uasc"),
        ethnicity.alias("ethnicity"),
    )
    return alf.pupil_numbers(rng, inputs, main)


def _matches(
    rng: np.random.Generator,
    inputs: Inputs,
    rows: pl.DataFrame,
    main: pl.DataFrame,
    codes: pl.DataFrame,
    children: pl.DataFrame,
) -> pl.DataFrame:
    """Add to the codes the child's facts, the first episode under the code, and the matches."""
    court = (
        pl.col("legal").is_in(["C2", "E1"])
        & pl.col("reason").is_in(["L", "B"])
        & (pl.col("start") >= date(2012, 1, 1))
    )
    seen = rows.group_by(CODE).agg(
        pl.col("start").min().alias("first_start"),
        court.any().alias("court"),
        pl.col("year").max().alias("returned_last"),
    )
    supplied = main.group_by(CODE).agg(pl.col("irn").is_not_null().any().alias("supplied"))
    about = children.select(
        "child", "born", "sex", "asylum", "break_only", "alf", pl.col("first_start").alias("entered")
    )
    frame = (
        codes.join(seen, on=CODE, how="inner", maintain_order="left")
        .join(supplied, on=CODE, how="left", maintain_order="left")
        .join(about, on="child", how="left", maintain_order="left")
        .with_columns(
            (pl.col("entered") - pl.col("born")).dt.total_days().alias("entry_days"),
            # A later code that goes on with an episode begun before the authority changed its codes.
            ((pl.col("era") == 1) & (pl.col("first_start") < pl.date(pl.col("first_year") - 1, 4, 1))).alias(
                "continues"
            ),
        )
    )
    return alf.match(rng, inputs, frame, int(children["alf_seed"][0]))
