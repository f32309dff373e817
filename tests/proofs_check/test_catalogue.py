"""The catalogue: discovery, targets, and one sentence for whatever is wrong with a paper file."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofs_check import catalogue
from proofs_check.catalogue import find_papers, load_paper, outline_of, resolve, select
from proofs_check.errors import MalformedClaim, UnknownClaim

from . import toy_papers as toys


def test_papers_are_found_by_their_files(tmp_path: Path) -> None:
    """If false, adding a paper takes more than adding its file."""
    for name in ("b.py", "a.py", "_draft.py", "__init__.py", "notes.txt"):
        (tmp_path / name).touch()
    assert [file.key for file in find_papers(tmp_path)] == ["a", "b"]


def test_every_catalogued_paper_loads() -> None:
    """If false, the catalogue holds a paper that cannot be checked."""
    files = find_papers()
    assert files
    for file in files:
        assert load_paper(file.key).claims


def test_users_file_loads_like_a_paper(tmp_path: Path) -> None:
    """If false, a user's own file does not work the way the catalogue's files do."""
    path = toys.write(tmp_path, toys.TRUE, toys.FALSE)
    loaded = load_paper(str(path))
    assert (loaded.key, [claim.slug for claim in loaded.claims]) == ("toy", ["right", "wrong"])
    assert loaded.record.path == str(path)
    assert loaded.claim("wrong").slug == "wrong"
    with pytest.raises(UnknownClaim, match="did you mean wrong"):
        loaded.claim("wrnog")


def test_edited_file_is_loaded_anew(tmp_path: Path) -> None:
    """If false, a quick edit of the same length is judged by its former text."""
    path = toys.write(tmp_path, toys.claim("one"))
    assert load_paper(str(path)).claims[0].slug == "one"
    toys.write(tmp_path, toys.claim("two"))
    assert load_paper(str(path)).claims[0].slug == "two"
    assert not (tmp_path / "__pycache__").exists()


BROKEN = {
    "syntax": ("x = (\n", "line 1"),
    "import": ("import numpy\nimport no_such_module_here\n", "line 2: it imports 'no_such_module_here'"),
    "from": ("from sympy import no_such_thing\n", "line 1"),
    "name": ("\n\nprint(undefined)\n", "line 3: name 'undefined' is not defined; define or import it"),
    "exit": ("raise SystemExit(3)\n", "SystemExit"),
    "nothing": ("", "PAPER is missing; write PAPER = Paper"),
    "no claims": (toys.HEAD, "CLAIMS is missing"),
    "empty": (toys.HEAD + "CLAIMS = ()\n", "CLAIMS is missing"),
    "list": (toys.HEAD + toys.TRUE + "CLAIMS = [RIGHT]\n", "a tuple of claims"),
    "stranger": (toys.HEAD + "CLAIMS = (3,)\n", r"CLAIMS\[0\] is a int"),
    "twice": (toys.HEAD + toys.TRUE + "CLAIMS = (RIGHT, RIGHT)\n", "two claims have the slug 'right'"),
    "slug": (toys.paper(toys.claim("bad").replace('"bad"', '"Bad one"')), "slug='Bad one'"),
    "missing": (toys.paper('\nA = Identity(slug="a")\n'), "Identity lacks .*'locator'.*; add what is missing"),
    "surplus": (toys.paper(toys.TRUE.replace("domain=", "place=3, domain=")), "Identity has no argument 'place'"),
    "runtime": (toys.HEAD + "failing()\n", "raised ZeroDivisionError"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_file_is_one_sentence_with_its_place(tmp_path: Path, name: str) -> None:
    """If false, a mistake in a user's file ends in a traceback, or in a message that does not say where."""
    text, expected = BROKEN[name]
    path = tmp_path / "toy.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MalformedClaim, match=expected) as caught:
        load_paper(str(path))
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_correction_must_exist(tmp_path: Path) -> None:
    """If false, an erratum can point to a correction that is not there."""
    path = toys.write(tmp_path, toys.ERRATUM.replace("domain=", 'corrected_by="right", domain='))
    with pytest.raises(MalformedClaim, match="corrected_by='right'"):
        load_paper(str(path))
    toys.write(tmp_path, toys.ERRATUM.replace("domain=", 'corrected_by="right", domain='), toys.TRUE)
    assert len(load_paper(str(path)).claims) == 2


def test_targets_of_a_users_file(tmp_path: Path) -> None:
    """If false, one claim of a file cannot be named."""
    path = toys.write(tmp_path, toys.TRUE, toys.FALSE)
    assert resolve(str(path))[1] == ""
    for separator in ("::", ":"):
        assert [request.id for request in select([f"{path}{separator}wrong"])] == ["toy.wrong"]


def test_targets_of_the_catalogue() -> None:
    """If false, a paper or claim of the catalogue cannot be named, or is run twice."""
    key = find_papers()[0].key
    whole = [request.id for request in select([key])]
    assert [request.id for request in select([whole[1]])] == [whole[1]]
    assert [request.id for request in select([whole[1], key])] == [whole[1], whole[0], *whole[2:]]
    assert {request.file.key for request in select([])} == {file.key for file in find_papers()}


def test_unknown_targets_offer_what_is_near(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If false, a typing error ends without a hint."""
    (tmp_path / "jacot_2018.py").write_text(toys.paper(toys.TRUE), encoding="utf-8")
    monkeypatch.setattr(catalogue, "find_papers", lambda: find_papers(tmp_path))
    with pytest.raises(UnknownClaim, match=r"did you mean jacot_2018\?"):
        resolve("jacot_2108")
    with pytest.raises(UnknownClaim, match=r"did you mean right\?"):
        select(["jacot_2018.rigth"])
    with pytest.raises(UnknownClaim, match="proofs-check list"):
        resolve("zzz")
    with pytest.raises(UnknownClaim, match="there is no file"):
        resolve("nowhere/my_paper.py")


def test_file_that_must_be_run_is_outlined_by_running_it(tmp_path: Path) -> None:
    """If false, claims made in a loop cannot be verified."""
    path = tmp_path / "toy.py"
    path.write_text(toys.HEAD + toys.TRUE + "CLAIMS = tuple(item for item in (RIGHT,))\n", encoding="utf-8")
    paper, outline, claims = outline_of(resolve(str(path))[0])
    assert outline.needs_import
    assert (paper.title, [claim.slug for claim in claims]) == ("Toys", ["right"])


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    """If false, the verdicts of two files are mixed up under one name."""
    (tmp_path / "other").mkdir()
    paths = [toys.write(tmp_path, toys.TRUE), toys.write(tmp_path / "other", toys.TRUE)]
    with pytest.raises(MalformedClaim, match="same name"):
        select([str(path) for path in paths])
