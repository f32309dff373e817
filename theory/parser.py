"""Reading expressions in z from text: a whitelist over Python's syntax tree. No text is ever run."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import final

import sympy
from sympy import Rational

from .activations import CATALOGUE
from .errors import InvalidArgument, TheoryError, UnknownToken
from .symbols import z

LONGEST = 1000
_DEEPEST = 100
_SHOWN = 80
_USUAL = ("relu", "erf", "exp", "tanh", "sigmoid", "gelu", "sin", "cos", "sqrt", "abs", "Max", "Piecewise")
_LARGEST_EXPONENT = 64
_LARGEST_NUMBER_BITS = 4096
_LARGEST_GROWTH = 1000
"""Constant arguments of exp, sinh and cosh: a tower of three would not fit into the memory."""

_NUMBER = re.compile(r"(\d[\d_]*)?(\.[\d_]*)?([eE][+-]?\d{1,3})?")


def _sigmoid(x: sympy.Expr) -> sympy.Expr:
    return 1 / (1 + sympy.exp(-x))


def _softplus(x: sympy.Expr) -> sympy.Expr:
    return sympy.log(1 + sympy.exp(x))


def _phi(x: sympy.Expr) -> sympy.Expr:
    return (1 + sympy.erf(x / sympy.sqrt(2))) / 2


FUNCTIONS: Mapping[str, Callable[[sympy.Expr], sympy.Expr]] = MappingProxyType(
    {
        "Abs": sympy.Abs,
        "abs": sympy.Abs,
        "sign": sympy.sign,
        "Heaviside": sympy.Heaviside,
        "exp": sympy.exp,
        "log": sympy.log,
        "sqrt": sympy.sqrt,
        "sin": sympy.sin,
        "cos": sympy.cos,
        "tan": sympy.tan,
        "sinh": sympy.sinh,
        "cosh": sympy.cosh,
        "tanh": sympy.tanh,
        "asin": sympy.asin,
        "acos": sympy.acos,
        "atan": sympy.atan,
        "asinh": sympy.asinh,
        "erf": sympy.erf,
        "erfc": sympy.erfc,
        "Phi": _phi,
        "sigmoid": _sigmoid,
        "softplus": _softplus,
    }
)
"""Functions of one argument that a text may call; a bare name stands for its value at z."""

_EXTREMES: Mapping[str, Callable[..., sympy.Expr]] = MappingProxyType(
    {"Max": sympy.Max, "Min": sympy.Min, "max": sympy.Max, "min": sympy.Min}
)
_CONSTANTS: Mapping[str, sympy.Expr] = MappingProxyType({"z": z, "pi": sympy.pi, "E": sympy.E})
_GROWING = ("exp", "sinh", "cosh", "sigmoid", "softplus")
_RELATIONS: Mapping[type[ast.cmpop], Callable[[sympy.Expr, sympy.Expr], sympy.Basic]] = MappingProxyType(
    {ast.Lt: sympy.Lt, ast.LtE: sympy.Le, ast.Gt: sympy.Gt, ast.GtE: sympy.Ge}
)


def parse_expression(text: str) -> sympy.Expr:
    """The function of z that a text writes down.

    Formula:
        Numbers (decimals are exact: 0.1 is 1/10), z, pi, E, + - * / **, the names of `FUNCTIONS`, Max, Min,
        Piecewise((value, condition), ..., (value, True)) with conditions such as z < 0, and the catalogue's names,
        which stand for themselves at z (relu) or elsewhere (relu(2*z - 1)).

    Args:
        text: at most 1000 characters.

    Returns:
        A SymPy expression in `theory.symbols.z`.

    Raises:
        UnknownToken: for any other word or sign, which it names with its position.
        InvalidArgument: for a text too long, too deep or with numbers too large, or a division by zero.

    Source: derived here (a grammar, no statement).

    Example:
        >>> parse_expression("Max(z, 0) + 0.1*Min(z, 0)")
        Max(0, z) + Min(0, z)/10
    """
    reader = Reader(text)
    return reader.expression(reader.tree())


@final
@dataclass(frozen=True)
class Reader:
    """One text and the names that it may use.

    Args:
        text: what is read. names: word -> expression, besides functions and catalogue. longest: characters allowed.

    Source: derived here.

    Example:
        >>> reader = Reader("2*z")
        >>> reader.expression(reader.tree())
        2*z
    """

    text: str
    names: Mapping[str, sympy.Expr] = field(default_factory=lambda: _CONSTANTS)
    longest: int = LONGEST

    def tree(self) -> ast.expr:
        """The syntax tree of the whole text."""
        if not isinstance(self.text, str):
            raise InvalidArgument(f"text={self.text!r}: give a string")
        if len(self.text) > self.longest:
            raise InvalidArgument(f"the text has {len(self.text)} characters; write at most {self.longest}")
        for place, sign in enumerate(self.text):
            if not (" " <= sign <= "~"):
                raise self._unknown(sign, place, "write plain ASCII on one line, as in 'Max(z, 0)'")
        try:
            return ast.parse(self.text.lstrip(), mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            raise self._malformed(error) from error

    def expression(self, node: ast.expr, depth: int = 0) -> sympy.Expr:
        """The expression of a node of the tree.

        Raises: as `parse_expression`.
        """
        if depth > _DEEPEST:
            raise self.refuse(node, f"the expression is nested deeper than {_DEEPEST}; write it in a flatter form")
        try:
            value = self._read(node, depth + 1)
        except (ValueError, TypeError) as error:
            if isinstance(error, TheoryError):
                raise
            raise self.refuse(node, f"it is not a real function ({str(error)[:_SHOWN]})") from error
        if value.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
            raise self.refuse(node, "it is not a finite number (a division by zero, or log(0))")
        if value.has(sympy.I) or (not value.free_symbols and value.is_extended_real is False):
            raise self.refuse(node, "it is not real; write a real function")
        if value.is_Rational and _bits(value) > _LARGEST_NUMBER_BITS:
            raise self.refuse(node, "the number is too large; write smaller ones")
        return value

    def _read(self, node: ast.expr, depth: int) -> sympy.Expr:
        if isinstance(node, ast.Constant):
            return self._number(node)
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            value = self.expression(node.operand, depth)
            return -value if isinstance(node.op, ast.USub) else value
        if isinstance(node, ast.BinOp):
            return self._operation(node, depth)
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        raise self.unknown(node, "allowed are numbers, names, + - * / ** and calls")

    def _number(self, node: ast.Constant) -> sympy.Expr:
        written = self.source(node)
        match = _NUMBER.fullmatch(written)
        if type(node.value) not in (int, float) or match is None or not (match[1] or match[2]):
            raise self.unknown(node, "write a decimal number such as 0.1, with at most three digits in its exponent")
        return Rational(written.replace("_", ""))

    def _name(self, node: ast.Name) -> sympy.Expr:
        if node.id in self.names:
            return self.names[node.id]
        if z not in self.names.values():
            raise self.unknown(node, f"allowed here are numbers, {', '.join(self.names)} and functions of them")
        if node.id in CATALOGUE:
            return CATALOGUE[node.id].expression
        if node.id in FUNCTIONS:
            return FUNCTIONS[node.id](z)
        raise self.unknown(node, advice_on(node.id))

    def _operation(self, node: ast.BinOp, depth: int) -> sympy.Expr:
        if not isinstance(node.op, (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)):
            raise self._unknown_operator(node)
        left, right = self.expression(node.left, depth), self.expression(node.right, depth)
        if isinstance(node.op, ast.Pow):
            return self._power(node, left, right)
        if isinstance(node.op, ast.Div):
            if right.is_zero:
                raise self.refuse(node, "it divides by zero")
            return left / right
        return left + right if isinstance(node.op, ast.Add) else left - right if _is_minus(node) else left * right

    def _power(self, node: ast.BinOp, base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
        if exponent.is_Rational and max(abs(exponent.p), exponent.q) > _LARGEST_EXPONENT:
            raise self.refuse(node, f"the exponent {exponent} exceeds {_LARGEST_EXPONENT}")
        constant = exponent.as_coeff_Add()[0]
        if base.is_Rational and constant.is_Rational and _bits(base) * abs(constant) > _LARGEST_NUMBER_BITS:
            raise self.refuse(node, "the number is too large; write smaller ones")
        if not base.free_symbols and exponent.is_integer is not True and base.evalf(15).is_negative:
            raise self.refuse(node, "a negative number to a power that is not whole is not real; write a real function")
        if not exponent.is_Rational and not exponent.free_symbols:
            self._bounded(node, exponent)
        return base**exponent

    def _call(self, node: ast.Call, depth: int) -> sympy.Expr:
        if not isinstance(node.func, ast.Name):
            raise self.unknown(node.func, "only names can be called, as in erf(z)")
        name = node.func.id
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            raise self.refuse(node, "a function takes plain arguments only")
        if name == "Piecewise":
            return self._piecewise(node, depth)
        if name in _EXTREMES and node.args:
            return _EXTREMES[name](*(self.expression(argument, depth) for argument in node.args))
        if name not in FUNCTIONS and name not in CATALOGUE:
            raise self.unknown(node.func, advice_on(name))
        if len(node.args) != 1:
            raise self.refuse(node, f"{name} takes one argument, and got {len(node.args)}")
        argument = self.expression(node.args[0], depth)
        if name in _GROWING and not argument.free_symbols:
            self._bounded(node, argument)
        return FUNCTIONS[name](argument) if name in FUNCTIONS else CATALOGUE[name].expression.subs(z, argument)

    def _piecewise(self, node: ast.Call, depth: int) -> sympy.Expr:
        cases = []
        for case in node.args:
            if not isinstance(case, ast.Tuple) or len(case.elts) != 2:
                raise self.unknown(case, "write Piecewise((value, condition), ..., (value, True))")
            cases.append((self.expression(case.elts[0], depth), self._condition(case.elts[1], depth)))
        if not cases or cases[-1][1] is not sympy.true:
            raise self.refuse(node, "the last condition must be True, so that the function is defined everywhere")
        return sympy.Piecewise(*cases)

    def _condition(self, node: ast.expr, depth: int) -> sympy.Basic:
        if isinstance(node, ast.Constant) and node.value is True:
            return sympy.true
        if not isinstance(node, ast.Compare) or len(node.ops) != 1 or type(node.ops[0]) not in _RELATIONS:
            raise self.unknown(node, "a condition is one comparison with <, <=, > or >=, or True")
        left, right = (self.expression(side, depth) for side in (node.left, node.comparators[0]))
        return _RELATIONS[type(node.ops[0])](left, right)

    def _bounded(self, node: ast.expr, argument: sympy.Expr) -> None:
        if not abs(argument.evalf(15)) < _LARGEST_GROWTH:
            raise self.refuse(node, f"its constant argument exceeds {_LARGEST_GROWTH}")

    def source(self, node: ast.AST) -> str:
        """The text of a node."""
        return ast.get_source_segment(self.text.lstrip(), node) or ""

    def refuse(self, node: ast.AST, why: str) -> InvalidArgument:
        """The error for a part whose words are known but which is not allowed."""
        return InvalidArgument(self._message(self.source(node), self._place(node), why))

    def unknown(self, node: ast.AST, advice: str) -> UnknownToken:
        """The error for a part that the grammar does not know."""
        return UnknownToken(self._message(self.source(node), self._place(node), advice))

    def _place(self, node: ast.AST) -> int:
        return int(getattr(node, "col_offset", 0)) + self._indent

    @property
    def _indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())

    def _unknown(self, token: str, place: int, advice: str) -> UnknownToken:
        return UnknownToken(self._message(token, place, advice))

    def _message(self, token: str, place: int, advice: str) -> str:
        return f"{_short(token)} at position {place + 1} of {_short(self.text)}: {advice}"

    def _unknown_operator(self, node: ast.BinOp) -> UnknownToken:
        # The tree keeps no place for an operator: it is the first sign after the left operand and its brackets.
        start = (node.left.end_col_offset or 0) + self._indent
        rest = self.text[start:]
        skipped = len(rest) - len(rest.lstrip(") "))
        found = re.match(r"//|<<|>>|[^\w\s]", rest[skipped:])
        advice = "write ** for a power" if isinstance(node.op, ast.BitXor) else "allowed operators are + - * / **"
        return self._unknown(found[0] if found else "?", start + skipped, advice)

    def _malformed(self, error: Exception) -> TheoryError:
        place = max((getattr(error, "offset", None) or 1) - 1, 0) + self._indent
        rest = self.text[place:].lstrip()
        if not self.text.strip():
            return InvalidArgument("the text is empty; write an expression in z, as in 'Max(z, 0)'")
        token = re.match(r"\w+|\S", rest)
        return self._unknown(token[0] if token else "end of text", place, f"it cannot be read ({error.args[0]})")


@cache
def allowed_words() -> tuple[str, ...]:
    """Every word that an expression may hold.

    Source: derived here (a list of names).
    """
    words = {*_CONSTANTS, *_EXTREMES, *FUNCTIONS, *CATALOGUE, "Piecewise"}
    return tuple(sorted(words, key=lambda word: (word.lower(), word)))


def advice_on(word: str) -> str:
    """The words nearest to one that is not known, or a few of those allowed, for error messages.

    Source: derived here (a list of names).

    Example:
        >>> advice_on("sigmiod")
        'did you mean sigmoid or hard_sigmoid?'
    """
    words = allowed_words()
    near = difflib.get_close_matches(word[:_SHOWN], words, n=3, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(near)}?"
    usual = ", ".join(("z", "pi", *_USUAL))
    return f"allowed are {usual} and {len(words) - len(_USUAL) - 2} more: theory.parser.allowed_words()"


def _is_minus(node: ast.BinOp) -> bool:
    return isinstance(node.op, ast.Sub)


def _bits(number: sympy.Rational) -> int:
    return max(int(abs(number.p)).bit_length(), int(number.q).bit_length())


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")
