"""What differs between the languages: how numbers, functions and blocks are written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import final

import sympy
from sympy.printing.c import C99CodePrinter
from sympy.printing.numpy import JaxPrinter, SciPyPrinter

from .library import c_library, python_library
from .stable_form import NAMES

Line = tuple[str, str]
"""A target and the text of its value; a target of "#" marks a comment."""


@final
@dataclass(frozen=True)
class FunctionHead:
    """What a function begins with.

    Args:
        name: of the function. parameters: their names. meaning: one line. with_gap: whether its value names the gap
            a b - c^2. divisors: parameters by which it divides.
    """

    name: str
    parameters: Sequence[str]
    meaning: str
    with_gap: bool
    divisors: Sequence[str]


class AbstractDialect(ABC):
    """One language."""

    @abstractmethod
    def expression(self, value: sympy.Expr) -> str:
        """The text of an expression."""

    @abstractmethod
    def prelude(self, title: str, needs: Collection[str]) -> str:
        """Title, imports, the functions `root`, `arc` and `gap_of`, and of the library those named."""

    @abstractmethod
    def function(self, head: FunctionHead, value: str) -> str:
        """A function of numbers."""

    @abstractmethod
    def kernels(self, parameters: Sequence[str], lines: Sequence[Line], results: tuple[str, str], title: str) -> str:
        """The function that computes both kernels."""


def _user_functions() -> dict[str, str]:
    return {kind.__name__: name for kind, name in NAMES.items()}


_PYTHON_PRELUDE = '''"""{title}"""

{imports}


def root(x):
    """sqrt(x), and 0 where rounding made x negative."""
    return {np}.sqrt({np}.maximum(x, 0.0))


def arc(s, gap):
    """asin(s / r) for gap = r**2 - s**2."""
    return {np}.arctan2(s, root(gap))


def error_of(x, y, kind):
    """What rounding took from the product x y (Dekker 1971)."""
    factor = 2.0 ** (({np}.finfo(kind).nmant + 2) // 2) + 1
    high_x = factor * x - (factor * x - x)
    high_y = factor * y - (factor * y - y)
    low_x, low_y = x - high_x, y - high_y
    return ((high_x * high_y - x * y) + high_x * low_y + low_x * high_y) + low_x * low_y


def gap_of(a, b, c):
    """a b - c**2 with one rounding, and c; where that is rounding of c, 0 and +-sqrt(a b)."""
    gap = (a * b - c * c) + (error_of(a, b, c.dtype) - error_of(c, c, c.dtype))
    apart = gap > 16 * {np}.finfo(c.dtype).eps * a * b
    return {np}.where(apart, gap, 0.0), {np}.where(apart, c, {np}.copysign({np}.sqrt(a * b), c))
'''

_PYTHON_KERNELS = '''def kernels({parameters}):
    """{title}

    X has shape (n, d) and Y shape (m, d); returns the NNGP and the NTK, each of shape (n, m).
    """
    d = X.shape[1]
    q_xx = {np}.sum(X * X, axis=1)[:, None] / d
    q_yy = {np}.sum(Y * Y, axis=1)[None, :] / d
    q_xy = X @ Y.T / d
{body}
    shape = q_xy.shape
    return {np}.broadcast_to({nngp}, shape), {np}.broadcast_to({ntk}, shape)
'''


@final
@dataclass(frozen=True)
class PythonDialect(AbstractDialect):
    """NumPy or JAX.

    Args:
        jax: which of the two.
    """

    jax: bool

    @property
    def module(self) -> str:
        """What the array library is called in the text."""
        return "jnp" if self.jax else "np"

    def expression(self, value: sympy.Expr) -> str:
        """As `AbstractDialect.expression`."""
        named = {name: f"jax.scipy.special.{name}" for name in ("erf", "erfc")} if self.jax else {}
        settings = {"allow_unknown_functions": True, "user_functions": {**_user_functions(), **named}}
        printer = (JaxPrinter if self.jax else SciPyPrinter)(settings)
        text: str = printer.doprint(value)
        for long, short in (("scipy.constants.pi", "np.pi"), ("jax.numpy.", "jnp."), ("numpy.", "np.")):
            text = text.replace(long, short)
        return text

    def prelude(self, title: str, needs: Collection[str]) -> str:
        """As `AbstractDialect.prelude`."""
        imports = "import jax\nimport jax.numpy as jnp" if self.jax else "import numpy as np\nimport scipy.special"
        library = python_library(self.module)
        parts = [_PYTHON_PRELUDE.format(title=title, imports=imports, np=self.module)]
        return "\n\n".join([*parts, *(text for name, text in library.items() if name in needs)])

    def function(self, head: FunctionHead, value: str) -> str:
        """As `AbstractDialect.function`."""
        lines = [f"def {head.name}({', '.join(head.parameters)}):", f'    """{head.meaning}."""']
        lines += [f"    {divisor} = positive({divisor})" for divisor in head.divisors]
        lines += ["    gap, c = gap_of(a, b, c)"] if head.with_gap else []
        return "\n".join([*lines, f"    return {value}\n"])

    def kernels(self, parameters: Sequence[str], lines: Sequence[Line], results: tuple[str, str], title: str) -> str:
        """As `AbstractDialect.kernels`."""
        body = "\n".join(f"    # {text}" if target == "#" else f"    {target} = {text}" for target, text in lines)
        given = ", ".join(("X", "Y", *parameters))
        return _PYTHON_KERNELS.format(
            parameters=given, title=title, np=self.module, body=body, nngp=results[0], ntk=results[1]
        )


_C_PRELUDE = """/* {title} */

#include <float.h>
#include <math.h>
#include <stddef.h>

#ifndef M_PI
#define M_PI 3.14159265358979323846
#endif

/* sqrt(x), and 0 where rounding made x negative. */
static double root(double x) {{ return sqrt(fmax(x, 0.0)); }}

/* asin(s / r) for gap = r^2 - s^2. */
static double arc(double s, double gap) {{ return atan2(s, root(gap)); }}

/* a b - c^2 with one rounding; where that is rounding of c, 0, and c becomes +-sqrt(a b). */
static double gap_of(double a, double b, double *c) {{
    const double square = *c * *c, gap = fma(a, b, -square) - fma(*c, *c, -square);
    if (gap > 16 * DBL_EPSILON * a * b) return gap;
    *c = copysign(sqrt(a * b), *c);
    return 0.0;
}}
"""

_C_KERNELS = """/* {title}
   x and y have d entries each; *nngp and *ntk are set. */
void kernels({parameters}) {{
    double q_xx = 0, q_yy = 0, q_xy = 0;
    for (size_t i = 0; i < d; ++i) {{
        q_xx += x[i] * x[i] / d;
        q_yy += y[i] * y[i] / d;
        q_xy += x[i] * y[i] / d;
    }}
{body}
    *nngp = {nngp};
    *ntk = {ntk};
}}
"""


@final
@dataclass(frozen=True)
class CDialect(AbstractDialect):
    """C99."""

    def expression(self, value: sympy.Expr) -> str:
        """As `AbstractDialect.expression`."""
        settings = {"allow_unknown_functions": True, "user_functions": _user_functions()}
        text: str = C99CodePrinter({**settings, "math_macros": {sympy.pi: "M_PI"}}).doprint(value)
        return text

    def prelude(self, title: str, needs: Collection[str]) -> str:
        """As `AbstractDialect.prelude`."""
        return "\n".join(
            [_C_PRELUDE.format(title=title), *(text for name, text in c_library().items() if name in needs)]
        )

    def function(self, head: FunctionHead, value: str) -> str:
        """As `AbstractDialect.function`."""
        given = ", ".join(f"double {parameter}" for parameter in head.parameters)
        lines = [f"/* {head.meaning}. */", f"static double {head.name}({given}) {{"]
        lines += [f"    {divisor} = positive({divisor});" for divisor in head.divisors]
        lines += ["    const double gap = gap_of(a, b, &c);"] if head.with_gap else []
        return "\n".join([*lines, f"    return {value};\n}}\n"])

    def kernels(self, parameters: Sequence[str], lines: Sequence[Line], results: tuple[str, str], title: str) -> str:
        """As `AbstractDialect.kernels`."""
        body = "\n".join(
            f"    /* {text} */" if target == "#" else f"    const double {target} = {text};" for target, text in lines
        )
        scales = (f"double {parameter}" for parameter in parameters)
        given = ", ".join(("size_t d", "const double *x", "const double *y", *scales, "double *nngp", "double *ntk"))
        return _C_KERNELS.format(parameters=given, title=title, body=body, nngp=results[0], ntk=results[1])
