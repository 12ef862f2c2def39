"""What may be said of hidden counts: that one state is that of at least so many per cent of the rows.

Under a policy that hides zero a sound column shows nothing at all, for where nothing is missing, the zero is hidden,
and the rest with it. The statement then says what *at least 99%* of the rows have. That is safe for these reasons:

* Let a year have ``n`` rows, of which ``s`` have states that are shown, and let ``m`` be the least number that the per
  cents allow. A reader then knows that the other hidden states have ``n - s - m`` rows together at most, and nothing
  else. This room is at least twice the threshold, rounding taken into account, or nothing is said. So each hidden state
  can still have any number of rows under the threshold, and so can every sum of them, whatever a reader who is behind
  one of them knows of the own row; and both can lie over the threshold.
* Which per cents are tried follows from what is printed anyway (``n``, ``s``, the policy), never from hidden counts.
  There is one try: that nothing is said tells that the state has fewer rows, hence the others more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cohort.disclosure.policy import Policy
from cohort.quality.collect import Block
from cohort.results.model import SafeCell, State

LEVELS = (99, 95, 90, 50)
"""Per cents that are said, the first that leaves room enough being taken."""
ROOM = 2
"""How many times the threshold the hidden states without the most frequent one can have at least."""


@dataclass(frozen=True)
class Most:
    """That at least so many per cent of the rows of a year have a state."""

    state: str
    per_cent: int


def level_of(total: SafeCell, cells: Mapping[str, SafeCell], policy: Policy) -> int | None:
    """Return the per cents that can be said safely, worked out from what is printed alone; None for none."""
    hidden = [cell for cell in cells.values() if cell.state is State.HIDDEN]
    if not total.count or len(hidden) < 2:
        return None
    least, most = policy.window(total.count)
    shown = sum(policy.window(cell.count)[1] for cell in cells.values() if cell.count)
    for level in LEVELS:
        # The most that a reader can think the per cents to be in rows.
        rows = -(-level * most // 100)
        if least - shown - rows >= ROOM * policy.threshold:
            return level
    return None


def most_of(block: Block, total: SafeCell, cells: Mapping[str, SafeCell], policy: Policy) -> Most | None:
    """Return what may be said of a block whose most frequent state is hidden; None for nothing."""
    level = level_of(total, cells, policy)
    if level is None:
        return None
    counts = block.counts.counts
    rows = sum(counts.values())
    for (state,), count in counts.items():
        if cells[state].state is State.HIDDEN and 2 * count > rows and 100 * count >= level * rows:
            return Most(state, level)
    return None
