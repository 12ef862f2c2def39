"""Re-fitting: solve the knobs of ``fitted.csv`` from the published figures by simulating again and again.

Each round simulates all of Wales, measures it as published, and moves every knob towards its figure by a
damped ratio (for yearly entries: by the missing stock, net of what last year's correction carries over). The
gain falls, so the noise of single rounds averages out. Nothing here touches a row: only rates change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from cohort.synthetic.careers import simulate_careers
from cohort.synthetic.clean import careers_frame, measured_frame
from cohort.synthetic.entries import AGE_BANDS, SEXES, draw_entrants, expected_entries
from cohort.synthetic.fit import COVERAGE, fit_table
from cohort.synthetic.generate import generate
from cohort.synthetic.inputs import Inputs, read_inputs, write_fitted
from cohort.synthetic.measures import Key, measure
from cohort.synthetic.targets import published_targets

Knobs = dict[str, dict[str, float]]
Measured = dict[Key, float]

CARRY: Final = 0.72  # share of a year's extra stock still there a year later
STAY: Final = 0.72  # share of a year's first entrants in care on 31 March

# knob, key, measure it follows, and the power of the ratio (negative where more events mean less stock)
FINISH = "cla_episodes_finishing"
FOLLOWS: Final[tuple[tuple[str, str, Key, float], ...]] = (
    ("exit_home", "", (FINISH, "2018-19", "returned home to parent/relative/PR"), 0.8),
    ("exit_guardian_carer", "", (FINISH, "2018-19", "SGO to former foster carer"), 0.9),
    ("exit_guardian_other", "", (FINISH, "2018-19", "SGO to other carer"), 0.9),
    ("exit_independent", "", (FINISH, "2018-19", "independent living, supportive accommodation"), 0.8),
    ("exit_independent_alone", "", (FINISH, "2018-19", "independent living, no formal support"), 0.8),
    ("exit_other", "", (FINISH, "2018-19", "any other reason"), 0.8),
    ("exit_custody", "", (FINISH, "2018-19", "sentenced to custody"), 0.5),
    ("eighteen_E7", "", (FINISH, "2018-19", "transferred to adult social services"), 0.8),
    (
        "eighteen_E10",
        "",
        (FINISH, "2018-19", "turned 18, stays with former foster carer (When I Am Ready)"),
        0.8,
    ),
    ("placement_order", "2011", ("cla_adopted", "2013-14..2014-15", ""), 0.5),
    ("placement_order", "2014", ("cla_adopted", "2015-16..2016-17", ""), 0.5),
    ("placement_order", "2017", ("cla_adopted", "2018-19", ""), 0.5),
    ("matching", "", ("cla_stock", "2017-03-31", "other (incl. placement order)"), -0.5),
    ("exit_adoption", "", ("cla_stock", "2017-03-31", "placed for adoption"), -0.5),
    ("voluntary_to_court", "2013", ("cla_stock", "2015-03-31", "single period of accommodation"), -0.7),
    ("voluntary_to_court", "2016", ("cla_stock", "2017-03-31", "single period of accommodation"), -0.7),
    ("voluntary_to_court", "2020", ("cla_stock", "2021-03-31", "not care order"), -0.5),
    (
        "to_parents",
        "2015",
        ("cla_stock", "2017-03-31", "placed with parents/person with parental responsibility"),
        0.8,
    ),
    (
        "to_parents",
        "2020",
        ("cla_stock", "2022-03-31", "placed with parents/person with parental responsibility"),
        0.6,
    ),
    (
        "to_residential",
        "2015",
        ("cla_stock", "2017-03-31", "residential (secure, children's home, hostel)"),
        0.6,
    ),
    (
        "to_residential",
        "2021",
        ("cla_stock", "2022-03-31", "residential (secure, children's home, hostel)"),
        0.6,
    ),
    ("to_semi", "2016", ("cla_stock", "2017-03-31", "independent living or other"), 0.6),
    ("to_kin", "", ("foster_share_kinship_pct", "2022-03-31", ""), 0.7),
    ("moves", "", ("cla_three_plus_placements", "2015-16..2016-17", ""), 0.6),
    ("infant_conversion", "", ("infant_voluntary_became_compulsory_pct", "2003..2019", ""), 1.5),
)
TIED: Final = {
    "to_residential": "first_residential",
    "to_parents": "first_parents",
    "to_kin": "first_kin",
    "to_semi": "first_semi",
}


def refit(
    folder: Path,
    *,
    rounds: int = 40,
    seed: int = 1,
    first_gain: float = 0.6,
    report: Callable[[str], None] = print,
) -> Knobs:
    """Fit the knobs from those already in ``fitted.csv`` and write them there.

    ``rounds`` simulations of all of Wales (about three seconds each), each with a seed of its own from ``seed``
    on; ``first_gain`` is the damping of the first round; ``report`` gets a line for each round. From scratch
    (an empty ``fitted.csv``) three or four runs of 40 rounds are needed, from the committed one none.
    """
    inputs = read_inputs(folder)
    knobs: Knobs = {name: dict(values) for name, values in inputs.fitted.items()}
    wanted = {target.key: target.value for target in published_targets(inputs)}
    wanted.update(_soft(wanted))
    settled: list[Knobs] = []
    for number in range(rounds):
        gain = max(first_gain * 0.95**number, 0.12)
        inputs = replace(inputs, fitted=knobs)
        simulated = simulate_clean(inputs, seed + number)
        found = measure(simulated)
        _add_sums(found)
        report(f"{number + 1:3d}  gain {gain:.2f}  " + _summary(wanted, found))
        _move(inputs, knobs, wanted, found, gain)
        if number >= rounds // 2:
            settled.append({name: dict(values) for name, values in knobs.items()})
    knobs = _averaged(settled)
    write_fitted(folder / "fitted.csv", knobs)
    return knobs


def _averaged(settled: list[Knobs]) -> Knobs:
    """Average the knobs of the later rounds, so that the noise of the last one does not stay in."""
    return {
        name: {key: float(np.mean([knobs[name][key] for knobs in settled])) for key in values}
        for name, values in settled[-1].items()
    }


def refit_matches(folder: Path, *, rounds: int = 3, seed: int = 20030401) -> None:
    """Fit the two knobs of the ALF stand-in (pupil-number supply, other sources) to the published shares."""
    for _ in range(rounds):
        inputs = read_inputs(folder)
        fit = fit_table(generate(seed, inputs=folder).tables, inputs)
        have = dict(
            fit.filter(pl.col("measure") == "child_codes_with_alf_pct")
            .select("level", "synthetic")
            .iter_rows()
        )
        want = {level: share for level, _, share in COVERAGE}
        knobs = {name: dict(values) for name, values in inputs.fitted.items()}
        supply = want["routine"] / have["routine"]
        more = (want["derived"] - want["routine"]) / (have["derived"] - have["routine"])
        # Fewer are left without a routine match when more are supplied.
        more *= (100.0 - have["routine"]) / (100.0 - want["routine"])
        for name, ratio in (("upn_supply", supply), ("derived_supply", more)):
            knobs[name] = {"": knobs.get(name, {}).get("", 1.0) * ratio}
        write_fitted(folder / "fitted.csv", knobs)


def simulate_clean(inputs: Inputs, seed: int) -> pl.DataFrame:
    """Simulate careers alone (no returns, no flaws) and give the frame that ``measure`` takes."""
    first, second = (np.random.Generator(np.random.PCG64(s)) for s in np.random.SeedSequence(seed).spawn(2))
    people = draw_entrants(first, inputs, 1.0)
    careers = careers_frame(simulate_careers(second, inputs, people))
    return measured_frame(careers, people)


def _soft(wanted: Measured) -> Measured:
    """Give guides of the fit that are not judged: derived from nearby years, so that trends do not run away."""
    care = wanted[("cla_stock", "2021-03-31", "care order")]
    return {
        ("cla_stock", "2021-03-31", "not care order"): wanted[("cla_stock", "2021-03-31", "")] - care,
        # 31 March 2023: residential 730 of about 7,190, with parents about 14%, foster care by kin 34%.
        ("cla_stock", "2022-03-31", "residential (secure, children's home, hostel)"): 690.0,
        ("cla_stock", "2022-03-31", "placed with parents/person with parental responsibility"): 985.0,
        ("foster_share_kinship_pct", "2022-03-31", ""): 33.5,
        # The two rows of 2018-19 (170 unopposed, 135 with consent dispensed with), and pairs of years.
        ("cla_adopted", "2018-19", ""): 305.0,
        **_pairs_of_years(wanted),
    }


def _add_sums(found: Measured) -> None:
    found[("cla_stock", "2021-03-31", "not care order")] = (
        found[("cla_stock", "2021-03-31", "")] - found[("cla_stock", "2021-03-31", "care order")]
    )
    found.update(_pairs_of_years(found))


def _pairs_of_years(values: Measured) -> Measured:
    """Add up figures of two years that one knob serves.

    Adoption orders lag by two or three years, so single years would chase each other.
    """
    pairs = (
        ("cla_adopted", "2013-14", "2014-15"),
        ("cla_adopted", "2015-16", "2016-17"),
        ("cla_three_plus_placements", "2015-16", "2016-17"),
    )
    return {
        (name, f"{one}..{two}", ""): values[(name, one, "")] + values[(name, two, "")]
        for name, one, two in pairs
    }


def _move(inputs: Inputs, knobs: Knobs, wanted: Measured, found: Measured, gain: float) -> None:
    for name, key, figure, power in FOLLOWS:
        ratio = wanted[figure] / max(found[figure], 1.0)
        table = knobs.setdefault(name, {})
        table[key] = float(np.clip(table.get(key, 1.0) * ratio ** (power * gain), 0.02, 50.0))
    for name, tied in TIED.items():
        knobs[tied] = {key: value**0.6 for key, value in knobs[name].items()}
    _move_years(inputs, knobs, wanted, found, gain)
    _move_cells(knobs, wanted, found, gain)
    _solve_infants(inputs, knobs, wanted, found)


def _stock_wanted(wanted: Measured, year: int) -> float | None:
    """Give the published stock; where the targets lack a year (2006, 2012, 2019) the mean of its neighbours
    serves as a guide only."""
    value = wanted.get(("cla_stock", f"{year}-03-31", ""))
    if value is not None:
        return value
    before = wanted.get(("cla_stock", f"{year - 1}-03-31", ""))
    after = wanted.get(("cla_stock", f"{year + 1}-03-31", ""))
    return (before + after) / 2.0 if before and after else None


def _move_years(inputs: Inputs, knobs: Knobs, wanted: Measured, found: Measured, gain: float) -> None:
    years = np.arange(2003, 2023)
    expected = expected_entries(inputs, years)[..., 1:].sum(axis=(1, 2, 3))
    table = knobs.setdefault("entry_year", {})
    carried = 0.0
    for year, entries in zip(years, expected, strict=True):
        want = _stock_wanted(wanted, int(year))
        have = found[("cla_stock", f"{year}-03-31", "")]
        missing = (want - have) if want is not None else 0.0
        if year == 2003:
            factor = (max(want or have, 1.0) / have) ** gain
        else:
            factor = 1.0 + gain * (missing - CARRY * carried) / STAY / entries
        table[str(year)] = float(table.get(str(year), 1.0) * np.clip(factor, 0.6, 1.6))
        carried = missing


def _move_cells(knobs: Knobs, wanted: Measured, found: Measured, gain: float) -> None:
    scale = found[("cla_stock", "2022-03-31", "")] / 7080.0
    table = knobs.setdefault("entry_age_sex", {})
    for sex in SEXES:
        for band in AGE_BANDS:
            key = ("cla_stock", "2022-03-31", f"{sex} {band}")
            ratio = wanted[key] * scale / max(found[key], 1.0)
            name = f"{sex} {band}"
            table[name] = table.get(name, 1.0) * ratio ** (0.8 * gain)
    older = [f"{sex} {band}" for sex in SEXES for band in AGE_BANDS[1:]]
    for group in (older, [f"{sex} <1" for sex in SEXES]):
        mean = float(np.exp(np.mean([np.log(table[name]) for name in group])))
        for name in group:
            table[name] /= mean
    table = knobs.setdefault("entry_authority", {})
    for key in (k for k in wanted if k[2].startswith("authority ")):
        code = key[2].removeprefix("authority ")
        ratio = wanted[key] / 7053.0 * found[("cla_stock", "2022-03-31", "")] / max(found.get(key, 1.0), 1.0)
        table[code] = table.get(code, 1.0) * ratio ** (0.9 * gain)
    mean = float(np.exp(np.mean([np.log(value) for value in table.values()])))
    for code in table:
        table[code] /= mean


def _solve_infants(inputs: Inputs, knobs: Knobs, wanted: Measured, found: Measured) -> None:
    """Solve the three coefficients of the infant curve so that the first and last year and the total fit.

    The share of infant entries that counts (first ever, V2 or C1) is taken from the simulation as a straight
    line over years, so that the noise of single years does not enter.
    """
    years = np.arange(2004, 2022)
    time = (years - 2004) / 17.0
    inputs = replace(inputs, fitted=knobs)
    expected = expected_entries(inputs, years)[..., 0].sum(axis=(1, 2))
    counted = np.array([found[("infant_entrants", f"{y - 1}-{y % 100:02d}", "")] for y in years])
    line = np.polyfit(time, counted / expected, 1)
    share = np.polyval(line, time)
    first = wanted[("infant_entrants", "2003-04", "")]
    last = wanted[("infant_entrants", "2020-21", "")]
    total = wanted[("infant_entrants", "2003-04..2020-21", "")]
    basis = np.stack([np.ones_like(time), time, time**2])
    change = np.zeros(3)
    for _ in range(50):
        counts = expected * share * np.exp(change @ basis)
        misses = np.array([counts[0] - first, counts[-1] - last, counts.sum() - total])
        slopes = np.stack([counts[0] * basis[:, 0], counts[-1] * basis[:, -1], basis @ counts])
        change = change - np.linalg.solve(slopes, misses)
    table = knobs.setdefault("infant_curve", {})
    for name, value in zip(("level", "slope", "bend"), change, strict=True):
        table[name] = table.get(name, 0.0) + float(value)


def _summary(wanted: Measured, found: Measured) -> str:
    stock = [abs(wanted[k] - found[k]) for k in wanted if k[0] == "cla_stock" and not k[2]]
    worst = sorted(
        ((abs(wanted[k] - found.get(k, 0.0)) / (2.5 + 3 * wanted[k] ** 0.5), k) for k in wanted), reverse=True
    )[:4]
    return f"stock off by {max(stock):.0f} at most; worst " + "; ".join(
        f"{k[0]} {k[1]} {k[2]} {found.get(k, 0.0):.0f} for {wanted[k]:.0f}" for _, k in worst
    )
