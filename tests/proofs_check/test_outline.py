"""Outlines: papers read without running them."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofs_check.catalogue import find_papers, load_paper
from proofs_check.claims import KINDS
from proofs_check.errors import MalformedClaim
from proofs_check.outline import KIND_NAMES, ClaimOutline, read_outline

from . import toy_papers as toys


def test_kind_names_are_the_kinds() -> None:
    """If false, a kind of claim cannot be listed without running its file."""
    assert tuple(kind.kind for kind in KINDS) == KIND_NAMES


@pytest.mark.parametrize("key", [file.key for file in find_papers()])
def test_outline_agrees_with_the_loaded_paper(key: str) -> None:
    """If false, `list` and `show` tell something else than what is checked."""
    loaded = load_paper(key)
    outline = read_outline(loaded.path, key=key)
    assert outline.needs_import == ""
    assert outline.paper == loaded.record
    assert outline.claims == tuple(ClaimOutline.of(claim) for claim in loaded.claims)


def test_file_is_not_run(tmp_path: Path) -> None:
    """If false, listing a file runs its code."""
    path = tmp_path / "toy.py"
    path.write_text("raise SystemExit(7)\n" + toys.paper(toys.TRUE), encoding="utf-8")
    assert [claim.slug for claim in read_outline(path, key="toy").claims] == ["right"]


@pytest.mark.parametrize(
    ("tail", "why"),
    [
        ("CLAIMS = tuple([RIGHT])", "tuple"),
        ("CLAIMS = (RIGHT,)\nCLAIMS = (RIGHT, RIGHT)", "exactly once"),
        ("CLAIMS = (make(),)", "Identity"),
        ("CLAIMS = (Identity(slug='a' * 3, text='t'),)", "computes"),
        ("CLAIMS = (Identity(**words()),)", "slug"),
        ("CLAIMS = (Identity(slug='a', **words()),)", "names only running"),
    ],
)
def test_what_needs_running_is_said(tmp_path: Path, tail: str, why: str) -> None:
    """If false, a file written in another style fails, or is listed with wrong words."""
    path = tmp_path / "toy.py"
    path.write_text(toys.HEAD + toys.TRUE + tail, encoding="utf-8")
    outline = read_outline(path, key="toy")
    assert why in outline.needs_import
    assert outline.claims == ()
    assert outline.paper is None


def test_constants_sums_and_spread_sides_are_read(tmp_path: Path) -> None:
    """If false, ordinary ways to share text between claims make a paper unreadable without running it."""
    text = (
        toys.HEAD
        + 'PLACE = "Theorem 3"\ndef sides(n):\n    return {"lhs": n, "rhs": n}\n'
        + 'A = Identity(slug="a", locator=PLACE + ", eq. (2)", statement="s", text="t", source="derived", **sides(x), '
        + "domain=BOX)\nCLAIMS = (A,)\n"
    )
    path = tmp_path / "toy.py"
    path.write_text(text, encoding="utf-8")
    assert [claim.locator for claim in read_outline(path, key="toy").claims] == ["Theorem 3, eq. (2)"]


@pytest.mark.parametrize("content", [b"x = (\n", b"\x00", b"\xff\xfe\x01", b"(" * 5000])
def test_what_is_not_python_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    """If false, a broken file ends in a traceback."""
    path = tmp_path / "toy.py"
    path.write_bytes(content)
    with pytest.raises(MalformedClaim, match=r"toy\.py"):
        read_outline(path, key="toy")
