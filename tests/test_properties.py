"""What holds for all inputs, tried on those that Hypothesis finds: text, batches, losses."""

import math
import re
import unicodedata

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from course_utils import checks, losses, metrics
from course_utils.distributions import Mixture, stratified_levels
from course_utils.text import EOS, Vocabulary, buckets, groups, join, pad, split, tokenise

settings.register_profile("course", max_examples=60, deadline=None, derandomize=True, database=None)
settings.load_profile("course")

TEXT = st.text(max_size=60)
WORDS = st.lists(
    st.sampled_from("a i you tom don't well-known , . ? ! see the 10:30 a.m. 是 है ।".split()),
    max_size=9,
)
SENTENCES = st.lists(WORDS.map(" ".join), min_size=1, max_size=30)
NUMBERS = st.floats(-50, 50, width=32)


def matrix(rows, columns, elements=NUMBERS):
    """Tensors (rows, columns), float32, of numbers from `elements`."""
    return arrays.arrays(np.float32, (rows, columns), elements=elements).map(torch.from_numpy)


@given(TEXT)
def test_no_letter_is_lost_and_joined_words_come_back(text):
    words = tokenise(text)
    assert tokenise(join(words)) == words
    letters = [c for c in unicodedata.normalize("NFC", text.lower()) if c.isalnum()]
    kept = "".join(words)
    assert [c for c in kept if c.isalnum()] == letters
    assert not re.search(r"\s", kept)


@given(SENTENCES, st.integers(1, 3))
def test_a_vocabulary_gives_back_what_it_knows(sentences, min_count):
    vocabulary = Vocabulary.build(sentences, min_count)
    every = [word for sentence in sentences for word in tokenise(sentence)]
    assert set(vocabulary.itos[4:]) == {w for w in every if every.count(w) >= min_count}
    for sentence in sentences:
        tokens = vocabulary.encode(sentence)
        words = [vocabulary.itos[token] for token in tokens]
        same = [w == v for w, v in zip(words, tokenise(sentence))]
        assert all(ok or w == "<unk>" for ok, w in zip(same, words))
        if "<unk>" not in words:
            assert tokenise(vocabulary.decode([*tokens, EOS, 4])) == tokenise(sentence)


@given(st.lists(st.integers(0, 40), max_size=60), st.integers(1, 9))
def test_batches_hold_each_sentence_once_and_neighbours_in_length(lengths, size):
    batches = buckets(lengths, size)
    assert sorted(i for batch in batches for i in batch.tolist()) == list(range(len(lengths)))
    assert len(batches) == math.ceil(len(lengths) / size)
    ranges = sorted((min(ls), max(ls)) for b in batches if (ls := [lengths[i] for i in b]))
    assert all(a[1] <= b[0] for a, b in zip(ranges, ranges[1:]))


@given(st.lists(st.lists(st.integers(3, 9), max_size=7), min_size=1, max_size=6))
def test_padding_is_undone_by_the_lengths(rows):
    tokens = pad(rows)
    assert [row[1 : 1 + len(r)] for row, r in zip(tokens.tolist(), rows)] == rows
    assert (tokens == EOS).sum(1).tolist() == [1] * len(rows)
    assert (tokens > 2).sum().item() == sum(map(len, rows))


@given(SENTENCES, st.randoms(use_true_random=False))
def test_the_split_parts_no_group_and_does_not_depend_on_the_order(sentences, dice):
    part = split(sentences)
    assert len({*zip(groups(sentences), part)}) == len({*groups(sentences)})
    order = dice.sample(range(len(sentences)), len(sentences))
    assert split([sentences[i] for i in order]) == [part[i] for i in order]


@given(matrix(3, 5), matrix(3, 5), st.floats(0.05, 20))
def test_gaussian_losses_are_those_of_torch_distributions(x, x_hat, std):
    normal = torch.distributions.Normal(x_hat, std)
    torch.testing.assert_close(
        losses.gaussian_nll(x, x_hat, std), -normal.log_prob(x).sum(1), rtol=1e-4, atol=1e-3
    )


@given(matrix(3, 5), matrix(3, 5, st.floats(-8, 8, width=32)))
def test_the_kl_is_that_of_torch_distributions_and_never_negative(mu, logvar):
    posterior = torch.distributions.Normal(mu, (0.5 * logvar).exp())
    exact = torch.distributions.kl_divergence(posterior, torch.distributions.Normal(0.0, 1.0))
    kl = losses.gaussian_kl(mu, logvar)
    torch.testing.assert_close(kl, exact.sum(1), rtol=1e-4, atol=1e-3)
    assert (kl > -1e-4).all()
    floor = 0.5
    raised = losses.free_bits(exact, floor)
    assert raised >= exact.mean(0).sum() - 1e-3 and raised >= floor * exact.shape[1] - 1e-4


@given(matrix(1, 8), matrix(1, 8))
def test_game_losses_are_cross_entropies_at_any_logit(real, fake):
    bce = torch.nn.functional.binary_cross_entropy_with_logits
    loss = losses.discriminator_loss(real, fake)
    wanted = bce(real, torch.ones_like(real)) + bce(fake, torch.zeros_like(fake))
    torch.testing.assert_close(loss.sum(), wanted, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(
        losses.generator_nonsaturating(fake).sum(), bce(fake, torch.ones_like(fake))
    )
    torch.testing.assert_close(
        losses.generator_minimax(fake).sum(), -bce(fake, torch.zeros_like(fake))
    )


@given(matrix(1, 12), matrix(1, 12), st.floats(-20, 20))
def test_wasserstein_is_a_distance_that_moves_with_its_arguments(x, y, by):
    distance = metrics.wasserstein_1d(x, y)
    torch.testing.assert_close(distance, metrics.wasserstein_1d(y, x))
    assert (metrics.wasserstein_1d(x, x.flip(1)) == 0).all() and (distance >= 0).all()
    moved = metrics.wasserstein_1d(x, x + by)
    torch.testing.assert_close(moved, torch.full_like(moved, abs(by)), rtol=1e-3, atol=1e-3)


@given(st.integers(1, 5), st.integers(1, 40))
def test_each_slice_has_one_level(n_seeds, batch):
    levels = stratified_levels(n_seeds, batch)[..., 0]
    assert ((levels * batch).floor() == torch.arange(batch)).float().mean() > 0.99
    assert n_seeds == 1 or not torch.equal(levels[0], levels[1])


@given(arrays.arrays(np.float32, (3, 2), elements=st.floats(-4, 4, width=32)), st.floats(0.1, 2))
def test_a_mixture_is_that_of_torch_distributions(centres, std):
    centres = torch.from_numpy(centres)
    parts = torch.distributions.Independent(torch.distributions.Normal(centres, std), 1)
    even = torch.distributions.Categorical(torch.ones(3))
    oracle = torch.distributions.MixtureSameFamily(even, parts)
    x = torch.linspace(-5, 5, 14).view(7, 2)
    ours = Mixture(centres, std).log_prob(x)
    torch.testing.assert_close(ours, oracle.log_prob(x), rtol=1e-3, atol=1e-3)


@given(matrix(2, 3), st.integers(0, 5), st.sampled_from([math.nan, math.inf, 1.0, -1.0]))
def test_a_result_with_one_wrong_number_is_never_the_same(wanted, place, change):
    got = wanted.clone()
    got.view(-1)[place] += change
    assert checks.same(wanted, wanted.clone()) and not checks.same(got, wanted)
    if math.isfinite(change):
        where, shown, right = checks.worst(got, wanted)
        assert where == divmod(place, 3) and shown != right


@given(st.one_of(st.none(), st.booleans(), st.text(max_size=5), st.lists(NUMBERS, max_size=4)))
def test_a_number_is_wanted_and_other_kinds_get_a_hint(got):
    with pytest.raises(checks.Hint):
        checks.want_tensor("the answer", got, (2, 2))
