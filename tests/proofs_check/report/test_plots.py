"""Drawing: figures become SVG that is accessible, self-contained and readable on light and dark ground."""

from __future__ import annotations

import dataclasses
import itertools
import re
from xml.etree import ElementTree

import matplotlib as mpl
import pytest

from proofs_check.report.plots import INK, PALETTE, to_svg
from proofs_check.verdicts import Figure, Series

from .samples import AWKWARD, DECAY, DEVIATION, HOSTILE

_SVG = "{http://www.w3.org/2000/svg}"
_EMPTY = Figure(title="t", caption="c", x_label="x", y_label="y", series=())


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", ["#ffffff", "#16191d"])
@pytest.mark.parametrize("colour", [*PALETTE, INK])
def test_colours_have_contrast_on_both_grounds(colour: str, ground: str) -> None:
    """False if a curve could not be seen where a page defines no colours of its own."""
    assert _contrast(colour, ground) >= 3


def test_drawing_is_labelled_and_takes_the_colours_of_the_page() -> None:
    """False if a screen reader met an unnamed picture, or a colour were fixed."""
    root = ElementTree.fromstring(to_svg(DEVIATION, identifier="f1"))
    assert (root.tag, root.get("role")) == (f"{_SVG}svg", "img")
    texts = {element.get("id"): element.text for element in root}
    assert [texts[name] for name in str(root.get("aria-labelledby")).split()] == [DEVIATION.title, DEVIATION.caption]
    assert root.get("viewBox")
    assert root.get("width") is None
    styles = " ".join(element.get("style", "") for element in root.iter())
    assert "currentColor" in styles
    assert not re.findall(r"(?<!, )#[0-9a-fA-F]{6}", styles)
    assert all(f"var(--plot-{place}, " in styles for place in (1, 2, 3))
    assert root.find(f".//{_SVG}style") is None


def test_names_of_two_drawings_do_not_meet() -> None:
    """False if two figures in a page shared an id, or a reference left its figure."""
    ids = []
    for name in ("one", "two"):
        markup = to_svg(DEVIATION, identifier=name)
        own = re.findall(r'\bid="([^"]+)"', markup)
        references = re.findall(r'href="#([^"]+)"', markup) + re.findall(r"url\(#([^)]+)\)", markup)
        assert references
        assert set(references) <= set(own)
        assert len(own) == len(set(own))
        ids.append(set(own))
    assert not ids[0] & ids[1]


def test_drawing_is_the_same_each_time_and_leaves_no_trace() -> None:
    """False if reports differed from run to run, or a caller's matplotlib settings changed or mattered."""
    before = dict(mpl.rcParams)
    first = to_svg(DECAY, identifier="f")
    assert dict(mpl.rcParams) == before
    with mpl.rc_context({"lines.linewidth": 9, "text.usetex": True, "svg.fonttype": "path"}):
        assert to_svg(DECAY, identifier="f") == first


def test_series_are_told_apart_without_colour() -> None:
    """False if a reader who sees no colour could not tell the curves from each other."""
    dashed = dataclasses.replace(
        DECAY, series=tuple(dataclasses.replace(DECAY.series[0], name=str(place)) for place in range(3))
    )
    patterns = re.findall(r"stroke-dasharray: ([^;]+)", to_svg(dashed, identifier="f"))
    assert len(set(patterns)) == 3


def test_bands_and_error_bars_are_drawn() -> None:
    """False if a curve's band or the intervals of points were missing."""
    markup = to_svg(DEVIATION, identifier="f")
    assert "FillBetweenPolyCollection" in markup
    assert "LineCollection" in markup
    bare = tuple(dataclasses.replace(series, lower=(), upper=()) for series in DEVIATION.series)
    plain = to_svg(dataclasses.replace(DEVIATION, series=bare), identifier="f")
    assert "FillBetweenPolyCollection" not in plain
    assert "LineCollection" not in plain


@pytest.mark.parametrize(("x_scale", "y_scale"), list(itertools.product(("linear", "log", "cube"), repeat=2)))
def test_awkward_data_never_stop_a_report(x_scale: str, y_scale: str) -> None:
    """False if numbers that a scale cannot show, or labels that look like formulas, raised or vanished silently."""
    markup = to_svg(dataclasses.replace(AWKWARD, x_scale=x_scale, y_scale=y_scale), identifier="../<f>")
    root = ElementTree.fromstring(markup)
    assert "cannot show" in "".join(root.itertext())
    assert "<script" not in markup
    assert "$x_{" in "".join(root.itertext())


@pytest.mark.parametrize(
    "series",
    [
        (),
        (Series(name="", x=(1.0,), y=(2.0,)),),
        (Series(name="nulls", x=(1.0, 2.0), y=(None, None)),),  # type: ignore[arg-type]
        (Series(name="uneven", x=(1.0, 2.0, 3.0), y=(1.0,)),),
        (Series(name="huge", x=(1e-300, 1e300), y=(1e-300, 1e300)),),
        (Series(name="largest", x=(-1.7e308, 1.7e308), y=(-1.7e308, 1.7e308)),),
    ],
)
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_little_or_extreme_data_are_drawn(series: tuple[Series, ...], scale: str) -> None:
    """False if an empty, tiny, uneven or huge figure raised."""
    figure = dataclasses.replace(_EMPTY, series=series, x_scale=scale, y_scale=scale)
    assert ElementTree.fromstring(to_svg(figure, identifier="f")).get("role") == "img"


def test_markup_in_texts_stays_text() -> None:
    """False if a title or a label could bring markup into the page."""
    figure = dataclasses.replace(_EMPTY, title=HOSTILE, caption=HOSTILE, x_label=HOSTILE)
    assert "<script" not in to_svg(figure, identifier="f")
