"""The commands that derive: `proofs-check dual` for one activation, `proofs-check kernel` for a whole network."""

from __future__ import annotations

import argparse
import contextlib
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import ProofsCheckError
from .report.files import write_whole

if TYPE_CHECKING:
    from theory.kernels.dual import Dual
    from theory.kernels.network import Network

PARAMETERISATIONS = ("ntk", "standard", "mean_field")
LANGUAGES = ("numpy", "jax", "c")
_DUAL = """Derive E[phi(u) phi(v)] and E[phi'(u) phi'(v)] of an activation phi for Gaussian
(u, v) with mean zero: in closed form where one exists, and enclosed in rigorous
balls with --at.

examples:
  proofs-check dual "Max(z,0)" --at 1 1 1/2 --digits 30
  proofs-check dual tanh --at 1 1 0.5
"""
_KERNEL = """Derive the NNGP and the neural tangent kernel of an infinitely wide network: as
a formula, as LaTeX, as source code, or as a matrix on your data.

examples:
  proofs-check kernel "Dense(1.5,0.1) >> erf >> Dense(1,0)" --ntk
  proofs-check kernel "Dense(2,0) >> relu >> Dense(1,0)" --source numpy
"""
_NUMBER = re.compile(r"[+-]?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})([eE][+-]?\d{1,3})?(/\d{1,400})?\Z")


class CannotDerive(ProofsCheckError, ValueError):
    """An expression, architecture or data file that the derivation refuses; the text says why."""


def add_dual(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `dual` to the command line."""
    parser = commands.add_parser(
        "dual",
        help="E[phi(u) phi(v)] of an activation, derived from its expression in z",
        description=_DUAL,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("activation", metavar="ACTIVATION", help="a catalogue name or an expression in z, as 'Max(z,0)'")
    add("--at", nargs=3, type=_exact, metavar=("A", "B", "C"), help="enclose it at Var u, Var v, Cov(u, v)")
    add("--digits", type=_digits, default=15, metavar="N", help="digits of the enclosure (15)")
    add("--latex", action="store_true", help="as LaTeX")
    add("--certificate", metavar="FILE", help="write the certificate by Price's theorem as JSON")
    parser.set_defaults(run=_dual)


def add_kernel(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `kernel` to the command line."""
    parser = commands.add_parser(
        "kernel",
        help="NNGP and NTK of an architecture",
        description=_KERNEL,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("architecture", metavar="ARCHITECTURE", help="as 'Dense(1.5, 0.1) >> erf >> Dense(1, 0)'")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--ntk", dest="which", action="store_const", const="ntk", help="the neural tangent kernel only")
    which.add_argument("--nngp", dest="which", action="store_const", const="nngp", help="the NNGP kernel only")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--latex", action="store_true", help="as LaTeX")
    shape.add_argument("--source", choices=LANGUAGES, help="as source text of a function")
    add("--parameterisation", choices=PARAMETERISATIONS, default="ntk", help="how weights are scaled and trained (ntk)")
    add("--data", metavar="FILE", help="evaluate on the rows of this .npz, .npy or .csv file")
    add("--out", metavar="FILE.npy", help="where the matrix goes; needs --data")
    parser.set_defaults(run=_kernel)


def _exact(text: str) -> Fraction:
    if not _NUMBER.match(text):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a number; write 2, 0.5 or 1/3")
    numerator, _, denominator = text.partition("/")
    if denominator and not int(denominator):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} divides by zero")
    return Fraction(numerator) / (int(denominator) if denominator else 1)


def _digits(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 1000:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a number of digits; write 1 to 1000")
    return int(text)


@contextlib.contextmanager
def _one_sentence() -> Iterator[None]:
    """Turn what `theory` and `numerics` refuse into one sentence for the user."""
    from numerics.errors import NumericsError
    from theory.errors import TheoryError

    try:
        yield
    except (TheoryError, NumericsError) as error:
        raise CannotDerive(str(error)) from error


def _dual(options: argparse.Namespace, command: str) -> int:
    from theory.kernels.dual import dual

    with _one_sentence():
        found = dual(options.activation)
        derivative = _derivative(found)
        if options.latex:
            print(found.latex())
        else:
            _print_dual(found, derivative)
        if options.at:
            first, second, covariance = options.at
            for name, one in (("K ", found), ("K'", derivative)):
                if one is not None:
                    ball = one.enclose(first, second, covariance, options.digits)
                    print(f"{name} in {ball.str(options.digits)}")
        if options.certificate:
            content = json.dumps(found.certificate.to_json(), indent=1)
            path = write_whole(Path(options.certificate), content + "\n")
            print(f"written: {path}")
    return 0


def _derivative(found: Dual) -> Dual | None:
    """The dual of the derivative, or None where that is no function (the derivative of a jump)."""
    from theory.errors import TheoryError

    try:
        return found.derivative
    except TheoryError:
        return None


def _print_dual(found: Dual, derivative: Dual | None) -> None:
    from theory.errors import NoClosedForm

    print(f"phi(z) = {found.activation.expression}")
    for name, one in (("K ", found), ("K'", derivative)):
        if one is None:
            print(f"{name}: the derivative is not a function, so it has no dual")
            continue
        try:
            print(f"{name}(a, b, c) = {one.expression}")
        except NoClosedForm as error:
            print(f"{name}: no closed form ({error}); enclose it with --at A B C --digits N")
    print("K = E[phi(u) phi(v)], K' = E[phi'(u) phi'(v)]; a = Var u, b = Var v, c = Cov(u, v), means zero")


def _kernel(options: argparse.Namespace, command: str) -> int:
    from theory.kernels.notation import parse_architecture

    if bool(options.data) != bool(options.out):
        raise CannotDerive("give --data FILE and --out FILE.npy together: the rows to evaluate on, and where it goes")
    with _one_sentence():
        network = parse_architecture(options.architecture, parameterisation=options.parameterisation)
        if options.data:
            return _evaluate(network, options)
        if options.source:
            print(network.source(options.source))
        elif options.latex:
            print(network.latex())
        else:
            _print_kernels(network, options.which)
    return 0


def _print_kernels(network: Network, which: str | None) -> None:
    print(network)
    if which in (None, "nngp"):
        print(f"NNGP = {network.nngp_expression()}")
    if which in (None, "ntk"):
        print(f"NTK = {network.ntk_expression()}")
    print("q_xx = x.x/d, q_yy = y.y/d, q_xy = x.y/d")


def _evaluate(network: Network, options: argparse.Namespace) -> int:
    import numpy as np

    from numerics.data import load_file

    which = options.which or "ntk"
    rows = load_file(options.data).inputs
    matrix = getattr(network, which)(rows)
    out = Path(options.out)
    try:
        with out.open("wb") as file:
            np.save(file, matrix, allow_pickle=False)
    except OSError as error:
        raise CannotDerive(f"--out {out}: {error.strerror}; name a file in a folder that can be written") from error
    print(f"{which} of {len(rows)} rows of {options.data}: {matrix.shape[0]} x {matrix.shape[1]}, {matrix.dtype}")
    print(f"written: {out}")
    return 0
