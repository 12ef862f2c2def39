"""Relations of results: rows of the one long table ``results``.

Its columns are ``study``, ``spec_hash``, ``table_name``, ``row_value``, ``column_value``, ``layer_value``,
``statistic``, ``value`` and ``number``. A count has a ``value`` and no ``number``; a measure has a ``number`` and no
``value``. Values of variables are text: ``missing`` where missing. Only combinations that occur have rows, inner cells
only; where a unit can be behind a cell twice, the statistic ``units`` says how many different units there are.

| table | row_value | column_value | layer_value | statistics |
|---|---|---|---|---|
| flow | id of the step | | | ``remaining``, ``units``; |
| | | | | for steps of the population ``without_step``, ``units_without_step`` |
| counts | first variable | second variable | third variable | ``count``, ``units`` |
| summaries of categories | group or ``all`` | category | variable | ``count``, ``units`` |
| summaries of numbers | group or ``all`` | | variable | ``known``, ``missing``, ``units_known``, ``units_missing``; |
| | | | | the numbers ``total``, ``squares``, ``quantile_25`` and so on |
| rates | first variable or split | second | | ``people``, ``person_days``, ``events``, ``people_with_events`` |
| rates, by the events' own variable | first | second | the event's value | ``events_of``, ``people_with_events_of`` |
| links | kind of link | | | ``count`` |
"""

from __future__ import annotations

from dataclasses import dataclass

from cohort.query.rows import Rows
from cohort.query.values import Value
from cohort.types import ValueType


@dataclass(frozen=True)
class Key:
    """A column that results are told apart by.

    ``known`` are the values that name categories; others become ``other``. None leaves values as they are: who reads
    the results puts those outside the categories together, which can be done with counts but not with different units.
    """

    column: str
    type: ValueType
    known: tuple[str, ...] | None = None


@dataclass(frozen=True)
class FurtherRow:
    """A row of a flow that counts the members in a table, of one group where there are two."""

    id: str
    table: str
    group: str | None


@dataclass(frozen=True)
class CountFlow:
    """Rows for an attrition table, in order.

    First ``start``: the rows of ``flags`` (a table of flags), or if ``units_of`` is given the units that have a row
    there, and then ``index_date_known``: the rows of ``flags``. Then each step: the rows that pass it and all before.
    Then ``further`` rows. ``with_units`` adds the different units beside each.

    Each of ``steps`` also has the rows that pass all other steps, whatever this one says: those that pass all, and
    those that this step alone stops. ``further`` rows are not looked at for them.
    """

    table: str
    flags: str
    steps: tuple[str, ...]
    units_of: Rows | None = None
    further: tuple[FurtherRow, ...] = ()
    with_units: bool = False


@dataclass(frozen=True)
class CountCells:
    """Rows for a table of counts of the rows of ``source`` for which ``among`` is true, by one to three columns."""

    table: str
    by: tuple[Key, ...]
    among: Value | None
    source: str
    with_units: bool = False


@dataclass(frozen=True)
class SummariseCategories:
    """Rows for the variables with categories in a table of summaries; ``by`` is None for all together."""

    table: str
    keys: tuple[Key, ...]
    by: Key | None
    among: Value | None
    source: str
    with_units: bool = False


@dataclass(frozen=True)
class SummariseNumbers:
    """Rows for the numbers in a table of summaries, which are the columns ``variables``.

    Each number is taken as whole thousandths q = floor(x * 1000 + 0.5): ``total`` is the sum of q / 1000 and
    ``squares`` the sum of q * q / 1,000,000, both added exactly. Quantile p of n known values in order is the one at
    place p * n / 100, rounded up.
    """

    table: str
    variables: tuple[str, ...]
    by: Key | None
    among: Value | None
    source: str
    quantiles: tuple[int, ...]
    with_units: bool = False


@dataclass(frozen=True)
class CountRates:
    """Rows for a table of events per person-time, by columns of ``source`` (members) and of ``time`` (splits).

    ``events`` is the table of counted events. With ``first_only`` the time of a member after the day of its event is
    left out. ``events_by`` is a column of ``events``.
    """

    table: str
    by: tuple[Key, ...]
    among: Value | None
    source: str
    time: str
    events: str
    first_only: bool
    events_by: Key | None


@dataclass(frozen=True)
class CountLinks:
    """Rows on bringing a source to its unit: how many distinct keys are linked, not linked, conflicting.

    ``row_value`` is ``linked`` (the map gives one unit), ``conflicting`` (several), or ``not linked`` (none). Keys are
    those of ``rows`` that are not missing; ``also`` are the further columns of a key.
    """

    table: str
    rows: Rows
    key: str
    mapping: Rows
    map_key: str
    map_unit: str
    also: tuple[str, ...] = ()
