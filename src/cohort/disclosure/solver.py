"""One system of equations in HiGHS, asked many questions.

Every variable has finite bounds, so the only good answer is ``Optimal``; anything else is told apart by status
and stops the release. One thread in the whole process: HiGHS shares its threads between objects, and two objects
that ask for different numbers make a run fail while the solution reads 0 everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

from cohort.disclosure.errors import CannotProtect

SECONDS = 120.0
"""Time that one system may take; a release that takes longer is withheld."""
MOST_SOLVES = 200_000
"""How many questions one system may be asked; a release that needs more is withheld."""
TOLERANCE = 1e-6

Vector = NDArray[np.float64]


class Solver:
    """Whole-number points between ``lower`` and ``upper`` that fit ``equations`` (terms that sum to 0)."""

    def __init__(
        self, lower: Sequence[float], upper: Sequence[float], equations: Sequence[Sequence[tuple[int, float]]]
    ) -> None:
        self.solves = 0
        self.whole_number_solves = 0
        self._size = len(lower)
        # The last column and row are a probe: the column is kept equal to any sum that is being asked for.
        self._probe_terms: tuple[tuple[int, float], ...] = ()
        self._all = np.arange(self._size + 1, dtype=np.int32)
        self._no_costs = np.zeros(self._size + 1)
        self._largest = float(sum(abs(bound) for bound in (*lower, *upper)) + 1)
        self._model = self._start(lower, upper, equations)
        self._probe_row = len(equations)

    @property
    def effort(self) -> int:
        """Roughly how long the questions so far took, without a clock: one in whole numbers as long as 20 others."""
        return self.solves + 20 * self.whole_number_solves

    def _start(
        self, lower: Sequence[float], upper: Sequence[float], equations: Sequence[Sequence[tuple[int, float]]]
    ) -> highspy.Highs:
        rows = [*equations, [(self._size, -1.0)]]
        lp = highspy.HighsLp()
        lp.num_col_ = self._size + 1
        lp.num_row_ = len(rows)
        lp.col_cost_ = self._no_costs
        lp.col_lower_ = np.array([*lower, -self._largest], dtype=np.float64)
        lp.col_upper_ = np.array([*upper, self._largest], dtype=np.float64)
        lp.row_lower_ = np.zeros(len(rows))
        lp.row_upper_ = np.zeros(len(rows))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row) for row in rows)]).astype(np.int32)
        lp.a_matrix_.index_ = np.array([column for row in rows for column, _ in row], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([factor for row in rows for _, factor in row], dtype=np.float64)
        model = highspy.Highs()
        settings = {
            "output_flag": False,
            "threads": 1,
            "parallel": "off",
            "solver": "simplex",
            "presolve": "off",
            "random_seed": 0,
            "time_limit": SECONDS,
        }
        for name, value in settings.items():
            _expect(model.setOptionValue(name, value))
        _expect(model.passModel(lp))
        return model

    def bound(self, columns: Sequence[int], lower: Sequence[float], upper: Sequence[float]) -> None:
        """Set the bounds of some columns."""
        if len(columns):
            _expect(
                self._model.changeColsBounds(
                    len(columns),
                    np.asarray(columns, dtype=np.int32),
                    np.asarray(lower, dtype=np.float64),
                    np.asarray(upper, dtype=np.float64),
                )
            )

    def probe(self, terms: tuple[tuple[int, float], ...]) -> int:
        """Return a column that equals the sum of ``terms``: the column itself, or the probe."""
        if len(terms) == 1 and terms[0][1] == 1.0:
            return terms[0][0]
        if terms != self._probe_terms:
            for column, _ in self._probe_terms:
                _expect(self._model.changeCoeff(self._probe_row, column, 0.0))
            for column, factor in terms:
                _expect(self._model.changeCoeff(self._probe_row, column, factor))
            self._probe_terms = terms
        return self._size

    def free_probe(self) -> None:
        """Take the bounds off the probe."""
        self.bound([self._size], [-self._largest], [self._largest])

    def smallest(self, costs: dict[int, float] | Vector) -> tuple[float, Vector] | None:
        """Return the least total cost and a whole-number point that has it; None if no point fits.

        The point is whole-numbered also where the linear optimum is not: then the whole-number program is solved.
        """
        if isinstance(costs, dict):
            dense = self._no_costs.copy()
            for column, cost in costs.items():
                dense[column] = cost
        else:
            dense = costs
        _expect(self._model.changeColsCost(self._size + 1, self._all, dense))
        point = self._run()
        if point is None:
            return None
        if np.abs(point - np.rint(point)).max(initial=0.0) > TOLERANCE:
            point = self._whole_numbers()
            if point is None:
                return None
        rounded = np.rint(point)
        return float(dense @ rounded), rounded[: self._size]

    def _run(self) -> Vector | None:
        """Solve what is set up; ``Infeasible`` is an answer, every other end but ``Optimal`` is a refusal."""
        self.solves += 1
        if self.solves > MOST_SOLVES:
            raise CannotProtect(
                "the tables are too many or too large to audit in the number of steps allowed"
            )
        ran = self._model.run()
        status = self._model.getModelStatus()
        if ran == highspy.HighsStatus.kOk and status == highspy.HighsModelStatus.kInfeasible:
            return None
        if ran != highspy.HighsStatus.kOk or status != highspy.HighsModelStatus.kOptimal:
            if status == highspy.HighsModelStatus.kTimeLimit:
                raise CannotProtect(
                    "the tables are too many or too thin to audit in the time allowed; use wider categories or "
                    f"leave a table out ({status.name})"
                )
            raise CannotProtect(f"the solver that audits the tables ended without an answer ({status.name})")
        return np.array(self._model.getSolution().col_value, dtype=np.float64)

    def _whole_numbers(self) -> Vector | None:
        self.whole_number_solves += 1
        basis = self._model.getBasis()
        whole = np.full(self._size + 1, highspy.HighsVarType.kInteger)
        plain = np.full(self._size + 1, highspy.HighsVarType.kContinuous)
        _expect(self._model.setOptionValue("presolve", "on"))
        _expect(self._model.changeColsIntegrality(self._size + 1, self._all, whole))
        point = self._run()
        _expect(self._model.changeColsIntegrality(self._size + 1, self._all, plain))
        _expect(self._model.setOptionValue("presolve", "off"))
        _expect(self._model.setBasis(basis))
        return point


def _expect(status: highspy.HighsStatus) -> None:
    if status != highspy.HighsStatus.kOk:
        raise CannotProtect(f"the solver that audits the tables refused its task ({status.name})")
