"""Infinitely wide networks: an architecture with a parameterisation, and its kernels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, final

import numpy as np
import sympy
from array_api_compat import is_numpy_namespace
from flint import arb, ctx, fmpq

from ..balls.function import Exact, as_fmpq
from ..errors import InvalidArgument, NotEnclosed, OutsideDomain
from ..symbols import q_xx, q_xy, q_yy
from .architecture import Act, Chain, Composable, Signal, as_layer
from .gap import PairKernels, pair_kernels
from .homogeneous import dense_kernels
from .inputs import Inputs, checked_arrays, read_inputs
from .layers import Residual
from .parameterisation import Parameterisation, require_parameterisation
from .plan import has_read_out, homogeneous_layers, needs_all_pairs, needs_pooled_variance, takes_images
from .source import Language, write_latex, write_source
from .states.arrays import Array
from .states.balls import BallState
from .states.positive_laws import find_law
from .states.program import ProgramState

Kernel: TypeAlias = Literal["nngp", "ntk"]

_BITS_PER_DIGIT = 3.3219280948873626
_DOUBLINGS = 6


@final
@dataclass(frozen=True)
class Network:
    """An architecture in the limit of infinite width: its Gaussian process and its neural tangent kernel.

    Formula:
        K(x, y) = x.y / d at the input; Theta = 0 there, since inputs are not trained. Then for each layer
        Dense(sigma_w, sigma_b): K' = sigma_w^2 K + sigma_b^2, and Theta' by the parameterisation:
          ntk          z = sigma_w fan_in^(-1/2) W x + sigma_b b, all entries of W and b standard normal;
                       Theta' = K' + sigma_w^2 Theta.
          standard     z = W x + b, W of variance sigma_w^2 / fan_in, b of variance sigma_b^2;
                       Theta' = fan_in K + [has bias] + sigma_w^2 Theta, with fan_in the stated widths (d for the
                       first layer, width= of the layer before, times area of the window for Conv and number of
                       positions after Flatten): the limit in which every width is s times what is stated, s -> oo,
                       and gradients of z = s^(-1/2) W x + b are taken.
          mean_field   the network of "ntk" times m^(-1/2), m the width below the read-out, so that the read-out
                       averages: f = m^(-1) sum_i ..., its bias scaled alike. Its output at initialisation tends to
                       zero, hence `nngp` is undefined. m times its tangent kernel (learning rates of order m, as is
                       usual) tends to the tangent kernel of "ntk" at initialisation; it moves during training.
        activation:  K' = E[phi(u) phi(v)], Theta' = E[phi'(u) phi'(v)] Theta, (u, v) of covariance K.
        LayerNorm, Residual, Conv, Flatten, GlobalAvgPool: as their classes say.

    Kernels are those of one output unit; between different units both are zero. The last layer is the read-out.

    Args:
        architecture: layers composed with `>>`. parameterisation: "ntk", "standard" or "mean_field".

    Raises:
        InvalidArgument: if a layer cannot stand where it stands, with its place and a remedy.

    Source: jacot_2018, Theorem 1; lee_2019, Section 2; sohldickstein_2020, Section 3; arora_2019_exact, Section 4
        (restated from memory); the duals are derived here.

    Example:
        >>> from theory.kernels.layers import Dense
        >>> network = Network(Dense(1.5, 0.1) >> "erf" >> Dense(1, 0))
        >>> network.ntk([[1.0, 0.0], [0.0, 2.0]]).round(6).tolist()
        [[1.10245, 0.004449], [0.004449, 2.029151]]
    """

    architecture: Composable
    parameterisation: Parameterisation = field(default="ntk", kw_only=True)

    def __post_init__(self) -> None:
        require_parameterisation(self.parameterisation)
        chain = Chain(as_layer(self.architecture).parts())
        object.__setattr__(self, "architecture", chain)
        if chain.outgoing(Signal(spatial=self.takes_images), "").spatial:
            raise InvalidArgument(f"{chain} ends in images; end it with Flatten() or GlobalAvgPool() >> Dense(...)")
        if self.parameterisation == "mean_field" and not has_read_out(chain):
            raise InvalidArgument(
                f"parameterisation='mean_field' needs a hidden layer and a read-out: {chain} must end in Dense(...) "
                "that reads from a layer of growing width"
            )

    @property
    def chain(self) -> Chain:
        """The layers."""
        return Chain(as_layer(self.architecture).parts())

    @property
    def takes_images(self) -> bool:
        """Whether inputs are images (n, h, w, channels), rather than vectors (n, d)."""
        return takes_images(self.chain)

    def nngp(self, X: Array, Y: Array | None = None) -> Array:
        """The covariance of the output at initialisation.

        Args:
            X: inputs, shape (n, d), or (n, h, w, channels) for convolutional networks; an array of any array-API
                namespace, or a list. Y: inputs of the same form, m of them; X itself if left out.

        Returns:
            Array of shape (n, m), of the namespace of X, float32 for float32 (and float16) data, else float64; exactly
            symmetric if Y is left out.

        Raises:
            InvalidArgument: for NaN or infinite data, shapes that do not fit, or symbols among the parameters.
            OutsideDomain: in mean-field parameterisation, where the limit is zero.

        Accuracy: as the duals; a pair that is parallel up to rounding counts as parallel.
        """
        self._require_gaussian_limit()
        return self._gram(X, Y, "nngp")

    def ntk(self, X: Array, Y: Array | None = None) -> Array:
        """The neural tangent kernel, all weights and biases trained.

        Args:
            X: as in `nngp`. Y: as in `nngp`.

        Returns:
            Array of shape (n, m), of the namespace and precision of X; exactly symmetric if Y is left out.

        Raises:
            InvalidArgument: as `nngp`.
            OutsideDomain: where the kernel is infinite, as on the diagonal for an activation with a jump.

        Accuracy: as `nngp`. On NumPy arrays, where all activations are homogeneous (relu, leaky relu, abs, sign,
            step), of images too, a few units of rounding per layer at every angle, relative to
            sqrt(Theta(x, x) Theta(y, y)) (`dense_kernels`, `AngleState`). Otherwise, with a kink in an activation,
            or an activation after GlobalAvgPool, the error grows as 1e-16 / t at a small angle t.
        """
        return self._gram(X, Y, "ntk")

    def gaps(self, X: Array, Y: Array | None = None) -> PairKernels:
        """Both kernels with their differences to the diagonal, which the kernels of near inputs cannot hold.

        Args:
            X: as in `nngp`, on NumPy or a list. Y: as in `nngp`.

        Returns:
            K, 1 - K / sqrt(K(x, x) K(y, y)), Theta and sqrt(Theta(x, x) Theta(y, y)) - Theta, each of shape (n, m) and
            to full relative accuracy at every angle.

        Raises:
            InvalidArgument: as `nngp`; for networks other than Dense layers around one homogeneous activation, and in
                standard parameterisation.
            OutsideDomain: in mean-field parameterisation, where the first is zero.
        """
        self._require_gaussian_limit()
        homogeneous = None if self.parameterisation == "standard" else homogeneous_layers(self.chain)
        if homogeneous is None:
            raise InvalidArgument(
                f"{self.chain}, parameterisation={self.parameterisation!r}: gaps are known for Dense layers around one "
                "of relu, leaky_relu, abs or their like, in parameterisation 'ntk'; use enclose for few pairs"
            )
        _, left, right = checked_arrays(X, Y, images=False)
        slopes, sigma = homogeneous
        given = (np.asarray(left), None if right is None else np.asarray(right))
        return pair_kernels(*given, slopes=(slopes.negative, slopes.positive), sigma=sigma)

    def nngp_expression(self) -> sympy.Expr:
        """The covariance of the output as a formula.

        Returns:
            An expression in q_xx = x.x / d, q_yy = y.y / d and q_xy = x.y / d, and in symbolic parameters.

        Raises:
            NoClosedForm: for convolutional networks, and activations outside class G.
            OutsideDomain: in mean-field parameterisation, where the limit is zero.
        """
        self._require_gaussian_limit()
        program = self.program()
        return program.pruned(program.xy).written_out(program.xy)

    def ntk_expression(self) -> sympy.Expr:
        """The neural tangent kernel as a formula.

        Returns:
            An expression in q_xx = x.x / d, q_yy = y.y / d and q_xy = x.y / d, and in symbolic parameters.

        Raises: as `nngp_expression`.
        """
        program = self.program()
        return program.pruned(program.ntk).written_out(program.ntk)

    def latex(self) -> str:
        """The recursion in LaTeX, one line for each quantity, in the notation of `nngp_expression`.

        Raises: as `ntk_expression`.
        """
        program = self.program()
        return write_latex(program.pruned(program.xy, program.ntk))

    def source(self, language: Language) -> str:
        """A function in another language that computes both kernels.

        Args:
            language: "numpy", "jax" or "c". In NumPy and JAX the function `kernels(X, Y)` returns (nngp, ntk); in C
                it takes one pair of inputs.

        Returns:
            The text, which needs nothing of this package.

        Raises:
            NoClosedForm: as `nngp_expression`, or if the formula holds a function without a counterpart there.
            InvalidArgument: for another language.
        """
        program = self.program()
        return write_source(language, program.pruned(program.xy, program.ntk), str(self), self.parameterisation)

    def enclose(self, x: Iterable[Exact], y: Iterable[Exact], digits: int) -> tuple[arb, arb]:
        """Both kernels of one pair of exact inputs, in balls.

        Args:
            x, y: sequences of exact rational numbers (int, Fraction, fmpq, sympy.Rational), of one length.
            digits: significant decimal digits of each.

        Returns:
            (nngp, ntk); each contains the truth. In mean-field parameterisation the first is exactly zero.

        Raises:
            InvalidArgument: for floats, or lengths that do not fit. NotEnclosed: if the digits are not reached.
            NoClosedForm: for convolutional networks.
        """
        left, right = _exact_vector("x", x), _exact_vector("y", y)
        if len(left) != len(right) or not left or digits < 1:
            raise InvalidArgument(
                f"x has {len(left)} entries, y {len(right)}, digits={digits}: give vectors of one length, digits > 0"
            )
        bits, goal = int(_BITS_PER_DIGIT * digits) + 32, fmpq(1, 10**digits)
        for _ in range(_DOUBLINGS):
            balls = self._enclosed(left, right, bits)
            if all(ball.is_finite() and _is_within(ball, goal, bits) for ball in balls):
                return balls
            bits *= 2
        raise NotEnclosed(
            f"{digits} digits not reached with {bits // 2} bits (found {', '.join(ball.str(6) for ball in balls)}); "
            "the kernel may be infinite there, or ask for fewer digits"
        )

    def program(self) -> ProgramState:
        """The recursion in symbols.

        Raises: as `ntk_expression`.
        """
        state = ProgramState(q_xx, q_yy, q_xy, sympy.Integer(0))
        return self.chain.advance(state, Signal(spatial=self.takes_images), self.parameterisation, "")

    def __str__(self) -> str:
        return str(self.chain)

    def _enclosed(self, x: list[fmpq], y: list[fmpq], bits: int) -> tuple[arb, arb]:
        products = [sum((p * q for p, q in zip(*pair, strict=True)), fmpq(0)) for pair in ((x, x), (y, y), (x, y))]
        with ctx.workprec(bits):
            xx, yy, xy = (arb(product / len(x)) for product in products)
        state = BallState(xx, yy, xy, arb(0), bits, equal=x == y)
        signal = Signal(spatial=self.takes_images, width=len(x))
        state = self.chain.advance(state, signal, self.parameterisation, "")
        return (arb(0) if self.parameterisation == "mean_field" else state.xy), state.ntk

    def _gram(self, X: Array, Y: Array | None, kernel: Kernel) -> Array:
        homogeneous = None if self.parameterisation == "standard" else homogeneous_layers(self.chain)
        if homogeneous is not None:
            xp, left, right = checked_arrays(X, Y, images=False)
            if is_numpy_namespace(xp):
                slopes, sigma = homogeneous
                pair = (slopes.negative, slopes.positive)
                return dense_kernels(left, right, slopes=pair, sigma=sigma, which=kernel)
        inputs = read_inputs(X, Y, images=self.takes_images)
        matrix = inputs.assemble(lambda tile: self._tile(tile, kernel), needs_all_pairs(self.chain))
        if not np.isfinite(np.asarray(matrix)).all():
            raise OutsideDomain(self._overflow(kernel))
        return matrix

    def _overflow(self, kernel: Kernel) -> str:
        if kernel == "nngp":
            return f"{self.chain}: the covariance overflows; use smaller weights or a slower activation"
        return (
            f"{self.chain}: the tangent kernel is infinite for equal or parallel inputs, since an activation "
            "jumps, or it overflows; use nngp, a continuous activation, or smaller weights"
        )

    def _tile(self, inputs: Inputs, kernel: Kernel) -> Array:
        chain = self.chain
        pairs = needs_all_pairs(chain)
        own_pairs, with_ntk = pairs and needs_pooled_variance(chain), kernel == "ntk"
        signal = Signal(spatial=self.takes_images, width=inputs.width, grid=inputs.grid)
        if is_numpy_namespace(inputs.xp) and not own_pairs and _sees_angles_only(chain):
            angles = inputs.angle_state(pairs=pairs, with_ntk=with_ntk)
            angles = chain.advance(angles, signal, self.parameterisation, "")
            return angles.cross if kernel == "nngp" else angles.ntk
        state = inputs.state(pairs=pairs, own_pairs=own_pairs, with_ntk=with_ntk)
        state = chain.advance(state, signal, self.parameterisation, "")
        return state.cross if kernel == "nngp" else state.ntk

    def _require_gaussian_limit(self) -> None:
        if self.parameterisation == "mean_field":
            raise OutsideDomain(
                "parameterisation='mean_field': the output at initialisation tends to zero, so that its covariance is "
                "0; use 'ntk' for the covariance of the output times the root of the width"
            )


def _sees_angles_only(chain: Chain) -> bool:
    """Whether there are activations, each homogeneous of degree 0 or 1."""
    acts = list(_activations(chain))
    return bool(acts) and all(find_law(act.function) is not None for act in acts)


def _activations(chain: Chain) -> Iterator[Act]:
    for layer in chain.parts():
        if isinstance(layer, Act):
            yield layer
        elif isinstance(layer, Residual):
            yield from _activations(layer.branch)


def _exact_vector(name: str, entries: Iterable[Exact]) -> list[fmpq]:
    return [as_fmpq(entry, f"{name}[{place}]") for place, entry in enumerate(entries)]


def _is_within(ball: arb, goal: fmpq, bits: int) -> bool:
    with ctx.workprec(bits):
        return bool(arb(ball.rad()) <= arb(goal) * arb.max(abs(ball.mid()), arb(goal)))
