"""Steering on the shipped grammar VAE: the docstring's example, its promises, oracles for parts."""

import doctest
import json
import math

import pytest
import torch

from course_utils import losses, run, steering, text
from course_utils.text import english
from course_utils.text.grammar import ATTRIBUTES, Grammar

SIZES = [len(values) for values in ATTRIBUTES.values()]
GRAMMAR = Grammar()


def parsed(sentences):
    """What the parser reads: (n, attributes), -1 where a sentence is not grammatical."""
    return GRAMMAR.indices([GRAMMAR.parse(sentence) for sentence in sentences])


@pytest.fixture(scope="module")
def example():
    """The names that the docstring's example leaves behind, and the sentence that it prints."""
    lines = doctest.DocTestParser().get_examples(steering.__doc__)
    assert len(lines) < 10
    names = {"fit": steering.fit}
    run.seed_everything(0)
    for line in lines[:-1]:
        exec(line.source, names)
    names["said"], names["printed"] = eval(lines[-1].source, names), eval(lines[-1].want)
    return names


def test_the_docstrings_example_steers_a_shipped_sentence(example):
    assert parsed([example["said"]]).tolist() == parsed([example["printed"]]).tolist()
    z = example["z"]
    for wish in ({"tense": "past", "kind": "question"}, {"number": "plural"}):
        got = parsed([example["vae"].decode(example["steer"](z, wish))])[0]
        before = parsed([example["vae"].decode(z)])[0]
        for j, (name, values) in enumerate(ATTRIBUTES.items()):
            assert values[got[j]] == wish.get(name, values[before[j]])


def all_five(vae, move):
    """Share of the 216 combinations that come out right, from draws of the prior."""
    run.seed_everything(1)
    wish = torch.cartesian_prod(*map(torch.arange, SIZES)).repeat(3, 1)
    said = vae.decode(move(torch.randn(len(wish), 32), wish))
    return (parsed(said) == wish).all(1).float().mean(), len(set(said)) / len(said)


def one_each(vae, move, n=300):
    """For each attribute, from held-out sentences: share right, and share that keeps the others."""
    run.seed_everything(2)
    sentences, now, _ = GRAMMAR.sample(n, seed=999)
    z, right, kept = vae.encode(sentences), [], []
    for j, size in enumerate(SIZES):
        wish = torch.full((n, len(SIZES)), -1)
        wish[:, j] = (now[:, j] + torch.randint(1, size, (n,))) % size
        got = parsed(vae.decode(move(z, wish)))
        right.append((got == wish)[:, j].float().mean())
        kept.append(((got == now) | (wish >= 0)).all(1).float().mean())
    return torch.stack(right), torch.stack(kept)


def test_what_fit_promises_on_the_grammar(example):
    steer, vae = example["steer"], example["vae"]
    right, unique = all_five(vae, steer.move)
    assert right >= 0.98 and unique == 1  # bench_steering has the figures
    right, kept = one_each(vae, steer.move)
    assert (right >= 0.97).all() and (kept >= 0.93).all()
    assert set(steer.history) == {"step", "loss_critics", "loss_actor"}
    assert steer.history["loss_actor"].shape == (steering.DEFAULTS["n_steps"] // 50, 1)
    assert not any(p.requires_grad for p in steer.actor.parameters())


def test_every_simpler_method_is_far_above_chance_and_keeps_the_shape(example):
    steer, vae, labels = example["steer"], example["vae"], example["labels"]
    mu = vae.encode(example["sentences"])
    means = steering.class_means(mu, labels, ATTRIBUTES)
    effects = steering.class_effects(mu, labels, ATTRIBUTES)
    wanted = {
        "vectors": (steering.attribute_vectors(means, ATTRIBUTES, steer.read, 2.0), 0.5),
        "effects": (steering.attribute_vectors(effects, ATTRIBUTES, steer.read, 2.0), 0.5),
        "means": (steering.add_means(means, ATTRIBUTES, 6.0, rescale=True), 0.95),
        "ascent": (steering.ascent(steer, n_steps=100, rate=0.1), 0.95),
        "best of": (steering.best_of(steer, 1000), 0.5),
    }
    for name, (move, least) in wanted.items():
        assert all_five(vae, move)[0] > least, name
        assert move(example["z"], {"kind": "question"}).shape == (32,), name


def test_a_wish_becomes_groups_of_zeros_and_ones():
    attributes = steering.Attributes(ATTRIBUTES)
    wish = attributes.wish({"tense": "future", "kind": "question"}, 2)
    assert wish.tolist() == [[-1, 2, -1, -1, 1]] * 2
    target = steering.one_hot_wish(wish, SIZES)
    assert target.shape == (2, 16) and target.sum() == 4
    loss = losses.attribute_nll(torch.zeros(2, 16), target, SIZES)
    assert loss.item() == pytest.approx(math.log(3 * 2))  # an open attribute does not count


def test_belief_as_a_target_costs_a_kl():
    before, after = torch.randn(2, 50, 16, dtype=torch.float64)
    stay = steering.believed(before, torch.full((50, 5), -1), SIZES)
    extra = losses.attribute_nll(after, stay, SIZES) - losses.attribute_nll(before, stay, SIZES)
    kl = sum(
        torch.distributions.kl_divergence(
            torch.distributions.Categorical(logits=p), torch.distributions.Categorical(logits=q)
        ).mean()
        for p, q in zip(before.split(SIZES, -1), after.split(SIZES, -1))
    )
    assert torch.allclose(extra, kl)


def test_wishes_to_learn_from_are_spread_evenly():
    run.seed_everything(0)
    asked = steering.random_wishes(SIZES, (20_000,)) >= 0
    shares = asked.sum(1).bincount(minlength=6) / 20_000
    assert shares[0] == 0 and torch.allclose(shares[1:], torch.tensor(0.2), atol=0.015)
    assert torch.allclose(asked.float().mean(0), torch.tensor(0.6), atol=0.02)


def test_least_squares_untangles_what_means_mix_up():
    run.seed_everything(0)
    first = torch.randint(2, (4000,))
    second = first.where(torch.rand(4000) < 0.9, 1 - first)  # they go together in nine of ten
    mu = torch.stack([first, second], 1).float() + 0.01 * torch.randn(4000, 2)
    labels = torch.stack([first, second], 1)
    mixed = steering.class_means(mu, labels, [2, 2])[0]
    apart = steering.class_effects(mu, labels, [2, 2])[0]
    assert torch.allclose(mixed[1] - mixed[0], torch.tensor([1.0, 0.8]), atol=0.03)
    assert torch.allclose(apart[1] - apart[0], torch.tensor([1.0, 0.0]), atol=0.01)


def toy(n=200, z_dim=4):
    """Codes of two groups, apart in their first dimension, and their labels."""
    labels = torch.randint(2, (n, 1))
    mu = torch.randn(n, z_dim)
    mu[:, :1] += 4 * labels - 2
    return (mu, torch.full((z_dim,), 0.3)), labels


def test_seeds_are_independent_and_the_seed_axis_is_a_loop():
    run.seed_everything(0)
    codes, labels = toy()
    many = steering.fit(codes, labels, [2], n_seeds=3, n_steps=60, width=16)
    z = torch.randn(50, 4)
    moved = [many.move(z, torch.tensor([1]), seed) for seed in range(3)]
    assert not torch.allclose(moved[0], moved[1]) and not torch.allclose(moved[1], moved[2])
    assert many.history["loss_actor"].shape == (2, 3)
    run.seed_everything(7)
    first = steering.fit(codes, labels, [2], n_steps=40, width=16).move(z, torch.tensor([1]))
    run.seed_everything(7)
    again = steering.fit(codes, labels, [2], n_steps=40, width=16).move(z, torch.tensor([1]))
    assert torch.equal(first, again)


OPTIONS = [
    {"gated": True, "gate_bias": -3.0},
    {"critic_steps": 3},
    {"actor_steps": 3},
    {"critic_steps": 0, "warm_up": 20},
    {"warm_up": 20, "draw_share": 0.5, "prior_share": 1 / 3},
    {"keep_weight": 0.0, "realism_weight": 0.0, "distance_weight": torch.tensor([0.1, 1.0])},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_each_option_of_the_ablations_trains(options):
    run.seed_everything(0)
    steer = steering.fit(*toy(), [2], n_seeds=2, n_steps=150, width=16, **options)
    z = torch.randn(200, 4)
    z[:, 0] -= 2
    for seed in range(2):
        assert (steer.move(z, {"0": 1}, seed)[:, 0] - z[:, 0]).mean() > 0.2, "it moved to the group"
    assert math.isfinite(float(steer.history["loss_actor"][-1].sum()))


def test_critics_that_stop_stay_as_they_are():
    run.seed_everything(0)
    codes, labels = toy()
    ready = steering.fit(codes, labels, [2], n_steps=30, width=16)
    before = [p.clone() for net in (ready.realism, ready.critic) for p in net.parameters()]
    actor = [p.clone() for p in ready.actor.parameters()]
    again = steering.fit(codes, labels, [2], resume=ready, critic_steps=0, n_steps=10, width=16)
    after = [p for net in (again.realism, again.critic) for p in net.parameters()]
    assert all(map(torch.equal, before, after))
    assert not all(map(torch.equal, actor, again.actor.parameters()))


def test_rows_without_a_label_teach_realism_only():
    run.seed_everything(0)
    codes, labels = toy()
    labels[20:] = -1
    parts = steering.Codes(codes, labels, [2])
    assert parts.labelled.tolist() == list(range(20)) and len(parts.rows) == 200
    pick = parts.pick(parts.labelled, (3, 500))
    z = parts.draw(pick)
    assert pick.max() < 20 and (z - parts.mu[pick]).std().item() == pytest.approx(0.3, abs=0.01)


MU = torch.randn(6, 4, generator=torch.Generator().manual_seed(0))
LABELS = torch.tensor([[0], [1], [0], [1], [0], [-1]])
WRONG = [
    ((MU, LABELS, [2]), "wanted codes as a pair"),
    (((MU, torch.ones(3)), LABELS, [2]), "wanted codes as a pair"),
    (((MU, torch.zeros(4)), LABELS, [2]), "std > 0"),
    (((MU * math.nan, torch.ones(4)), LABELS, [2]), "finite"),
    (((MU, torch.ones(4)), LABELS[:, 0], [2]), "a column for each attribute"),
    (((MU, torch.ones(4)), LABELS + 1, [2]), "from 0 to below"),
    (((MU, torch.ones(4)), LABELS * 0 - 1, [2]), "some known"),
    (((MU, torch.ones(4)), LABELS, [1]), "two different values or more"),
    (((MU, torch.ones(4)), LABELS, []), "two different values or more"),
    (((MU, torch.ones(4)), LABELS, {"a": ("x", "x")}), "two different values or more"),
    (((MU, torch.ones(4)), LABELS, {"a": 3}), "wanted attributes as"),
    (((MU, torch.ones(4)), LABELS * 0.5, [2]), "whole numbers"),
    (((MU, torch.ones(4)), ["a"] * 6, [2]), "whole numbers"),
    (((MU[:0], torch.ones(4)), LABELS[:0], [2]), "whole numbers"),
]


@pytest.mark.parametrize("arguments, words", WRONG)
def test_bad_input_gets_a_sentence(arguments, words):
    with pytest.raises(ValueError, match=words):
        steering.fit(*arguments)


def test_unknown_options_and_wishes_get_a_sentence(example):
    with pytest.raises(ValueError, match="wanted options of .*got speed"):
        steering.fit((MU, torch.ones(4)), LABELS, [2], speed=2)
    steer, z = example["steer"], torch.zeros(3, 32)
    for wish, words in [
        ({"mood": "past"}, r"wanted attributes of \['topic'"),
        ("past", "wanted a wish as"),
        (torch.ones(3, 5, dtype=torch.bool), "whole numbers"),
        ({"tense": "perfect"}, "wanted for tense one of"),
        (torch.zeros(2, 5, dtype=torch.int64), r"shape \(3, 5\)"),
        (torch.zeros(3, 5), "whole numbers"),
        (torch.full((3, 5), 6), r"from -1 \(leave open\)"),
    ]:
        with pytest.raises(ValueError, match=words):
            steer.move(z, wish)
    with pytest.raises(ValueError, match="wanted finite codes"):
        steer.move(z[None], {"tense": "past"})
    with pytest.raises(ValueError, match="none for 0: 1"):
        steering.class_means(MU, LABELS * 0, [2])


def test_a_text_vae_takes_one_sentence_or_many(example):
    vae, sentences = example["vae"], example["sentences"][:3]
    codes = vae.encode(sentences)
    assert codes.shape == (3, 32) and vae.encode(sentences[0]).shape == (32,)
    assert torch.allclose(vae.encode(sentences[0]), codes[0], atol=1e-5)
    assert vae.decode(codes)[0] == vae.decode(codes[0])
    for wrong, words in (
        (torch.zeros(3, 31), r"\(n, 32\)"),
        (torch.zeros(1, 1, 32), "wanted finite codes"),
    ):
        with pytest.raises(ValueError, match=words):
            vae.decode(wrong)
    for empty in ([], "One sentence."):
        with pytest.raises(ValueError, match="wanted a list of sentences"):
            vae.posterior(empty)
    with pytest.raises(
        FileNotFoundError, match="wanted one of .*grammar, .*tatoeba_small, or a file"
    ):
        text.load_vae("no_such_name")


OUT_OF_RANGE = [
    {"n_steps": 0}, {"batch": 0}, {"critic_steps": -1}, {"rate": -1.0}, {"prior_share": 2.0},
    {"asked_weight": -5.0}, {"gated": "no"}, {"gated": 1}, {"width": 1.5}, {"warm_up": True},
    {"keep_weight": torch.ones(2)}, {"realism_weight": math.nan},
]  # fmt: skip


@pytest.mark.parametrize("options", OUT_OF_RANGE, ids=str)
def test_an_option_that_does_not_fit_gets_a_sentence(options):
    with pytest.raises((ValueError, TypeError), match="wanted for|not iterable|str"):
        steering.fit((MU, torch.ones(4)), LABELS, [2], n_seeds=3, **options)


def test_each_seed_has_its_own_weights():
    """With a weight of 0 for what is asked nothing pulls; the other seed moves."""
    run.seed_everything(0)
    weight = torch.tensor([0.0, 100.0])
    steer = steering.fit(*toy(), [2], n_seeds=2, n_steps=150, width=16, asked_weight=weight)
    z = torch.randn(200, 4)
    z[:, 0] -= 2
    moved = [(steer.move(z, {"0": 1}, seed)[:, 0] - z[:, 0]).mean() for seed in range(2)]
    assert moved[0] < 0.3 < 1 < moved[1]


def test_watch_wishes_resume_and_seed_are_used():
    run.seed_everything(0)
    codes, labels = toy()
    seen, drawn = [], []

    def wishes(sizes, shape):
        drawn.append(shape)
        return steering.random_wishes(sizes, shape)

    def watch(steer):
        seen.append(steer)
        return {"looks": len(seen)}

    options = dict(n_seeds=2, n_steps=20, width=16, batch=8)
    first = steering.fit(codes, labels, [2], wishes=wishes, watch=watch, every=10, **options)
    assert first.history["looks"].tolist() == [1, 2] and drawn == [(2, 8)] * 40
    before = [p.clone() for p in first.critic.parameters()]
    again = steering.fit(codes, labels, [2], resume=first, rate=0.0, **options)
    for name in ("actor", "realism", "critic"):
        pairs = zip(getattr(first, name).parameters(), getattr(again, name).parameters())
        assert all(torch.equal(a, b) and a is not b for a, b in pairs), name
    assert all(map(torch.equal, before, first.critic.parameters()))
    with pytest.raises(ValueError, match="wanted to resume"):
        steering.fit(codes, labels, [2], resume=first, n_seeds=3, width=16)
    z = torch.randn(500, 4)
    wish = torch.ones(500, 1, dtype=torch.int64)
    for method in (steering.ascent, lambda steer, seed: steering.best_of(steer, 50, seed)):
        run.seed_everything(1)
        moved = [method(first, seed=seed)(z, wish) for seed in (0, 1)]
        assert not torch.allclose(*moved)
    assert not torch.equal(first.read(z, 0), first.read(z, 1))
    with pytest.raises(ValueError, match="wanted options"):
        steering.ascent(first, keep=0.0)


def test_effects_are_centred_and_the_same_in_single_and_double():
    run.seed_everything(0)
    labels = torch.stack([torch.randint(size, (5000,)) for size in SIZES], 1)
    effects = [torch.randn(size, 4) for size in SIZES]
    mu = sum(effect[column] for effect, column in zip(effects, labels.unbind(1)))
    single, double = (steering.class_effects(part, labels, SIZES) for part in (mu, mu.double()))
    for true, a, b in zip(effects, single, double):
        assert torch.allclose(a.double(), b, atol=1e-4)
        assert torch.allclose(a - a.mean(0), true - true.mean(0), atol=1e-3)
        assert a.mean(0).abs().max() < 0.05


def test_codes_may_be_of_another_type(example):
    steer, z = example["steer"], torch.zeros(2, 32)
    wish = {"tense": "past"}
    moved = steer.move(z, wish)
    for other in (z.double(), z.numpy(), z.clone().requires_grad_()):
        assert torch.equal(steer.move(other, wish), moved)
    assert steer.move(z[:0], wish).shape == (0, 32) and example["vae"].decode(z[:0]) == []
    for method in (steer.move, steering.ascent(steer)):
        with pytest.raises(ValueError, match="wanted finite codes"):
            method(z * math.nan, wish)
    with torch.no_grad():
        assert steering.ascent(steer, n_steps=2)(z, wish).shape == z.shape


def test_what_was_saved_moves_as_before(tmp_path):
    run.seed_everything(0)
    steer = steering.fit(*toy(), [2], n_seeds=2, n_steps=3, width=16, gated=True)
    steer.save(tmp_path / "steer.safetensors", note="a toy")
    again, z = steering.load(tmp_path / "steer.safetensors"), torch.randn(5, 4)
    for seed in range(2):
        assert torch.equal(steer.move(z, {"0": 1}, seed), again.move(z, {"0": 1}, seed))
        assert torch.equal(steer.read(z, seed), again.read(z, seed))
    assert torch.equal(steer.sigma_bar, again.sigma_bar)
    assert steer.attributes.values == again.attributes.values


def test_only_a_steering_is_loaded():
    with pytest.raises(FileNotFoundError, match="wanted one of tatoeba, or a file"):
        steering.load("lm")
    path = steering.store.data_file("checkpoints/steering_lm.safetensors")
    with pytest.raises(ValueError, match="wanted a Steering in"):
        steering.load(path)


def test_the_shipped_actor_obeys_on_the_shipped_codes():
    vae, steer, codes = text.load_vae("tatoeba"), steering.load("tatoeba"), steering.load_codes()
    assert steer.attributes.values == {k: list(v) for k, v in english.ATTRIBUTES.items()}
    z = codes.mu_test[codes.labels_test[:, 0] != 2][:100]
    before = english.indices(vae.decode(z))[:, 0]
    after = english.indices(vae.decode(steer(z, {"kind": "question"})))[:, 0]
    assert (before == 2).float().mean() < 0.1 and (after == 2).float().mean() > 0.7


def test_codes_come_with_the_ids_that_the_credits_name():
    codes = steering.load_codes()
    path = steering.store.data_file("tatoeba_credits.json")
    credits = json.loads(path.read_text(encoding="utf-8"))
    named = sorted(number for numbers in credits.values() for number in numbers)
    assert named == sorted([*codes.ids.tolist(), *codes.ids_test.tolist()])
    assert len(codes.mu) == len(codes.labels) == len(codes.ids) and codes.std.shape == (128,)


def test_taught_codes_reach_the_attribute_critic_and_nobody_else():
    """All real codes lie left and have label 0; what lies right is known from taught ones alone."""
    run.seed_everything(0)
    mu = torch.randn(300, 4) - torch.tensor([3.0, 0, 0, 0])
    right = torch.randn(300, 4) + torch.tensor([3.0, 0, 0, 0])
    labels, ones = torch.zeros(300, 1, dtype=int), torch.ones(300, 1, dtype=int)
    codes = steering.Codes((mu, torch.full((4,), 0.1)), labels, [2], (right, ones))
    assert codes.starts((1, 2000), 0.0, 0.0)[..., 0].max() < 3 and len(codes.rows) == 300
    steer = steering.fit(
        (mu, torch.full((4,), 0.1)), labels, [2], taught=(right, ones), n_steps=200, width=16
    )
    assert (steer.read(right) == 1).float().mean() > 0.95
    with pytest.raises(
        ValueError, match=r"wanted taught codes as finite numbers of shape \(n, 4\)"
    ):
        steering.fit((mu, torch.ones(4)), labels, [2], taught=(right[:, :3], ones))


def test_what_is_taught_by_decoding_is_what_label_says_of_moved_codes():
    run.seed_everything(0)
    steer = steering.fit(*toy(), [2], n_steps=3, width=16)
    z, labels = steering.taught_by_decoding(
        steer, MU, lambda z: torch.where(z[:, :1] > 0, 1, -1), n=500
    )
    assert len(z) == len(labels) < 500 and (z[:, 0] > 0).all() and (labels == 1).all()


def test_words_kept_counts_each_word_as_often_as_it_occurs():
    before = ["the dog and the cat", "Tom is here."]
    kept = text.words_kept(before, ["the cat", "Where is Tom?"])
    assert torch.allclose(kept, torch.tensor([2 / 5, 2 / 4]))
    with pytest.raises(ValueError, match="wanted two lists of one length, got 2 and 1"):
        text.words_kept(before, ["the cat"])


def test_perplexity_is_that_of_the_words_and_the_end():
    model = text.load_language_model()
    sentences = ["Tom is here.", "I don't know what to say."]
    nats = words = 0
    for sentence in sentences:
        tokens = torch.tensor([[1, *model.vocabulary.encode(sentence), 2]])
        outputs, _ = model.decoder(torch.zeros(1, 2), tokens[:, :-1])
        log_p = model.decoder.head(outputs).log_softmax(-1)[0]
        nats -= log_p.gather(1, tokens[0, 1:, None]).sum()
        words += tokens.shape[1] - 1
    assert math.isclose(model.perplexity(sentences), math.exp(nats / words), rel_tol=1e-5)
    with pytest.raises(ValueError, match="wanted a list of sentences"):
        model.perplexity([])


def some_codes(n=3000):
    """Codes of two classes: one Gaussian at 5, and two of them at -3 and 3."""
    run.seed_everything(0)
    labels = torch.arange(n) % 2
    side = 6.0 * torch.randint(2, (n,)) - 3
    mu = torch.randn(n, 2) + torch.stack([torch.where(labels == 0, 5.0, side), side * labels], 1)
    return (mu, torch.full_like(mu, 0.5)), labels


def test_one_gaussian_a_class_has_the_moments_of_draws_from_the_posteriors():
    (mu, std), labels = some_codes()
    mixture = steering.ClassMixture((mu, std), labels)
    z_prime = mixture(torch.randn(40_000, 2), torch.ones(40_000, dtype=torch.long))
    own = mu[labels == 1]
    assert torch.allclose(z_prime.mean(0), own.mean(0), atol=0.1)
    wanted = own.T.cov() + 0.25 * torch.eye(2)
    assert torch.allclose(z_prime.T.cov(), wanted, atol=0.4)


def test_groups_of_a_mixture_are_the_clusters_of_a_class():
    codes, labels = some_codes()
    mixture = steering.ClassMixture(codes, labels, k=2)
    means = mixture.lines[1, :, 0].sort(0).values
    assert torch.allclose(means, torch.tensor([[-3.0, -3.0], [3.0, 3.0]]), atol=0.2)
    z, ones = torch.randn(2000, 2), torch.ones(2000, dtype=torch.long)
    assert ((mixture(z, ones)[:, 0] > 0).float().mean() - 0.5).abs() < 0.05
    assert (mixture.by_z(means, ones[:2]) - means).norm(dim=1).lt(6).all()
    one = steering.ClassMixture(codes, labels)
    held_out = some_codes(500)[0][0][1::2]
    gain = mixture.log_prob(held_out, ones[:250]) - one.log_prob(held_out, ones[:250])
    assert gain.mean() > 0.3


def test_a_mixture_with_numbers_finds_a_linear_rule():
    run.seed_everything(0)
    numbers = torch.randn(2000, 1)
    mu = torch.cat([2 * numbers + 1, -numbers], 1) + 0.01 * torch.randn(2000, 2)
    codes, labels = (mu, torch.full_like(mu, 0.01)), torch.zeros(2000, dtype=torch.long)
    for k in (1, 3):
        mixture = steering.ClassMixture(codes, labels, k, numbers)
        asked = torch.tensor([[-1.0], [0.0], [1.5]])
        z_prime = mixture(torch.zeros(3, 2), labels[:3], asked)
        wanted = torch.cat([2 * asked + 1, -asked], 1)
        assert torch.allclose(z_prime, wanted, atol=0.05)


def test_a_mixture_of_more_groups_than_codes_copies_them():
    mu = torch.tensor([[0.0, 1.0], [4.0, 2.0], [7.0, 7.0]])
    labels = torch.tensor([0, 0, 1])
    mixture = steering.ClassMixture((mu, torch.full_like(mu, 0.1)), labels, k=5)
    z_prime = mixture(torch.zeros(50, 2), torch.arange(50) % 2)
    assert torch.cdist(z_prime, mu).amin(1).max() < 1e-5
    with pytest.raises(ValueError, match="wanted k from 1 to 3"):
        steering.k_means(mu, 4)
