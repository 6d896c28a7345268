"""What a benchmark says: a figure beside its floor, and the bound that their ratio keeps."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure. The floor is the least that the same work can take on the same machine."""

    name: str
    value: float
    unit: str
    floor: float
    bound: float
    # "<=" where less is better, as for seconds; ">=" where more is, as for requests a second.
    direction: str = "<="

    @property
    def ratio(self) -> float:
        return self.value / self.floor

    @property
    def holds(self) -> bool:
        """Whether the ratio keeps its bound."""
        return self.ratio <= self.bound if self.direction == "<=" else self.ratio >= self.bound

    def __str__(self) -> str:
        return (
            f"bench {self.name} value={self.value:.4g} unit={self.unit} floor={self.floor:.4g} "
            f"ratio={self.ratio:.3f} bound={self.direction}{self.bound:g}"
        )


def seconds(act: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def side_by_side(
    ours: Callable[[], object], floor: Callable[[], object], *, rounds: int
) -> tuple[float, float]:
    """Return the median seconds of both, measured in turns: a noisy machine disturbs both alike.

    Each is called once before, unmeasured; every second round begins with the other one.
    """
    acts = (ours, floor)
    taken: tuple[list[float], list[float]] = ([], [])
    for act in acts:
        act()
    for which in _turns(rounds):
        taken[which].append(seconds(acts[which]))
    return statistics.median(taken[0]), statistics.median(taken[1])


def _turns(rounds: int) -> Iterator[int]:
    for number in range(rounds):
        yield from (number % 2, 1 - number % 2)
