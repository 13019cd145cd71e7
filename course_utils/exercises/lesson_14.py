"""Checks and quiz of lesson 14, can 32 numbers hold a sentence?"""

import math

import torch
from torch.nn.functional import cross_entropy

from .. import checks, models
from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_graph, want_tensor, worst
from ..text import BOS, EOS, pad

N_WORDS, Z_DIM = 9, 3


@torch.random.fork_rng(devices=[])
def _decoder(seed, spread):
    """A small decoder with weights from N(0, spread²), which hardly ever says PAD or BOS."""
    torch.manual_seed(seed)
    decoder = models.TextDecoder(N_WORDS, Z_DIM, 5, 7)
    for weights in decoder.parameters():
        torch.nn.init.normal_(weights, std=spread)
    decoder.requires_grad_(False)
    decoder.head.bias[:EOS] = -9
    return decoder


def _codes(n, seed=3):
    return 2 * torch.randn(n, Z_DIM, generator=torch.Generator().manual_seed(seed))


def _each_word(decoder, z, given, asked, ignore_index=0):
    """−log p of the words asked for, when the decoder is given these words: (batch, length)."""
    outputs, _ = decoder(z, given)
    logits = decoder.head(outputs).transpose(1, 2)
    return cross_entropy(logits, asked, ignore_index=ignore_index, reduction="none")


def _recon_slips(decoder, z, tokens):
    """Wrong reconstruction terms, with the hint that fits."""
    before, after = tokens[:, :-1], tokens[:, 1:]
    each = _each_word(decoder, z, before, after)
    right, n_words = each.sum(1), (after != 0).sum(1)
    padded = _each_word(decoder, z, before, after, ignore_index=-1).sum(1)
    outputs, _ = decoder(z, before)
    chosen = decoder.head(outputs).gather(2, after.unsqueeze(-1)).squeeze(-1) * (after != 0)
    same_place = "is asked for the word that it is shown: it should say the next one"
    return (
        (-right, "the sign is turned round: −log p is positive"),
        (padded, "the padding counts: leave out the places where the true word is PAD, 0"),
        (
            (each * (after != EOS)).sum(1),
            "EOS is left out: it has to be predicted, too, or no sentence would end",
        ),
        (right / n_words, "you take the mean over the words: add them up, for nats a sentence"),
        (right.mean(), "you take the mean over the batch: one number for each sentence"),
        (right.sum(), "you add up the sentences: one number for each is wanted"),
        (each.sum() / n_words.sum(), "you take the mean over all words: add up those of a row"),
        (each, "these are the words: add up those of each sentence"),
        (right / math.log(2), "you measure in bits: use the natural logarithm"),
        (_each_word(decoder, z, before, before).sum(1), f"the decoder {same_place}"),
        (_each_word(decoder, z, tokens, tokens).sum(1), f"the decoder {same_place}"),
        (_each_word(decoder, z, after, after).sum(1), f"the decoder {same_place}"),
        (
            _each_word(decoder, z, after, before).sum(1),
            "the shift goes the wrong way: it is shown the words before, and says the next one",
        ),
        (
            _each_word(decoder, torch.zeros_like(z), before, after).sum(1),
            "z is missing: the decoder got zeros",
        ),
        (-chosen.sum(1), "the softmax is missing: logits are not log probabilities"),
    )


@exercise
def check_1(recon):
    """−log p(x|z) with teacher forcing: the sum over the words that are there."""
    decoder, z = _decoder(1, 0.8), _codes(4)
    tokens = pad([[4, 7, 5, 8, 6], [5], [8, 8, 4], [6, 4]])
    got = ask(recon, decoder, z, tokens)
    name_slip(got, _recon_slips(decoder, z, tokens))
    right = _each_word(decoder, z, tokens[:, :-1], tokens[:, 1:]).sum(1)
    got = want_tensor("−log p(x|z)", got, (4,))
    if not same(got, right):
        (row,), yours, wanted = worst(got, right)
        raise Hint(
            f"sentence {row} gets {yours} nats, wanted {wanted}: give the decoder all tokens but "
            "the last, and ask for all but the first"
        )
    learned = z.clone().requires_grad_()
    want_graph(recon, decoder, learned, tokens, learned=[learned])
    return "Each word is conditioned on the true words before it, and all places are done at once."


def _written(decoder, z, n, keeps_state=True, feeds=True, choose=torch.argmax):
    """What the loop writes, (len(z), n); with one of its parts wrong if asked for."""
    words = torch.full((len(z), 1), BOS)
    state, written = None, []
    for _ in range(n):
        outputs, state = decoder(z, words, state if keeps_state else None)
        new = choose(decoder.head(outputs[:, -1]), -1).unsqueeze(1)
        words = new if feeds else words
        written.append(new)
    return torch.cat(written, 1)


def _up_to_eos(row):
    """The tokens of a row before its first EOS, and EOS if there is one."""
    row = row.tolist()
    return row[: row.index(EOS) + 1] if EOS in row else row


def _token_rows(got, n):
    """A result as n lists of tokens, each up to its first EOS; Hint if it is no such thing."""
    if torch.is_tensor(got) and got.dim() == 2:
        got = list(got)
    rows = got if isinstance(got, list) else []
    if len(rows) != n or not all(torch.is_tensor(row) and row.dim() == 1 for row in rows):
        raise Hint(f"one row of tokens for each of the {n} codes is wanted, (n, max_length)")
    if any(row.is_floating_point() or row.dtype == torch.bool for row in rows):
        raise Hint("integers are wanted, the numbers of the words: argmax, not max")
    return [_up_to_eos(row) for row in rows]


@exercise
def check_2(write):
    """Greedy decoding: the likeliest word, fed back in with the state."""
    decoder, z, n = _decoder(7, 0.8), _codes(12, 5), 7
    got = _token_rows(ask(write, decoder, z, n), len(z))
    right = [_up_to_eos(row) for row in _written(decoder, z, n)]
    slips = {
        "the state is not handed on: each word is written as if it were the first": {
            "keeps_state": False
        },
        "the chosen word is not fed back: the decoder is given BOS at every place": {
            "feeds": False
        },
        "you choose the least likely word: the most likely one is wanted": {"choose": torch.argmin},
    }
    if got == right:
        return "The same network, the same z; only the words before are now its own."
    if all(row[0] == BOS for row in got):
        raise Hint("BOS is given to the decoder, it is not written: leave it out of the result")
    for hint, wrong in slips.items():
        if got == [_up_to_eos(row) for row in _written(decoder, z, n, **wrong)]:
            raise Hint(hint)
    if got == [_up_to_eos(row) for row in _written(decoder, 0 * z, n)]:
        raise Hint("z is missing: the decoder got zeros")
    k = next(k for k in range(len(z)) if got[k] != right[k])
    raise Hint(
        f"for code {k} you write {got[k]}, wanted {right[k]}: begin with BOS, take the largest "
        "logit, hand on word and state, and write max_length words or up to EOS"
    )


@exercise
def check_3(move):
    """z + f · (mean code of the value wanted − mean code of the value it has)."""
    draw = torch.Generator().manual_seed(7)
    z, means = torch.randn(6, 4, generator=draw), torch.randn(3, 4, generator=draw)
    now, wanted, f = torch.tensor([0, 1, 2, 0, 1, 2]), torch.tensor([1, 2, 1, 2, 0, 1]), 1.5
    got, difference = ask(move, z, now, wanted, means, f), means[wanted] - means[now]
    name_slip(
        got,
        (
            (z - f * difference, "the sign is turned round: towards the value wanted"),
            (z + difference, "the factor f is missing"),
            (f * difference, "z is missing: the vector is added to the code"),
            (f * (z + difference), "f multiplies the vector only, not z"),
            (z + f * means[wanted], "subtract the mean code of the value that it has now"),
            (z - f * means[now], "add the mean code of the value wanted"),
            (means[wanted].expand(6, 4), "that forgets z: everything else would be lost"),
            (
                z + f * (means[wanted] - z),
                "that goes to the mean code itself: everything else about z would be lost",
            ),
            (
                z + f * (means[wanted] - means.mean(0)),
                "subtract the mean code of the value that it has, not the mean of all values",
            ),
            (z, "nothing moves"),
        ),
    )
    got, right = want_tensor("z′", got, z.shape), z + f * difference
    if not same(got, right):
        place, yours, correct = worst(got, right)
        raise Hint(
            f"at {list(place)} it gives {yours}, wanted {correct}: "
            "z + f · (means[wanted] − means[now])"
        )
    return "No training, no critic: a difference of two means."


QUIZ = (
    (
        "What does the decoder get as input at the third place of a training sentence?",
        {
            "The word that it has just chosen at the second place.": (
                "That is how it writes. In training it gets the true word, whatever it would have "
                "chosen."
            ),
            "The true third word.": (
                "Then it would only have to copy it. The third word is what it has to predict."
            ),
            "The true second word, z, and its state after the words before.": (
                "Right: p(x₃ | x₁, x₂, z) is conditioned on the true words before, so this is "
                "the term that the likelihood asks for."
            ),
        },
    ),
    (
        "Halfway between two codes the decoder writes a grammatical sentence. What does that show?",
        {
            "Little: this VAE does so at nearly every draw of the prior.": (
                "Right. What tells something is that the halfway sentence has the attributes "
                "which both ends share, and that the middles of other pairs do not."
            ),
            "That the space of codes has no holes between sentences.": (
                "A decoder that has learned the grammar writes grammatical sentences from codes "
                "that belong to no sentence, too."
            ),
            "That the halfway sentence means something between the two.": (
                "It need not. Only a comparison of its attributes with those of the ends can tell."
            ),
        },
    ),
    (
        "Adding the vector from past to future works in this lesson. On which corpus would it also "
        "change the sentiment of the sentences?",
        {
            "On one where more sentences are in the past than in the future.": (
                "The means are taken for each tense on its own, so unequal numbers do not matter."
            ),
            "On one where the past is negative more often than the future.": (
                "Right: then the two means differ in sentiment, too, and the vector has both in it."
            ),
            "On one with longer sentences.": (
                "Length alone changes nothing, as long as it has nothing to do with the tense."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(14)
