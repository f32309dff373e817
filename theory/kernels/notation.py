"""Reading architectures from text."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

import sympy

from ..parser import Reader
from ..symbols import sigma_b, sigma_w
from .architecture import AbstractLayer, Act, Chain
from .layers import Conv, Dense, Flatten, GlobalAvgPool, LayerNorm, Residual
from .network import Network
from .parameterisation import Parameterisation

LAYERS: Mapping[str, Callable[..., AbstractLayer]] = MappingProxyType(
    {
        "Conv": Conv,
        "Dense": Dense,
        "Flatten": Flatten,
        "GlobalAvgPool": GlobalAvgPool,
        "LayerNorm": LayerNorm,
        "Residual": Residual,
    }
)
"""Words that stand for layers."""

_LONGEST = 20000
_MOST_LAYERS = 1000
_SYMBOLS: Mapping[str, sympy.Expr] = MappingProxyType(
    {"pi": sympy.pi, "E": sympy.E, "sigma_w": sigma_w, "sigma_b": sigma_b}
)


def parse_architecture(text: str, parameterisation: Parameterisation = "ntk") -> Network:
    """The network that a text writes down.

    Formula:
        Layers separated by >>: Dense(sigma_w, sigma_b), Conv(size, sigma_w, sigma_b, stride=1, padding="same"),
        Residual(layers), LayerNorm(), Flatten(), GlobalAvgPool(), and activations: catalogue names or expressions
        in z as in `theory.parser.parse_expression`. Numbers are exact: 0.1 is 1/10, sqrt(2) is the root; sigma_w and
        sigma_b stand for symbols.

    Args:
        text: at most 20000 characters. parameterisation: as in `Network`.

    Returns:
        The network.

    Raises:
        UnknownToken: for a word or sign that is not known, with its position.
        InvalidArgument: for layers that cannot follow one another, and wrong arguments.

    Source: derived here (a grammar, no statement).

    Example:
        >>> print(parse_architecture("Dense(1.5, 0.1) >> Max(z, 0) >> Dense(1, 0)"))
        Dense(3/2, 1/10) >> relu >> Dense(1, 0)
    """
    reader = _LayerReader(Reader(text, longest=_LONGEST))
    return Network(Chain(tuple(reader.layers(reader.reader.tree()))), parameterisation=parameterisation)


@final
@dataclass(frozen=True)
class _LayerReader:
    """One text of layers."""

    reader: Reader

    def layers(self, node: ast.expr) -> list[AbstractLayer]:
        """The layers that stand in sequence in a node."""
        parts = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.RShift):
            parts.append(node.right)
            node = node.left
        if len(parts) >= _MOST_LAYERS:
            raise self.reader.refuse(node, f"more than {_MOST_LAYERS} layers stand in sequence")
        return [layer for part in (node, *reversed(parts)) for layer in self._single(part)]

    def _single(self, node: ast.expr) -> list[AbstractLayer]:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.RShift):
            return self.layers(node)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Gt):
            raise self.reader.unknown(node, "write >> between layers, not >, which compares")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LAYERS:
            return [self._layer(node, node.func.id)]
        if isinstance(node, ast.Name) and node.id in LAYERS:
            raise self.reader.unknown(node, f"a layer takes its arguments in brackets: write {node.id}(...)")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id[:1].isupper():
            self._require_known(node.func)
        return [Act(self.reader.expression(node))]

    def _require_known(self, name: ast.Name) -> None:
        if name.id not in ("Max", "Min", "Abs", "Heaviside", "Phi", "Piecewise"):
            raise self.reader.unknown(name, f"layers are {', '.join(LAYERS)}; activations are names or functions of z")

    def _layer(self, node: ast.Call, name: str) -> AbstractLayer:
        if name == "Residual":
            if len(node.args) != 1 or node.keywords:
                raise self.reader.refuse(node, "Residual takes one chain of layers")
            return Residual(Chain(tuple(self.layers(node.args[0]))))
        arguments = [self._argument(argument) for argument in node.args]
        options = {str(keyword.arg): self._option(keyword.value) for keyword in node.keywords}
        try:
            return LAYERS[name](*arguments, **options)
        except TypeError as error:
            raise self.reader.refuse(node, f"wrong arguments ({_reason(error)})") from error

    def _option(self, node: ast.expr) -> object:
        if isinstance(node, ast.Constant) and (isinstance(node.value, str) or node.value is None):
            return node.value
        return self._argument(node)

    def _argument(self, node: ast.expr) -> object:
        if isinstance(node, ast.Constant) and type(node.value) is int:
            return node.value
        if isinstance(node, ast.Tuple):
            return tuple(self._argument(entry) for entry in node.elts)
        return Reader(self.reader.text, _SYMBOLS, self.reader.longest).expression(node)


def _reason(error: TypeError) -> str:
    text = str(error)
    return text[text.find(")") + 1 :].strip().removeprefix("()").strip() or text
