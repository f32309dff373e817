"""Kernels of fully connected networks."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import arb, ctx

from tests.theory.kernels.recursion import first
from theory.errors import InvalidArgument, NoClosedForm, OutsideDomain
from theory.kernels import Dense, Network, parse_architecture
from theory.parser import parse_expression
from theory.symbols import q_xx, q_xy, q_yy, sigma_b, sigma_w, z

SEED = 20180620
# Layer counts L -> (kappa^L, NTK^L) at cosine 0.3 and NTK^L at cosine -1, ReLU without bias, normalised; 14 digits.
TABLE = {
    2: (0.48274428383549, 0.66184028904169, 0.0),
    3: (0.59754848518047, 1.0346012996128, 0.31830988618379),
    4: (0.67582085452166, 1.4040337265670, 0.68570863628294),
    5: (0.73216191678479, 1.7658265753226, 1.0603881068026),
}
SMOOTH = {
    "erf": sympy.erf(z),
    "gelu": z * (1 + sympy.erf(z / sympy.sqrt(2))) / 2,
    "sin(2*z + 1/3)": sympy.sin(2 * z + sympy.Rational(1, 3)),
    "exp(-z**2)": sympy.exp(-(z**2)),
    "z**3 - z/2": z**3 - z / 2,
    "Max(z, 0) + 0.1*Min(z, 0)": sympy.Max(z, 0) + sympy.Min(z, 0) / 10,
    "Max(z, 0)**2": sympy.Max(z, 0) ** 2,
    "abs": sympy.Abs(z),
    "tanh": sympy.tanh(z),
    "log(1 + exp(z))": sympy.log(1 + sympy.exp(z)),
    "Max(z, 0) + exp(Min(z, 0)) - 1": sympy.Max(z, 0) + sympy.exp(sympy.Min(z, 0)) - 1,
}


@pytest.mark.parametrize("layers", TABLE)
def test_relu_table(layers: int) -> None:
    """If false, the recursion differs from the tabulated deep kernels by a layer, a factor or a convention."""
    network = parse_architecture(" >> relu >> ".join(["Dense(1)"] + ["Dense(sqrt(2))"] * (layers - 1)))
    nngp, ntk, opposite = TABLE[layers]
    X = np.array([[1.0, 0.0], [0.3, np.sqrt(1 - 0.09)], [-1.0, 0.0]]) * np.sqrt(2)
    assert network.nngp(X)[0, 1] == pytest.approx(nngp, rel=1e-13)
    assert network.ntk(X)[0, 1] == pytest.approx(ntk, rel=1e-13)
    assert network.ntk(X)[0, 2] == pytest.approx(opposite, abs=1e-13)
    np.testing.assert_allclose(np.diag(network.ntk(X)), layers, rtol=1e-14)


@pytest.mark.parametrize("text", SMOOTH)
def test_against_quadrature(text: str) -> None:
    """If false, arrays disagree with a recursion by quadrature that shares no code with them."""
    X = 0.8 * np.random.default_rng(SEED).standard_normal((3, 5))
    network = parse_architecture(f"Dense(1.2, 0.3) >> {text} >> Dense(0.7, 0.1) >> {text} >> Dense(1.1, 0.2)")
    for i, j in ((0, 1), (1, 2)):
        hidden = first(X[i], X[j]).dense(1.2, 0.3).act(SMOOTH[text]).dense(0.7, 0.1).act(SMOOTH[text])
        wanted = hidden.dense(1.1, 0.2)
        assert network.nngp(X)[i, j] == pytest.approx(wanted.xy, rel=1e-10)
        assert network.ntk(X)[i, j] == pytest.approx(wanted.ntk, rel=1e-10)
        assert network.nngp(X)[i, i] == pytest.approx(wanted.xx, rel=1e-10)


def test_standard_parameterisation() -> None:
    """If false, the standard parameterisation weighs a layer's own gradient otherwise than by fan-in and one."""
    X = np.random.default_rng(SEED).standard_normal((2, 3))
    network = parse_architecture(
        "Dense(1.5, 0.2, width=40) >> erf >> Dense(1.1, 0, width=7) >> erf >> Dense(0.9, 0.3)", "standard"
    )
    erf = sympy.erf(z)
    hidden = first(*X).standard(1.5, 0.2, 3).act(erf).standard(1.1, 0.0, 40).act(erf)
    wanted = hidden.standard(0.9, 0.3, 7)
    assert network.nngp(X)[0, 1] == pytest.approx(wanted.xy, rel=1e-11)
    assert network.ntk(X)[0, 1] == pytest.approx(wanted.ntk, rel=1e-11)


def test_standard_parameterisation_by_hand() -> None:
    """If false, biases that are absent are trained, or the fan-in of images forgets window, channels or positions."""
    x = np.array([[[[1.0], [2.0]]]])
    linear = Network(Dense(2, width=5) >> Dense(3), parameterisation="standard")
    assert linear.ntk([[1.0, 2.0]])[0, 0] == 5 * (4 * 2.5) + 9 * 5.0
    images = parse_architecture("Conv((1, 3), 2, width=5) >> Flatten() >> Dense(3, 0)", "standard")
    # Each position sees three places, one of them outside: K = 4 * 5 / 3 and Theta = 5 at both.
    assert images.ntk(x)[0, 0] == pytest.approx(10 * (4 * 5 / 3) + 9 * 5.0 + 1)
    with pytest.raises(InvalidArgument, match=r"layer 2, Dense.* width="):
        Network(Dense(1) >> Dense(1), parameterisation="standard").ntk([[1.0]])


def test_mean_field_parameterisation() -> None:
    """If false, the covariance that vanishes is printed as a number, or the rescaled tangent kernel changes."""
    text, X = "Dense(1.5, 0.1) >> erf >> Dense(1, 0)", np.eye(2)
    network = parse_architecture(text, "mean_field")
    np.testing.assert_array_equal(network.ntk(X), parse_architecture(text).ntk(X))
    with pytest.raises(OutsideDomain, match="tends to zero"):
        network.nngp(X)
    with pytest.raises(OutsideDomain, match="tends to zero"):
        network.nngp_expression()
    assert network.enclose((1, 0), (0, 1), 10)[0].is_zero()
    for wrong in ("Dense(1)", "Dense(1) >> relu"):
        with pytest.raises(InvalidArgument, match="read-out"):
            parse_architecture(wrong, "mean_field")
    with pytest.raises(InvalidArgument, match="parameterisation='mup'"):
        parse_architecture(text, "mup")  # type: ignore[arg-type]


def test_formulas_and_arrays_agree() -> None:
    """If false, the formula in q_xx, q_yy and q_xy is another kernel than the one evaluated."""
    symbolic = parse_architecture("Dense(sigma_w, sigma_b) >> erf >> Dense(sigma_w, sigma_b)")
    numbers = parse_architecture("Dense(1.5, 0.1) >> erf >> Dense(1.5, 0.1)")
    x, y = np.array([[1.0, 2.0, -1.0]]), np.array([[0.5, 1.0, 1.0]])
    values = {q_xx: 2, q_yy: sympy.Rational(3, 4), q_xy: sympy.Rational(1, 2), sigma_w: 1.5, sigma_b: 0.1}
    assert symbolic.nngp_expression().free_symbols == set(values)
    assert float(symbolic.nngp_expression().subs(values)) == pytest.approx(numbers.nngp(x, y)[0, 0], rel=1e-13)
    assert float(symbolic.ntk_expression().subs(values)) == pytest.approx(numbers.ntk(x, y)[0, 0], rel=1e-13)
    with pytest.raises(InvalidArgument, match="symbol"):
        symbolic.ntk(x)
    with pytest.raises(InvalidArgument, match="symbol"):
        symbolic.enclose((1,), (1,), 10)


def test_published_formula_of_one_hidden_layer() -> None:
    """If false, the formula of the two-layer rectifier network is not the arc-cosine one."""
    found = parse_architecture("Dense(1) >> relu >> Dense(1)").nngp_expression()
    theta = sympy.Symbol("theta", positive=True)
    values = {q_xx: 1, q_yy: 1, q_xy: sympy.cos(theta)}
    wanted = (sympy.sin(theta) + (sympy.pi - theta) * sympy.cos(theta)) / (2 * sympy.pi)
    for angle in (0, sympy.pi / 3, sympy.pi / 2, sympy.pi):
        assert sympy.simplify(found.subs(values).subs(theta, angle) - wanted.subs(theta, angle)) == 0


@pytest.mark.parametrize("text", ["relu", "erf", "gelu", "z**3", "exp(-z**2)*sin(z)"])
def test_enclosures_hold_the_formula(text: str) -> None:
    """If false, a ball does not hold the value of the formula at 40 digits, or is wider than asked for."""
    network = parse_architecture(f"Dense(1.5, 0.1) >> {text} >> Dense(1.2) >> {text} >> Dense(1)")
    x, y = (1, 2, -1), (3, 1, 1)
    values = {q_xx: sympy.Integer(2), q_yy: sympy.Rational(11, 3), q_xy: sympy.Rational(4, 3)}
    balls = network.enclose(x, y, 25)
    for ball, formula in zip(balls, (network.nngp_expression(), network.ntk_expression()), strict=True):
        with ctx.workdps(60):
            truth = arb(str(formula.subs(values).evalf(50)))
            assert abs(ball - truth) < arb(10) ** -24 * abs(truth)
            assert arb(ball.rad()) <= arb(10) ** -25 * abs(truth)


@pytest.mark.parametrize(("x", "y"), [((1, 2), (1, 2)), ((1, 2), (2, 4)), ((1, 2), (-1, -2)), ((0, 0), (1, 2))])
def test_enclosures_at_the_edge(x: tuple[int, int], y: tuple[int, int]) -> None:
    """If false, equal, parallel, opposite or empty inputs have no enclosure, or arrays disagree with it."""
    network = parse_architecture("Dense(1.5) >> relu >> Dense(1.2) >> relu >> Dense(1)")
    nngp, ntk = network.enclose(x, y, 20)
    assert network.nngp([x], [y])[0, 0] == pytest.approx(float(nngp.mid()), rel=1e-7)
    assert network.ntk([x], [y])[0, 0] == pytest.approx(float(ntk.mid()), rel=1e-7)


def test_floats_are_no_exact_inputs() -> None:
    """If false, an enclosure is tight around another number than the user meant."""
    network = parse_architecture("Dense(1) >> relu >> Dense(1)")
    with pytest.raises(InvalidArgument, match=r"x\[1\]=0.1"):
        network.enclose((1, 0.1), (1, 2), 10)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="one length"):
        network.enclose((1, 2), (1,), 10)


@pytest.mark.parametrize("text", ["relu", "gelu", "relu_squared", "cos(z)"])
def test_rotation_padding_and_order(text: str) -> None:
    """If false, a kernel depends on more than inner products divided by d, or on the order of the inputs."""
    rng = np.random.default_rng(SEED)
    X, (Q, _) = rng.standard_normal((5, 4)), np.linalg.qr(rng.standard_normal((4, 4)))
    network = parse_architecture(f"Dense(1, 0.5) >> {text} >> Dense(1.3) >> {text} >> Dense(1)")
    kernel, order = network.ntk(X), rng.permutation(5)
    padded = np.sqrt(2) * np.hstack([X @ Q, np.zeros((5, 4))])
    np.testing.assert_allclose(network.ntk(padded), kernel, rtol=1e-11)
    np.testing.assert_allclose(network.ntk(X[order]), kernel[np.ix_(order, order)], rtol=1e-13)
    np.testing.assert_allclose(network.ntk(X[:2], X[2:]), kernel[:2, 2:], rtol=1e-13)


def test_linear_layers_compose() -> None:
    """If false, two layers without an activation are not the product of their weights."""
    X = np.random.default_rng(SEED).standard_normal((3, 4))
    np.testing.assert_allclose(
        parse_architecture("Dense(1.5) >> Dense(2, 0.3)").nngp(X), 9 * X @ X.T / 4 + 0.09, rtol=1e-13
    )


@pytest.mark.parametrize("text", ["relu", "erf", "gelu", "abs", "gaussian", "relu_squared"])
def test_crowded_and_repeated_inputs(text: str) -> None:
    """If false, repeated, opposite or empty inputs give NaN, negative eigenvalues, or rows that differ."""
    X = np.random.default_rng(SEED).standard_normal((12, 50))
    X[1], X[2], X[3] = X[0], -X[0], 0.0
    network = parse_architecture(f"Dense(1.1, 0.3) >> {text} >> Dense(1.1) >> {text} >> Dense(1)")
    for kernel in (network.nngp(X), network.ntk(X)):
        np.testing.assert_array_equal(kernel, kernel.T)
        np.testing.assert_allclose(kernel[0], kernel[1], rtol=1e-13)
        np.testing.assert_allclose(network.ntk(X[:2], X[1:2]), network.ntk(X)[0, 0], rtol=1e-13)
        eigenvalues = np.linalg.eigvalsh(kernel)
        assert eigenvalues[0] >= -1e-13 * eigenvalues[-1]


def test_precision_of_the_data_is_kept() -> None:
    """If false, float32 data gives float64 kernels, or kernels that are wrong by more than the last rounding."""
    X = np.random.default_rng(SEED).standard_normal((4, 6)).astype(np.float32)
    network = parse_architecture("Dense(1.5, 0.1) >> relu >> Dense(1)")
    kernel = network.ntk(X)
    assert kernel.dtype == np.float32
    np.testing.assert_array_equal(kernel, network.ntk(X.astype(np.float64)).astype(np.float32))
    for data in ([[1, 2]], np.array([[1, 2]]), np.array([[1, 2]], dtype=object), np.array([[1, 2]], np.longdouble)):
        assert network.ntk(data).dtype == np.float64
        np.testing.assert_array_equal(network.ntk(data), network.ntk([[1.0, 2.0]]))


@pytest.mark.parametrize("text", ["relu", "erf", "Residual(relu >> Dense(1)) >> abs"])
def test_layout_of_the_data_does_not_count(text: str) -> None:
    """If false, integers, columns in Fortran's order, strides or reversed views are read in another order."""
    network = parse_architecture(f"Dense(1.5, 0.1) >> {text} >> Dense(1)")
    X = np.random.default_rng(SEED).integers(-3, 4, (4, 6))
    wanted = network.ntk(X.astype(np.float64))
    for same in (
        X,
        X.astype(np.int8),
        np.asfortranarray(X),
        np.repeat(X, 2, axis=0)[::2],
        X[:, ::-1][:, ::-1],
        X.tolist(),
    ):
        np.testing.assert_allclose(network.ntk(same), wanted, rtol=1e-15)


Call = Callable[[Network], object]
WRONG_DATA: dict[str, tuple[Call, str]] = {
    "nan": (lambda n: n.ntk([[np.nan]]), "X holds NaN"),
    "infinite": (lambda n: n.ntk(np.eye(2), [[np.inf, 0.0]]), "Y holds NaN or inf"),
    "vector": (lambda n: n.nngp([1.0, 2.0]), r"X has shape \(2,\)"),
    "empty": (lambda n: n.nngp(np.ones((0, 3))), "not empty"),
    "columns": (lambda n: n.nngp([[1.0]], [[1.0, 2.0]]), "columns"),
    "ragged": (lambda n: n.nngp([[1.0], [1.0, 2.0]]), "no array of numbers"),
    "complex": (lambda n: n.nngp(np.ones((1, 1), dtype=complex)), "real numbers"),
    "masked": (lambda n: n.nngp(np.ma.masked_equal([[1.0, 2.0]], 2.0)), "masked"),
    "huge integer": (lambda n: n.nngp([[10**400]]), "no array of numbers"),
    "objects": (lambda n: n.nngp(np.array([["a", None]], dtype=object)), "no array of numbers"),
    "words": (lambda n: n.nngp([["a"]]), "no array of numbers"),
    "images": (lambda n: n.nngp(np.ones((1, 2, 2, 1))), "one row for each input"),
}


@pytest.mark.parametrize("case", WRONG_DATA)
def test_wrong_data_is_named(case: str) -> None:
    """If false, wrong data gives a kernel, or an error that does not say what is wrong."""
    call, message = WRONG_DATA[case]
    with pytest.raises(InvalidArgument, match=message):
        call(parse_architecture("Dense(1) >> relu >> Dense(1)"))


def test_jumps_have_no_tangent_kernel() -> None:
    """If false, the infinite tangent kernel of a step is printed as a number."""
    network = parse_architecture("Dense(1) >> step >> Dense(1)")
    assert np.isfinite(network.nngp(np.eye(2))).all()
    with pytest.raises(OutsideDomain, match="jumps"):
        network.ntk(np.eye(2))
    assert network.enclose((1, 2), (3, 4), 10)[1].is_finite()
    for pair in (((1, 2), (1, 2)), ((0, 0), (1, 2))):
        with pytest.raises(OutsideDomain, match="jumps"):
            network.enclose(*pair, 10)


def test_overflow_is_no_kernel() -> None:
    """If false, an infinite covariance is printed as one."""
    network = parse_architecture("Dense(9) >> exp >> Dense(9) >> exp >> Dense(1)")
    for kernel in (network.nngp, network.ntk):
        with pytest.raises((OutsideDomain, InvalidArgument), match=r"overflow|infinite"), np.errstate(over="ignore"):
            kernel(np.ones((1, 2)))


def test_convolutions_have_no_formula() -> None:
    """If false, a network of images has a formula in three covariances, which cannot be."""
    network = parse_architecture("Conv(3, 1) >> relu >> Flatten() >> Dense(1)")
    for call in (network.nngp_expression, network.latex, lambda: network.enclose((1,), (1,), 5)):
        with pytest.raises(NoClosedForm):
            call()


@pytest.mark.parametrize("text", ["tanh", "log(1 + exp(z))", "Max(z, 0) + exp(Min(z, 0)) - 1"])
def test_enclosures_without_closed_form(text: str) -> None:
    """If false, an activation without a closed form has no enclosure, or one that misses the quadrature."""
    phi = parse_expression(text)
    network = parse_architecture(f"Dense(1.5, 0.1) >> {text} >> Dense(1.2) >> {text} >> Dense(1)")
    pairs = [ball.mid() for ball in network.enclose((1, 2, -1), (3, 1, 1), 15)]
    hidden = first(np.array([1.0, 2.0, -1.0]), np.array([3.0, 1.0, 1.0])).dense(1.5, 0.1).act(phi).dense(1.2, 0)
    wanted = hidden.act(phi).dense(1, 0)
    assert [float(value) for value in pairs] == pytest.approx([wanted.xy, wanted.ntk], rel=1e-11)
    same = network.enclose((1, 2, -1), (1, 2, -1), 15)[0]
    assert float(same.mid()) == pytest.approx(wanted.xx, rel=1e-11)


@pytest.mark.parametrize("sigma_b", ["0", "0.3"])
def test_nearly_parallel_inputs_keep_their_digits(sigma_b: str) -> None:
    """If false, a rectifier network takes the route that loses half of the digits at small angles."""
    network = parse_architecture(" >> relu >> ".join([f"Dense(1.5, {sigma_b})"] * 4))
    x, y = (1, 0), (1, Fraction(1, 2**28))
    for kernel, ball in zip((network.nngp, network.ntk), network.enclose(x, y, 30), strict=True):
        found = kernel([[1.0, 0.0]], [[1.0, 2.0**-28]])[0, 0]
        assert found == pytest.approx(float(ball.mid()), rel=1e-14)
