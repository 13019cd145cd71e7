"""The sentences of Tatoeba: fetched whole or not at all, filtered, kept, read again.

The archive here is made up, the server is on this machine.
"""

import builtins
import hashlib
import http.server
import io
import os
import re
import subprocess
import sys
import tarfile
import threading
import zipfile

import pytest

from course_utils.text import groups, join, tokenise
from course_utils.text import tatoeba as tool

ROWS = [
    ("We rowed to the isle.", 7, "ann"),
    ("We rowed to the isle!", 8, "bo"),
    ("we rowed to the isle.", 3, "cy"),
    ("Too short.", 9, "ann"),
    ('He said: "Row on now!"', 10, "ann"),
    ("On we rowed and rowed " + "and rowed " * 9 + "home.", 11, "bo"),
    ("The isle had no name.", 1, "a (b) c"),
]


def table(rows):
    """Lines as in the source."""
    source = "CC-BY 2.0 (France) Attribution: tatoeba.org"
    return "".join(
        f"{sentence}\t…\t{source} #{number} ({author}) & #99 (dd)\n"
        for sentence, number, author in rows
    ).encode()


def archive():
    """A package that holds ROWS in two tables; padded, so that it comes in several pieces."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as files:
        for name, rows in (("fra", ROWS[:5]), ("spa", ROWS[3:])):
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as tables:
                tables.writestr(f"{name}.txt", table(rows))
            member = tarfile.TarInfo(f"nmt-0.0.6/data/{name}-eng.zip")
            member.size = len(packed.getvalue())
            files.addfile(member, io.BytesIO(packed.getvalue()))
    return buffer.getvalue() + b"\0" * 300_000


class Index:
    """A package index on this machine: what it was asked for, and how it misbehaves."""

    def __init__(self):
        self.content, self.asked, self.ranges, self.stop = archive(), [], True, None
        self.status, self.listed = 200, tool.ARCHIVE
        index = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                index.answer(self)

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/simple/"

    def answer(self, request):
        """Send the page of the project, or the archive up to `stop` bytes.

        The archive is sent from where it was asked, if the server can.
        """
        page = request.path.startswith("/simple/")
        if page:
            link = f'<a href="/files/{self.listed}">{self.listed}</a>'
            status, body = self.status, f"<html><body>{link}</body></html>".encode()
        else:
            wanted = request.headers.get("Range")
            self.asked.append(wanted)
            start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and self.ranges else 0
            status, body = 206 if start else 200, self.content[start:]
            status = 416 if start >= len(self.content) else status
        request.send_response(status)
        request.send_header("Content-Type", "text/html" if page else "application/octet-stream")
        request.send_header("Content-Length", len(body))
        request.end_headers()
        request.wfile.write(body if page else body[: self.stop])


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A fresh index that pip is told to use, and an empty cache."""
    pytest.importorskip("pypi_simple")
    index = Index()
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    monkeypatch.setattr(tool, "folder", lambda: tmp_path / "deep" / "cache")
    monkeypatch.setattr(tool, "DIGEST", hashlib.sha256(index.content).hexdigest())
    monkeypatch.setattr(tool, "SIZE", len(index.content))
    yield index
    index.server.shutdown()
    index.server.server_close()


def cached():
    """The names of the files in the cache."""
    return sorted(path.name for path in tool.folder().iterdir()) if tool.folder().exists() else []


def test_sentences_are_fetched_once_filtered_and_kept(index):
    corpus = tool.tatoeba(download=True)
    wanted = ["The isle had no name.", "we rowed to the isle.", "We rowed to the isle!"]
    assert corpus.sentences == wanted
    assert corpus.ids == [1, 3, 8] and corpus.authors == ["a (b) c", "cy", "bo"]
    assert cached() == ["tatoeba.tsv"] and index.asked == [None]
    assert tool.tatoeba() == tool.tatoeba(download=True) == corpus and index.asked == [None]
    assert corpus.attribution(2) == "tatoeba.org sentence 8 by bo, CC BY 2.0 FR"


def test_nothing_is_fetched_unasked(index):
    said = r"wanted the sentences of Tatoeba in .*download=True.*16 MB.*licence CC BY 2\.0 FR"
    with pytest.raises(FileNotFoundError, match=said):
        tool.tatoeba()
    assert cached() == [] and index.asked == []


def test_a_broken_download_goes_on_where_it_stopped(index):
    index.stop = 100_000
    with pytest.raises(RuntimeError, match="wanted .*try again, it goes on"):
        tool.tatoeba(download=True)
    size = (tool.folder() / tool.ARCHIVE).stat().st_size
    assert cached() == [tool.ARCHIVE] and 0 < size <= 100_000
    index.stop = None
    assert len(tool.tatoeba(download=True).ids) == 3 and cached() == ["tatoeba.tsv"]
    assert index.asked == [None, f"bytes={size}-"]


def test_a_server_that_cannot_go_on_starts_again(index):
    tool.folder().mkdir(parents=True)
    (tool.folder() / tool.ARCHIVE).write_bytes(b"half")
    index.ranges = False
    assert len(tool.tatoeba(download=True).ids) == 3 and index.asked == ["bytes=4-"]


def test_an_archive_that_is_whole_already_is_used(index):
    tool.folder().mkdir(parents=True)
    (tool.folder() / tool.ARCHIVE).write_bytes(index.content)
    assert len(tool.tatoeba(download=True).ids) == 3 and cached() == ["tatoeba.tsv"]


def test_another_file_than_the_known_one_is_removed(index):
    index.content = index.content[:-1] + b"1"
    said = "wanted nmt-0.0.6.tar.gz with SHA-256 .*, got .* it is removed; try again"
    with pytest.raises(RuntimeError, match=said):
        tool.tatoeba(download=True)
    assert cached() == []


@pytest.mark.parametrize(
    "status, listed, what",
    [
        (404, "x", "NoSuchProjectError"),
        (500, "x", "HTTPError 500"),
        (403, "x", "HTTPError 403"),
        (200, "nmt-0.0.3.tar.gz", "an index without it: point pip to one that has it"),
    ],
)
def test_an_index_that_does_not_help_is_named_without_its_address(index, status, listed, what):
    index.status, index.listed = status, listed
    said = f"wanted nmt-0.0.6.tar.gz from the package index, got .*{what}"
    with pytest.raises(RuntimeError, match=said) as error:
        tool.tatoeba(download=True)
    assert "127.0.0.1" not in str(error.value)
    assert error.value.__suppress_context__ or error.value.__context__ is None


def test_without_network_one_sentence_says_so(index, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://someone:secret@127.0.0.1:9/simple/")
    with pytest.raises(RuntimeError, match="got ConnectionError: check the network") as error:
        tool.tatoeba(download=True)
    assert "secret" not in str(error.value)


def test_a_full_disk_is_told_before_and_during(index, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(tool, "SPACE", 10**18)
        said = "wanted 1000000000000 MB free in .*, got .*: make room"
        with pytest.raises(RuntimeError, match=said):
            tool.tatoeba(download=True)

    def full(*arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(RuntimeError, match="got .*No space left on device: make room") as error:
            tool.tatoeba(download=True)
    assert str(error.value).count("make room") == 1 and cached() == [tool.ARCHIVE]
    monkeypatch.setattr(tool, "write_whole", full)
    said = "wanted to write into .*No space left on device: make room"
    with pytest.raises(RuntimeError, match=said):
        tool.tatoeba(download=True)
    assert cached() == [tool.ARCHIVE]  # not fetched again


def test_without_the_package_one_sentence_says_so(tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *args):
        return real("not_here" if name == "pypi_simple" else name, *args)

    monkeypatch.setattr(builtins, "__import__", without)
    said = "wanted the package pypi-simple .*: pip install pypi-simple"
    with pytest.raises(RuntimeError, match=said):
        tool.fetch(tmp_path)


def test_pip_is_asked_where_to_look(monkeypatch):
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    answers = {
        "global.index-url": subprocess.CompletedProcess([], 0, "https://mirror.example/simple\n"),
        "global.cert": subprocess.CompletedProcess([], 1, ""),
    }

    def answer(command, **options):
        return answers[command[-1]] if command[0] == sys.executable else None

    monkeypatch.setattr(subprocess, "run", answer)
    monkeypatch.delenv("PIP_CERT", raising=False)
    assert tool.pip_setting("index-url") == "https://mirror.example/simple"
    assert tool.pip_setting("cert") is None


def test_one_changed_bit_is_noticed(tmp_path):
    path = tmp_path / "tatoeba.tsv"
    rows = [("Rowing is a joy here.", 5, "ann"), ("They row no more now.", 6, "bo")]
    tool.write_corpus(path, rows)
    assert tool.read_corpus(path).ids == [5, 6]
    whole = path.read_bytes()
    said = "wanted the sentences of Tatoeba in .*, got a damaged file: delete it, then"
    for broken in (whole[:-1] + bytes([whole[-1] ^ 1]), whole[:50], b""):
        path.write_bytes(broken)
        with pytest.raises(ValueError, match=said):
            tool.read_corpus(path)


def test_parts_are_chosen_by_name():
    corpus = tool.Corpus(["a", "b", "c"], [1, 2, 3], ["x", "y", "z"], ["train", "test", "train"])
    assert corpus.part("train") == tool.Corpus(["a", "c"], [1, 3], ["x", "z"], ["train", "train"])
    with pytest.raises(ValueError, match="wanted one of .'test', 'train'., got 'tset'"):
        corpus.part("tset")


def test_without_a_course_folder_a_cache_of_the_user_is_used(tmp_path, monkeypatch):
    assert tool.folder() == tool.ROOT / "data" / "cache"
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "mine"))
    assert tool.folder() == tmp_path / "mine" / "gan-to-sentences"


here = pytest.mark.skipif(
    not (tool.folder() / "tatoeba.tsv").exists(),
    reason="the sentences of Tatoeba are not here: make data",
)


@here
def test_the_corpus_here_is_what_its_card_says():
    corpus = tool.tatoeba()
    card = (tool.ROOT / "data" / "README.md").read_text(encoding="utf-8")
    number = f"{len(corpus.ids):,}".replace(",", " ")
    assert number in card and (tool.folder() / "tatoeba.tsv").read_bytes()[:64].decode() in card
    assert corpus.ids == sorted(set(corpus.ids)) and all(corpus.authors)
    for sentence in corpus.sentences:
        words = tokenise(sentence)
        assert 4 <= sum(word[0].isalnum() for word in words) <= 20, sentence
        assert join(words).lower() == sentence.lower()


@here
def test_no_near_duplicates_are_parted_here():
    corpus = tool.tatoeba()
    number = groups(corpus.sentences)
    assert len(set(zip(number, corpus.parts))) == len(set(number))


@here
def test_the_rules_err_as_seldom_as_their_card_says():
    measured = tool.agreement(tool.tatoeba())
    card = (tool.ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert ", ".join(f"{name} {share:.3f}" for name, share in measured.items()) in card
