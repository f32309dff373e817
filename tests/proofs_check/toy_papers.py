"""Paper files as text, for the tests that find, key, run and keep claims."""

from __future__ import annotations

from pathlib import Path

HEAD = '''"""A toy paper."""

import os
import signal
import time
from pathlib import Path

from sympy import Interval, Symbol, cos, sin

from proofs_check.claims import Bound, Identity
from proofs_check.sources import Paper

PAPER = Paper(title="Toys", authors=("Toy",), year=2020)

x = Symbol("x", real=True)
BOX = {x: Interval(0, 1)}


def doubled(angle):
    return 2 * sin(angle) * cos(angle)


def unrelated(angle):
    return cos(angle)


def gated():
    while os.path.exists(os.environ.get("TOY_GATE", "")):
        time.sleep(0.02)
    return doubled(x)


def deadly():
    os.kill(os.getpid(), signal.SIGKILL)


def failing():
    return 1 // 0
'''

CLAIM = """
{name} = Identity(
    slug="{slug}", locator="eq. (1)", statement=r"2 \\sin x \\cos x", text="a toy", source="derived",
    lhs={lhs}, rhs={rhs}, domain=BOX, expect="{expect}",
)
"""


def claim(slug: str, lhs: str = "doubled(x)", rhs: str = "sin(2 * x)", expect: str = "holds") -> str:
    """The text of one claim, bound to its slug in capitals."""
    return CLAIM.format(name=slug.upper(), slug=slug, lhs=lhs, rhs=rhs, expect=expect)


def paper(*claims: str, head: str = HEAD) -> str:
    """The text of a paper file with these claims."""
    names = [text.strip().partition(" ")[0] for text in claims]
    return head + "".join(claims) + f"\nCLAIMS = ({''.join(name + ', ' for name in names)})\n"


TRUE = claim("right")
FALSE = claim("wrong", rhs="sin(3 * x)")
ERRATUM = claim("erratum", rhs="sin(3 * x)", expect="refuted")
GATED = claim("gated_one", lhs="gated")
DEADLY = claim("deadly_one", lhs="deadly")
FAILING = claim("failing_one", lhs="failing")


def write(folder: Path, *claims: str, name: str = "toy.py") -> Path:
    """A paper file with these claims in `folder`."""
    path = folder / name
    path.write_text(paper(*claims), encoding="utf-8")
    return path
