"""Text that nobody tuned for: the recipe that follows from it, early stopping, what is reported."""

import math

import pytest
import torch

from course_utils import store, text
from course_utils.losses import gaussian_kl, token_nll
from course_utils.text import NaiveBayes, Vocabulary, own, pad, training
from course_utils.text.grammar import Grammar
from course_utils.text.kneser_ney import KneserNey
from course_utils.tools import train_text_vae

SENTENCES = Grammar().sample(n=400, seed=0)[0]
TINY = dict(n_embed=8, hidden=16, z_dim=4, batch=64, n_steps=100)
RARE = [f"word{k} is a word of line{k % 50} and of thing{k % 9}." for k in range(3000)]


def small_vae(seed=0):
    """An untrained TextVAE of the sentences, and these in three parts."""
    three = own.parts(SENTENCES)
    torch.manual_seed(seed)
    words = Vocabulary.build(three[0])
    networks = training.networks(len(words), dict(z_dim=4, n_embed=8, hidden=16, tied=True))
    return text.TextVAE(networks, words), three


# --- the recipe ----------------------------------------------------------------------------------
def test_a_recipe_follows_from_the_text():
    recipe = training.checked(own.recipe(RARE))
    assert recipe["min_count"] > 1 and len(Vocabulary.build(RARE, recipe["min_count"])) < 70
    assert own.recipe(SENTENCES * 100)["min_count"] == 1  # each word comes often
    assert own.recipe([f"six{k % 50}" for k in range(300)])["min_count"] == 5
    for more, fewer in ((SENTENCES * 30, SENTENCES), (SENTENCES * 30, SENTENCES * 3)):
        large, small = own.recipe(more), own.recipe(fewer)
        for name in ("n_steps", "n_embed", "hidden", "batch"):
            assert large[name] >= small[name], name


def test_the_floor_grows_with_the_length_of_a_line_and_the_order_plays_no_part():
    short, long = own.recipe(["Tom saw me."] * 50), own.recipe(["Tom saw me and Ann too."] * 50)
    assert 0 < short["floor"] < long["floor"] <= 1
    assert own.recipe(RARE) == own.recipe(RARE[::-1])
    wide, narrow = own.recipe(RARE, 40), own.recipe(RARE, 20)
    assert wide["z_dim"] == 40 and 2 * wide["floor"] == pytest.approx(narrow["floor"], abs=2e-3)


def test_no_words_no_recipe():
    for sentences in ([], ["?!", "..."]):
        with pytest.raises(ValueError, match="wanted sentences with words, got"):
            own.recipe(sentences)


def test_lines_are_held_out_with_their_near_duplicates():
    twice = [*SENTENCES, *(sentence.upper() for sentence in SENTENCES)]
    three = own.parts(twice)
    assert sorted(sum(three, [])) == sorted(twice)
    words = [{" ".join(text.tokenise(sentence)) for sentence in part} for part in three]
    assert not (words[0] & words[1] or words[0] & words[2] or words[1] & words[2])
    with pytest.raises(ValueError, match="got 3, which give 3, 0, 0|wanted enough different lines"):
        own.parts(["Tom saw me here today."] * 3)


# --- bounds --------------------------------------------------------------------------------------
def test_with_one_draw_the_bound_is_the_taught_one():
    vae, (learnt, _, _) = small_vae()
    tokens = [vae.vocabulary.encode(sentence) for sentence in learnt[:7]]
    (bound, weighted), x = training.bounds(vae.networks, tokens, seed=3), pad(tokens)
    encoder, decoder, _ = vae.networks.values()
    mu, logvar = encoder(x).chunk(2, -1)
    eps = torch.randn(mu.shape, generator=torch.Generator().manual_seed(3))
    z = mu + (0.5 * logvar).exp() * eps
    normal = torch.distributions.Normal
    log_p = normal(0.0, 1.0).log_prob(z).sum(-1)
    log_q = normal(mu, (0.5 * logvar).exp()).log_prob(z).sum(-1)
    wanted = token_nll(decoder.head(decoder(z, x[:, :-1])[0]), x[:, 1:]) + log_q - log_p
    assert torch.allclose(bound, wanted, atol=1e-4) and torch.equal(bound, weighted)


def test_more_draws_lower_the_importance_weighted_bound_alone():
    vae, (learnt, _, _) = small_vae()
    for weight in vae.networks["encoder"].to_stats.parameters():
        weight.data.normal_(std=0.5)  # a posterior far from the prior
    tokens = [vae.vocabulary.encode(sentence) for sentence in learnt]
    one, many = training.bounds(vae.networks, tokens), training.bounds(vae.networks, tokens, 40)
    assert many[1].mean() < one[1].mean() - 0.1 and (many[1] <= many[0] + 1e-4).all()
    assert many[0].mean() == pytest.approx(one[0].mean(), abs=0.5)


# --- early stopping ------------------------------------------------------------------------------
def test_looks_come_when_the_kl_counts_in_full_and_at_the_end():
    recipe = training.checked(dict(n_steps=2030, pretrain=0.1, rise=0.5))
    steps = training.look_steps(recipe)
    assert steps[-1] == 2030 and len(steps) <= training.LOOKS + 1
    assert min(steps) >= 0.55 * 2030 and all(step % training.EVERY == 0 for step in steps[:-1])
    assert training.look_steps(training.checked(dict(n_steps=3))) == [3]
    recipe = training.checked(dict(n_steps=1000, pretrain=0.2, rise=0.25))  # risen at step 400
    assert training.look_steps(recipe) == [*range(400, 1000, 50), 1000]


@pytest.mark.parametrize(
    "patience, step, held, wanted",
    [
        (2, 100, [], True),
        (2, 50, [], False),
        (2, 50, [3.0, 2.0, 2.5], False),
        (2, 50, [3.0, 2.0, 2.5, 2.1], True),
        (2, 50, [2.0, 2.0, 2.0], True),  # no better is not better
        (0, 50, [2.0, 3.0, 3.0, 3.0], False),
        (1, 50, [], False),
        (1, 50, [2.0, 3.0], True),
    ],
)
def test_patience_ends_so_many_looks_after_the_best(patience, step, held, wanted):
    recipe = training.checked(dict(n_steps=100, patience=patience))
    assert training.over(recipe, step, held) is wanted


def worsening(monkeypatch, after):
    """Make the held-out bound better up to that look, and worse from then on."""
    count = []

    def bounds(vae, sentences, n_draws=1, seed=0):
        count.append(len(count))
        return torch.full((2, 3), float(abs(count[-1] - after)))

    monkeypatch.setattr(training, "bounds", bounds)


def untrained(**recipe):
    """Small networks in the objective of a recipe, the state of a new run, and held-out lines."""
    vae, (_, stop, _) = small_vae()
    objective, tokens = training.Objective(vae.networks, training.checked(recipe)), stop[:5]
    state = training.begun(None, dict(recipe=objective.recipe), objective, None, None)
    return objective, state, [vae.vocabulary.encode(sentence) for sentence in tokens]


def test_a_look_notes_its_step_and_the_bound_on_the_held_out_lines():
    objective, state, tokens = untrained(n_steps=100, patience=1)
    look = training.looker(objective, state, tokens)
    for step in (25, 50, 75, 100):
        look(step)
    bound = training.bounds(objective.vae, tokens)[0].mean().item()
    assert state["looks"] == [50, 100] and state["held"] == [bound, bound]


@pytest.mark.parametrize("after, best", [(0, 50), (1, 100), (9, 200)])
def test_the_networks_of_the_best_look_are_kept_as_they_were(after, best, monkeypatch):
    worsening(monkeypatch, after)
    objective, state, tokens = untrained(n_steps=200, patience=9)
    look = training.looker(objective, state, tokens)
    for step in (50, 100, 150, 200):
        objective.vae["bag"].bias.data.fill_(step)
        look(step)
    assert state["best"].keys() == objective.vae.state_dict().keys()
    assert (state["best"]["bag.bias"] == best).all()


def test_of_equal_looks_the_first_is_the_best():
    objective, state, tokens = untrained(n_steps=100, patience=1)
    look = training.looker(objective, state, tokens)
    for step in (50, 100):
        objective.vae["bag"].bias.data.fill_(step)  # plays no part in the bound
        look(step)
    assert state["held"][0] == state["held"][1] and (state["best"]["bag.bias"] == 50).all()


def test_processes_note_the_bound_of_the_first(monkeypatch):
    objective, state, tokens = untrained(n_steps=100, patience=1)
    monkeypatch.setattr(training, "process", lambda: (1, 2))

    def receive(objects):
        objects[:] = [7.0]

    monkeypatch.setattr(training.distributed, "broadcast_object_list", receive)
    training.looker(objective, state, tokens)(50)
    assert state["held"] == [7.0]


def counting(monkeypatch, objective, stop=None):
    """Make step i write i + 1 into a bias and do nothing else; the stop button is pressed at
    `stop`.
    """

    def step(i):
        if i == stop:
            raise KeyboardInterrupt
        objective.vae["bag"].bias.data.fill_(i + 1)
        return dict(recon=1.0, kl=0.5)

    monkeypatch.setattr(training, "stepper", lambda *parts: step)


@pytest.mark.parametrize("stop, step, left", [(None, 150, 100), (130, 100, 130)])
def test_the_best_networks_are_put_in_place_unless_it_was_stopped(stop, step, left, monkeypatch):
    worsening(monkeypatch, after=1)
    objective, state, tokens = untrained(n_steps=300, patience=1)
    counting(monkeypatch, objective, stop)
    ended = training.take_steps(objective, None, None, state, lambda: None, 30, tokens)
    assert ended is (stop is None) and state["step"] == step
    assert (objective.vae["bag"].bias == left).all()


def test_it_stops_early_and_gives_back_the_best(tmp_path, monkeypatch):
    worsening(monkeypatch, after=1)
    recipe = TINY | dict(n_steps=1000, patience=2)
    keep = dict(path=tmp_path / "a", seconds=0, held=SENTENCES[:3])
    vae, _, history = training.train(SENTENCES[3:], recipe, **keep)
    assert history["looks"].tolist() == [50, 100, 150, 200] and history["step"][-1] == 200
    assert history["held"].tolist() == [1, 0, 1, 2]
    about = store.weights_about(tmp_path / "a")
    assert [path.name for path in tmp_path.iterdir()] == ["a"] and about["step"] == 200


def test_the_networks_that_come_back_are_those_of_the_best_look(monkeypatch):
    worsening(monkeypatch, after=1)
    recipe = TINY | dict(n_steps=1000, patience=2)
    vae, _, _ = training.train(SENTENCES[3:], recipe, held=SENTENCES[:3])

    def stopped(*arguments, original=training.Batches.__call__):
        if arguments[1] == 100:  # the second look was the best
            raise KeyboardInterrupt
        return original(*arguments)

    monkeypatch.setattr(training.Batches, "__call__", stopped)
    worsening(monkeypatch, after=1)
    at_best, _, _ = training.train(SENTENCES[3:], recipe, held=SENTENCES[:3])
    for name, weight in at_best.state_dict().items():
        assert torch.equal(weight, vae.state_dict()[name]), name


def test_stopped_by_hand_and_gone_on_it_stops_at_the_same_step_with_the_same_bits(
    tmp_path, monkeypatch
):
    recipe, ends = TINY | dict(n_steps=400, patience=1, rate=0.05), {}
    original = training.Batches.__call__
    for name, stop in (("whole", None), ("halved", 130)):

        def stopped(self, i, stop=stop):
            if i == stop:
                raise KeyboardInterrupt
            return original(self, i)

        monkeypatch.setattr(training.Batches, "__call__", stopped)
        keep = dict(path=tmp_path / name, seconds=0, held=SENTENCES[:20])
        training.train(SENTENCES[20:], recipe, **keep)
        monkeypatch.setattr(training.Batches, "__call__", original)
        if stop:
            assert not (tmp_path / name).exists()
            training.train(SENTENCES[20:], recipe, **keep)
        ends[name] = store.weights_about(tmp_path / name)
    assert ends["whole"] == ends["halved"]


def test_other_held_out_lines_are_another_run(tmp_path):
    recipe = TINY | dict(n_steps=100, patience=1)
    with pytest.raises(ZeroDivisionError):
        keep = dict(path=tmp_path / "a", seconds=0)
        training.train(SENTENCES[9:], recipe, held=SENTENCES[:9], measure=lambda *_: 1 / 0, **keep)
    with pytest.raises(ValueError, match="got a run with another corpus"):
        training.train(SENTENCES[9:], recipe, held=SENTENCES[:8], **keep)
    _, _, history = training.train(SENTENCES[9:], recipe, held=SENTENCES[:9], **keep)
    assert history["looks"].tolist() == [50, 100] and (tmp_path / "a").exists()


# --- what held-out lines say ---------------------------------------------------------------------
def test_figures_agree_with_what_they_are_made_of():
    vae, (learnt, _, held) = small_vae()
    found = own.figures(vae, learnt, held, n_draws=2)
    tokens, some = ([vae.vocabulary.encode(x) for x in part] for part in (learnt, held))
    for name, order in (("unigram", 1), ("kneser_ney", 3)):
        table = KneserNey(tokens, len(vae.vocabulary), order)
        assert found[name] == pytest.approx(-sum(map(table.log_prob, some)) / len(some))
    assert found["kneser_ney"] < found["unigram"]
    mu, std = vae.posterior(held)
    kl = gaussian_kl(mu, 2 * std.log()).mean().item()
    assert found["kl"] == pytest.approx(kl, rel=1e-4)
    assert found["active"] == (mu.var(0) > own.ACTIVE).sum() and found["dimensions"] == 4
    kept = text.words_kept(held, vae.decode(mu, max_length=40)).mean().item()
    assert found["words_back"] == pytest.approx(kept) and found["lines"] == len(held)
    assert found["importance_bound"] <= found["bound"] and 0 <= found["unknown"] < 1
    with pytest.raises(ValueError, match="wanted held-out lines, got none"):
        own.figures(vae, learnt, [])


GOOD = dict(
    lines=50,
    bound=50.0,
    importance_bound=44.0,
    unigram=57.0,
    kneser_ney=43.0,
    kl=20.0,
    active=30,
    dimensions=32,
    words_back=0.5,
    unknown=0.1,
)


@pytest.mark.parametrize(
    "change, said",
    [
        ({}, None),
        (dict(importance_bound=57.0), "no likelier than a table of single words"),
        (dict(active=3), "most dimensions of the code are unused"),
        (dict(words_back=0.1), "few words come back"),
    ],
)
def test_the_report_warns_of_what_is_bad_and_of_nothing_else(change, said):
    lines = own.report(GOOD | change, ["one", "two", "three"])
    doubts = [line for line in lines if line.startswith("?")]
    assert len(doubts) == bool(said) and (not said or said in " ".join(lines))
    samples = [line for line in lines if line.startswith("sample")]
    assert samples == ["sample 1    one", "sample 2    two", "sample 3    three"]
    assert max(map(len, lines)) <= 100


def test_samples_never_hold_unknown_words():
    vae, _ = small_vae()
    vae.networks["decoder"].head.bias.data[text.UNK] = 50.0
    said = own.samples(vae, 3)
    assert len(said) == 3 and not any("<unk>" in sentence for sentence in said)
    assert said == own.samples(vae, 3)


# --- from the file to the weights ----------------------------------------------------------------
def arguments(folder, *more):
    """The command line for the sentences of a file."""
    (folder / "c.txt").write_text("\n".join(SENTENCES))
    settings = [f"{name}={value}" for name, value in TINY.items()]
    files = ["--corpus", str(folder / "c.txt"), "--out", str(folder / "a"), *more]
    return [*files, "--set", *settings]


def test_the_command_ends_with_what_held_out_lines_say(tmp_path, capsys):
    assert train_text_vae.main(arguments(tmp_path)) == 0
    said = capsys.readouterr().out
    lines = {line[:12].strip(): line for line in said.splitlines()}
    assert {"lines", "held out", "held-out", "-log p", "code", "sample 3", "stopped"} <= set(lines)
    learnt, stop, held = own.parts(SENTENCES)
    assert f"{len(stop)} lines to stop by, {len(held)} to measure with" in lines["held out"]
    about = store.weights_about(tmp_path / "a")
    known = Vocabulary.build(learnt, about["recipe"]["min_count"])
    assert about["vocabulary"] == known.itos  # held-out lines play no part
    vae = text.load_vae(tmp_path / "a")
    found = own.figures(vae, learnt, held)
    assert about["importance_bound"] == pytest.approx(found["importance_bound"], rel=1e-4)
    assert "<unk>" not in said.split("sample 1")[1]
    assert "after step 100; kept are the networks of step" in lines["stopped"]


def test_the_call_is_the_command(tmp_path, capsys):
    assert train_text_vae.main(arguments(tmp_path)) == 0
    said = capsys.readouterr().out
    told = []
    vae = own.train(SENTENCES, path=tmp_path / "b", tell=told.extend, **TINY)
    assert "\n".join(told) in said
    digests = [store.weights_about(tmp_path / name)["digest"] for name in "ab"]
    assert digests[0] == digests[1] and len(vae.decode(vae.encode(SENTENCES[:2]))) == 2


def test_a_vae_of_other_lines_is_refused_and_that_of_the_same_is_loaded(tmp_path, monkeypatch):
    path = tmp_path / "mine.safetensors"
    first = own.load_or_train(SENTENCES, path, **TINY)
    content = path.read_bytes()
    monkeypatch.setattr(own, "train", lambda *_, **__: pytest.fail("it was trained again"))
    again = own.load_or_train(SENTENCES, path)
    for name, weight in first.networks.state_dict().items():
        assert torch.allclose(weight, again.networks.state_dict()[name], atol=1e-6), name
    for others in (SENTENCES[1:], [*SENTENCES, "Tom saw nobody there."], SENTENCES[::-1]):
        with pytest.raises(ValueError, match="rename that file or delete it"):
            own.load_or_train(others, path)
    assert path.read_bytes() == content


def test_other_recipes_learn_every_line_unless_they_have_patience(tmp_path, capsys):
    words = arguments(tmp_path, "--recipe", "vanilla")
    assert train_text_vae.main(words) == 0 and "held" not in capsys.readouterr().out
    (tmp_path / "a").unlink()
    assert train_text_vae.main([*words, "patience=3"]) == 0
    assert "held-out" in capsys.readouterr().out


def test_too_few_lines_are_refused_before_the_work(tmp_path, capsys):
    (tmp_path / "c.txt").write_text("Tom saw me.\nAnn saw Tom.\n")
    words = ["--corpus", str(tmp_path / "c.txt"), "--out", str(tmp_path / "a")]
    assert train_text_vae.main(words) == 2
    said = capsys.readouterr().err
    assert "some hundreds are wanted" in said and said.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["c.txt"]


# --- a classifier that sees no code --------------------------------------------------------------
def test_naive_bayes_is_its_formula():
    judge = NaiveBayes(["a b", "b c", "c"], [0, 0, 1], smoothing=0.5)
    features = [{"a", "b", ("", "a"), ("a", "b"), ("b", "")}]
    features += [{"b", "c", ("", "b"), ("b", "c"), ("c", "")}, {"c", ("", "c"), ("c", "")}]
    n_features = len(set.union(*features))
    total = [len(features[0]) + len(features[1]), len(features[2])]
    seen = {"c", ("c", "")}  # of "d c": the others were never seen
    scores = []
    for k, rows in enumerate(([0, 1], [2])):
        counts = [sum(f in features[row] for row in rows) for f in seen]
        p = [(c + 0.5) / (total[k] + 0.5 * n_features) for c in counts]
        scores.append(math.log(len(rows)) + sum(map(math.log, p)))
    rows = [judge.place[f] for f in seen]
    found = judge.prior + judge.log_p[rows].sum(0)
    assert torch.allclose(found, torch.tensor(scores), atol=1e-5)
    assert judge.read(["d c"]).item() == int(scores[1] > scores[0])


def test_naive_bayes_reads_the_grammar_and_leaves_unknown_labels_out():
    sentences, labels, _ = Grammar().sample(3000, seed=1)
    tense = labels[:, 1].clone()
    tense[:1000] = -1
    judge = NaiveBayes(sentences[:2500], tense[:2500])
    assert (judge.read(sentences[2500:]) == labels[2500:, 1]).float().mean() > 0.95
    assert judge.read(["xyzzy"]).shape == (1,)
    for wrong in (labels[:9, 1], [-1] * 3000, labels):
        with pytest.raises(ValueError, match="wanted a label for each of 3000 sentences"):
            NaiveBayes(sentences, wrong)
