"""``peers``: who may be a peer, and how peers are matched to the entries of the cohort."""

from __future__ import annotations

from cohort.query.study import Nearest, Peers, Population
from cohort.query.values import Value
from cohort.resolve.definitions import Names
from cohort.resolve.population import read_steps
from cohort.resolve.written import Reader
from cohort.spec.model import Match
from cohort.spec.model import Peers as Written
from cohort.types import Kind

MOST_PEERS = 10
LARGEST_SEED = 2**31 - 2


def read_peers(names: Names, written: Written, population: Population | None) -> Peers | None:
    """Resolve the section. Reports its own problems."""
    pool = names.rows(written.pool)
    steps = read_steps(names, written.steps, "peers")
    if pool is not None and pool.rows.shape.per_entry:
        names.diagnostics.add("GRN316", written.pool.place, at="peers.pool", rows=pool.name)
        pool = None
    if population is not None and population.name == written.name.text:
        names.diagnostics.add(
            "NAM102",
            written.name.place,
            at="peers.name",
            name=written.name.text,
            first="the population (`population.name`)",
            second="the peers",
        )
    match = written.match
    reader = Reader(names.diagnostics, "peers.match")
    reader.word(match.index_date, "index_date", ("same as case",))
    per_case = reader.whole(match.peers_per_case, "peers_per_case", 1, MOST_PEERS)
    seed = reader.whole(match.seed, "seed", 0, LARGEST_SEED)
    reuse = reader.word(match.reuse_peers, "reuse_peers", ("true", "false")) if match.reuse_peers else "false"
    exact = _exact(names, match)
    nearest = _nearest(names, match, reader)
    if pool is None or per_case is None or seed is None:
        return None
    return Peers(
        name=written.name.text,
        pool=pool.name,
        steps=steps,
        exact=exact,
        nearest=nearest,
        per_case=per_case,
        reuse=reuse == "true",
        seed=seed,
        origin=names.setting.origin(written.name.place),
    )


def _exact(names: Names, match: Match) -> tuple[tuple[str, Value], ...]:
    """Resolve what must be the same, each with its words."""
    values = (names.value(node, "peers.match") for node in match.exact)
    return tuple((names.words(value), value) for value in values if value is not None)


def _nearest(names: Names, match: Match, reader: Reader) -> Nearest | None:
    if not match.nearest:
        return None
    written, given = match.nearest[0]
    value = names.value(written, "peers.match")
    tolerance = reader.tolerance(given)
    if value is None or tolerance is None:
        return None
    amount, is_time = tolerance
    is_code = value.type.code_list is not None
    if is_code or (value.type.kind is not Kind.DATE and not value.type.is_number):
        found = "a code" if is_code else value.type.human
        names.diagnostics.add("TYP241", written.place, at="peers.match", found=found)
        return None
    if is_time is not (value.type.kind is Kind.DATE):
        wanted = (
            "a number of days or weeks" if not is_time else "a whole number, because the value is a number"
        )
        reader.wrong(given, "nearest", wanted, "26 weeks" if not is_time else "2")
        return None
    return Nearest(value, amount, names.words(value))
