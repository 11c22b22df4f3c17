"""Choosing among thousands under whole-number conditions. The only module that knows HiGHS."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

TIME_LIMIT_S = 1.0
INFINITE = 10**15


@dataclass(frozen=True)
class Column:
    """A whole number to be chosen, and what each of it costs."""

    cost: int
    most: int
    least: int = 0


@dataclass(frozen=True)
class Row:
    """A condition: the sum over (column, factor) lies between two bounds."""

    terms: tuple[tuple[int, int], ...]
    least: int = -INFINITE
    most: int = INFINITE

    def holds(self, values: Sequence[int]) -> bool:
        return self.least <= sum(values[at] * factor for at, factor in self.terms) <= self.most


@dataclass
class Model:
    """Columns and rows as they are written down; the cost is made as small as can be."""

    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def add(self, column: Column) -> int:
        self.columns.append(column)
        return len(self.columns) - 1

    def require(
        self, *terms: tuple[int, int], least: int = -INFINITE, most: int = INFINITE
    ) -> None:
        self.rows.append(Row(terms, least, most))


@dataclass(frozen=True)
class Solution:
    """Whole numbers that meet every row, and a cost that none can be below."""

    values: tuple[int, ...]
    cost: int
    bound: int


def solve(
    model: Model, begin: Sequence[int] | None = None, time_limit_s: float = TIME_LIMIT_S
) -> Solution | None:
    """The cheapest whole numbers found in the time, checked without floats. None: none found.

    What it begins with is the worst that it answers: a beginning meets every row.
    """
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    for option, value in (
        ("time_limit", time_limit_s),
        ("threads", 1),
        ("random_seed", 0),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.5),
    ):
        solver.setOptionValue(option, value)
    solver.passModel(_as_lp(model, highspy))
    if begin is not None:
        assert _holds(model, begin), begin
        start = highspy.HighsSolution()
        start.col_value = [float(value) for value in begin]
        solver.setSolution(start)
    solver.run()
    values = _whole_values(solver.getSolution())
    if (
        values is None
        or not _holds(model, values)
        or (begin and _cost(model, begin) < _cost(model, values))
    ):
        values = begin
    if values is None:
        return None
    cost = _cost(model, values)
    bound = _whole(solver.getInfo().mip_dual_bound, cost, model.columns)
    return Solution(tuple(values), cost, min(cost, bound))


def _whole_values(found: Any) -> Sequence[int] | None:
    return tuple(round(value) for value in found.col_value) if found.value_valid else None


def _cost(model: Model, values: Sequence[int]) -> int:
    return sum(column.cost * value for column, value in zip(model.columns, values, strict=True))


def _holds(model: Model, values: Sequence[int]) -> bool:
    """Floats are right to within a tolerance; the books are right to the fen."""
    within = all(
        column.least <= value <= column.most
        for column, value in zip(model.columns, values, strict=True)
    )
    return within and all(row.holds(values) for row in model.rows)


def _whole(bound: float, cost: int, columns: Sequence[Column]) -> int:
    """The least whole cost that the bound allows; without a bound, the cost
    of everything that makes it less."""
    if not -INFINITE < bound < INFINITE:
        return min(cost, sum(min(0, column.cost) * column.most for column in columns))
    # A bound of 3.0000001 is a bound of 3 that went through floats.
    slack = 1e-6 * max(1.0, abs(bound))
    return -int(-(bound - slack) // 1)


def _as_lp(model: Model, highspy: Any) -> Any:
    import numpy as np

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.columns), len(model.rows)
    lp.col_cost_ = np.array([column.cost for column in model.columns], dtype=np.double)
    lp.col_lower_ = np.array([column.least for column in model.columns], dtype=np.double)
    lp.col_upper_ = np.array([column.most for column in model.columns], dtype=np.double)
    lp.row_lower_ = np.array([_bound(row.least, highspy) for row in model.rows], dtype=np.double)
    lp.row_upper_ = np.array([_bound(row.most, highspy) for row in model.rows], dtype=np.double)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(model.columns)
    ends = np.cumsum([0, *(len(row.terms) for row in model.rows)])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = ends.astype(np.int32)
    terms = [term for row in model.rows for term in row.terms]
    lp.a_matrix_.index_ = np.array([at for at, _factor in terms], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([factor for _at, factor in terms], dtype=np.double)
    return lp


def _bound(bound: int, highspy: Any) -> float:
    if abs(bound) < INFINITE:
        return float(bound)
    return float(highspy.kHighsInf if bound > 0 else -highspy.kHighsInf)
