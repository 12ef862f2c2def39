"""Care careers: a semi-Markov walk of every child through legal statuses, placements, exits and returns.

Hazards are constant between edges (birthdays, 1 April, marks of duration), so each step either reaches the
next edge without an event or has one event at an exponential time. All children step at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cohort.synthetic import hazards as hz
from cohort.synthetic.codes import (
    FINISH_INDEX,
    GROUP_INDEX,
    LEGAL,
    LEGAL_INDEX,
    NEED,
    PLACEMENT_INDEX,
    birthday,
    census_year,
    day_number,
    year_start,
)
from cohort.synthetic.draw import choose, choose_rows, drifting
from cohort.synthetic.entries import Entrants
from cohort.synthetic.inputs import Inputs

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

YEAR_DAYS: Final = 365.25
V2: Final = LEGAL_INDEX["V2"]
ADOPTION: Final = GROUP_INDEX["ADOPTION"]
SECURE: Final = GROUP_INDEX["SECURE"]
FOSTER: Final = GROUP_INDEX["FOSTER"]
JUSTICE: Final = np.array([code[0] == "J" for code in LEGAL])
UNPLANNED: Final = hz.FIRST_MOVE + np.array(
    [GROUP_INDEX[name] for name in ("FOSTER", "RESIDENTIAL", "SEMI", "SECURE", "OTHER")]
)
S, L, P, B = 0, 1, 2, 3


@dataclass
class _Log:
    """Starts of episodes and ends of spells, gathered as batches of arrays."""

    starts: list[tuple[Ints, ...]] = field(default_factory=list)
    ends: list[tuple[Ints, ...]] = field(default_factory=list)


class Walk:
    """The state of all children and one step of the walk. Positions are child numbers, from 0."""

    def __init__(self, rng: np.random.Generator, inputs: Inputs, people: Entrants) -> None:
        self.rng, self.inputs, self.people = rng, inputs, people
        tree = inputs.assumptions
        self.tree = tree
        size = len(people.day)
        self.horizon = year_start(tree["calendar"]["last_year"] + 1)
        self.table = hz.build_hazards(inputs)
        self.edges = np.stack([birthday(people.birth, age) for age in hz.AGE_EDGES], axis=1)
        late = rng.random(size) < tree["spell"]["late_leavers"]
        extra = np.minimum(np.ceil(rng.exponential(tree["spell"]["late_mean_days"], size)), 700.0)
        self.last_day = self.edges[:, -1] + np.where(late, extra.astype(np.int64), 0)
        tempo = tree["placement"]["tempo"]
        self.tempo_days = np.array(tempo["days"][1:])
        self.tempo = np.array(tempo["factor"])
        share, factor = tempo["restless_share"], tempo["restless_factor"]
        calm = (1.0 - share * factor) / (1.0 - share)
        self.frailty = np.where(rng.random(size) < share, factor, calm)
        self.time = people.day.astype(np.float64)
        self.authority = people.authority.copy()
        zeros = np.zeros(size, dtype=np.int64)
        self.legal, self.group, self.placement, self.need = (zeros.copy() for _ in range(4))
        self.legal_since, self.placed_since, self.started = (zeros.copy() for _ in range(3))
        self.placement_number, self.spell, self.period = (zeros.copy() for _ in range(3))
        self.both = np.array([tree["both"].get(code, 0.0) for code in LEGAL])
        self.log = _Log()
        calendar = tree["calendar"]
        self.placement_orders = day_number(calendar["placement_orders_from"])
        self.adoption_split = day_number(calendar["adoption_split_from"])
        self.secure_split = day_number(calendar["secure_split_from"])
        self.ready = day_number(calendar["when_i_am_ready_from"])
        self.prospective = day_number(calendar["prospective_adopters_from"])

    # ---- beginnings --------------------------------------------------------------------------------------

    def begin(self, who: Ints, day: Ints) -> None:
        """Start a period of care with reason S: draw legal status, need and the first placement."""
        if not len(who):
            return
        self.time[who] = day
        self.period[who] += 1
        self.spell[who] += 1
        year = census_year(day)
        age = self._age_group(who, day)
        entry = self.tree["entry"]
        for number, name in enumerate(("infant", "child", "adolescent", "asylum")):
            at = np.flatnonzero(age == number)
            if not len(at):
                continue
            rows = entry["legal"][name]
            weights = drifting(rows, year[at])
            codes = np.array([LEGAL_INDEX[row[0]] for row in rows])
            if name == "infant":
                tilt = self.inputs.knob_by_year("infant_voluntary", year[at])
                weights[codes[None, :].repeat(len(at), 0) == V2] *= tilt
            elif name == "child":
                weights[codes[None, :].repeat(len(at), 0) == V2] *= self.inputs.knob_by_year(
                    "child_voluntary", year[at]
                )
            self.legal[who[at]] = codes[choose_rows(self.rng, weights)]
            self._draw_need(who[at], name)
        self.legal_since[who] = day
        self._place(who, day, self._first_group(who, day))
        self._write_start(who, day, np.full(len(who), S))

    def _age_group(self, who: Ints, day: Ints) -> Ints:
        """0 infant, 1 child, 2 adolescent (10 and over), 3 asylum."""
        edges = self.edges[who]
        group = np.where(day < edges[:, 0], 0, np.where(day < edges[:, 3], 1, 2))
        return np.where(self.people.asylum[who], 3, group)

    def _draw_need(self, who: Ints, name: str) -> None:
        need = self.tree["entry"]["need"]
        voluntary = self.legal[who] == V2
        kinds = [("infant_voluntary", voluntary), ("infant_other", ~voluntary)] if name == "infant" else []
        for key, chosen in kinds or [(name, np.ones(len(who), dtype=bool))]:
            at = who[chosen]
            codes = np.array([NEED.index(row[0]) for row in need[key]])
            self.need[at] = codes[choose(self.rng, np.array([row[1] for row in need[key]]), len(at))]

    def _first_group(self, who: Ints, day: Ints) -> Ints:
        """Draw the group of a placement that begins with the legal status now held."""
        kind = np.where(JUSTICE[self.legal[who]], 4, self._age_group(who, day))
        result = np.zeros(len(who), dtype=np.int64)
        year = census_year(day)
        for number, name in enumerate(("infant", "child", "adolescent", "asylum", "justice")):
            at = np.flatnonzero(kind == number)
            rows = self.tree["placement"]["first"][name]
            groups = np.array([GROUP_INDEX[row[0]] for row in rows])
            weights = drifting(rows, year[at])
            for column, group in enumerate(groups):
                knob = (
                    f"first_{('foster', 'kin', 'parents', 'residential', 'semi')[group]}" if group < 5 else ""
                )
                if knob:
                    weights[:, column] *= self.inputs.knob_by_year(knob, year[at])
            # Nobody is placed with parents on the strength of an agreement, an emergency or a remand.
            home = groups == GROUP_INDEX["PARENTS"]
            under_order = np.isin(self.legal[who[at]], [LEGAL_INDEX["C1"], LEGAL_INDEX["C2"]])
            weights[np.ix_(~under_order, home)] = 0.0
            result[at] = groups[choose_rows(self.rng, weights)] if len(at) else 0
        return result

    def _place(self, who: Ints, day: Ints, group: Ints, prospective: Flags | None = None) -> None:
        """Put children into a new placement of a group: draw the code, count the placement."""
        self.group[who] = group
        self.placed_since[who] = day
        self.placement_number[who] += 1
        codes = self.tree["placement"]["codes"]
        year = census_year(day)
        infant = day < self.edges[who, 0]
        for name, number in GROUP_INDEX.items():
            for young in (False, True):
                at = np.flatnonzero((group == number) & (infant == young))
                if not len(at):
                    continue
                if name == "ADOPTION":
                    self.placement[who[at]] = self._adoption_code(who[at], day[at])
                    continue
                key = f"INFANT_{name}" if young and f"INFANT_{name}" in codes else name
                rows = codes[key]
                choice = np.array([PLACEMENT_INDEX[row[0]] for row in rows])
                self.placement[who[at]] = choice[choose_rows(self.rng, drifting(rows, year[at]))]
        if prospective is not None:
            self.placement[who[prospective]] = PLACEMENT_INDEX["A8"]
        after = (self.placement[who] == PLACEMENT_INDEX["H2"]) & (day >= self.secure_split)
        outside = self.rng.random(len(who)) < self.tree["placement"]["codes"].get("secure_outside_wales", 0.5)
        split = np.where(outside, PLACEMENT_INDEX["H22"], PLACEMENT_INDEX["H21"])
        self.placement[who[after]] = split[after]

    def _adoption_code(self, who: Ints, day: Ints) -> Ints:
        same = self.rng.random(len(who)) < self.tree["placement"]["codes"].get("adoption_same_carer", 0.08)
        ordered = self.legal[who] == LEGAL_INDEX["E1"]
        early = day < self.placement_orders
        names = [("A2", "A1"), ("A5", "A6"), ("A3", "A4")]
        kind = np.where(early, 0, np.where(ordered, 1, 2))
        codes = np.array([[PLACEMENT_INDEX[name] for name in pair] for pair in names])
        result: Ints = codes[kind, np.where(same, 0, 1)]
        return result

    def _write_start(self, who: Ints, day: Ints, reason: Ints) -> None:
        self.started[who] = day
        self.log.starts.append(
            (
                who,
                self.spell[who],
                self.period[who],
                self.authority[who],
                day,
                reason,
                self.legal[who],
                self.placement[who],
                self.placement_number[who],
                self.need[who],
            )
        )

    # ---- one step ------------------------------------------------------------------------------------------

    def step(self, who: Ints) -> Ints:
        """Move the children ``who`` to their next edge or event; give those still walking."""
        time = self.time[who]
        edges = self.edges[who]
        age_band = (edges <= time[:, None]).sum(axis=1)
        in_legal = time - self.legal_since[who]
        days_band = np.searchsorted(hz.LEGAL_DAYS, in_legal, side="right")
        placed_band = np.searchsorted(self.tempo_days, time - self.placed_since[who], side="right")
        year = census_year(np.floor(time).astype(np.int64))
        row = self.table.state(self.legal[who], self.group[who], age_band, days_band, year)
        rates = self.table.rates[row].astype(np.float64)
        pace = self.tempo[placed_band] * self.frailty[who]
        rates[:, UNPLANNED] *= pace[:, None]
        running = np.cumsum(rates, axis=1)
        total = running[:, -1]
        wait = self.rng.standard_exponential(len(who)) / np.maximum(total, 1e-12) * YEAR_DAYS

        infinite = np.full(len(who), np.inf)
        ends = np.column_stack([edges, infinite])
        next_age = ends[np.arange(len(who)), age_band]
        legal_marks = np.append(hz.LEGAL_DAYS, 10**7)
        next_legal = self.legal_since[who] + legal_marks[days_band]
        place_marks = np.append(self.tempo_days, 10**7)
        next_place = self.placed_since[who] + place_marks[placed_band]
        next_year = np.array([year_start(int(y)) for y in range(1980, 2030)])[year + 1 - 1980]
        edge = np.minimum.reduce([next_age, next_legal, next_place, next_year, self.last_day[who]])

        # An episode lasts a day at least; an event drawn for its first day counts on the next.
        moment = np.maximum(time + wait, self.started[who] + 1.0)
        event = (moment < edge) & (total > 0.0)
        self.time[who] = np.where(event, moment, edge)
        day = np.floor(self.time[who]).astype(np.int64)
        level = self.rng.random(len(who)) * total
        outcome = np.minimum((running <= level[:, None]).sum(axis=1), hz.OUTCOMES - 1)

        seen = day < self.horizon
        gone = ~seen
        self._legal_events(who, day, outcome, event & seen & (outcome < hz.FIRST_MOVE))
        moves = event & seen & (outcome >= hz.FIRST_MOVE) & (outcome < hz.FIRST_EXIT)
        self._moves(who[moves], day[moves], outcome[moves] - hz.FIRST_MOVE)
        leaving = event & seen & (outcome >= hz.FIRST_EXIT)
        stay = np.ones(len(who), dtype=bool)
        stay[leaving] = self._exits(who[leaving], day[leaving], outcome[leaving] - hz.FIRST_EXIT)
        birthday_18 = ~event & seen & (day >= self.edges[who, -1])
        grown = birthday_18 & (day >= self.last_day[who])
        self._eighteen(who[grown], np.maximum(day[grown], self.started[who[grown]] + 1))
        stay[grown] = False
        late = birthday_18 & ~grown & (self.legal[who] != V2) & (day > self.started[who])
        self._change_legal(who[late], day[late], np.full(int(late.sum()), V2))
        stay[gone] = False
        return who[stay]

    def _legal_events(self, who: Ints, day: Ints, outcome: Ints, chosen: Flags) -> None:
        self._change_legal(who[chosen], day[chosen], outcome[chosen])

    def _change_legal(self, who: Ints, day: Ints, new: Ints) -> None:
        if not len(who):
            return
        order, freeing = LEGAL_INDEX["E1"], LEGAL_INDEX["D1"]
        new = np.where((new == order) & (day < self.placement_orders), freeing, new)
        old = self.legal[who]
        self.legal[who] = new
        self.legal_since[who] = day
        to_justice = JUSTICE[new] & ~JUSTICE[old]
        from_justice = JUSTICE[old] & ~JUSTICE[new] & (self.group[who] == SECURE)
        agreed = self.placement[who] == PLACEMENT_INDEX["A8"]
        # A child at home stays there only under an order; an adoptive placement needs its legal ground.
        at_home = (self.group[who] == GROUP_INDEX["PARENTS"]) & ~np.isin(
            new, [LEGAL_INDEX["C1"], LEGAL_INDEX["C2"]]
        )
        adopting = (self.group[who] == ADOPTION) & ~(agreed & np.isin(new, [LEGAL_INDEX["C2"]]))
        both = (self.rng.random(len(who)) < self.both[old]) & (self.group[who] != ADOPTION)
        both |= to_justice | from_justice | adopting | at_home
        at = np.flatnonzero(both)
        if len(at):
            group = self._first_group(who[at], day[at])
            foster = ((old[at] == order) | (new[at] == order) | (new[at] == freeing)) | adopting[at]
            group = np.where(foster, FOSTER, group)
            agreed_order = agreed[at] & (new[at] == order)
            group = np.where(agreed_order, ADOPTION, group)
            self._place(who[at], day[at], group)
            self.placement[who[at[agreed_order]]] = PLACEMENT_INDEX["A5"]
        self._write_start(who, day, np.where(both, B, L))

    def _moves(self, who: Ints, day: Ints, target: Ints) -> None:
        prospective = target == hz.MOVES.index("PROSPECTIVE")
        keep = ~prospective | (day >= self.prospective)
        who, day, target, prospective = who[keep], day[keep], target[keep], prospective[keep]
        if not len(who):
            return
        self._place(who, day, np.where(prospective, ADOPTION, target), prospective)
        self._write_start(who, day, np.full(len(who), P))

    # ---- leaving ---------------------------------------------------------------------------------------------

    def _exits(self, who: Ints, day: Ints, which: Ints) -> Flags:
        """End spells; give for each child whether the walk goes on (a return or a transfer)."""
        if not len(who):
            return np.zeros(0, dtype=bool)
        names = np.array(hz.EXITS)
        finish = np.array([FINISH_INDEX.get(name, 0) for name in hz.EXITS])[which]
        early = day < self.placement_orders
        guardian = np.isin(which, [int(np.flatnonzero(names == n)[0]) for n in ("E43", "E44")])
        # Special guardianship begins with the 2002 Act; before it relatives gain responsibility by residence order.
        finish = np.where(guardian & early, FINISH_INDEX["E4"], finish)
        adopted = which == hz.EXITS.index("ADOPTED")
        unopposed = (self.rng.random(len(who)) < 0.54) | (self.legal[who] == V2)
        split = np.where(unopposed, FINISH_INDEX["E11"], FINISH_INDEX["E12"])
        finish = np.where(adopted, np.where(day < self.adoption_split, FINISH_INDEX["E1"], split), finish)
        self.log.ends.append((who, self.spell[who], day, finish))
        transfer = (which == hz.EXITS.index("E3")) & (
            self.rng.random(len(who)) < self.tree["spell"]["transfer_in_wales"]
        )
        self._transfer(who[transfer], day[transfer])
        returned = self._returns(who[~transfer], day[~transfer], finish[~transfer])
        stays: Flags = transfer.copy()
        stays[np.flatnonzero(~transfer)[returned]] = True
        return stays

    def _transfer(self, who: Ints, day: Ints) -> None:
        """Another Welsh authority takes over on the same day: a new placement, its record starts without S."""
        if not len(who):
            return
        self.authority[who] = self._other_authority(who)
        self.spell[who] += 1
        group = np.where(self.group[who] == ADOPTION, FOSTER, self.group[who])
        self._place(who, day, group)
        self._write_start(who, day, np.full(len(who), P))

    def _returns(self, who: Ints, day: Ints, finish: Ints) -> Ints:
        """Start further periods of care; give the positions that return inside the simulated time."""
        table = self.tree["return_to_care"]
        chance = np.zeros(len(FINISH_INDEX))
        for code, value in table.items():
            if code in FINISH_INDEX:
                chance[FINISH_INDEX[code]] = value
        again = self.rng.random(len(who)) < chance[finish]
        wait = 2 + np.floor(self.rng.exponential(table["mean_days"], len(who))).astype(np.int64)
        back = day + wait
        again &= (back < self.horizon) & (back < self.edges[who, -1] - 30)
        moved = again & (self.rng.random(len(who)) < table["other_authority"])
        self.authority[who[moved]] = self._other_authority(who[moved])
        at = np.flatnonzero(again)
        self.begin(who[at], back[at])
        return at

    def _other_authority(self, who: Ints) -> Ints:
        codes = self.inputs.population_by_age["la_code"].to_numpy().astype(np.int64)
        weights = self.inputs.population_by_age.drop("la_code").to_numpy().sum(axis=1).astype(np.float64)
        matrix = np.repeat(weights[None, :], len(who), axis=0)
        matrix[codes[None, :] == self.authority[who][:, None]] = 0.0
        result: Ints = codes[choose_rows(self.rng, matrix)] if len(who) else self.authority[who]
        return result

    def _eighteen(self, who: Ints, day: Ints) -> None:
        if not len(who):
            return
        table = self.tree["eighteen"]
        fostered = np.isin(self.group[who], [FOSTER, GROUP_INDEX["KIN"]])
        finish = np.zeros(len(who), dtype=np.int64)
        for name, chosen in (("foster", fostered), ("other", ~fostered)):
            at = np.flatnonzero(chosen)
            weights = np.repeat(
                np.array([[row[1] for row in table[name]]], dtype=np.float64), len(at), axis=0
            )
            codes = np.array([FINISH_INDEX[row[0]] for row in table[name]])
            for column, row in enumerate(table[name]):
                weights[:, column] *= self.inputs.knob(f"eighteen_{row[0]}")
            weights[np.ix_(day[at] < self.ready, codes == FINISH_INDEX["E10"])] = 0.0
            finish[at] = codes[choose_rows(self.rng, weights)] if len(at) else 0
        self.log.ends.append((who, self.spell[who], day, finish))


def simulate_careers(rng: np.random.Generator, inputs: Inputs, people: Entrants) -> pl.DataFrame:
    """Walk every child from the first entry to the end of the last census year.

    Gives one row for each episode, sorted by child and start: child, spell (within one authority's record),
    period (of care), authority, start and end (dates; end null while open on the last day), reason, legal,
    placement, need, finish (code numbers; finish null while open), placement_number.
    """
    walk = Walk(rng, inputs, people)
    who = np.arange(len(people.day))
    walk.begin(who, people.day)
    while len(who):
        who = walk.step(who)
    names = [
        "child",
        "spell",
        "period",
        "authority",
        "start",
        "reason",
        "legal",
        "placement",
        "placement_number",
        "need",
    ]
    starts = pl.DataFrame(
        {
            name: np.concatenate(parts)
            for name, parts in zip(names, zip(*walk.log.starts, strict=True), strict=True)
        }
    )
    ends = pl.DataFrame(
        {
            name: np.concatenate(parts)
            for name, parts in zip(
                ["child", "spell", "left", "finish"], zip(*walk.log.ends, strict=True), strict=True
            )
        }
    )
    return _close(rng, inputs, starts, ends)


def _close(
    rng: np.random.Generator, inputs: Inputs, starts: pl.DataFrame, ends: pl.DataFrame
) -> pl.DataFrame:
    """End each episode by the next of its spell (X1) or by the end of the spell."""
    frame = starts.sort("child", "spell", "start").join(
        ends, on=["child", "spell"], how="left", maintain_order="left"
    )
    following = pl.col("start").shift(-1).over("child", "spell")
    day_later = pl.Series("day_later", rng.random(len(frame)) < inputs.assumptions["spell"]["next_day"])
    frame = frame.with_columns(following.alias("next"), day_later)
    # A gap of a day must neither empty an episode nor hide a child on the census day.
    first_april = [year_start(year) for year in range(1980, 2030)]
    gap = pl.col("day_later") & (pl.col("next") - pl.col("start") > 1) & ~pl.col("next").is_in(first_april)
    end = (
        pl.when(pl.col("next").is_not_null())
        .then(pl.col("next") - gap.cast(pl.Int64))
        .otherwise(pl.col("left"))
    )
    finish = pl.when(pl.col("next").is_not_null()).then(FINISH_INDEX["X1"]).otherwise(pl.col("finish"))
    return frame.with_columns(end.alias("end"), finish.alias("finish")).drop("next", "left", "day_later")
