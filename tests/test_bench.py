"""What a benchmark says, and that each can be called."""

from importlib import import_module

import pytest

from tests.bench.__main__ import NAMES
from tests.bench.figures import Figure, side_by_side


@pytest.mark.parametrize(
    ("value", "direction", "holds"),
    [(1.14, "<=", True), (1.16, "<=", False), (1.16, ">=", True), (1.14, ">=", False)],
)
def test_a_figure_holds_its_bound_in_its_direction(value, direction, holds):
    assert Figure("name", value, "s", 1.0, 1.15, direction).holds is holds


def test_a_figure_is_one_line():
    told = str(Figure("pdf", 0.175, "s", 0.1667, 1.15))
    assert told == "bench pdf value=0.175 unit=s floor=0.1667 ratio=1.050 bound=<=1.15"


def test_both_sides_are_measured_in_turns():
    calls = []
    side_by_side(lambda: calls.append("ours"), lambda: calls.append("floor"), rounds=3)
    assert calls == ["ours", "floor", "ours", "floor", "floor", "ours", "ours", "floor"]


@pytest.mark.parametrize("name", NAMES)
def test_each_benchmark_has_its_measure(name):
    assert callable(import_module(f"tests.bench.{name}").measure)
