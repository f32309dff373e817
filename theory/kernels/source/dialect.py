"""What differs between the languages: how numbers, functions and blocks are written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import sympy
from sympy.printing.c import C99CodePrinter
from sympy.printing.numpy import JaxPrinter, SciPyPrinter

Line = tuple[str, str]
"""A target and the text of its value; a target of "#" marks a comment."""


class AbstractDialect(ABC):
    """One language."""

    @abstractmethod
    def expression(self, value: sympy.Expr) -> str:
        """The text of an expression."""

    @abstractmethod
    def prelude(self, title: str) -> str:
        """The start of the file: title, imports, and the functions `root`, `arc` and `gap_of`."""

    @abstractmethod
    def function(self, name: str, parameters: Sequence[str], meaning: str, value: str, with_gap: bool) -> str:
        """A function of numbers, whose value may name the gap a b - c^2."""

    @abstractmethod
    def kernels(self, parameters: Sequence[str], lines: Sequence[Line], results: tuple[str, str], title: str) -> str:
        """The function that computes both kernels."""


_PYTHON_PRELUDE = '''"""{title}"""

{imports}


def root(x):
    """sqrt(x), and 0 where rounding made x negative."""
    return {np}.sqrt({np}.maximum(x, 0.0))


def arc(s, gap):
    """asin(s / r) for gap = r**2 - s**2."""
    return {np}.arctan2(s, root(gap))


def gap_of(a, b, c):
    """a b - c**2, and 0 where that is rounding."""
    gap = a * b - c * c
    return {np}.where(gap > 16 * {np}.finfo(c.dtype).eps * a * b, gap, 0.0)
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
        settings = {"allow_unknown_functions": True, "user_functions": {"Root": "root", "Arc": "arc"}}
        printer = (JaxPrinter if self.jax else SciPyPrinter)(settings)
        text: str = printer.doprint(value)
        for long, short in (("scipy.constants.pi", "np.pi"), ("jax.numpy.", "jnp."), ("numpy.", "np.")):
            text = text.replace(long, short)
        return text

    def prelude(self, title: str) -> str:
        """As `AbstractDialect.prelude`."""
        imports = "import jax\nimport jax.numpy as jnp" if self.jax else "import numpy as np\nimport scipy.special"
        return _PYTHON_PRELUDE.format(title=title, imports=imports, np=self.module)

    def function(self, name: str, parameters: Sequence[str], meaning: str, value: str, with_gap: bool) -> str:
        """As `AbstractDialect.function`."""
        first = "    gap = gap_of(a, b, c)\n" if with_gap else ""
        return f'def {name}({", ".join(parameters)}):\n    """{meaning}."""\n{first}    return {value}\n'

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

/* a b - c^2, and 0 where that is rounding. */
static double gap_of(double a, double b, double c) {{
    const double gap = a * b - c * c;
    return gap > 16 * DBL_EPSILON * a * b ? gap : 0.0;
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
        settings = {"allow_unknown_functions": True, "user_functions": {"Root": "root", "Arc": "arc"}}
        text: str = C99CodePrinter(settings).doprint(value)
        return text

    def prelude(self, title: str) -> str:
        """As `AbstractDialect.prelude`."""
        return _C_PRELUDE.format(title=title)

    def function(self, name: str, parameters: Sequence[str], meaning: str, value: str, with_gap: bool) -> str:
        """As `AbstractDialect.function`."""
        given = ", ".join(f"double {parameter}" for parameter in parameters)
        first = "    const double gap = gap_of(a, b, c);\n" if with_gap else ""
        return f"/* {meaning}. */\nstatic double {name}({given}) {{\n{first}    return {value};\n}}\n"

    def kernels(self, parameters: Sequence[str], lines: Sequence[Line], results: tuple[str, str], title: str) -> str:
        """As `AbstractDialect.kernels`."""
        body = "\n".join(
            f"    /* {text} */" if target == "#" else f"    const double {target} = {text};" for target, text in lines
        )
        scales = (f"double {parameter}" for parameter in parameters)
        given = ", ".join(("size_t d", "const double *x", "const double *y", *scales, "double *nngp", "double *ntk"))
        return _C_KERNELS.format(parameters=given, title=title, body=body, nngp=results[0], ntk=results[1])
