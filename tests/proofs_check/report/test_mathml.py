"""Typesetting: formulas become MathML, everything else becomes harmless text."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.report.mathml import to_mathml

from .samples import HOSTILE

_MATH = "{http://www.w3.org/1998/Math/MathML}"
_FORMULAS = (
    r"H^\infty_{ij} = x_i^\top x_j\,(\pi - \arccos x_i^\top x_j)/2\pi",
    r"\begin{aligned} a &= b \\ c &\le d \end{aligned}",
    r"\begin{align} a &= b \\ c &\le d \end{align}",
    r"\begin{gathered} a = b \\ c \le d \end{gathered}",
    r"f(z) = \begin{cases} z & z > 0 \\ 0 & \text{else} \end{cases}",
    r"\begin{pmatrix} 1 & \rho \\ \rho & 1 \end{pmatrix}",
    r"$$\mathbb{E}_{w\sim\mathcal{N}(0,I)}[\operatorname{relu}(w^\top x)]$$",
    r"\[\lVert u(k)-y\rVert^2 \le \bigl(1-\tfrac{\eta\lambda_0}{2}\bigr)^k\]",
    r"\lim_{m\to\infty} \sup_{x} \sum_{k=1}^m \int_0^1 \sqrt{1-\rho^2}\,d\rho = \tilde{O}(m^{-1/2})",
    r"X_n \stackrel{d}{=} X \quad\text{for $k\ge0$ and all $n$} \label{eq:1}",
    r"\text{loss \& width < 3} \dot\Sigma \xrightarrow{d} \mathcal{L}",
)


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def _elements(markup: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Elements()
    parser.feed(markup)
    parser.close()
    return parser.found


@pytest.mark.parametrize("latex", _FORMULAS)
@pytest.mark.parametrize("display", [True, False])
def test_formulas_are_typeset(latex: str, display: bool) -> None:
    """False if a formula of the kind that papers hold fell back to its source, or were not well-formed."""
    root = ElementTree.fromstring(to_mathml(latex, display=display))
    assert root.tag == f"{_MATH}math"
    assert root.get("display") == ("block" if display else "inline")
    assert "&" not in "".join(root.itertext()).replace("loss\xa0&", "")


@pytest.mark.parametrize("name", ["aligned", "align", "align*", "gathered", "eqnarray"])
def test_lines_of_an_environment_become_rows(name: str) -> None:
    """False if an environment that the converter does not know lost its lines or showed its ampersands."""
    root = ElementTree.fromstring(to_mathml(rf"\begin{{{name}}} a &= b \\ c &= d \end{{{name}}}", display=True))
    assert len(root.findall(f".//{_MATH}mtr")) == 2
    assert "(1)" not in "".join(root.itertext())


@pytest.mark.parametrize(
    ("latex", "shown"),
    [(r"\mathbb{1}", "𝟙"), (r"\mathbf{W}", "𝐖"), (r"\mathbb{R}", "ℝ"), (r"\mathbf{1}", "𝟏"), (r"\boldsymbol{x}", "𝐱")],
)
def test_alphabets_are_characters(latex: str, shown: str) -> None:
    """False if bold or blackboard letters depended on an attribute that browsers ignore."""
    assert "".join(ElementTree.fromstring(to_mathml(latex, display=False)).itertext()) == shown


def test_brackets_grow_with_their_content() -> None:
    """False if a large bracket with an exponent were drawn small, or one across cells were not drawn."""
    paired = ElementTree.fromstring(to_mathml(r"\Bigl(1 - \frac{x}{2}\Bigr)^k", display=True))
    base = paired.find(f".//{_MATH}msup")
    assert base is not None
    assert [child.tag for child in base] == [f"{_MATH}mrow", f"{_MATH}mi"]
    across = to_mathml(r"\begin{aligned} a &= \bigl(b \\ &\quad + c\bigr) \end{aligned}", display=True)
    assert across.startswith("<math")


def test_names_stay_words_with_limits_below() -> None:
    """False if Cov were set as a product of letters, or the variable of a supremum beside it."""
    assert "<mi>Cov</mi>" in to_mathml(r"\mathrm{Cov}(u, v)", display=True)
    for name in (r"\sup", r"\limsup", r"\arg\min", r"\operatorname*{argmax}"):
        assert "<munder><mo" in to_mathml(rf"{name}_{{x}} f(x)", display=True)


@pytest.mark.parametrize(
    "latex",
    [
        "",
        "   ",
        r"\frac{1}{",
        r"\left( x",
        r"\begin{foo} x",
        r"\unknown{x}",
        "x^x^x",
        "{" * 5000,
        r"\sqrt{" * 2000,
        "a" * 100_000,
    ],
    ids=["empty", "blank", "open", "left", "foo", "unknown", "double", "braces", "deep", "long"],
)
def test_what_cannot_be_typeset_is_shown_as_it_is(latex: str) -> None:
    """False if broken, unknown or oversized LaTeX raised, was shown in part, or took long."""
    begun = time.perf_counter()
    shown = to_mathml(latex, display=True)
    assert time.perf_counter() - begun < 2
    root = ElementTree.fromstring(shown)
    assert (root.tag, root.get("class")) == ("code", "latex")
    assert root.text is None if not latex.strip() else root.text == latex


@pytest.mark.parametrize(
    "latex",
    [
        HOSTILE,
        r"\text{</math><script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{background:url(https://example.org)}{x} \class{c}{y} \color{red}{z}",
        r"\text{&#x3c;script&#x3e;alert(1)&#x3c;/script&#x3e;}",
        r"\unicode{x3c}\text{img src=x onerror=alert(1)}",
        r"\mbox{<svg onload=alert(1)>} \mathrm{<}\texttt{<iframe>}",
        '"><img src=x onerror=alert(1)>',
        "\\frac{</code><script>",
        "]]>\x00\x1b\ud800\u202e",
    ],
)
@pytest.mark.parametrize("display", [True, False])
def test_hostile_sources_are_harmless(latex: str, display: bool) -> None:
    """False if a source could bring an element, a link, a style or a script of its own into the page."""
    markup = to_mathml(latex, display=display)
    ElementTree.fromstring(markup)
    for tag, attributes in _elements(markup):
        assert tag == "code" or tag == "math" or tag.startswith("m"), tag
        assert not {"href", "style", "src", "id", "mathcolor"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
    assert markup.encode("utf-8").decode("utf-8") == markup


@given(
    st.lists(
        st.sampled_from(
            [
                r"\frac",
                "{",
                "}",
                "^",
                "_",
                "x",
                "<",
                ">",
                "&",
                r"\text{",
                r"\href{",
                "$",
                "\\",
                '"',
                "&lt;",
                r"\begin{aligned}",
                r"\\",
            ]
        ),
        max_size=25,
    ).map("".join)
    | st.text(max_size=40)
)
@settings(max_examples=150, deadline=None)
def test_any_text_gives_well_formed_markup(latex: str) -> None:
    """False if some string raised or gave markup that is not XML, or an element that is not allowed."""
    markup = to_mathml(latex, display=True)
    root = ElementTree.fromstring(markup)
    assert root.tag in ("code", f"{_MATH}math")
    assert all(element.tag.removeprefix(_MATH).startswith("m") for element in root.iter() if root.tag != "code")
