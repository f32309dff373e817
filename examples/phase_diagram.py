"""Where to initialise a deep network: the edge of chaos of an activation, and how deep signals reach beside it.

python examples/phase_diagram.py "z/(1 + exp(-z))" --sigma-b 0.2 --out swish.png
"""

from __future__ import annotations

import argparse

from theory.kernels.signal_propagation import SignalPropagation, derive_phase_diagram, find_critical_points


def main() -> None:
    """Print the critical weights of an activation and what happens beside them, and draw its phase diagram."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("activation", nargs="?", default="tanh", help="a name or an expression in z")
    parser.add_argument("--sigma-b", type=float, default=0.3, help="standard deviation of the biases")
    parser.add_argument("--out", default="", help="file for the phase diagram, as phases.png or phases.svg")
    parser.add_argument("--points", type=int, default=25, help="points of the diagram in each direction")
    options = parser.parse_args()
    for point in find_critical_points(options.activation, sigma_b=options.sigma_b):
        print(f"critical sigma_w = {point.sigma_w:.8f} at length q = {point.q:.8f}")
        for factor in (0.9, 1.1):
            signal = SignalPropagation(options.activation, factor * point.sigma_w, options.sigma_b)
            print(
                f"  sigma_w = {signal.sigma_w:.4f}: {signal.phase}, chi_1 = {signal.chi_1:.4f}, "
                f"c* = {signal.c_star:.4f}, signals reach xi_c = {signal.xi_c:.1f} layers"
            )
    if options.out:
        diagram = derive_phase_diagram(
            options.activation, sigma_w=(0.5, 3.0), sigma_b=(0.05, 1.0), points=options.points
        )
        print(f"drawn: {diagram.draw(options.out)}")


if __name__ == "__main__":
    main()
