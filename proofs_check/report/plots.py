"""Figures as inline SVG that follows the page's colours, light or dark."""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from ..verdicts import Figure, Series
from .standing import legible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK = "#777777"
"""Drawn in this colour, shown in the text colour of the page."""

PALETTE = ("#2a78c8", "#c8620a", "#12886a", "#b4538f", "#8a7410", "#6f6ad0")
"""Six hues that differ in lightness order for colour-blind readers and keep 3:1 contrast on white and on #16191d."""

_MARKERS = ("o", "s", "^", "D", "v", "P")
_LARGEST = 1e250  # margins around larger numbers overflow
_DASHES = ((0, (5, 2.2)), (0, (1.2, 1.6)), (0, (7, 2, 1.4, 2)))
_SVG = "{http://www.w3.org/2000/svg}"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_STYLE: Any = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.size": 9.5,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.unicode_minus": True,
    "axes.formatter.use_mathtext": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "legend.frameon": False,
}


def to_svg(figure: Figure, *, identifier: str) -> str:
    """Draw `figure` as an `svg` element for a page.

    Points that a scale cannot show (not finite, or not positive on a log scale) are left out, and the description
    says how many.

    Args:
        figure: the data. identifier: prefix of every id in the drawing, unique in the page.

    Returns:
        An `svg` element with a title and a description, without width and height: the page sizes it.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as Canvas

    prefix = re.sub(r"[^A-Za-z0-9_-]", "-", identifier)
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a glyph that this font lacks is drawn by the browser's
        mpl.rcdefaults()
        mpl.rcParams.update({**_STYLE, "svg.hashsalt": prefix})
        canvas = Canvas(figsize=(4.7, 3.2), layout="constrained")
        FigureCanvasSVG(canvas)
        canvas.patch.set_alpha(0)
        axes = canvas.add_subplot()
        omitted = _draw(axes, figure)
        stream = io.StringIO()
        canvas.savefig(stream, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    note = f" Points that this scale cannot show: {omitted}." if omitted else ""
    return _adopt(stream.getvalue(), prefix, legible(figure.title), legible(figure.caption) + note)


def _draw(axes: Axes, figure: Figure) -> int:
    axes.set(xscale=_scale(figure.x_scale), yscale=_scale(figure.y_scale))
    axes.set_xlabel(_short(figure.x_label))
    axes.set_ylabel(_short(figure.y_label))
    axes.grid(visible=True, which="major", color=INK, alpha=0.22, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(which="major", length=3)
    axes.tick_params(which="minor", length=0)
    omitted, shown = 0, 0
    for place, series in enumerate(figure.series):
        columns, lost = _drawable(series, figure)
        omitted += lost
        shown += len(columns[0])
        if columns[0]:
            _draw_series(axes, series, columns, place)
    if not shown:
        axes.text(0.5, 0.5, "no point to show", transform=axes.transAxes, ha="center", va="center")
        axes.set(xscale="linear", yscale="linear", xticks=[], yticks=[])
    else:
        _set_ticks(axes)
        names = axes.get_legend_handles_labels()[1]
        if len(names) > 1:
            columns_fit = max(map(len, names)) <= 24
            axes.figure.legend(loc="outside upper left", ncols=2 if columns_fit else 1, handlelength=2.4)
    return omitted


def _draw_series(axes: Axes, series: Series, columns: Sequence[list[float]], place: int) -> None:
    x, y, lower, upper = columns
    colour = PALETTE[place % len(PALETTE)]
    look: dict[str, Any] = {"color": colour, "label": _short(series.name) or f"series {place + 1}"}
    banded = bool(series.lower) and bool(series.upper)
    if series.style == "points":
        look.update(linestyle="none", marker=_MARKERS[place % len(_MARKERS)], markersize=4.6)
        if banded:
            spread = [
                [max(0.0, b - a) for a, b in pair] for pair in (zip(lower, y, strict=True), zip(y, upper, strict=True))
            ]
            axes.errorbar(x, y, yerr=spread, capsize=2.4, elinewidth=1.1, zorder=3, **look)
            return
    else:
        look.update(linestyle=_DASHES[place % len(_DASHES)] if series.style == "dashed" else "-", linewidth=1.7)
        if banded:
            axes.fill_between(x, lower, upper, color=colour, alpha=0.2, linewidth=0)
    axes.plot(x, y, **look)


def _drawable(series: Series, figure: Figure) -> tuple[Sequence[list[float]], int]:
    """x, y, lower, upper of the points that the scales can show, and the number of the others."""
    lower, upper = series.lower or series.y, series.upper or series.y
    rows = [
        (x, y, a, b)
        for x, y, a, b in zip(series.x, series.y, lower, upper, strict=False)
        if _fits(x, figure.x_scale) and _fits(y, figure.y_scale)
    ]
    floor = min((y for _, y, _, _ in rows), default=1.0) / 10
    log = _scale(figure.y_scale) == "log"
    columns: tuple[list[float], ...] = ([], [], [], [])
    for x, y, a, b in rows:
        low = a if _fits(a, figure.y_scale) else floor if log else y
        for column, value in zip(columns, (x, y, low, b if _fits(b, figure.y_scale) else y), strict=True):
            column.append(float(value))
    return columns, max(len(series.x), len(series.y)) - len(rows)


def _fits(value: float | None, scale: str) -> bool:
    """False for what a scale cannot show; None stands for a number that JSON could not hold."""
    if value is None or not math.isfinite(value):
        return False
    return abs(value) < _LARGEST if _scale(scale) == "linear" else 1 / _LARGEST < value < _LARGEST


def _scale(name: str) -> str:
    return "log" if name == "log" else "linear"


def _short(text: str) -> str:
    cleaned = legible(text).replace("\n", " ")
    return cleaned if len(cleaned) <= 60 else f"{cleaned[:59]}…"


def _set_ticks(axes: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, NullLocator

    for axis in (axes.xaxis, axes.yaxis):
        if axis.get_scale() != "log":
            continue
        low, high = axis.get_view_interval()
        if math.log10(high / low) < 1.2:
            axis.set_minor_formatter(FuncFormatter(_power))
        else:
            axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(_power))


def _power(value: float, _: Any = None) -> str:
    """100 as 100, 1e-5 as a power of ten in plain characters: labels are text, not formulas."""
    if 1e-3 <= value < 1e5:
        return f"{value:g}"
    exponent = math.floor(math.log10(value) + 1e-9)
    digit = value / 10**exponent
    power = f"10{str(exponent).translate(_SUPERSCRIPTS)}"
    return power if abs(digit - 1) < 1e-6 else f"{digit:g}·{power}"


def _adopt(markup: str, prefix: str, title: str, description: str) -> str:
    """The drawing as part of a page: own ids, the page's colours and fonts, a title and a description."""
    root = ElementTree.fromstring(markup[markup.index("<svg") :])
    for parent in list(root.iter()):
        parent[:] = [child for child in parent if child.tag not in (f"{_SVG}metadata", f"{_SVG}style")]
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        element.attrib = {_bare(name): _adopted(name, value, prefix) for name, value in element.attrib.items()}
    texts = {f"{prefix}-title": ("title", title), f"{prefix}-desc": ("desc", description)}
    for place, (key, (tag, text)) in enumerate(texts.items()):
        element = ElementTree.Element(tag, id=key)
        element.text = text
        root.insert(place, element)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.attrib.update(
        {"xmlns": _SVG[1:-1], "role": "img", "aria-labelledby": " ".join(texts), "class": "plot"}
        | {"stroke-linejoin": "round"}
    )
    return ElementTree.tostring(root, encoding="unicode")


def _bare(name: str) -> str:
    return name.rpartition("}")[2]


def _adopted(name: str, value: str, prefix: str) -> str:
    if name == "id":
        return f"{prefix}-{value}"
    if _bare(name) == "href":
        return value.replace("#", f"#{prefix}-", 1)
    if name not in ("style", "clip-path", "fill", "stroke"):
        return value
    value = value.replace("url(#", f"url(#{prefix}-").replace(INK, "currentColor")
    for place, colour in enumerate(PALETTE, start=1):
        value = value.replace(colour, f"var(--plot-{place}, {colour})")
    return re.sub(r"font-family: [^;]*", "font-family: inherit", value)
