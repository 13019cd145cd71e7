"""A project on your own text, and its page: what is measured is counted, and nothing overlaps."""

import itertools
import math
import os
import unicodedata

import pytest
import torch

from course_utils import project, report, steering, store, text
from course_utils.text import names

LINES = [
    f"The {thing} number {k} is {how} today."
    for k, (thing, how) in enumerate(
        itertools.product(
            ("dog", "house", "old tree", "ship"), ("here", "gone", "red", "late", "new")
        )
    )
]


# --- names ----------------------------------------------------------------------------------
def test_the_names_are_those_of_2002_and_each_exists():
    lines = names.unicode_names()
    assert project.digest(project.different(lines)) == "99905d38054b"
    assert {names.exists(line) for line in lines[::50]} == {"2002"}
    assert all(3 <= len(line.split()) <= 9 for line in lines)


def test_the_oracle_refuses_aliases_and_sequences_and_knows_later_names():
    assert names.exists("latin capital letter turned t") == "later"
    assert unicodedata.name("Ɥ").lower() and names.exists("Latin small letter a.") == ""
    assert names.exists("line feed") == names.exists("keycap digit one") == ""


# --- lines ----------------------------------------------------------------------------------
def test_the_split_parts_no_group_and_holds_about_a_fifth():
    lines = names.unicode_names()[:1500]
    learn, held = project.hold_out(lines, seed=3)
    assert sorted(learn + held) == sorted(lines) and 0.17 < len(held) / len(lines) <= 0.2
    group = dict(zip(lines, text.groups(lines)))
    assert not {group[line] for line in learn} & {group[line] for line in held}
    assert project.hold_out(lines, seed=3)[1] == held != project.hold_out(lines, seed=4)[1]
    assert project.hold_out(lines, share=0.4)[1] != held


def test_a_file_that_cannot_be_split_is_refused():
    with pytest.raises(ValueError, match="wanted lines that can be held out"):
        project.hold_out(["Tom saw a big dog here.", "Tom saw the big dog here."])


def test_lines_that_read_alike_count_once():
    assert project.different(["Tom  is here", "", "tom is here", "Ann."]) == [
        "Tom  is here",
        "Ann.",
    ]


def test_the_held_out_model_sums_to_one_and_prefers_what_it_has_read():
    vocabulary = text.Vocabulary.build(LINES)
    model = project.HeldOutModel(LINES[::2], vocabulary)
    nats, words = model.nats(["The dog number 0 is here today.", "today here dog the"])
    assert words.tolist() == [9, 5] and (nats / words)[0] < (nats / words)[1]
    whole = math.exp(nats.sum() / words.sum())
    assert model.perplexity(["The dog number 0 is here today.", "today here dog the"]) == whole
    for judge in (model, text.load_language_model()):
        limit = project.ordinary(judge, LINES)
        share = project.plausible(LINES, judge, limit).float().mean()
        assert 0.5 <= share <= 0.8 or share == 1
        with pytest.raises(ValueError, match="wanted"):
            judge.nats([])


def test_the_language_model_reads_lines_one_by_one_as_together():
    judge, lines = text.load_language_model(), ["I don't know.", "Where do you live, Tom?"]
    nats, words = judge.nats(lines)
    alone = [judge.nats([line]) for line in lines]
    torch.testing.assert_close(nats, torch.cat([one for one, _ in alone]), rtol=1e-4, atol=1e-4)
    assert words.tolist() == [5, 8]
    assert judge.perplexity(lines) == pytest.approx(math.exp(nats.sum() / words.sum()))


def test_the_baselines_are_what_they_are_called():
    known = set(map(project.plain, LINES))
    assert set(project.parrot(LINES, 50)) <= set(LINES)
    for line in project.typist(LINES, 50):
        row = line.split()
        near = [old.split() for old in known if len(old.split()) == len(row)]
        assert min(sum(a != b for a, b in zip(row, old)) for old in near) <= 1
    grams = {g for old in known for g in zip(*(["", "", *old.split(), ""][k:] for k in range(3)))}
    for line in project.trigram(LINES, 50):
        row = ["", "", *line.split(), ""]
        assert set(zip(row, row[1:], row[2:])) <= grams


def test_copies_and_useful_lines_are_counted():
    said, learnt = ["A b.", "a b .", "c d", "e f"], ["C D"]
    assert project.originality(said, learnt) == {"unique": 0.75, "copies": 0.25}
    assert project.useful(said, [1, 1, 1, 0], learnt) == 0.25


def test_marks_count_repeated_words():
    pairs = project.marked("Tom is a tom", "a tom is Tom tom")
    assert [new for _, new in pairs] == [False] * 4 + [True]
    assert project.bracketed("Tom is here.", "Tom was here.") == "tom [was] here ."


def test_labels_by_hand_are_a_column_and_can_be_taken_back():
    hand = project.ByHand(["a", "b"])
    hand.back(), hand.answer(0), hand.back(), hand.answer(1), hand.answer(-1), hand.answer(0)
    assert hand.labels() == [[1], [-1]] and hand.shown() is None


def test_labels_of_a_file_are_read_by_words():
    labels = [[int("dog" in line), -1 if "ship" in line else int("red" in line)] for line in LINES]
    read = project.read_by_words(LINES, labels)
    assert read(["The dog is red.", "The tree is late."]).tolist() == [[1, 1], [0, 0]]


# --- a project ------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def trial():
    vae = text.load_vae("names")
    learn, held = project.hold_out(project.different(names.unicode_names()))

    def read(lines):
        words = list(map(text.tokenise, lines))
        case = [1 if "capital" in row else 0 if "small" in row else -1 for row in words]
        return torch.tensor([case, [int("with" in row) for row in words]]).T

    mu, std = vae.posterior(learn[:2000])
    torch.manual_seed(0)
    attributes = {"case": ("small", "capital"), "mark": ("no", "yes")}
    steer = steering.fit((mu, std), read(learn[:2000]), attributes, n_seeds=2, n_steps=5)
    model = project.HeldOutModel(held, vae.vocabulary)
    found = project.Project(vae, steer, learn, mu, read(learn[:2000]), read, model)
    found.lines = [line for line in held if read([line])[0, 0] >= 0][:40]
    return found


def test_a_wish_is_another_value_of_one_attribute(trial):
    wish, now = trial.wishes(trial.lines, 1), trial.read(trial.lines)
    asked = wish >= 0
    assert (asked.sum(1) == 1).all() and (wish != now)[asked].all() and asked.any(0).all()
    with pytest.raises(ValueError, match="wanted lines that have an attribute"):
        project.Project.wishes(_blind(trial), trial.lines)


def _blind(trial):
    """A project whose attributes apply to no line."""
    fields = {**vars(trial), "read": lambda lines: torch.full((len(lines), 2), -1)}
    del fields["limit"], fields["lines"]
    return project.Project(**fields)


def test_rows_hold_shares_and_no_move_keeps_every_word(trial):
    rows = trial.compare(trial.lines[:20], trial.lines[20:])
    assert set(rows) == {"not moved", "attribute vectors", "gradient ascent", "LC-GAN"}
    assert rows["not moved"]["words kept"] == 1 and rows["not moved"]["setting"] is None
    for row in rows.values():
        shares = [row[name] for name in report.COLUMNS if name != "perplexity"]
        assert all(0 <= share <= 1 for share in shares) and row["useful"] <= row["right"]
    assert rows["LC-GAN"]["setting"] in (0, 1)


# --- the page -------------------------------------------------------------------------------
ROW = {"right": 0.91, "words kept": 0.6, "perplexity": 15.2, "unique": 1.0, "copies": 0.7}
ROWS = {
    name: ROW | {"useful": 0.3, "setting": 1.5}
    for name in ("not moved", "attribute vectors", "gradient ascent", "LC-GAN")
}
SAMPLES = (LINES, LINES[::-1], [True, False] * 10, LINES[:3])
SHORT = {"title": "Lines", "author": "A. Person", "question": "Does it?", "fails": "Much."}
HARD = {
    "title": "Costs $5 or $6_x^2$ {\\alpha}: a very long title that must be broken, twice",
    "author": "A $\\frac{1}{0} Person",
    "question": "What? " * 200,
    "source": "https://example.org/" + "x" * 180,
    "people": "Those who wrote, and those who are written about. " * 30,
    "fails": "Nearly everything, at 50 % & more. " * 60,
    "next": "\n\nMore.\n" * 20,
}


def boxes(fig):
    """Where each text and each axes of a page is, in pixels."""
    texts = [found for found in fig.texts if found.get_text().strip()]
    found = [one.get_window_extent() for one in texts]
    return found + [ax.get_tightbbox() for ax in fig.axes]


@pytest.mark.parametrize("fields", [{}, SHORT, HARD])
def test_nothing_on_the_page_overlaps_or_leaves_it(fields):
    fig = report.page(fields, ["file: mine.txt", "x" * 120], ["torch " * 30], ROWS, SAMPLES)
    fig.canvas.draw()
    found = boxes(fig)
    for one in found:
        assert fig.bbox.x0 <= one.x0 and one.x1 <= fig.bbox.x1
        assert fig.bbox.y0 <= one.y0 and one.y1 <= fig.bbox.y1
    for one, other in itertools.combinations(found, 2):
        width = min(one.x1, other.x1) - max(one.x0, other.x0)
        height = min(one.y1, other.y1) - max(one.y0, other.y0)
        assert width <= 0 or height <= 0.5


def test_the_page_shows_the_numbers_and_what_is_missing():
    fig = report.page(SHORT, ["file: mine.txt"], [], ROWS, SAMPLES)
    said = "\n".join(one.get_text() for one in fig.texts)
    assert "0.91" in said and "15.2" in said and "[not filled in]" in said and "A. Person" in said
    assert not any(one.get_parse_math() for one in fig.texts)
    with pytest.raises(ValueError, match="wanted fields of"):
        report.page({"titel": "?"}, [], [], ROWS, SAMPLES)


def test_missing_numbers_are_dashes():
    assert report.score_lines({"a": {"right": None}})[1].split() == ["a", *["–"] * 7]


def test_a_report_is_written_and_read_again(tmp_path):
    place = report.folder(tmp_path / "report" / "a")
    assert list(place.iterdir()) == []
    paths = report.save(place, report.page(SHORT, [], [], ROWS, SAMPLES), ROWS)
    assert paths[0].read_bytes().startswith(b"%PDF")
    assert store.load_rows(paths[1])["LC-GAN"]["right"] == 0.91
    report.save(place, report.page(SHORT, [], [], ROWS, SAMPLES), ROWS)  # again: it is replaced


def test_a_folder_that_cannot_be_written_is_said_before_the_training(tmp_path, capsys, monkeypatch):
    (tmp_path / "file").write_text("")
    assert report.folder(tmp_path / "file" / "report") is None
    assert "No report will be written" in capsys.readouterr().out
    monkeypatch.setattr(store, "write_whole", _refuse)
    assert report.folder(tmp_path / "read_only") is None
    assert report.save(None, None, {}) == []
    assert os.listdir(tmp_path / "read_only") == []


def _refuse(path, content):
    raise PermissionError(13, "Permission denied")


def test_a_recipe_says_what_was_trained(trial):
    lines = report.recipe_lines(trial.steer, SEED=3)
    assert lines[0] == "case: small, capital" and "2 trainings" in lines[2] and "SEED: 3" in lines
