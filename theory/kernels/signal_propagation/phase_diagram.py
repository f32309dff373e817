"""The phase diagram of an activation: ordered and chaotic regions of the (sigma_w, sigma_b) plane."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, final

import numpy as np
import sympy
from numpy.typing import NDArray

from ...activations import Activation
from ...errors import InvalidArgument, OutsideDomain
from .edge_of_chaos import find_critical_points
from .moments import as_activation
from .propagation import SignalPropagation

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class PhaseDiagram:
    """Fixed lengths and chi_1 on a grid, and the edge of chaos as points.

    Args:
        activation: phi. sigma_w (m,), sigma_b (n,): the grid, standard deviations.
        q_star, chi_1: (n, m); nan where no single length attracts. Signals are ordered where chi_1 < 1.
        line: (p, 2), pairs (sigma_w, sigma_b) on the edge of chaos, one or more for each sigma_b of the grid.
    """

    activation: Activation
    sigma_w: Array
    sigma_b: Array
    q_star: Array
    chi_1: Array
    line: Array

    def draw(self, path: str | Path) -> Path:
        """Save the diagram as a picture; the suffix of `path` says of which kind.

        Returns:
            The path.
        """
        target = Path(path)
        _figure(self).savefig(target)
        return target


def derive_phase_diagram(
    activation: str | sympy.Expr | Activation,
    *,
    sigma_w: tuple[float, float],
    sigma_b: tuple[float, float],
    points: int = 25,
) -> PhaseDiagram:
    """The phase diagram over a rectangle.

    Args:
        activation: a catalogue name, a text or an expression in z, or an `Activation`.
        sigma_w, sigma_b: (low, high) of the rectangle, standard deviations. points: of the grid in each direction.

    Returns:
        The diagram.

    Raises:
        InvalidArgument: for an empty rectangle or fewer than two points.

    Source: poole_2016, Figure 1, schoenholz_2017, Figure 1 (restated from memory); all values are derived here.

    Example:
        >>> diagram = derive_phase_diagram("erf", sigma_w=(0.5, 2.0), sigma_b=(0.1, 0.5), points=3)
        >>> (diagram.chi_1 > 1).tolist()
        [[False, True, True], [False, True, True], [False, False, True]]
    """
    found = as_activation(activation)
    for name, (low, high) in (("sigma_w", sigma_w), ("sigma_b", sigma_b)):
        if not 0 <= low < high:
            raise InvalidArgument(f"{name}=({low}, {high}): give two numbers with 0 <= low < high")
    if points < 2:
        raise InvalidArgument(f"points={points}: a grid needs at least 2 points in each direction")
    weights, biases = np.linspace(*sigma_w, points), np.linspace(*sigma_b, points)
    values = np.array([[_at(found, float(w), float(b)) for w in weights] for b in biases])
    line = [(p.sigma_w, p.sigma_b) for b in biases for p in find_critical_points(found, sigma_b=float(b))]
    return PhaseDiagram(
        activation=found,
        sigma_w=weights,
        sigma_b=biases,
        q_star=values[..., 0],
        chi_1=values[..., 1],
        line=np.array(line, dtype=np.float64).reshape(-1, 2),
    )


def _at(activation: Activation, sigma_w: float, sigma_b: float) -> tuple[float, float]:
    signal = SignalPropagation(activation, sigma_w, sigma_b)
    try:
        return signal.q_star, signal.chi_1
    except OutsideDomain:
        return np.nan, np.nan


def _figure(diagram: PhaseDiagram) -> Figure:
    from matplotlib.colors import TwoSlopeNorm
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.5, 4.2), layout="constrained")
    axes = figure.add_subplot()
    finite = diagram.chi_1[np.isfinite(diagram.chi_1)]
    low, high = (min(finite.min(), 0.99), max(finite.max(), 1.01)) if finite.size else (0.0, 2.0)
    mesh = axes.pcolormesh(
        diagram.sigma_w,
        diagram.sigma_b,
        np.ma.masked_invalid(diagram.chi_1),
        norm=TwoSlopeNorm(1.0, vmin=float(low), vmax=float(high)),
        cmap="RdBu_r",
        shading="nearest",
    )
    figure.colorbar(mesh, label=r"$\chi_1$")
    inside = diagram.line[(diagram.line[:, 0] >= diagram.sigma_w[0]) & (diagram.line[:, 0] <= diagram.sigma_w[-1])]
    axes.plot(inside[:, 0], inside[:, 1], "k.-", linewidth=1, label="edge of chaos")
    axes.set(xlabel=r"$\sigma_w$", ylabel=r"$\sigma_b$", title=f"Phases of {diagram.activation.name}")
    axes.legend(loc="upper left")
    return figure
