"""Words, tokens, batches, splits, corpora from files, n-grams."""

import hashlib
import math
import random
import re
import tracemalloc
import unicodedata
from collections import Counter, defaultdict

import pytest
import torch

from course_utils import steering, store, text
from course_utils.text import BOS, EOS, PAD, SPECIAL, UNK, Vocabulary, corpora
from course_utils.text.grammar import Grammar
from course_utils.text.intake import intake, of_sentences
from course_utils.text.kneser_ney import KneserNey

OWN = [
    "I'm late, but the well-made clock says 10:30.",
    "Don't you know the way?",
    "Go!",
    "Tom's boat sank at 5 a.m. on Monday.",
    "Why not? I can't.",
    "At 7.5 percent, 1,000 people pay.",
    "I see the sea.",
    "The sea sees me, and I see it.",
]


@pytest.mark.parametrize("sentence", OWN)
def test_words_and_sentences_come_back(sentence):
    words = text.tokenise(sentence)
    assert text.tokenise(text.join(words)) == words and text.join(words).lower() == sentence.lower()


def test_capitals_of_first_words_of_i_and_of_names_come_back():
    for sentence in OWN[:2] + OWN[4:]:
        assert text.join(text.tokenise(sentence)) == sentence


def test_words_come_back_from_any_text():
    rng, signs = random.Random(0), "aZé9ßIİ'’-.,?! \t\n$%\"ŉǆ़中😀́:"
    for _ in range(5000):
        words = text.tokenise("".join(rng.choices(signs, k=rng.randint(0, 12))))
        assert text.tokenise(text.join(words)) == words


@pytest.mark.parametrize(
    "sentence, words",
    [
        ("है हूँ मैं।", ["है", "हूँ", "मैं", "।"]),
        ("আমি বাংলায়, র‍্যাব?", ["আমি", "বাংলায়", ",", "র‍্যাব", "?"]),
        ("தமிழ் తెలుగు", ["தமிழ்", "తెలుగు"]),
        ("ភាសា​ខ្មែរ។", ["ភាសា", "ខ្មែរ", "។"]),
        ("ที่นี่ ไม่ใช่", ["ที่นี่", "ไม่ใช่"]),
        ("كِتَابٌ، می‌خواهم؟", ["كِتَابٌ", "،", "می‌خواهم", "؟"]),
        ("מַה־שְׁלוֹמְךָ צה״ל", ["מַה־שְׁלוֹמְךָ", "צה״ל"]),
        ("Ọjọ́ o̩", ["ọjọ́", "o̩"]),
        ("İyi ĞÜN", ["i̇yi", "ğün"]),
        ("Ինչպե՞ս ես։", ["ինչպե՞ս", "ես", "։"]),
        ("你好。再见！", ["你好", "。", "再见", "！"]),
        ("co\u00adop \u200fab\u2060c\ufeff", ["coop", "abc"]),
        ("well\u2011made o’clock", ["well-made", "o'clock"]),
        ("❤️ 👩‍🚀 a\u200c b", ["a", "b"]),
    ],
)
def test_words_of_other_scripts_are_whole_and_their_stops_are_marks(sentence, words):
    words = [unicodedata.normalize("NFC", word) for word in words]
    assert text.tokenise(sentence) == words
    assert text.tokenise(text.join(words)) == words


def test_a_mark_of_any_script_stands_without_a_space_and_capitals_follow_stops():
    assert text.join(text.tokenise("İyi misin？Evet， sen.")) == "İyi misin？ Evet， sen."


def test_no_letter_and_no_mark_on_a_letter_is_lost():
    rng = random.Random(0)
    every = [chr(n) for n in range(0x80, 0x20000)]
    letters = [sign for sign in every if sign.isalnum()]
    combining = [sign for sign in every if unicodedata.category(sign)[0] == "M"]
    for _ in range(3000):
        parts = [
            rng.choice(letters) + "".join(rng.choices(combining, k=rng.randint(0, 2)))
            for _ in range(6)
        ]
        sentence = "".join(part + rng.choice(["", "", " ", "!", "-", "\u200d"]) for part in parts)
        words = text.tokenise(sentence)
        plain = unicodedata.normalize("NFC", sentence.lower())
        kept = [sign for sign in plain if sign.isalnum() or unicodedata.category(sign)[0] == "M"]
        assert [sign for sign in "".join(words) if sign not in "-!\u200d"] == kept
        assert text.tokenise(text.join(words)) == words


def test_words_of_english_are_what_they_always_were():
    always = re.compile(
        r"[^\W_]+(?:(?:['-]|(?<=\d)[.,:](?=\d)|(?<=\b\w)\.(?=\w\b))[^\W_]+)*|[.?!,]"
    )
    rng, signs = random.Random(0), [chr(n) for n in range(32, 127)] + [*"aaabb  ..''--55::__"] * 4
    sentences = ["".join(rng.choices(signs, k=12)) for _ in range(5000)]
    for sentence in sentences + Grammar().sample(n=2000, seed=0)[0]:
        assert text.tokenise(sentence) == always.findall(sentence.lower()), sentence


def test_vocabulary_counts_sorts_cuts_and_comes_back_from_its_list():
    words = Vocabulary.build(["b b a.", "a c d."], min_count=2)
    assert words.itos == [*SPECIAL, ".", "a", "b"] and len(words) == 7
    assert Vocabulary.build(["b b a.", "d a c."], max_size=6).itos == [*SPECIAL, ".", "a"]
    assert Vocabulary.build(["z z a"]).itos == [*SPECIAL, "z", "a"]  # not by alphabet alone
    assert Vocabulary(words.itos).stoi == words.stoi
    assert words.encode("B, a x.") == [words.stoi["b"], UNK, words.stoi["a"], UNK, words.stoi["."]]


def test_decoding_ends_at_the_first_eos_and_skips_bos_and_pad():
    words = Vocabulary.build(OWN)
    for row, sentence in zip(text.pad([words.encode(sentence) for sentence in OWN]), OWN):
        wanted = text.join(text.tokenise(sentence))
        assert words.decode(row) == wanted
        assert words.decode([PAD, *row.tolist(), words.stoi["sea"]]) == wanted
    assert words.decode([]) == words.decode([EOS, 5]) == "" and words.decode([UNK]) == "<unk>"


def test_wrong_vocabularies_and_tokens_are_refused():
    for itos in (["a", "b"], [*SPECIAL, "a", "a"]):
        said = "wanted words, each once, after .* got .* use Vocabulary.build"
        with pytest.raises(ValueError, match=said):
            Vocabulary(itos)
    for token in (-1, 4):
        with pytest.raises(ValueError, match=f"wanted tokens from 0 to 3, got {token}"):
            Vocabulary(SPECIAL).decode([token])


def test_padding():
    batch = text.pad([[5, 6, 7], [], [UNK]])
    wanted = [[BOS, 5, 6, 7, EOS], [BOS, EOS, PAD, PAD, PAD], [BOS, UNK, EOS, PAD, PAD]]
    assert batch.tolist() == wanted and batch.dtype == torch.int64
    assert text.pad([[], []]).tolist() == [[BOS, EOS]] * 2
    for wrong in ([], [[5], [BOS, 5]]):
        with pytest.raises(ValueError, match="wanted lists of tokens from 3 up, got"):
            text.pad(wrong)


def test_buckets_hold_each_sentence_once_with_neighbours_in_length():
    lengths = torch.randint(4, 21, (1003,), generator=torch.Generator().manual_seed(0))
    batches = text.buckets(lengths, 32, torch.Generator().manual_seed(1))
    assert torch.equal(torch.cat(batches).sort().values, torch.arange(1003))
    assert max(map(len, batches)) == 32 and len(batches) == 32
    spans = [(lengths[batch].min().item(), lengths[batch].max().item()) for batch in batches]
    in_order = sorted(spans)
    assert spans != in_order
    assert all(high <= low for (_, high), (low, _) in zip(in_order, in_order[1:]))


def test_buckets_repeat_with_the_generator_alone():
    lengths = [5] * 50 + [9] * 50
    one, same, other = (
        text.buckets(lengths, 8, torch.Generator().manual_seed(seed)) for seed in (0, 0, 1)
    )
    assert [b.tolist() for b in one] == [b.tolist() for b in same] != [b.tolist() for b in other]
    assert sorted(batch.tolist() for batch in text.buckets([5, 9, 5], 1)) == [[0], [1], [2]]
    assert text.buckets([], 8) == [] and [b.tolist() for b in text.buckets([3], 8)] == [[0]]
    with pytest.raises(ValueError, match="wanted .* a batch size from 1 up, got .* and 0"):
        text.buckets(lengths, 0)


NEAR = [
    "We do not sell red apples here.",
    "we don't sell red apples here!",
    "We don't sell green apples here.",
    "We don't sell apples here.",
    "We never sold apples.",
    "They never sold apples.",
]


def test_near_duplicates_are_grouped_through_chains_and_short_sentences_are_not():
    assert text.groups(NEAR) == [0, 0, 0, 0, 4, 5]


def test_groups_agree_with_brute_force_on_all_pairs():
    rng = random.Random(0)
    sentences = [" ".join(rng.choices("abc", k=rng.randint(5, 8))) for _ in range(150)]

    def shortened(sentence):
        words = tuple(sentence.split())
        places = range(len(words)) if len(words) > 5 else ()
        return {words} | {words[:i] + words[i + 1 :] for i in places}

    group = list(range(150))
    for i in range(150):
        for j in range(i):
            if shortened(sentences[i]) & shortened(sentences[j]):
                group = [min(group[i], group[j]) if g in (group[i], group[j]) else g for g in group]
    assert text.groups(sentences) == group and len(set(group)) > 5


def test_groups_of_long_lines_need_memory_in_proportion():
    words = [f"w{k}" for k in range(4000)]
    lines = [" ".join(words), " ".join(words[:2000] + words[2001:]), " ".join(words[:3990])]
    tracemalloc.start()
    assert text.groups(lines) == [0, 0, 2]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000  # the lines without any one word would take 4000² · 8 bytes


def test_the_split_parts_no_group_and_ignores_the_order():
    rng = random.Random(0)
    draws = [rng.choices(range(3000), k=5) for _ in range(4000)]
    sentences = [f"we saw {' '.join(map(str, words))} today" for words in draws]
    sentences += [sentence.replace("today", "now") for sentence in sentences[:500]]
    parts = text.split(sentences)
    assert parts[:500] == parts[4000:]
    counts = Counter(parts)
    assert set(counts) == {"train", "validation", "test"}
    assert 0.88 < counts["train"] / 4500 < 0.92 and 0.04 < counts["validation"] / 4500 < 0.06
    mixed = rng.sample(range(4500), 4500)
    assert text.split([sentences[i] for i in mixed]) == [parts[i] for i in mixed]


def test_the_part_is_told_by_the_words_alone():
    """So that what is held out today was held out when the shipped networks were trained."""
    sentences = [f"We didn't see {k}!" for k in range(400)]
    digests = [hashlib.sha256(f"we did not see {k}".encode()).hexdigest() for k in range(400)]
    part = {0: "validation", 1: "test"}
    assert text.split(sentences) == [part.get(int(x, 16) % 20, "train") for x in digests]


@pytest.mark.parametrize(
    "content", ["One.\nTwo.\n", "\ufeffOne.\r\n\r\nTwo.", "One.\rTwo.\r", "  One. \n\nTwo."]
)
def test_a_text_file_is_read_a_sentence_a_line(tmp_path, content):
    (tmp_path / "own.txt").write_bytes(content.encode())
    assert text.read_corpus(tmp_path / "own.txt") == (["One.", "Two."], None)


def test_a_table_is_read_with_its_labels(tmp_path):
    (tmp_path / "own.tsv").write_text("Café.\tfood\tX\nX-rays.\t\t2\n", encoding="utf-8")
    sentences, labels = text.read_corpus(str(tmp_path / "own.tsv"))
    assert sentences == ["Café.", "X-rays."] and labels == [("food", "X"), ("", "2")]


@pytest.mark.parametrize(
    "content, what",
    [
        (b"", "wanted from 1 to 200,000,000 bytes in .*, got 0"),
        (b"a", "got one, 1 times"),
        (b" \n\n", "got empty lines only"),
        (b"One.\nCaf\xe9.\n", "wanted UTF-8 .* got byte 8 .* save it as UTF-8"),
        ("One.\nTwo.".encode("utf-16"), "wanted UTF-8"),
        (b"a\0b\nc\0d\n", "got binary data"),
        (b"One line alone.", "wanted two different sentences .* got one, 1 times"),
        (b"Same.\n" * 9, "got one, 9 times"),
        (b"a\tb\nc\nd\n", "2 columns.* got other lines, 2 of them, such as line 2"),
        (b"a\nb\tc\n", "1 columns.* line 2"),
        (b"a\tb\n\tc\n", "1 of them, such as line 2"),
        (b"a\nb\n" * 100 + b"c\0\n", "got binary data in line 201"),
        ("😀\n***\n?!\n".encode(), "got 3 lines without a word"),
        (b"Same.\nsame\xc2\xad.\n-same. *\n", "got one, 3 times"),
        (b"a b\n\n" + b"a " * 101, "got 101 in line 3, the longest of 1 such"),
        (b"a b\n" + b"a " * 101 + b"\n" + b"b " * 3000, "got 3,000 in line 3, .* of 2 such lines"),
    ],
)
def test_files_that_are_no_corpus_are_refused_with_the_remedy(tmp_path, content, what):
    (tmp_path / "own.txt").write_bytes(content)
    with pytest.raises(ValueError, match=what):
        text.read_corpus(tmp_path / "own.txt")


def test_the_largest_file_and_the_longest_line_are_read_and_no_larger_ones(tmp_path, monkeypatch):
    path = tmp_path / "own.txt"
    path.write_bytes(b"One.\nTwo.\n")
    monkeypatch.setattr(corpora, "MOST_BYTES", 10)
    assert text.read_corpus(path) == (["One.", "Two."], None)
    table = corpora.read_table(path)
    assert (table.n_lines, table.n_empty, table.numbers) == (2, 0, [1, 2])  # its end is no line
    monkeypatch.setattr(corpora, "MOST_BYTES", 9)
    with pytest.raises(ValueError, match="wanted from 1 to 9 bytes in .*, got 10: cut"):
        text.read_corpus(path)
    corpora.check_lengths([1, 100])
    for numbers, line in ((None, 2), ([4, 7, 9], 7)):
        with pytest.raises(ValueError, match=f"got 300 in line {line}, the longest of 3 such"):
            corpora.check_lengths([101, 300, 102], numbers)


def test_fields_lose_their_quotes_labels_their_spaces_and_lines_without_a_word_go(tmp_path):
    content = '"He said ""No"", twice."\t"pos "\n😀\tneg\nIt is "so".\t pos\nA "b"\ta\u0308  b\n'
    content += '"Yes," he said, "no."\tneg\n'  # its quotes do not stand around the field
    (tmp_path / "own.tsv").write_text(content, encoding="utf-8")
    sentences, labels = text.read_corpus(tmp_path / "own.tsv")
    said = ['He said "No", twice.', 'It is "so".', 'A "b"', '"Yes," he said, "no."']
    assert sentences == said and labels == [("pos",), ("pos",), ("ä b",), ("neg",)]


def test_labels_become_attributes_that_steering_takes(tmp_path):
    rows = [f"line {k}\t{'pos' if k % 2 else 'neg'}\t{'abc'[k % 3] if k else ''}" for k in range(9)]
    (tmp_path / "own.tsv").write_text("\n".join(rows))
    sentences, labels = text.read_corpus(tmp_path / "own.tsv")
    numbers, attributes = text.numbered(labels)
    assert attributes == {"label 1": ["neg", "pos"], "label 2": ["a", "b", "c"]}
    assert numbers[:3].tolist() == [[0, -1], [1, 1], [0, 2]]
    taken = steering.Attributes(attributes)  # what `fit` makes of its arguments
    codes = steering.Codes((torch.randn(9, 4), torch.ones(9, 4)), numbers, taken.sizes)
    assert codes.targets.sum(0).tolist() == [5, 4, 2, 3, 3] and len(codes.labelled) == 9
    assert taken.wish({"label 1": "pos", "label 2": "c"}, 1).tolist() == [[1, 2]]
    assert list(text.numbered(labels, ["mood", "topic"])[1]) == ["mood", "topic"]


@pytest.mark.parametrize(
    "labels, names, what",
    [
        (None, None, "got .*: write labels after a tab"),
        (["pos", "neg"], None, "wanted labels as tuples"),
        ([("a",), ("a", "b")], None, "wanted labels as tuples of one length"),
        ([("a",), ("b",)], ["x", "y"], "a name for each of 1 columns"),
        ([("a", "c"), ("b", "")], None, "got .'c'. in 'label 2': take that column out"),
    ],
)
def test_labels_that_cannot_be_attributes_are_refused(labels, names, what):
    with pytest.raises(ValueError, match=what):
        text.numbered(labels, names)


def told(tmp_path, content, name="own.txt", min_count=1):
    """The intake of a file with this content."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    table = corpora.read_table(tmp_path / name)
    return "\n".join(intake(table, min_count, tmp_path / name))


PLAIN = [f"The {k % 7} dogs, as number {k} says, see me." for k in range(1000)]


def test_intake_counts_what_a_file_holds(tmp_path):
    said = told(tmp_path, "\n".join([*PLAIN, PLAIN[0], "", "***", "Да да"]), min_count=2)
    words = Counter(word for line in [*PLAIN, "да да", PLAIN[0]] for word in text.tokenise(line))
    rare = sum(count for count in words.values() if count < 2)
    for wanted in (
        "1,004; 1 empty and 1 without a word are left out, such as line 1003",
        "1,002, 1,001 different",
        f"{words.total():,} with marks",
        "the longest is line 1 with 12",
        f"{sum(count >= 2 for count in words.values()):,} words and marks that occur 2 times",
        f"{rare / words.total():.1%} of all words become <unk>",
        "Latin 100.0%, Cyrillic 0.0%",
    ):
        assert wanted in said
    assert told(tmp_path, "\n".join(PLAIN)).count("?") == 0
    assert "\n".join(intake(of_sentences(PLAIN))) == told(tmp_path, "\n".join(PLAIN))


def test_intake_counts_labels(tmp_path):
    rows = [f"{line}\t{'pos' if k % 4 else 'neg'}\t{k % 2 or ''}" for k, line in enumerate(PLAIN)]
    said = told(tmp_path, "\n".join(rows))
    assert re.search("label 1 +pos 750, neg 250\nlabel 2 +[(]none[)] 500, 1 500", said)
    assert "? label 2 has one value only" in said and said.count("\n? ") == 1


LABELLED = [(line, "pos" if k % 2 else "neg") for k, line in enumerate(PLAIN)]


@pytest.mark.parametrize(
    "content, name, what",
    [
        ("\n".join(f'"{line}",{label}' for line, label in LABELLED), "a.txt", "CSV, 2 columns"),
        ("\n".join(f"{label};{line}" for line, label in LABELLED), "a.txt", "CSV, 2 .* ';'"),
        ("\n".join(PLAIN), "a.CSV", "named CSV"),
        ("text,label\n" + "\n".join(f'"{a}",{b}' for a, b in LABELLED), "a.csv", "line 1 .*header"),
        ("x\ty\n" + "\n".join("\t".join(row) for row in LABELLED), "a.tsv", "line 1 .*header"),
        ("Sentence\n" + "\n".join(PLAIN), "a.txt", "line 1 looks like a header"),
        ("\n".join(f'"{line}"' for line in PLAIN), "a.txt", "1,000 lines stand in quotes"),
        ("\n".join([*PLAIN, "caf\ufffd here"]), "a.txt", "such as line 1001"),
        ("\n".join(f"{a}\t{b}" for a, b in [*LABELLED, ("A b", "Pos")]), "a.tsv", "capitals only"),
        ("\n".join(f"{line}\tn{k}" for k, line in enumerate(PLAIN)), "a.tsv", "is it an id"),
        ("\n".join(f"สวัสดี {k} ครับ" for k in range(1000)), "a.txt", "Thai is usually .* spaces"),
        ("\n".join(f"我们 {k} 再见" for k in range(1000)), "a.txt", "Cjk is usually .* spaces"),
        ("\n".join(PLAIN[:99]), "a.txt", "99 sentences are few"),
        ("\n".join([*PLAIN, "a " * 24]), "a.txt", "1 lines have 24 words or more"),
        ("\n".join(f"{'a ' * 98}{k}" for k in range(4000)), "a.txt", "slow steps"),
    ],
)
def test_intake_says_what_is_doubtful(tmp_path, content, name, what):
    assert re.search(f"[?] .*{what}", told(tmp_path, content, name))


def test_a_missing_file_and_an_enormous_one_are_refused_unread(tmp_path):
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(FileNotFoundError, match="wanted a text file, .* got no file .*here is"):
            text.read_corpus(path)
    with open(tmp_path / "big.txt", "wb") as file:
        file.truncate(10**12)  # takes no room on the disk
    with pytest.raises(ValueError, match="got 1,000,000,000,000: cut the file down"):
        text.read_corpus(tmp_path / "big.txt")


def sentences_of(n, size, seed=0):
    """Sentences whose words are drawn with unequal weights, and repeat in pairs."""
    rng, sentences = random.Random(seed), []
    for _ in range(n):
        repeated = (
            [rng.randint(3, size - 1)] * rng.randint(1, 2) for _ in range(rng.randint(0, 4))
        )
        sentences.append([word for words in repeated for word in words])
    return sentences


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_probabilities_sum_to_one_after_any_history(order):
    model = KneserNey(sentences_of(200, 9), 12, order)  # words 9 to 11 never come
    for history in ([1], [1, 3], [1, 3, 3], [4, 5, 6], [11, 10, 9], [3, 11], [1, 11]):
        probs = [model.prob(word, history) for word in range(EOS, 12)]
        assert math.isclose(sum(probs), 1, rel_tol=1e-12) and min(probs) > 0


def test_bigrams_agree_with_the_formula_written_out():
    sentences, size = sentences_of(60, 8), 9
    pairs = Counter(pair for tokens in sentences for pair in zip([BOS, *tokens], [*tokens, EOS]))
    times = list(pairs.values())
    # how many different words come before each
    before = {word: len({u for u, w in pairs if w == word}) for word in range(EOS, size)}
    kinds = list(before.values())
    d1, d2 = (max(n.count(1), 1) / (max(n.count(1), 1) + 2 * n.count(2)) for n in (kinds, times))
    model, after = KneserNey(sentences, size, order=2), defaultdict(list)
    for (u, _), count in pairs.items():
        after[u].append(count)
    uniform = sum(k > 0 for k in kinds) / (size - 2)
    for u in (BOS, 3, 4, 5, 8):
        for word in range(EOS, size):
            p = (max(before[word] - d1, 0) + d1 * uniform) / len(pairs)
            if after[u]:
                p = (max(pairs[u, word] - d2, 0) + d2 * len(after[u]) * p) / sum(after[u])
            assert math.isclose(model.prob(word, [u]), p, rel_tol=1e-12)


def test_a_sentence_is_the_product_of_its_words_and_its_end():
    model = KneserNey(sentences_of(100, 8), 8)
    row = [BOS, 4, 4, 5, EOS]
    wanted = sum(math.log(model.prob(row[i], row[:i])) for i in range(1, 5))
    assert math.isclose(model.log_prob([4, 4, 5]), wanted)
    assert math.isclose(model.log_prob([]), math.log(model.prob(EOS, [BOS])))


def test_all_short_sentences_together_weigh_less_than_one_and_nearly_that():
    model = KneserNey([[3], [3, 4], [4], [3], [4, 3]] * 3, 5, order=2)
    rows = [[]]
    total = 0
    for _ in range(12):
        total += sum(math.exp(model.log_prob(row)) for row in rows)
        rows = [row + [word] for row in rows for word in (3, 4)]
    assert 0.9 < total < 1


def test_more_words_of_history_help_where_words_depend_on_them():
    sentences = [[word, word, word] for tokens in sentences_of(400, 12) for word in tokens]
    scores = [
        sum(map(KneserNey(sentences[::2], 12, order).log_prob, sentences[1::2]))
        for order in (1, 2, 3)
    ]
    assert scores[0] < scores[1] < scores[2] < 0


def test_what_is_no_sentence_of_words_is_refused():
    said = "wanted sentences of tokens from 3 to 8, got .*vocabulary of that size"
    for sentences in ([], [[BOS, 4]], [[9]]):
        with pytest.raises(ValueError, match=said):
            KneserNey(sentences, 9)


SHIPPED = {
    "grammar": [
        "Did a brave goalkeeper lose some points on the beach?",
        "The angry pupils drew a long triangle with a frown at the university.",
    ],
    "healthy": [
        "Did some gentle dancers sing an anthem with pleasure on the stage last year?",
        "A kind cyclist visited a harbour in high spirits in the city.",
    ],
    "names": ["Latin small letter a", "Mathematical bold capital eta"],
    "tatoeba": ["I don't know what to do.", "Where do you live?"],
    "tatoeba_small": ["I don't know what to do.", "Tom didn't go to school yesterday."],
}


@pytest.mark.parametrize("name", SHIPPED)
def test_each_shipped_text_vae_gives_sentences_back(name):
    vae, said = text.load_vae(name), SHIPPED[name]
    z = vae.encode(said)
    assert vae.decode(z) == said and vae.decode(z[0]) == said[0]
    assert not any(weight.requires_grad for weight in vae.networks.parameters())


def test_the_shipped_collapsed_text_vae_writes_the_same_whatever_it_read():
    vae = text.load_vae("collapsed")
    said = vae.decode(vae.encode(SHIPPED["grammar"]))
    assert set(said).isdisjoint(SHIPPED["grammar"]) and all(map(Grammar().parse, said))


def test_every_text_vae_that_is_shipped_is_read_back():
    files = store.data_file("checkpoints").glob("text_vae_*")
    names = {path.stem.removeprefix("text_vae_") for path in files}
    assert names == {*SHIPPED, "collapsed"}
