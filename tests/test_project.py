"""A project on your own text, and its page: what is measured is counted, and nothing overlaps."""

import itertools
import json
import math
import os
import unicodedata

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import project, report, steering, store, text
from course_utils.text import names
from course_utils.text.kneser_ney import KneserNey

settings.register_profile("course", max_examples=60, deadline=None, derandomize=True, database=None)
settings.load_profile("course")

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
    assert {names.since(line) for line in lines[::50]} == {"2002"}
    assert all(3 <= len(line.split()) <= 9 for line in lines)


def test_the_oracle_refuses_aliases_and_sequences_and_knows_later_names():
    assert names.since("latin capital letter turned t") == "later"
    assert unicodedata.name("Ɥ").lower() and names.since("Latin small letter a.") == ""
    assert names.since("line feed") == names.since("keycap digit one") == ""
    letter = "latin small letter o with"
    assert names.composed(f"{letter} diaeresis") == 1 and names.composed(f"{letter} stroke") == 0
    assert names.composed("a big dog") == -1
    marked = names.with_mark("Latin small letter o")
    assert f"{letter} diaeresis" in marked and f"{letter} horn and acute" in marked
    assert all(names.since(name) for name in marked) and names.with_mark("a big dog") == []


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
    judge, history = model.crossed.judges[0], [text.BOS]
    assert sum(judge.prob(word, history) for word in judge.words) == pytest.approx(1)
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


def test_a_classifier_of_labels_never_judges_what_it_has_read():
    """Labels without any rule, each line with a word of its own: who has read them knows them."""
    dice = torch.Generator().manual_seed(0)
    lines = [f"w{k} of the house" for k in range(600)]
    label_of = {line: [torch.randint(2, (1,), generator=dice).item()] for line in lines}
    found = project.Labels(label_of, lines[:300], lines[300:])
    assert (found.read(lines[:300]) == found.label(lines[:300])).float().mean() > 0.95
    row = found.agreement(lines[300:], ["coin"])["coin"]
    assert abs(row["judges agree"] - 0.5) < 0.1 and row["lines"] == 300 and row["±"] > 0.05


def test_a_source_keeps_its_judge_away_too():
    lines = [f"w{k} is a house" for k in range(90)]
    label_of = {line: [k % 2] for k, line in enumerate(lines)}
    found = project.Labels(label_of, lines, lines)
    crossed = found.judges[0]
    may = crossed.may(["unheard of"] * 90, lines)
    assert (may.sum(1) == 2).all() and not may[range(90), [crossed.part[x] for x in lines]].any()
    both = crossed.may(lines[:45], lines[45:])
    assert ((both.sum(1) == 1) | (both.sum(1) == 2)).all() and (both.sum(1) == 1).any()


def test_labels_of_other_lines_and_rare_values():
    label_of = {line.lower(): [0] for line in LINES}
    label_of = {project.plain(line): [0] for line in LINES}
    label_of[project.plain(LINES[0])] = [3]  # one line has it: two judges never saw it
    found = project.Labels(label_of, LINES, LINES)
    assert found.judge(LINES).shape == (20, 1) and found.judge(["dog"], LINES[:1]).item() in (0, 3)
    with pytest.raises(ValueError, match="wanted lines with labels, got 1 without, such as 'no'"):
        found.label(["No"])


# --- judges that are crossed -------------------------------------------------------------------
HELD = [f"{a} {b} {c}" for a in "abcd" for b in "efg" for c in "hijk"]  # four words: no groups
SAID = st.lists(st.sampled_from([*HELD, "z", "a e h h"]), min_size=1, max_size=9)


@given(SAID, st.data(), st.integers(0, 5), st.integers(3, 5))
def test_no_judge_has_read_the_line_or_its_source(said, data, seed, n):
    source = data.draw(st.none() | st.lists(SAID.map(lambda x: x[0]), min_size=len(said)))
    source = source and source[: len(said)]
    crossed = project.Crossed(HELD, lambda lines, part: set(lines), n, seed)
    assert set.union(*crossed.judges) == set(HELD)
    allowed = crossed.may(said, source)
    assert allowed.any(1).all()
    for k, line in enumerate(said):
        for judge, may in zip(crossed.judges, allowed[k].tolist()):
            has_read = line in judge or (source is not None and source[k] in judge)
            assert may != has_read
    mean = crossed.mean(lambda judge, lines: torch.tensor([float(len(judge))] * len(lines)), said)
    assert ((mean >= len(HELD) // n) & (mean <= -(-len(HELD) // n))).all()


def test_lines_are_dealt_evenly_and_groups_whole():
    lines = names.unicode_names()[:1500]
    part = project.deal(lines)
    assert len({(g, p) for g, p in zip(text.groups(lines), part)}) == len(set(text.groups(lines)))
    assert max(map(part.count, range(3))) - min(map(part.count, range(3))) < 150
    assert part == project.deal(lines) != project.deal(lines, seed=1)
    with pytest.raises(ValueError, match="wanted lines for 3 judges, got 2"):
        project.deal(["a b", "c d"])
    with pytest.raises(ValueError, match="wanted three judges or more, got 2"):
        project.Crossed(HELD, lambda lines, part: None, n=2)


def test_a_crossed_model_is_not_flattered_by_lines_that_it_has_read():
    lines = project.different(names.unicode_names())
    learn, held = project.hold_out(lines)
    vocabulary = text.Vocabulary.build(learn)
    crossed = project.HeldOutModel(held, vocabulary)
    tokens = [vocabulary.encode(line) for line in held]
    read = KneserNey(tokens, len(vocabulary))
    nats = -sum(map(read.log_prob, tokens))
    real = crossed.perplexity(project.parrot(learn, 1000))
    assert math.exp(nats / sum(len(row) + 1 for row in tokens)) < 0.5 * real
    assert 0.6 * real < crossed.perplexity(held) < 1.1 * real
    new = ["greek capital letter with stroke"] * 3
    assert crossed.nats(new, held[:3])[0].std() > 0  # by other judges each


# --- margins -----------------------------------------------------------------------------------
@given(st.lists(st.booleans(), min_size=2, max_size=80))
def test_the_margin_of_a_share_is_never_nothing_and_shrinks(values):
    values = [float(value) for value in values]
    once, often = project.margin(values), project.margin(values * 4)
    assert 0 < often < once < 1 and once == project.margin(values[::-1])
    more = project.margin(values * 400) / project.margin(values * 1600)
    assert len(set(values)) == 1 or more == pytest.approx(2, rel=0.01)


def test_margins_cover_the_truth_in_95_of_100():
    dice = torch.Generator().manual_seed(0)
    for p in (0.05, 0.5):
        draws = (torch.rand(2000, 100, generator=dice) < p).double()
        near = sum(abs(row.mean().item() - p) <= project.margin(row) for row in draws)
        assert 0.91 < near / 2000 < 0.99
    row = torch.randn(400, generator=dice)
    assert project.margin(row) == pytest.approx(1.96 * row.std().item() / 20, rel=1e-5)


@given(st.lists(st.booleans(), min_size=1, max_size=80))
def test_the_interval_of_a_share_holds_it_and_stays_within_0_and_1(values):
    low, high = project.interval([float(value) for value in values])
    share = sum(values) / len(values)
    assert 0 <= low <= share + 1e-9 and share - 1e-9 <= high <= 1 and low < high
    z, solved = 1.96, []  # Wilson: the two p with (share - p)² = z² p (1 - p) / n
    for p in (low, high):
        solved.append((share - p) ** 2 - z**2 * p * (1 - p) / len(values))
    assert solved == pytest.approx([0, 0], abs=1e-9)


WORDS = st.lists(st.sampled_from(["a", "b", "c", "d e", "f"]), min_size=1, max_size=20)


@given(WORDS, st.lists(st.booleans(), min_size=20, max_size=20), st.sets(st.sampled_from("abcf")))
def test_useful_counts_different_new_good_lines_whatever_their_order(said, good, learnt):
    good = good[: len(said)]
    wanted = len({x for x, fits in zip(said, good) if fits} - learnt) / len(said)
    assert project.useful(said, good, learnt) == pytest.approx(wanted)
    turned = project.useful(said[::-1], good[::-1], learnt)
    assert turned == pytest.approx(wanted) and wanted <= sum(good) / len(said) + 1e-12


def test_the_perplexity_of_a_summary_is_that_of_all_words():
    each = {name: torch.rand(50) for name in ("words kept", "unique", "copies", "useful")}
    each |= {"right": torch.ones(50), "nats": 20 + torch.randn(50), "words": torch.full((50,), 8)}
    row = project.summary(each)
    assert row["perplexity"] == pytest.approx(math.exp(each["nats"].sum() / 400), rel=1e-5)
    spread = row["perplexity"] * 1.96 * each["nats"].std().item() / 8 / 50**0.5
    assert row["perplexity ±"] == pytest.approx(spread, rel=1e-3) and row["n"] == 50


# --- labels by hand ----------------------------------------------------------------------------
def test_no_answer_is_lost(tmp_path):
    path = tmp_path / "answers.json"
    hand = project.ByHand(["a", "b", "c"], "Is it?", path)
    assert not path.exists()
    hand.answer(1), hand.answer(0)
    again = project.ByHand(["a", "b", "c"], "Is it?", path)  # the cell is run again
    assert again.answers == [1, 0] and again.shown() == "c"
    other = project.ByHand(["a"], "Was it?", path)
    assert other.answers == []
    other.answer(-1), again.back()
    assert project.ByHand(["a", "b"], "Is it?", path).answers == [1]
    assert project.ByHand(["a", "b"], "Was it?", path).answers == [-1]
    assert project.ByHand(["b", "a"], "Is it?", path).answers == []
    path.write_text("[1, 2")
    with pytest.raises(ValueError, match="move that file away"):
        project.ByHand(["a"], "Is it?", path)
    assert path.read_text() == "[1, 2"


@given(st.lists(st.sampled_from([0, 1, -1, "back"]), max_size=30))
def test_answers_and_their_file_agree_whatever_is_clicked(tmp_path_factory, clicks):
    path = tmp_path_factory.mktemp("hand") / "a.json"
    hand, wanted = project.ByHand(list("abcdefgh"), "?", path), []
    for click in clicks:
        if click == "back":
            hand.back()
            wanted = wanted[:-1]
        else:
            hand.answer(click)
            wanted = [*wanted, click][:8]
    assert hand.answers == wanted == project.ByHand(list("abcdefgh"), "?", path).answers
    assert len(hand.labels()) == 8 and not path.exists() or json.loads(path.read_text())


def test_a_few_answers_are_kept_and_counted(capsys):
    hand = project.ByHand(list("abcdefghijkl"))
    assert not hand.suffices() and capsys.readouterr().out == ""
    for value in (1, 1, 0, 1, 1, 1):
        hand.answer(value)
    assert not hand.suffices() and len(hand.answers) == 6
    assert "You answered 6 lines, 5 with yes and 1 with no." in capsys.readouterr().out
    for value in (0, 0, 0, 0):
        hand.answer(value)
    assert hand.suffices() and capsys.readouterr().out == ""


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
    parts = (vae, steer, learn, mu, read(learn[:2000]), project.Rule(read), model)
    found = project.Project(*parts, strengths=(10.0, 20.0))
    found.lines = [line for line in held if read([line])[0, 0] >= 0][:40]
    return found


def test_a_wish_is_another_value_of_one_attribute(trial):
    wish, now = trial.wishes(trial.lines, 1), trial.reader.label(trial.lines)
    assert {text.split(": ")[0] for text in trial.asked(wish)} == {"case", "mark"}
    assert trial.asked([[1, -1], [-1, 0]]) == ["case: capital", "mark: no"]
    asked = wish >= 0
    assert (asked.sum(1) == 1).all() and (wish != now)[asked].all() and asked.any(0).all()
    with pytest.raises(ValueError, match="wanted lines that have an attribute"):
        project.Project.wishes(_blind(trial), trial.lines)


def _blind(trial):
    """A project whose attributes apply to no line."""
    fields = {name: vars(trial)[name] for name in trial.__dataclass_fields__}
    blind = project.Rule(lambda lines: torch.full((len(lines), 2), -1))
    return project.Project(**fields | {"reader": blind})


def test_rows_hold_shares_and_no_move_keeps_what_the_vae_keeps(trial):
    half = trial.lines[20:]
    edits = {"the same": lambda lines, wish: lines, "real": trial.real(trial.lines)}
    rows = trial.compare(trial.lines[:20], half, edits)
    methods = {"not moved", "attribute vectors", "gradient ascent", "LC-GAN"}
    assert set(rows) == methods | set(edits)
    kept = text.words_kept(half, trial.decode(trial.vae.encode(half))).double().mean().item()
    assert rows["not moved"]["words kept"] == pytest.approx(kept)
    assert rows["not moved"]["setting"] is None
    assert (trial.wish == trial.wishes(half, 2)).all()
    for row in rows.values():
        shares = [row[name] for name in report.COLUMNS if name != "perplexity"]
        assert all(0 <= share <= 1 for share in shares) and row["useful"] <= row["right"]
        assert row["n"] == 20 and all(row[f"{name} ±"] > 0 for name in report.COLUMNS)
    assert rows["LC-GAN"]["setting"] in (10.0, 20.0) and rows["LC-GAN"]["edge"] is True
    assert rows["not moved"]["edge"] is rows["real"]["edge"] is False
    assert rows["real"]["right"] == 1 and rows["real"]["copies"] == 0
    assert rows["the same"]["right"] == 0 and rows["the same"]["words kept"] == 1
    asked = trial.asked(trial.wish)
    means = trial.by_wish({"one": asked[:1], "all": asked})
    assert means["all"]["LC-GAN"]["right"] == pytest.approx(rows["LC-GAN"]["right"])
    assert means["one"]["real"]["right"] == 1
    gap, margin = trial.gap("real", "the same", "right")
    assert gap == 1 and margin > 0 and trial.gap("real", "real", "useful")[0] == 0


def test_a_method_is_judged_by_no_model_that_has_read_its_source(trial):
    """The perplexity of lines that are not moved is that of the judges of the other parts."""
    _, each = trial.moved(lambda z, wish: z, trial.lines, trial.wishes(trial.lines))
    said = trial.decode(trial.vae.encode(trial.lines))
    for k in range(len(said)):
        tokens = trial.vae.vocabulary.encode(said[k])
        away = {trial.model.crossed.part.get(project.plain(x)) for x in (said[k], trial.lines[k])}
        judges = [
            judge for part, judge in enumerate(trial.model.crossed.judges) if part not in away
        ]
        wanted = -sum(judge.log_prob(tokens) for judge in judges) / len(judges)
        assert each["nats"][k] == pytest.approx(wanted, rel=1e-4)


def test_real_lines_have_what_is_asked_and_come_once(trial):
    wish = trial.wishes(trial.lines, 3)
    found = trial.real(trial.lines)(trial.lines, wish)
    assert trial.right(found, wish).all() and not any(map(str.__eq__, found, trial.lines))
    wide = trial.real(trial.lines)(["one of others"] * 5, torch.full((5, 2), -1))
    assert len(set(wide)) == 5


def test_the_nearest_line_has_what_is_asked_and_keeps_the_rest(trial):
    wish, now = trial.wishes(trial.lines, 3), trial.reader.label(trial.lines)
    found = trial.nearest(list(trial.model.crossed.part), 1)(trial.lines, wish)
    assert (trial.reader.read(found) == torch.where(wish < 0, now, wish)).all()
    three = ["latin small letter a", "latin capital letter b", "latin capital letter a"]
    assert trial.nearest(three)(three[:1], torch.tensor([[1, -1]])) == three[2:]


def test_an_oracle_adds_what_exists(trial):
    fields = {name: vars(trial)[name] for name in trial.__dataclass_fields__}
    told = project.Project(**fields | {"exists": names.since})
    said = ["Latin small letter a", "big dog"]
    each = told.scored(said, torch.full((2, 2), -1), said)
    assert each["exists"].tolist() == [1, 0] and project.summary(each)["exists"] == 0.5
    parts = each["new name"] + each["copy or repeat"] + each["no such name"]
    assert parts.tolist() == each["right"].tolist() and each["no such name"].tolist() == [0, 1]
    rows = {"a": ROW | {"exists": 0.5}, "b": ROW}
    assert report.table(rows)["a"]["exists"] == "0.50" and report.table(rows)["b"]["exists"] == "–"
    assert "exists" not in report.score_lines(rows)[0]
    ax = report.page(SHORT, [], [], rows, SAMPLES).axes[0]
    assert "exists" in [found.get_text() for found in ax.texts]


def test_a_share_is_printed_with_both_ends():
    row = project.summary(
        {name: torch.ones(226) for name in ("right", "words kept", "nats", "words")}
        | {name: torch.zeros(226) for name in ("unique", "copies", "useful")}
    )
    assert report.table({"a": row})["a"]["right"] == "1.00 .98–1"
    assert report.table({"a": row})["a"]["copies"] == "0.00 0–.02"


# --- the page -------------------------------------------------------------------------------
ROW = {"right": 0.91, "words kept": 0.6, "perplexity": 15.2, "unique": 1.0, "copies": 0.7}
ROW |= {"useful": 0.3, "setting": 1.5, "n": 226, "edge": False}
ROW |= {f"{name} ±": 0.04 for name in report.COLUMNS}
ROWS = {
    name: dict(ROW)
    for name in ("not moved", "attribute vectors", "gradient ascent", "LC-GAN", "real", "one line")
}
SAMPLES = (LINES, ["case: capital"] * 20, LINES[::-1], [True, False] * 10, LINES[:3])
SHORT = {"title": "Lines", "author": "A. Person", "question": "Does it?", "answer": "It does."}
SHORT["fails"] = "Much."
HARD = {
    "title": "Costs $5 or $6_x^2$ {\\alpha}: a very long title that must be broken, twice",
    "author": "A $\\frac{1}{0} Person",
    "question": "What? " * 200,
    "answer": "That. " * 200,
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
    assert "0.91 ±.04" in said and "15.2 ±.0" in said and "[not filled in]" in said
    assert "A. Person" in said and "It does." in said and "226 lines, none used to" in said
    assert "case: capital" in said and "*: the smallest" not in said
    assert not any(one.get_parse_math() for one in fig.texts)
    with pytest.raises(ValueError, match="wanted fields of"):
        report.page({"titel": "?"}, [], [], ROWS, SAMPLES)


def test_missing_numbers_are_dashes():
    assert report.score_lines({"a": {"right": None}})[1].split() == ["a", *["–"] * 7]


def test_an_edge_of_a_sweep_has_a_star_and_a_note():
    rows = {"a": ROW | {"edge": True}, "b": ROW | {"n": 12}}
    assert " 1.5*" in report.score_lines(rows)[1] and "*" not in report.score_lines(rows)[2]
    note = report.scores_note(rows)
    assert note.startswith("12 or 226 lines") and "*: the smallest or largest setting" in note
    assert report.table(rows)["a"]["setting"] == "1.5*"
    assert report.table(rows)["b"]["right"] == "0.91 ±.04"


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
