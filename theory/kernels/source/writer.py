"""Programs as source text and as LaTeX."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

import sympy

from ...errors import InvalidArgument
from ...symbols import q_xx, q_xy, q_yy
from ..arrays import GAP
from ..states.program import Assignment, DualFunction, ProgramState
from .dialect import AbstractDialect, CDialect, FunctionHead, Line, PythonDialect
from .stable_form import NAMES, divisors, stable_form

Language: TypeAlias = Literal["numpy", "jax", "c"]

_DIALECTS: Mapping[str, AbstractDialect] = MappingProxyType(
    {"numpy": PythonDialect(jax=False), "jax": PythonDialect(jax=True), "c": CDialect()}
)


def write_source(language: Language, program: ProgramState, architecture: str, parameterisation: str) -> str:
    """A file in another language that computes the kernels of a program.

    Args:
        language: "numpy", "jax" or "c". program: the recursion. architecture, parameterisation: for its documents.

    Returns:
        The text of the file.

    Raises:
        InvalidArgument: for another language. NoClosedForm: for a function without a counterpart there.

    Source: derived here (a translation).
    """
    if language not in _DIALECTS:
        raise InvalidArgument(f"language={language!r}: write one of {', '.join(_DIALECTS)}")
    dialect = _DIALECTS[language]
    title = f"Kernels of {architecture}, {parameterisation} parameterisation, infinite width."
    names = _code_names(program)
    stable = {function: stable_form(function.expression) for function in names}
    parts = [dialect.prelude(title, _needs(stable.values()))]
    parts += [_function(dialect, function, names[function], form) for function, form in stable.items()]
    parameters = sorted(symbol.name for symbol in _parameters(program))
    results = (dialect.expression(program.xy), dialect.expression(program.ntk))
    parts.append(dialect.kernels(parameters, _lines(dialect, program, names), results, title))
    return ("\n" if language == "c" else "\n\n").join(parts)


def write_latex(program: ProgramState) -> str:
    """A program as an aligned display.

    Args:
        program: the recursion.

    Returns:
        LaTeX for an environment `aligned`, without dollars.

    Source: derived here (a translation).
    """
    names = {line.target: _latex_name(line.target.name) for line in program.lines}
    phis = list(dict.fromkeys(function.activation for function in program.functions()))
    numbers = {function: phis.index(function.activation) + 1 for function in program.functions()}
    rows = [rf"\phi_{{{number}}}(z) &= {sympy.latex(phi.expression)}" for number, phi in enumerate(phis, start=1)]
    rows += [f"{_head(function, number)} &= {sympy.latex(function.expression)}" for function, number in numbers.items()]
    rows += [f"{names[line.target]} &= {_latex_value(line, names, numbers)}" for line in program.lines]
    ends = (("K(x, y)", program.xy), (r"\Theta(x, y)", program.ntk))
    rows += [f"{name} &= {sympy.latex(value, symbol_names=names)}" for name, value in ends]
    body = " \\\\\n".join(rows)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _code_names(program: ProgramState) -> dict[DualFunction, str]:
    """Function -> a name that no other function has."""
    names: dict[DualFunction, str] = {}
    for function in program.functions():
        namesakes = sum(other.name == function.name for other in names)
        names[function] = f"{function.name}_{namesakes + 1}" if namesakes else function.name
    return names


def _function(dialect: AbstractDialect, function: DualFunction, name: str, stable: sympy.Expr) -> str:
    parameters = [parameter.name for parameter in function.parameters]
    has_gap = len(parameters) > 1 and stable.has(GAP)
    return dialect.function(
        FunctionHead(name, parameters, function.meaning, has_gap, divisors(stable)), dialect.expression(stable)
    )


def _needs(forms: Iterable[sympy.Expr]) -> set[str]:
    """Names of the functions that the forms call."""
    found: set[str] = set()
    for form in forms:
        found |= {name for kind, name in NAMES.items() if form.has(kind)}
        found |= {"positive"} if divisors(form) else set()
        found |= {"normal_cdf"} if "pair_cdf" in found else set()
    return found


def _parameters(program: ProgramState) -> set[sympy.Symbol]:
    used = set().union(*(line.value.free_symbols for line in program.lines))
    return used - {q_xx, q_yy, q_xy} - {line.target for line in program.lines}


def _lines(dialect: AbstractDialect, program: ProgramState, names: Mapping[DualFunction, str]) -> list[Line]:
    lines: list[Line] = []
    layer = ""
    for line in program.lines:
        if line.layer != layer:
            layer = line.layer
            lines.append(("#", layer))
        lines.append((line.target.name, _value(dialect, line, names)))
    return lines


def _value(dialect: AbstractDialect, line: Assignment, names: Mapping[DualFunction, str]) -> str:
    if line.function is None:
        return dialect.expression(stable_form(line.expression))
    call = f"{names[line.function]}({', '.join(dialect.expression(argument) for argument in line.arguments)})"
    return call if line.expression == 1 else f"{dialect.expression(line.expression)}*{call}"


def _head(function: DualFunction, number: int) -> str:
    return f"{function.latex}_{{{number}}}({', '.join(sympy.latex(symbol) for symbol in function.parameters)})"


def _latex_name(name: str) -> str:
    kind, *index = name.split("_")
    return rf"\Theta^{{({index[0]})}}" if kind == "t" else f"K^{{({index[1]})}}_{{{index[0]}}}"


def _latex_value(line: Assignment, names: dict[sympy.Symbol, str], numbers: dict[DualFunction, int]) -> str:
    if line.function is None:
        return str(sympy.latex(line.expression, symbol_names=names))
    arguments = ", ".join(sympy.latex(argument, symbol_names=names) for argument in line.arguments)
    call = rf"{line.function.latex}_{{{numbers[line.function]}}}\left({arguments}\right)"
    return call if line.expression == 1 else rf"{sympy.latex(line.expression, symbol_names=names)} \, {call}"
