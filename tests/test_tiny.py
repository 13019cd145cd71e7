"""The language of nine words, against counting and known answers."""

import pytest
import torch
from torch.nn.functional import one_hot

from course_utils import losses, models
from course_utils.distributions import gumbel_noise
from course_utils.losses import straight_through
from course_utils.text import tiny


def drawn(a):
    word = one_hot((a + gumbel_noise(a)).argmax(-1), tiny.V).float()
    return word, word


def straight(a):
    word = straight_through(drawn(a)[0], a.softmax(-1))
    return word, word


def spoken(x):  # (n, PLACES, V) → which of the 729 sentences
    return (x.argmax(-1) * torch.tensor([81, 9, 1])).sum(-1)


def test_the_data_are_the_eight_sentences():
    assert tiny.X_ALL.shape == (729, 3, 9) and tiny.P.sum() == 1
    assert set(spoken(tiny.data(2, 200)[0]).tolist()) == set(tiny.P.nonzero().flatten().tolist())
    words = [" ".join(tiny.WORDS[k] for k in row) for row in tiny.X_GOOD.argmax(-1).tolist()]
    assert words == tiny.GOOD


def test_what_is_spoken_has_the_probabilities_that_log_q_gives():
    torch.manual_seed(0)
    tables = tiny.new_tables(2, std=1.0)
    q = tiny.log_q(tables, tiny.X_ALL).exp()
    torch.testing.assert_close(q.sum(1), torch.ones(2))
    with torch.no_grad():
        heard, seen = tiny.speak(tables, 100_000, drawn)
    assert heard.shape == (2, 100_000, 3, 9) and torch.equal(heard, seen)
    for row, wanted in zip(spoken(heard), q.detach()):
        share = torch.bincount(row, minlength=729) / 100_000
        torch.testing.assert_close(share, wanted, rtol=0, atol=0.005)
    torch.testing.assert_close(tiny.log_q(tables, heard)[0], q.log()[0, spoken(heard)[0]])


def test_what_is_heard_and_what_is_seen_are_kept_apart():
    heard, seen = tiny.speak(tiny.perfect(), 50, lambda a: (drawn(a)[0], a.softmax(-1)))
    assert spoken(heard[0]).shape == (50,) and (tiny.P[spoken(heard[0])] > 0).all()
    torch.testing.assert_close(seen[0, :, 0, :2], torch.full((50, 2), 0.5))


def test_the_entropy_of_words():
    assert tiny.entropy(tiny.X_ALL).abs().max() == 0
    even = torch.full((2, 3, 9), 1 / 9).requires_grad_()
    torch.testing.assert_close(tiny.entropy(even), torch.tensor([2.0, 2.0]) * 3.2958369)
    x = tiny.X_ALL[:1].clone().requires_grad_()
    assert torch.autograd.grad(tiny.entropy(x).sum(), x)[0].isfinite().all()


def test_scores_of_known_generators():
    scores = tiny.scores(tiny.perfect())
    assert [round(scores[name].item(), 3) for name in scores] == [1, 0, 2.079]
    single = torch.zeros(1, 729)
    single[0, tiny.P.argmax()] = 1
    assert [x.item() for x in tiny.scores_of(single).values()] == [1, 0.875, 0]


def test_likelihood_comes_near_the_data():
    assert tiny.scores(tiny.learn(0, n_seeds=2))["total variation"].max() < 0.06


def test_a_game_moves_both_sides_and_keeps_scores():
    def through_d(logits, log_q):
        return torch.nn.functional.softplus(-logits).mean(-1)

    tables, discriminator, history = tiny.play(0, straight, through_d, n_seeds=4, n_turns=60)
    assert history["grammatical"].shape == (3, 4)
    assert history["grammatical"][-1].mean() > 2 * history["grammatical"][0].mean()
    torch.testing.assert_close(
        torch.tensor(history["entropy"][-1]), tiny.scores(tables)["entropy"], check_device=False
    )
    assert discriminator(torch.zeros(4, 2, 27)).shape == (4, 2)
    longer, _, history = tiny.play(0, straight, through_d, n_seeds=2, n_turns=2, clauses=2)
    assert len(longer) == 6 and set(history) == {"step"}
    assert tiny.speak(longer, 3, drawn)[0].shape == (2, 3, 6, 9)


def test_who_watches_a_game_does_not_change_it():
    def reinforce(logits, log_q):
        return losses.reinforce(log_q, -logits)

    def watch(tables, discriminator):
        return {"noise": torch.rand(2), "cosine": torch.ones(2)}

    games = [tiny.play(0, drawn, reinforce, n_seeds=2, n_turns=21, watch=w) for w in (None, watch)]
    for alone, watched in zip(games[0].tables, games[1].tables):
        torch.testing.assert_close(alone, watched, rtol=0, atol=0)
    assert games[1].history["noise"].shape == (2, 2)
    assert set(games[1].history) - set(games[0].history) == {"noise", "cosine"}


@pytest.mark.parametrize("n_words", [2, 4])
def test_rewards_of_one_word_are_all_alike(n_words):
    kinds = ("all or nothing", "shared", "own word")
    assert [tiny.reward_variance(1, n_words, kind) for kind in kinds] == pytest.approx(
        3 * [n_words - 2], abs=1e-9
    )


def test_the_parts_of_an_unbiased_gradient():
    torch.manual_seed(0)
    tables = tiny.new_tables(3, std=0.5)
    discriminator = models.gan_discriminator([27, 8], n_seeds=3)

    def loss(logits, log_q):
        reward = -torch.nn.functional.softplus(-logits).detach()
        return -((reward - reward.mean()) * log_q).mean(-1)

    few, many = (
        tiny.gradient_parts(tables, discriminator, drawn, loss, batch=n, n=200) for n in (16, 64)
    )
    assert (many[0].abs() < 0.1 * few[1]).all()  # no bias but for the own reward in the mean
    torch.testing.assert_close(few[1] / many[1], torch.full((3,), 4.0), rtol=0.4, atol=0)


def test_the_cosine_with_the_exact_gradient():
    torch.manual_seed(0)
    tables = tiny.new_tables(3, std=0.5)
    discriminator = models.gan_discriminator([27, 8], n_seeds=3)
    every = tiny.X_ALL.flatten(1).expand(3, -1, -1)

    def exact_loss(logits, log_q):  # whatever was drawn
        q = tiny.log_q(tables, tiny.X_ALL).exp()
        return (q * torch.nn.functional.softplus(-discriminator(every)).detach()).sum(1)

    def drawn_loss(logits, log_q):
        return losses.reinforce(log_q, -torch.nn.functional.softplus(-logits))

    one = tiny.gradient_cosine(tables, discriminator, drawn, exact_loss, n=2)
    torch.testing.assert_close(one, torch.ones(3))
    small, large = (
        tiny.gradient_cosine(tables, discriminator, drawn, drawn_loss, batch=n) for n in (4, 256)
    )
    assert (0 < small).all() and (small < large).all() and (large < 1).all()


def test_d_is_shown_the_real_sentences_that_are_asked_for():
    shown = []

    def real(n_seeds, batch, clauses):
        shown.append((n_seeds, batch, clauses))
        return tiny.data(n_seeds, batch, clauses)

    def through_d(logits, log_q):
        return torch.nn.functional.softplus(-logits).mean(-1)

    games = [
        tiny.play(0, straight, through_d, real=r, n_seeds=2, n_turns=2) for r in (real, tiny.data)
    ]
    assert shown == [(2, 32, 1)] * 2
    torch.testing.assert_close(games[0][0], games[1][0])


def test_the_exact_gradient_is_that_of_the_mean_reward():
    tables = [table.double().detach().requires_grad_() for table in tiny.new_tables(1)]
    discriminator = models.gan_discriminator([27, 8]).double()
    try:
        tiny.X_ALL = tiny.X_ALL.double()
        got = tiny.exact_gradient(tables, discriminator)

        def mean_reward():
            d = torch.sigmoid(discriminator(tiny.X_ALL.flatten(1).unsqueeze(0)))
            return (tiny.log_q(tables, tiny.X_ALL).exp() * d.log()).sum().item()

        place, base = (0, 3, 2), mean_reward()
        with torch.no_grad():
            tables[1][place] += 1e-6
        slope = (mean_reward() - base) / 1e-6
    finally:
        tiny.X_ALL = tiny.X_ALL.float()
    assert got[0, 9 + 3 * 9 + 2].item() == pytest.approx(slope, rel=1e-3)
