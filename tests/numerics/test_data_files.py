"""Reading files that strangers wrote."""

import io
import zipfile

import numpy as np
import pytest

from numerics.data_files import SIZE_LIMIT, read_csv, read_npy, read_npz
from numerics.errors import MalformedData


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_npz_arrays_come_back(tmp_path):
    """False if the arrays of an archive changed on the way, or targets were needed."""
    X = np.arange(6.0).reshape(3, 2)
    np.savez_compressed(tmp_path / "a.npz", X=X, y=np.arange(3), other=np.zeros(1))
    inputs, targets = read_npz(tmp_path / "a.npz", SIZE_LIMIT)
    assert np.array_equal(inputs, X)
    assert np.array_equal(targets, [0, 1, 2])
    np.savez(tmp_path / "b.npz", X=X)
    assert read_npz(tmp_path / "b.npz", SIZE_LIMIT)[1] is None


def test_npz_bomb_is_refused_before_unpacking(tmp_path):
    """False if an archive could unpack to more than the limit."""
    bomb = tmp_path / "bomb.npz"
    np.savez_compressed(bomb, X=np.zeros((1000, 1000)))
    assert bomb.stat().st_size < 100_000
    with pytest.raises(MalformedData, match="at most 1000000 in distinct arrays are allowed"):
        read_npz(bomb, 1_000_000)


def test_npz_header_cannot_promise_more_than_it_holds(tmp_path):
    """False if a short member with an immense shape made NumPy allocate that shape."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**12, 10)})
    with zipfile.ZipFile(tmp_path / "liar.npz", "w") as archive:
        archive.writestr("X.npy", header.getvalue())
    with pytest.raises(MalformedData, match=r"shape \(1000000000000, 10\)"):
        read_npz(tmp_path / "liar.npz", SIZE_LIMIT)


def test_npz_objects_are_refused(tmp_path):
    """False if a pickled object could be loaded."""
    np.savez(tmp_path / "objects.npz", X=np.array([{"a": 1}, None], dtype=object))
    with pytest.raises(MalformedData, match="dtype object"):
        read_npz(tmp_path / "objects.npz", SIZE_LIMIT)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04broken"])
def test_npz_that_is_no_archive_is_refused(tmp_path, content):
    """False if damaged bytes raised anything but `MalformedData`."""
    (tmp_path / "broken.npz").write_bytes(content)
    with pytest.raises(MalformedData, match=r"not a readable \.npz archive"):
        read_npz(tmp_path / "broken.npz", SIZE_LIMIT)


def test_npz_with_damaged_content_is_refused(tmp_path):
    """False if a flipped byte went unnoticed."""
    path = tmp_path / "flipped.npz"
    np.savez(path, X=np.ones((4, 4)))
    content = bytearray(path.read_bytes())
    content[200] ^= 1
    path.write_bytes(content)
    with pytest.raises(MalformedData):
        read_npz(path, SIZE_LIMIT)


def test_npz_without_inputs_names_what_it_holds(tmp_path):
    """False if the user could not see which name was wrong."""
    np.savez(tmp_path / "names.npz", data=np.ones((2, 2)))
    with pytest.raises(MalformedData, match=r"\['data\.npy'\]; an array named X is needed"):
        read_npz(tmp_path / "names.npz", SIZE_LIMIT)


def test_csv_without_names_has_inputs_only(tmp_path):
    """False if the last column of plain numbers were taken for targets."""
    inputs, targets = read_csv(write(tmp_path / "a.csv", "1,2\n\n3,4e1\n"), SIZE_LIMIT)
    assert inputs.tolist() == [[1.0, 2.0], [3.0, 40.0]]
    assert targets is None


@pytest.mark.parametrize(("name", "is_target"), [("y", True), (" Target ", True), ("z", False), ("yes", False)])
def test_csv_target_is_taken_by_name(tmp_path, name, is_target):
    """False if a named last column became targets under another name, or did not under its own."""
    inputs, targets = read_csv(write(tmp_path / "a.csv", f"\ufeffa,b,{name}\n1,2,3\n4,5,6\n"), SIZE_LIMIT)
    assert inputs.shape == (2, 2 if is_target else 3)
    assert (targets is not None) == is_target


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("1,2\n3,x\n", "line 2 holds 'x'"),
        ("a,b\n1,2\n3,\n", "line 3 holds ''"),
        ("1,2\n3,nan\n", "line 2 holds 'nan'"),
        ("1,2\n\n-inf,3\n", "line 3 holds '-inf'"),
        ("1,2\n3\n", "line 2 has 1 entries; 2 as in the first"),
        ("a,b,c\n1,2\n", "line 2 has 2 entries; 3 as in the first"),
        ("1,x\n3,4\n", "line 1 holds 'x'"),
        ("a,b\n", "holds no row of numbers"),
        ("", "holds no row of numbers"),
    ],
)
def test_csv_faults_are_reported_with_their_line(tmp_path, text, complaint):
    """False if a bad entry got through, or the user had to look for its line."""
    with pytest.raises(MalformedData, match=complaint):
        read_csv(write(tmp_path / "bad.csv", text), SIZE_LIMIT)


def test_csv_limits_and_encoding(tmp_path):
    """False if a file past the limit, or bytes that are no text, were read."""
    with pytest.raises(MalformedData, match="at most 5 are allowed"):
        read_csv(write(tmp_path / "long.csv", "1,2\n3,4\n"), 5)
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe1,2")
    with pytest.raises(MalformedData, match="UTF-8"):
        read_csv(tmp_path / "bytes.csv", SIZE_LIMIT)


def test_npy_holds_inputs_alone(tmp_path):
    """If false, what np.save wrote cannot be read, or a pickle in it is run."""
    path = tmp_path / "X.npy"
    np.save(path, np.arange(6.0).reshape(3, 2))
    X, y = read_npy(path, 1000)
    assert y is None
    assert X.tolist() == [[0, 1], [2, 3], [4, 5]]
    with pytest.raises(MalformedData, match="bytes"):
        read_npy(path, 100)
    np.save(path, np.array([{}], dtype=object))
    with pytest.raises(MalformedData, match="dtype"):
        read_npy(path, 1000)
    path.write_bytes(b"\x93NUMPY")
    with pytest.raises(MalformedData, match="not a readable"):
        read_npy(path, 1000)
