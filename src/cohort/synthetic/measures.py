"""Measuring a set of care episodes the way the published tables count.

The same functions measure the clean careers (to fit) and the physical tables after the documented clean-up
(to judge the fit). The frame of episodes has the columns unit, authority, start, end (dates; the end is the
first day outside, null while open), reason, finish, legal, placement, need (text), sex (1, 2), born (the week
of birth), asylum. Agreed series of short breaks (V1) are left out, as in the published totals.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import polars as pl

Key = tuple[str, str, str]

AGE_LABELS: Final = ("<1", "1-4", "5-9", "10-15", "16-17", "18+")
LEGAL_GROUPS: Final = {
    "care order": ("C1", "C2"),
    "single period of accommodation": ("V2",),
    "remand, detained or other compulsory": ("J1", "J2", "J3", "L1", "L2", "L3"),
    "other (incl. placement order)": ("D1", "E1", "W1"),
}
PLACEMENT_GROUPS: Final = {
    "foster care": ("F1", "F2", "F3", "F4", "F5", "F6"),
    "placed with parents/person with parental responsibility": ("P1",),
    "residential (secure, children's home, hostel)": ("H1", "H2", "H21", "H22", "H3", "H4", "H5"),
    "placed for adoption": ("A1", "A2", "A3", "A4", "A5", "A6", "A8"),
}
FINISH_LABELS: Final = {
    "adopted, application unopposed": ("E11",),
    "adopted, consent dispensed with": ("E12",),
    "died": ("E2",),
    "care taken over by another UK LA": ("E3",),
    "returned home to parent/relative/PR": ("E4",),
    "SGO to former foster carer": ("E43",),
    "SGO to other carer": ("E44",),
    "independent living, supportive accommodation": ("E5",),
    "independent living, no formal support": ("E6",),
    "transferred to adult social services": ("E7",),
    "sentenced to custody": ("E9",),
    "any other reason": ("E8",),
    "turned 18, stays with former foster carer (When I Am Ready)": ("E10",),
}
ADOPTED: Final = ("E1", "E11", "E12")


def measure(episodes: pl.DataFrame) -> dict[Key, float]:
    """Measure everything that has a published counterpart: (measure, period, level) to a number."""
    cared = episodes.filter(pl.col("legal") != "V1")
    result: dict[Key, float] = {}
    for part in (_stocks(cared), _mix(cared), _flows(cared), _three_placements(cared), infants(cared)):
        result.update(part)
    return result


def on_day(episodes: pl.DataFrame, day: date) -> pl.DataFrame:
    """Keep the episodes in force at the end of a day: begun by then, not ended by then."""
    return episodes.filter((pl.col("start") <= day) & (pl.col("end").is_null() | (pl.col("end") > day)))


def whole_age(born: pl.Expr, day: date) -> pl.Expr:
    """Give whole years of age on a day; a birthday of 29 February falls on 1 March in common years."""
    month = born.dt.month().cast(pl.Int32)  # a small integer in polars: 100 times it would overflow
    before = (month * 100 + born.dt.day().cast(pl.Int32)) > (day.month * 100 + day.day)
    return day.year - born.dt.year() - before.cast(pl.Int32)


def _census_day(year: int) -> date:
    return date(year, 3, 31)


def _label(year: int) -> str:
    return f"{year - 1}-{year % 100:02d}"


def _stocks(cared: pl.DataFrame) -> Iterator[tuple[Key, float]]:
    for year in range(2003, 2023):
        stock = on_day(cared, _census_day(year))
        yield ("cla_stock", f"{year}-03-31", ""), float(stock["unit"].n_unique())
    day = _census_day(2022)
    stock = on_day(cared, day).unique("unit", keep="first", maintain_order=True)
    age = whole_age(pl.col("born"), day)
    band = sum(((age >= edge).cast(pl.Int32) for edge in (1, 5, 10, 16, 18)), start=pl.lit(0))
    counts = stock.with_columns(band.alias("band")).group_by("sex", "band").len()
    found = {(row[0], row[1]): row[2] for row in counts.iter_rows()}
    for sex, name in ((1, "male"), (2, "female")):
        for number, label in enumerate(AGE_LABELS):
            yield ("cla_stock", "2022-03-31", f"{name} {label}"), float(found.get((sex, number), 0))
        total = stock.filter(pl.col("sex") == sex)
        yield ("cla_stock", "2022-03-31", f"{name} all"), float(len(total))
    for authority, count in stock.group_by("authority").len().iter_rows():
        yield ("cla_stock", "2022-03-31", f"authority {authority}"), float(count)


def _mix(cared: pl.DataFrame) -> Iterator[tuple[Key, float]]:
    for year in (2015, 2017, 2020, 2021, 2022):
        stock = on_day(cared, _census_day(year)).unique("unit", keep="first", maintain_order=True)
        period = f"{year}-03-31"
        for label, codes in {**LEGAL_GROUPS, **PLACEMENT_GROUPS}.items():
            column = "legal" if label in LEGAL_GROUPS else "placement"
            yield ("cla_stock", period, label), float(stock[column].is_in(codes).sum())
        placed = [code for codes in PLACEMENT_GROUPS.values() for code in codes]
        yield (
            ("cla_stock", period, "independent living or other"),
            float((~stock["placement"].is_in(placed)).sum()),
        )
        foster = stock.filter(pl.col("placement").is_in(PLACEMENT_GROUPS["foster care"]))
        kin = foster["placement"].is_in(["F1", "F4"]).mean()
        yield ("foster_share_kinship_pct", period, ""), 100.0 * float(str(kin or 0.0))
        yield ("cla_share_uasc_pct", period, ""), 100.0 * float(stock["asylum"].sum()) / max(len(stock), 1)


def _flows(cared: pl.DataFrame) -> Iterator[tuple[Key, float]]:
    for year in range(2004, 2023):
        first, last, period = date(year - 1, 4, 1), _census_day(year), _label(year)
        begun = cared.filter((pl.col("reason") == "S") & pl.col("start").is_between(first, last))
        ended = cared.filter(pl.col("end").is_between(first, last) & pl.col("finish").is_not_null())
        left = ended.filter(pl.col("finish") != "X1")
        yield ("cla_starts", period, ""), float(begun["unit"].n_unique())
        yield ("cla_ceases", period, ""), float(left["unit"].n_unique())
        yield ("cla_adopted", period, ""), float(left["finish"].is_in(ADOPTED).sum())
        if year == 2018:
            once = begun.sort("unit", "start").unique("unit", keep="first", maintain_order=True)
            share = 100.0 * float((once["need"] == "N1").sum()) / max(len(once), 1)
            yield ("cla_starts_share_abuse_neglect_pct", period, ""), share
        if year == 2019:
            for label, codes in FINISH_LABELS.items():
                yield ("cla_episodes_finishing", period, label), float(ended["finish"].is_in(codes).sum())
            more = ended.filter(pl.col("finish") == "X1")
            yield ("cla_episodes_finishing", period, "X1 new episode begins same/next day"), float(len(more))
            yield ("cla_episodes_finishing", period, "X1, children"), float(more["unit"].n_unique())
        if year == 2015:
            adopted = left.filter(pl.col("finish").is_in(ADOPTED)).select("unit", left="end")
            starts = cared.filter(pl.col("reason") == "S").select("unit", "start")
            joined = adopted.join(starts, on="unit").filter(pl.col("start") <= pl.col("left"))
            days = joined.group_by("unit", "left").agg(pl.col("start").max())
            mean = (days["left"] - days["start"]).dt.total_days().mean()
            yield ("adoption_days_entry_to_order_mean", period, ""), float(str(mean or 0.0))


def _three_placements(cared: pl.DataFrame) -> Iterator[tuple[Key, float]]:
    """Count children of the stock with three placements or more in the year (reasons S, P and B begin one)."""
    for year in (2016, 2017, 2022):
        first, last = date(year - 1, 4, 1), _census_day(year)
        stock = on_day(cared, last).select("unit").unique()
        during = cared.filter((pl.col("start") <= last) & (pl.col("end").is_null() | (pl.col("end") > first)))
        # The placement held on 1 April counts once; each later S, P or B adds one.
        inside = during.group_by("unit").agg(
            (pl.col("reason").is_in(["S", "P", "B"]) & (pl.col("start") >= first)).sum().alias("begun"),
            (pl.col("start") < first).any().alias("held"),
        )
        many = inside.filter(pl.col("begun") + pl.col("held").cast(pl.UInt32) >= 3).join(
            stock, on="unit", how="semi"
        )
        yield ("cla_three_plus_placements", _label(year), ""), float(len(many))


def infants(cared: pl.DataFrame) -> Iterator[tuple[Key, float]]:
    """Measure first entries under one year by agreement (V2) or interim order (C1) and what became of them.

    Definition: Cowley et al. 2023 – first episode ever, reason S, within 365 days of the week of birth, from
    1 April 2003 to 31 March 2021; conversion is a later episode of the same period of care with C1, C2, E1
    or L2 within two years.
    """
    ordered = cared.sort("unit", "start")
    first = ordered.unique("unit", keep="first", maintain_order=True)
    days = (pl.col("start") - pl.col("born")).dt.total_days()
    entrants = first.filter(
        (pl.col("reason") == "S")
        & (days < 365)
        & pl.col("start").is_between(date(2003, 4, 1), date(2021, 3, 31))
        & pl.col("legal").is_in(["V2", "C1"])
    )
    yield ("infant_entrants", "2003-04..2020-21", ""), float(len(entrants))
    for year in range(2004, 2022):
        inside = entrants.filter(pl.col("start").is_between(date(year - 1, 4, 1), _census_day(year)))
        share = 100.0 * float((inside["legal"] == "V2").sum()) / max(len(inside), 1)
        yield ("infant_entrants", _label(year), ""), float(len(inside))
        yield ("infant_voluntary_pct", _label(year), ""), share
    newborn = entrants.filter(days < 14)
    yield ("infant_newborn_pct", "2003-04..2020-21", ""), 100.0 * len(newborn) / max(len(entrants), 1)
    followed = entrants.filter((pl.col("start") < date(2019, 4, 1)) & (pl.col("legal") == "V2"))
    later = ordered.select("unit", later="start", later_reason="reason", later_legal="legal")
    joined = followed.select("unit", "start").join(later, on="unit").filter(pl.col("later") > pl.col("start"))
    again = (
        joined.filter(pl.col("later_reason") == "S")
        .group_by("unit")
        .agg(pl.col("later").min().alias("again"))
    )
    joined = joined.join(again, on="unit", how="left").filter(
        (pl.col("again").is_null() | (pl.col("later") < pl.col("again")))
        & pl.col("later_legal").is_in(["C1", "C2", "E1", "L2"])
        & (pl.col("later") - pl.col("start") <= timedelta(days=730))
    )
    became = joined.group_by("unit").agg(
        (pl.col("later") - pl.col("start")).dt.total_days().min().alias("days")
    )
    yield (
        ("infant_voluntary_became_compulsory_pct", "2003..2019", ""),
        100.0 * len(became) / max(len(followed), 1),
    )
    median = became["days"].median()
    yield ("infant_weeks_to_compulsory_median", "2003..2019", ""), float(str(median or 0.0)) / 7.0
    voluntary = entrants.filter(pl.col("legal") == "V2")
    need = 100.0 * float((voluntary["need"] == "N1").sum()) / max(len(voluntary), 1)
    yield ("infant_voluntary_abuse_neglect_pct", "2003-04..2020-21", ""), need
