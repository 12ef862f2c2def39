"""Rules that the careers obey before any flaw goes in. Every rule counts its breaches and wants none."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import polars as pl

from cohort.synthetic import SyntheticHoldings

SPELL = ["child", "spell"]
ORDERED = ["child", "spell", "start"]


def _breaches(frame: pl.DataFrame, breach: pl.Expr) -> list[dict[str, object]]:
    return frame.filter(breach).head(5).to_dicts()


def _with_neighbours(careers: pl.DataFrame) -> pl.DataFrame:
    names = ["start", "end", "reason", "legal", "placement", "placement_number", "placement_area", "finish"]
    ordered = careers.sort(ORDERED)
    before = [pl.col(name).shift(1).over(SPELL).alias(f"before_{name}") for name in names]
    after = [pl.col("start").shift(-1).over(SPELL).alias("next_start")]
    return ordered.with_columns(*before, *after)


def test_careers_are_many_enough_to_test_anything(careers: pl.DataFrame) -> None:
    assert len(careers) > 100_000
    assert set(careers["reason"].unique()) == {"S", "L", "P", "B"}
    assert careers["child"].n_unique() > 30_000


def test_every_episode_lasts_a_day(careers: pl.DataFrame) -> None:
    assert _breaches(careers, pl.col("end") <= pl.col("start")) == []


def test_no_overlap_of_a_childs_episodes(careers: pl.DataFrame) -> None:
    ordered = careers.sort("child", "start").with_columns(
        pl.col("start").shift(-1).over("child").alias("next")
    )
    assert _breaches(ordered, pl.col("next") < pl.col("end")) == []
    assert _breaches(ordered, pl.col("next").is_not_null() & pl.col("end").is_null()) == []


def test_x1_if_and_only_if_another_episode_follows_the_same_or_next_day(careers: pl.DataFrame) -> None:
    frame = _with_neighbours(careers)
    gap = (pl.col("next_start") - pl.col("end")).dt.total_days()
    follows = pl.col("next_start").is_not_null() & gap.is_between(0, 1)
    assert _breaches(frame, (pl.col("finish") == "X1").fill_null(False) != follows) == []
    assert frame.filter(gap == 1).height > 100  # both kinds occur
    assert frame.filter(gap == 0).height > 1000


def test_open_episodes_have_no_finish_reason_and_closed_ones_have_one(careers: pl.DataFrame) -> None:
    assert _breaches(careers, pl.col("end").is_null() != pl.col("finish").is_null()) == []


def test_start_reasons_say_what_changed(careers: pl.DataFrame) -> None:
    frame = _with_neighbours(careers)
    first = pl.col("before_start").is_null()
    legal = pl.col("legal") != pl.col("before_legal")
    moved = pl.col("placement_number") != pl.col("before_placement_number")
    expected = (
        pl.when(legal & moved).then(pl.lit("B")).when(legal).then(pl.lit("L")).when(moved).then(pl.lit("P"))
    )
    assert _breaches(frame, ~first & (pl.col("reason") != expected.fill_null("nothing"))) == []
    code = (pl.col("placement") != pl.col("before_placement")) & (pl.col("reason") == "L")
    area = pl.col("placement_area").ne_missing(pl.col("before_placement_area")) & (pl.col("reason") == "L")
    assert _breaches(frame, ~first & (code | area)) == []


def test_a_spell_starts_with_s_unless_another_authority_handed_the_child_over(careers: pl.DataFrame) -> None:
    ordered = careers.sort("child", "start", "spell").with_columns(
        pl.col("spell").shift(1).over("child").alias("before_spell"),
        pl.col("finish").shift(1).over("child").alias("before_finish"),
        pl.col("end").shift(1).over("child").alias("before_end"),
        pl.col("authority").shift(1).over("child").alias("before_authority"),
        pl.col("period").shift(1).over("child").alias("before_period"),
    )
    begins = ordered.filter(pl.col("spell").ne_missing(pl.col("before_spell")))
    handed = (
        (pl.col("before_finish") == "E3")
        & (pl.col("before_end") == pl.col("start"))
        & (pl.col("authority") != pl.col("before_authority"))
        & (pl.col("period") == pl.col("before_period"))
    ).fill_null(False)
    assert _breaches(begins, handed & (pl.col("reason") != "P")) == []
    assert _breaches(begins, ~handed & (pl.col("reason") != "S")) == []
    inside = ordered.filter(~pl.col("spell").ne_missing(pl.col("before_spell")))
    assert _breaches(inside, pl.col("reason") == "S") == []


def test_codes_are_those_of_the_return_in_their_time(careers: pl.DataFrame) -> None:
    law = date(2005, 12, 30)
    begun, left = pl.col("start"), pl.col("end")
    order = pl.col("legal") == "E1"
    assert _breaches(careers, order & (begun < law)) == []
    # A freeing order made before the law changed stays in force, also when another authority takes over.
    before = pl.col("legal").shift(1).over("child")
    freed = careers.sort("child", "start").filter((pl.col("legal") == "D1") & before.ne_missing(pl.lit("D1")))
    assert len(freed) > 100
    assert _breaches(freed, begun >= law) == []
    assert _breaches(careers, pl.col("placement").is_in(["A1", "A2"]) & (begun >= law)) == []
    assert _breaches(careers, pl.col("placement").is_in(["A3", "A4", "A5", "A6"]) & (begun < law)) == []
    assert _breaches(careers, (pl.col("placement") == "A8") & (begun < date(2016, 4, 1))) == []
    assert _breaches(careers, pl.col("placement").is_in(["H21", "H22"]) & (begun < date(2010, 4, 1))) == []
    new_h2 = (pl.col("placement") == "H2") & pl.col("reason").is_in(["S", "P", "B"])
    assert _breaches(careers, new_h2 & (begun >= date(2010, 4, 1))) == []
    assert _breaches(careers, (pl.col("finish") == "E10") & (left < date(2016, 4, 1))) == []
    assert _breaches(careers, pl.col("finish").is_in(["E43", "E44", "E11", "E12"]) & (left < law)) == []
    assert _breaches(careers, (pl.col("finish") == "E1") & (left >= law)) == []
    used = set(careers["placement"].unique())
    assert {"A1", "A6", "A8", "H2", "H21", "H22", "P1", "R3"} <= used


def test_placements_and_legal_statuses_fit_together(careers: pl.DataFrame) -> None:
    ordered = pl.col("placement").is_in(["A5", "A6"])
    assert _breaches(careers, ordered & (pl.col("legal") != "E1")) == []
    home = pl.col("placement") == "P1"
    assert _breaches(careers, home & ~pl.col("legal").is_in(["C1", "C2"])) == []
    adopted = pl.col("finish").is_in(["E1", "E11", "E12"])
    assert _breaches(careers, adopted & ~pl.col("placement").str.starts_with("A")) == []
    assert _breaches(careers, (pl.col("finish") == "E10") & ~pl.col("placement").str.starts_with("F")) == []


def test_emergency_statuses_end_within_their_legal_time(careers: pl.DataFrame) -> None:
    days = (pl.coalesce("end", pl.lit(date(2022, 4, 1))) - pl.col("start")).dt.total_days()
    assert _breaches(careers, (pl.col("legal") == "L1") & (days > 5)) == []
    assert _breaches(careers, (pl.col("legal") == "L2") & (days > 17)) == []


def test_allowed_changes_of_legal_status(careers: pl.DataFrame, inputs_folder: Path) -> None:
    rules = tomllib.loads((inputs_folder / "assumptions.toml").read_text(encoding="utf-8"))["legal"]
    allowed = {(rule["from"], rule["to"]) for rule in rules}
    allowed |= {("C1", "D1"), ("C2", "D1"), ("D1", "C2")}
    allowed |= {(row, "V2") for row in ("C1", "C2", "D1", "E1", "J1", "J3", "W1")}  # accommodated on after 18
    frame = _with_neighbours(careers).filter(pl.col("reason").is_in(["L", "B"]))
    seen = set(frame.select("before_legal", "legal").unique().rows())
    assert seen - allowed == set()


def test_ages_and_leaving_at_eighteen(wales: SyntheticHoldings) -> None:
    careers = wales.truth["careers"].join(wales.truth["children"].select("child", "birth"), on="child")
    age = (pl.col("end") - pl.col("birth")).dt.total_days() / 365.25
    begun = (pl.col("start") - pl.col("birth")).dt.total_days()
    assert _breaches(careers, begun < 0) == []
    assert _breaches(careers, (pl.col("reason") == "S") & (begun >= 18 * 365.25 + 1)) == []
    assert _breaches(careers, (pl.col("finish") == "E10") & (age < 17.99)) == []
    assert _breaches(careers, pl.col("finish").is_in(["E5", "E6"]) & (age < 15.99)) == []
    assert _breaches(careers, (pl.col("finish") == "E7") & (age < 17.99)) == []
    adult = (begun >= 18 * 365.25 + 2) & ~pl.col("legal").is_in(["V2"])
    assert _breaches(careers, adult) == []
    still = careers.filter(pl.col("end").is_null())
    old = (date(2022, 3, 31) - still["birth"]).dt.total_days() / 365.25
    # polars types a mean as any literal; of booleans it is a number.
    assert (old >= 18).mean() < 0.01  # type: ignore[operator]


def test_short_breaks_are_a_group_apart(careers: pl.DataFrame) -> None:
    both = careers.group_by("child").agg(
        (pl.col("legal") == "V1").any().alias("some"), (pl.col("legal") == "V1").all().alias("all")
    )
    assert both.filter(pl.col("some") & ~pl.col("all")).is_empty()
    assert 500 < int(both["some"].sum()) < 6000


def test_asylum_seekers_are_a_small_group_of_adolescents(wales: SyntheticHoldings) -> None:
    children = wales.truth["children"]
    asylum = children.filter(pl.col("asylum"))
    assert 0.003 < len(asylum) / len(children) < 0.03
    first = (asylum["first_start"] - asylum["birth"]).dt.total_days() / 365.25
    # polars types a minimum as any literal; of numbers it is a number.
    assert first.min() >= 13.9  # type: ignore[operator]
    need = (
        wales.truth["careers"].join(asylum.select("child"), on="child", how="semi")["need"].unique().to_list()
    )
    assert need == ["N8"]


def test_homes_and_placements_lie_in_the_published_areas(
    wales: SyntheticHoldings, inputs_folder: Path
) -> None:
    areas = pl.read_csv(inputs_folder / "published" / "small_areas.csv").select("lsoa11_code", "la_code")
    careers = wales.truth["careers"]
    homes = careers.drop_nulls("home_area").join(
        areas, left_on="home_area", right_on="lsoa11_code", how="left"
    )
    assert _breaches(homes, pl.col("la_code").ne_missing(pl.col("authority"))) == []
    places = careers.drop_nulls("placement_area").join(
        areas, left_on="placement_area", right_on="lsoa11_code", how="left"
    )
    assert places["la_code"].null_count() == 0
    inside = pl.col("placement").is_in(["F1", "F2", "F3", "H1", "H3"])
    outside = pl.col("placement").is_in(["F4", "F5", "F6", "H2", "H21", "H4"])
    assert _breaches(places, inside & (pl.col("la_code") != pl.col("authority"))) == []
    assert _breaches(places, outside & (pl.col("la_code") == pl.col("authority"))) == []
    assert places.filter(pl.col("placement") == "H22").is_empty()
