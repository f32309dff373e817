"""LaTeX to MathML that is safe to put into a page: rebuilt from a list of allowed elements, never passed through."""

from __future__ import annotations

import html
import itertools
import re
from xml.etree import ElementTree

from .standing import legible

# Longer sources are not formulas a reader can take in; typesetting them would take seconds and megabytes.
_LONGEST = 8000
_NAMESPACE = "http://www.w3.org/1998/Math/MathML"
_ELEMENTS = re.compile(
    "(mrow|mi|mn|mo|ms|mtext|mspace|mfrac|msqrt|mroot|mstyle|mpadded|mphantom|msub|msup|msubsup"
    r"|munder|mover|munderover|mmultiscripts|mprescripts|none|mtable|mtr|mtd)\Z"
)
_ATTRIBUTES = re.compile(
    "(accent|accentunder|columnalign|columnlines|columnspacing|depth|displaystyle|fence|form|height|largeop"
    "|linethickness|lspace|mathvariant|maxsize|minsize|movablelimits|notation|rowlines|rowspacing|rspace"
    r"|scriptlevel|separator|stretchy|symmetric|width)\Z"
)
_VALUE = re.compile(r"[A-Za-z0-9.+\-% ]{0,60}\Z")
_ENTITY = re.compile(r"&#x?[0-9A-Fa-f]+;")
_ENVIRONMENTS = (
    (
        re.compile(r"\\(begin|end)\s*\{(?:aligned|alignedat|align|eqnarray|eqnarray\*|gathered|gather|gather\*)\}"),
        "align*",
    ),
    (re.compile(r"\\(begin|end)\s*\{(?:dcases|rcases)\}"), "cases"),
    (re.compile(r"\\(begin|end)\s*\{(?:equation\*?|displaymath|math)\}"), ""),
)
_SYNONYMS = (
    (re.compile(r"\\mathscr(?![A-Za-z])"), r"\\mathcal"),
    (re.compile(r"\\(?:boldsymbol|bm)(?![A-Za-z])"), r"\\mathbf"),
    (re.compile(r"\\stackrel(?![A-Za-z])"), r"\\overset"),
    (re.compile(r"\\arg\s*\\(min|max)(?![A-Za-z])"), r"\\arg\1"),
    (re.compile(r"\\arg(?![A-Za-z])"), r"\\operatorname{arg}"),
    (re.compile(r"\\label\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])"), ""),
)
# A bracket of given size that carries an exponent is drawn small, one that stretches is not.
_SIZED = re.compile(r"\\(?:big|Big|bigg|Bigg)([lr])(?![A-Za-z])")
_WORDS = re.compile(r"\\text\{([^{}]*)\}")
_DELIMITERS = (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"))
# Browsers draw `mathvariant` no more, so letters and digits move to their own code points.
_ALPHABETS = {"bold": (0x1D400, 0x1D41A, 0x1D7CE), "double-struck": (0x1D538, 0x1D552, 0x1D7D8)}
_LIMITS = ("lim", "sup", "inf", "max", "min", "lim sup", "lim inf", "arg max", "arg min", "argmax", "argmin", "Pr")
_HOLES = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))


def to_mathml(latex: str, *, display: bool) -> str:
    r"""Typeset a formula.

    Args:
        latex: LaTeX of a formula, trusted in nothing. display: on a line of its own.

    Returns:
        A `math` element, well-formed as XML, with no links, styles or scripts. Where the source cannot be typeset
        in full, a `code` element that shows it as it is.

    Example:
        >>> to_mathml(r"\rho^2", display=False)[:5]
        '<math'
        >>> to_mathml(r"\frac{1}{", display=False)
        '<code class="latex">\\frac{1}{</code>'
    """
    source = legible(latex).strip()
    try:
        return _typeset(source, display)
    except Exception:  # the converter is foreign code fed with foreign text: whatever it raises, show the source
        return f'<code class="latex">{html.escape(source)}</code>'


def _typeset(source: str, display: bool) -> str:
    from latex2mathml.converter import convert_to_element

    if not source or len(source) > _LONGEST:
        raise ValueError("not a formula")
    mode, plain = "block" if display else "inline", _normalise(source)
    try:
        tree = convert_to_element(_SIZED.sub(_stretched, plain), display=mode)
    except Exception:  # brackets that pair across cells or lines have no common content to stretch to
        tree = convert_to_element(plain, display=mode)
    root = ElementTree.Element("math", xmlns=_NAMESPACE, display=mode, alttext=source)
    root.extend([_rebuild(child) for child in tree])
    markup = ElementTree.tostring(root, encoding="unicode")
    ElementTree.fromstring(markup)
    return markup


def _normalise(source: str) -> str:
    for left, right in _DELIMITERS:
        if source.startswith(left) and source.endswith(right) and len(source) > len(left) + len(right):
            source = source[len(left) : -len(right)]
            break
    for pattern, name in _ENVIRONMENTS:
        source = pattern.sub(rf"\\\1{{{name}}}" if name else "", source)
    for pattern, command in _SYNONYMS:
        source = pattern.sub(command, source)
    return _WORDS.sub(_split_words, source)


def _stretched(command: re.Match[str]) -> str:
    return r"\left" if command[1] == "l" else r"\right"


def _split_words(words: re.Match[str]) -> str:
    """Formulas between dollars within words, which the converter takes for words, in words of their own."""
    parts = words[1].split("$")
    if len(parts) % 2 == 0 or len(parts) == 1:
        return words[0]
    return "".join(part if place % 2 else rf"\text{{{part}}}" for place, part in enumerate(parts) if part)


def _rebuild(element: ElementTree.Element) -> ElementTree.Element:
    if not _ELEMENTS.match(element.tag):
        raise ValueError(f"element {element.tag!r} is not allowed")
    attributes = {
        name: value for name, value in element.attrib.items() if _ATTRIBUTES.match(name) and _VALUE.match(value or "")
    }
    variant = attributes.pop("mathvariant", "")
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), element.text or "")
    if element.tag == "mo":
        text = " ".join(text.split())
    elif element.tag == "mtext":
        text = re.sub(r"\\([&%$#_{} ])", r"\1", text)
    if "\\" in text or legible(text) != text:
        raise ValueError("a command was left over")
    if element.tag == "mi" and variant == "normal":
        attributes["mathvariant"] = variant
    fresh = ElementTree.Element(element.tag, attributes)
    fresh.text = _styled(text, variant) or None
    fresh.extend([_rebuild(child) for child in element])
    _join_word(fresh)
    _space_names(fresh)
    _move_limits(fresh)
    return fresh


def _join_word(row: ElementTree.Element) -> None:
    """Upright letters side by side, as of Cov, become one name."""
    if row.tag == "mrow" and len(row) > 1 and all(child.get("mathvariant") == "normal" for child in row):
        name = ElementTree.Element("mi")
        name.text = "".join(child.text or "" for child in row)
        row[:] = [name]


def _is_name(element: ElementTree.Element) -> bool:
    text = element.text or ""
    return element.tag in ("mi", "mo") and len(text) > 1 and text.isascii() and text.replace(" ", "").isalpha()


def _space_names(row: ElementTree.Element) -> None:
    """A thin space around log, max, ... except before a bracket and where the name stands alone."""
    for child, follower in itertools.zip_longest(row, list(row)[1:]):
        if not _is_name(child):
            continue
        child.tag = "mi" if len(row) == 1 else "mo"
        if child.tag == "mo":
            opens = follower is None or follower.text in ("(", "[", "{")
            child.attrib.update(lspace="0.167em", rspace="0em" if opens else "0.167em", form="prefix")


def _move_limits(script: ElementTree.Element) -> None:
    """What stands under sup, min, lim goes below it on a line of its own."""
    if script.tag == "msub" and script[0].tag == "mo" and (script[0].text or "") in _LIMITS:
        script.tag = "munder"
        script[0].attrib.update(movablelimits="true", rspace="0.167em")


def _styled(text: str, variant: str) -> str:
    if variant not in _ALPHABETS:
        return text
    upper, lower, digit = _ALPHABETS[variant]
    return "".join(_moved(letter, variant, upper, lower, digit) for letter in text)


def _moved(letter: str, variant: str, upper: int, lower: int, digit: int) -> str:
    if variant == "double-struck" and letter in _HOLES:
        return _HOLES[letter]
    for first, base in (("A", upper), ("a", lower), ("0", digit)):
        if 0 <= (offset := ord(letter) - ord(first)) < (10 if first == "0" else 26):
            return chr(base + offset)
    return letter
