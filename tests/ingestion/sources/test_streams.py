"""Archives: the files that are wanted, and nothing that is not allowed."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile

import pytest

from ingestion.engine import Engine
from ingestion.sources import streams
from recommender.domain.errors import InputDataError
from tests.ingestion.tables import CONFIG

FILES = {"media/1.png": b"\x89PNG" * 9, "outbox.json": b"{}", "x/outbox.json": b"[]"}
KINDS = ["a.zip", "a.tar", "a.tar.gz", "a.tgz"]


def packed(path, files):
    """An archive of the kind that its name says."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, body in files.items():
                archive.writestr(name, body)
        return path
    with tarfile.open(path, "w:gz" if path.name.endswith("gz") else "w") as archive:
        for name, body in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return path


@pytest.fixture
def unpack(tmp_path):
    """Unpacks the outboxes of an archive: their names and bytes."""
    work = tmp_path / "work"
    work.mkdir()

    def unpack(path):
        with Engine(work, CONFIG) as engine:
            found = list(streams.unpacked(path, lambda name: name.endswith("outbox.json"), engine))
        assert all(copy.parent == work for _, copy in found)
        return [(name, copy.read_bytes()) for name, copy in found]

    return unpack


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_wanted_is_copied_and_nothing_else(unpack, tmp_path, kind):
    """From any kind of archive."""
    path = packed(tmp_path / kind, FILES)
    assert streams.is_archive(path)
    assert list(streams.names(path, 2)) == list(FILES)[:2]
    assert unpack(path) == [("outbox.json", b"{}"), ("x/outbox.json", b"[]")]


@pytest.mark.parametrize("kind", KINDS)
def test_names_that_lead_elsewhere_lead_nowhere(unpack, tmp_path, kind):
    """A copy is called by the engine, whatever the archive says."""
    names = ["../outbox.json", "/tmp/outbox.json", "a/../../../outbox.json"]
    found = unpack(packed(tmp_path / kind, dict.fromkeys(names, b"{}")))
    assert len(found) == 3
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([kind, "work"])


def test_links_and_devices_are_left_alone(unpack, tmp_path):
    """A link called like a file that is wanted points outside."""
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            member = tarfile.TarInfo("outbox.json")
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    assert unpack(path) == []


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        *((kind, part) for kind in KINDS for part in (0.0, 0.5)),
        *((kind, 0.95) for kind in KINDS if kind != "a.tar"),
    ],
)
def test_an_archive_that_is_cut_short_is_refused_in_one_line(unpack, tmp_path, kind, part):
    """Even where only the padding at its end is missing, but for tar files, which do not tell."""
    path = packed(tmp_path / kind, {**FILES, "y/outbox.json": bytes(range(256)) * 999})
    body = path.read_bytes()
    path.write_bytes(body[: int(len(body) * part)])
    with pytest.raises(InputDataError) as caught:
        unpack(path)
    assert str(caught.value).startswith(f"{kind} ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["a.zip", "a.tar.gz"])
def test_a_bomb_is_refused(unpack, tmp_path, kind, monkeypatch):
    """Whether what is wanted is large or what is in front of it."""
    monkeypatch.setattr(streams, "ALWAYS", 1 << 20)
    path = packed(tmp_path / kind, {"outbox.json": bytes(32 << 20)})
    with pytest.raises(InputDataError, match="more than 200 times its own size"):
        unpack(path)


def test_a_header_that_claims_gigabytes_is_refused(unpack, tmp_path):
    """A long name is read at once, and so has to be short."""
    path = tmp_path / "a.tar.gz"
    member = tarfile.TarInfo("././@LongLink")
    member.type, member.size = tarfile.GNUTYPE_LONGNAME, 8 << 30
    with gzip.open(path, "wb") as file:
        file.write(member.tobuf(format=tarfile.GNU_FORMAT) + bytes(8 << 20))
    with pytest.raises(InputDataError, match=r"a\.tar\.gz is no whole archive"):
        unpack(path)


def test_a_zip_file_with_a_password_is_refused(unpack, tmp_path):
    """Nobody is there to ask for it."""
    path = packed(tmp_path / "a.zip", {"outbox.json": b"{}"})
    body = bytearray(path.read_bytes())
    body[6] |= 1
    body[body.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(body)
    with pytest.raises(InputDataError, match="cannot be unpacked"):
        unpack(path)
