"""The trainer of the text VAE: interrupted or in shares, the same weights; its objective."""

import contextlib
import json
import math
import os
import re
import shutil
import subprocess
import sys

import pytest
import torch

from course_utils import store
from course_utils.losses import bag_of_words_nll, free_bits, gaussian_kl, token_nll
from course_utils.text import Vocabulary, training
from course_utils.text.grammar import Grammar
from course_utils.text.training import train
from course_utils.tools import corpus, train_text_vae

TINY = dict(n_embed=8, hidden=16, z_dim=4, batch=16, n_steps=100)
ALL = TINY | dict(
    rise=0.3, cycles=2, floor=0.02, word_dropout=0.3, bag=0.5, candidates=20, rate=1e-3
)
SENTENCES = Grammar().sample(n=81, seed=0)[0]  # 5 batches of 16 and one of 1
EQUAL = [f"Word{i % 7} comes after word{i % 5}." for i in range(33)]  # of one length, which is fast
CHILD = """
import os, random, signal, sys, time
import torch, torch._dynamo  # which an optimiser would import in each child
from course_utils.text import training
training.EVERY = 10
folder, sentences, recipe = sys.argv[1], *map(eval, sys.argv[2:4])
torch.set_num_threads(1)

def child(name):
    process = os.fork()  # this process never computes, so a fork of it is clean
    if not process:
        training.train(sentences, recipe, seed=3, path=os.path.join(folder, name), seconds=0)
        os._exit(0)
    return process

def written():
    try:
        return os.stat(os.path.join(folder, "killed.resume")).st_mtime_ns
    except FileNotFoundError:
        return 0

os.waitpid(child("whole"), 0)
kills = 0
for _ in range(3):
    before, process = written(), child("killed")
    while written() == before and not os.waitpid(process, os.WNOHANG)[0]:
        time.sleep(0.001)
    time.sleep(random.uniform(0, 0.05))
    os.kill(process, signal.SIGKILL)
    kills += os.waitpid(process, 0)[1] == signal.SIGKILL
os.waitpid(child("killed"), 0)
print(kills)
"""
TWO = """
import os, socket, sys
import torch._dynamo
from course_utils.tools import train_text_vae
with socket.create_server(("127.0.0.1", 0)) as server:
    port = server.getsockname()[1]
os.environ.update(
    MASTER_ADDR="127.0.0.1",
    MASTER_PORT=str(port),
    WORLD_SIZE="2",
    LOCAL_WORLD_SIZE="2",
    TORCHELASTIC_RUN_ID="test",
)
other = os.fork()  # what torchrun does, without its start-up
os.environ.update(RANK=str(int(not other)), LOCAL_RANK=str(int(not other)))
status = train_text_vae.main(sys.argv[1:])
sys.stdout.flush()
if not other:
    os._exit(status)
sys.exit(status or os.waitpid(other, 0)[1])
"""


def outcome(name, tmp_path):
    """What is known about the weights, their digest among it."""
    return store.weights_about(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_moment_it_goes_on_to_the_same_bits(tmp_path):
    recipe = repr(ALL | dict(n_steps=100))
    command = [sys.executable, "-c", CHILD, tmp_path, repr(EQUAL), recipe]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["3"], done.stderr
    whole, killed = (outcome(name, tmp_path) for name in ("whole", "killed"))
    assert whole == killed and whole["step"] == 100
    assert sorted(path.name for path in tmp_path.iterdir()) == ["killed", "whole"]


def same_as_one_process(folder, recipe):
    """Assert that the weights in folder/two are those that one process computes."""
    one, vocabulary, history = train(SENTENCES, recipe, seed=5)
    about = outcome("two", folder)
    fresh, _, _ = training.built(vocabulary, SENTENCES, training.checked(recipe), 0)
    two = store.load_weights(folder / "two", fresh.vae)
    for name in ("recon", "kl", "bag"):
        assert about[name] == pytest.approx(history[name][-1], rel=1e-4)
    for (name, weight), other in zip(one.state_dict().items(), two.state_dict().values()):
        assert (weight - other).abs().max() < 1e-4, name


def command_line(folder, recipe):
    """What a user would type after train-text-vae."""
    (folder / "corpus.txt").write_text("\n".join(SENTENCES))
    settings = [f"{name}={json.dumps(value)}" for name, value in recipe.items()]
    files = ["--corpus", str(folder / "corpus.txt"), "--out", str(folder / "two")]
    return [*files, "--recipe", "vanilla", "--seed", "5", "--set", *settings]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_two_processes_compute_what_one_does(tmp_path):
    recipe = ALL | dict(n_steps=24)  # four epochs, each with a batch of one sentence
    command = [sys.executable, "-c", TWO, *command_line(tmp_path, recipe)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    same_as_one_process(tmp_path, recipe)


@pytest.mark.slow
def test_torchrun_does_the_same_also_without_a_network(tmp_path):
    recipe = ALL | dict(n_steps=24)
    alone = ["unshare", "--net", "--map-root-user", "sh", "-c", 'ip link set lo up && exec "$@"']
    alone += ["sh"]
    if not shutil.which("ip") or subprocess.run([*alone, "true"], capture_output=True).returncode:
        alone = []  # not allowed here: take the network that there is
    torchrun = "-m torch.distributed.run --standalone --nproc-per-node 2".split()
    tool = ["-m", "course_utils", "train-text-vae", *command_line(tmp_path, recipe)]
    command = [*alone, sys.executable, *torchrun, *tool]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    same_as_one_process(tmp_path, recipe)


def parts(recipe, sentences=SENTENCES):
    """(objective, batches) of a recipe, and the vocabulary."""
    vocabulary, recipe = Vocabulary.build(sentences), training.checked(TINY | recipe)
    objective, _, batches = training.built(vocabulary, sentences, recipe, 0)
    return objective, batches, vocabulary


def test_the_objective_is_the_sum_of_the_taught_losses():
    objective, batches, _ = parts(dict(rise=0.5, kl_weight=0.8, floor=0.01, bag=0.3))
    (tokens, given, eps), candidates = batches(2)
    loss, figures = objective((tokens, given, eps), candidates, 0.25)  # half way up
    encoder, decoder, bag_head = objective.vae.values()
    mu, logvar = encoder(tokens).chunk(2, -1)
    z = mu + (0.5 * logvar).exp() * eps
    recon = token_nll(decoder.head(decoder(z, tokens[:, :-1])[0]), tokens[:, 1:]).mean()
    kl = gaussian_kl(mu.unsqueeze(-1), logvar.unsqueeze(-1))
    bag = bag_of_words_nll(bag_head(z), tokens).mean()
    assert torch.allclose(loss, recon + 0.4 * free_bits(kl, 0.01) + 0.3 * bag)
    assert torch.allclose(figures["recon"], recon)
    assert torch.allclose(figures["kl"], gaussian_kl(mu, logvar).mean())


def test_pre_training_is_without_noise_and_kl():
    objective, batches, _ = parts(dict(pretrain=0.5))
    (tokens, given, eps), candidates = batches(0)
    losses = [
        objective((tokens, given, noise), candidates, progress)[0]
        for progress in (0.4, 0.6)
        for noise in (eps, 2 * eps)
    ]
    assert losses[0] == losses[1] and losses[2] != losses[3]


@pytest.mark.parametrize(
    "progress, noise, kl_counts, bag_counts",
    [
        (0.0, 0, 0.0, 1.0),  # the pretraining
        (0.2, 1, 0.0, 1.0),  # its end
        (0.3, 1, 0.5, 1.0),  # half way up the first rise
        (0.5, 1, 1.0, 1.0),
        (0.7, 1, 0.5, 1.0),  # half way up the second
        (0.91, 1, 1.0, 0.31),  # 0.09 of the last three tenths are left, and a hundredth
        (1.0, 1, 0.0, 0.01),
    ],
)
def test_each_term_counts_when_the_recipe_says(progress, noise, kl_counts, bag_counts):
    recipe = dict(pretrain=0.2, rise=0.5, cycles=2, kl_weight=0.8, bag=0.3)
    objective, batches, _ = parts(recipe)
    (tokens, given, eps), candidates = batches(0)
    encoder, decoder, bag_head = objective.vae.values()
    encoder.to_stats.weight.data.normal_(std=0.5)
    mu, logvar = encoder(tokens).chunk(2, -1)
    kl = (mu.square() + logvar.exp() - 1 - logvar).mean(0) / 2
    objective.recipe["floor"] = floor = kl.median().item()  # some dimensions are below
    z = mu + noise * (0.5 * logvar).exp() * eps
    recon = token_nll(decoder.head(decoder(z, given)[0]), tokens[:, 1:]).mean()
    bag = bag_of_words_nll(bag_head(z), tokens).mean()
    loss, figures = objective((tokens, given, eps), candidates, progress)
    wanted = recon + 0.8 * kl_counts * kl.clamp(min=floor).sum() + 0.3 * bag_counts * bag
    assert torch.allclose(loss, wanted)
    assert {name: value.item() for name, value in figures.items()} == {
        "recon": pytest.approx(recon.item(), rel=1e-5),
        "kl": pytest.approx(kl.sum().item(), rel=1e-5),
        "bag": pytest.approx(bag.item(), rel=1e-5),
    }


@pytest.mark.parametrize("bag", [0.0, 0.5])
def test_without_a_bag_of_words_its_head_neither_learns_nor_is_logged(bag):
    objective, batches, _ = parts(dict(bag=bag))
    figures = objective(*batches(0), 0.5)[1]
    assert ("bag" in figures) is (bag > 0)
    for weight in objective.vae["bag"].parameters():
        assert weight.requires_grad is (bag > 0)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_mean_over_processes_is_the_loss_of_the_whole_batch(size, monkeypatch):
    objective, batches, _ = parts(dict(bag=0.3), EQUAL[:32])
    objective.vae["encoder"].to_stats.weight.data.normal_(std=0.5)
    batch, candidates = batches(0)
    batch = [part[:size] for part in batch]
    mu, logvar = objective.vae["encoder"](batch[0]).chunk(2, -1)
    kl = gaussian_kl(mu.unsqueeze(-1), logvar.unsqueeze(-1)).mean(0)
    objective.recipe["floor"] = kl.median().item()
    whole, wanted = objective(batch, candidates, 0.9)
    shares, found = [], []
    for reduce in (lambda figures: shares.append(figures.clone()), lambda f: f.copy_(sum(shares))):
        monkeypatch.setattr(training.distributed, "all_reduce", reduce)
        for rank in range(2):
            monkeypatch.setattr(training, "process", lambda rank=rank: (rank, 2))
            found.append(objective(batch, candidates, 0.9))
    losses, figures = zip(*found[2:])
    assert torch.allclose(sum(losses) / 2, whole)
    for name, value in wanted.items():
        assert all(torch.allclose(each[name], value) for each in figures), name


@pytest.mark.parametrize("progress, wanted", [(0, 1), (0.7, 1), (0.85, 0.51), (1, 0.01)])
def test_the_rate_falls_to_a_hundredth_in_the_last_three_tenths(progress, wanted):
    assert training.fading(progress) == pytest.approx(wanted)


def test_a_share_is_at_most_one_and_a_weight_may_be_more():
    for name in training.SHARES:
        assert training.checked({name: 1})[name] == 1
        with pytest.raises(ValueError, match=f"wanted for {name}"):
            training.checked({name: 1.01})
    assert training.checked(dict(bag=1.01))["bag"] == 1.01


def test_all_words_as_candidates_are_the_full_softmax():
    objective, batches, vocabulary = parts(dict(candidates=10**9))
    batch, candidates = batches(0)
    assert len(candidates[0]) == len(vocabulary) and candidates[1].abs().max() == 0
    full = objective(batch, (None, None), 0.5)[0]
    assert torch.allclose(objective(batch, candidates, 0.5)[0], full)


def test_compared_words_give_the_sum_of_the_full_softmax_on_average():
    torch.manual_seed(0)
    head, outputs = torch.nn.Linear(5, 40), torch.randn(7, 5)
    frequency, tokens = torch.arange(1.0, 41.0), torch.tensor([3, 8, 8, 0, 21, 30, 3])
    with torch.no_grad():
        sums = []
        for k in range(2000):
            dice = torch.Generator().manual_seed(k)
            words, log_inclusion = training.candidates(frequency, tokens, 12, dice)
            logits, places = training.compared(head, outputs, tokens, words, log_inclusion)
            assert torch.equal(words[places], tokens)
            sums.append(logits.exp().sum(-1))
        sums, full = torch.stack(sums), head(outputs).exp().sum(-1)
    assert ((sums.mean(0) - full).abs() < 4 * sums.std(0) / len(sums) ** 0.5).all()
    # the batch's own words and PAD are there whatever is rare: none is thrown
    words, log_inclusion = training.candidates(torch.zeros(40), tokens, 12)
    assert words.tolist() == [0, 3, 8, 21, 30] and not log_inclusion.any()


def test_candidates_hold_the_batch_and_give_the_sum_over_all_words_on_average():
    objective, batches, vocabulary = parts(dict(candidates=30, batch=2))
    tokens, dice = batches.tokens(0), torch.Generator().manual_seed(0)
    score = torch.randn(len(vocabulary), generator=dice).exp()
    sums, sizes = [], []
    for k in range(4000):
        words, log_inclusion = batches.candidates(tokens, batches.dice("test", k))
        sums.append((score[words] / log_inclusion.exp()).sum())
        sizes.append(len(words))
        assert words[0] == 0 and words.unique().equal(words)
    assert set(tokens.flatten().tolist()) <= set(words.tolist())
    sums = torch.stack(sums)
    assert abs(sums.mean() - score.sum()) < 4 * sums.std() / math.sqrt(len(sums))
    certain = len({0, *tokens.flatten().tolist()})
    assert sum(sizes) / len(sizes) == pytest.approx(certain + 30, abs=0.5)


def test_batch_and_noise_depend_on_seed_and_step_alone():
    one, other = parts(ALL)[1], parts(ALL)[1]
    later, at_once = [one(i) for i in range(9)][8], other(8)
    for batch, same in zip(later, at_once):
        assert all(torch.equal(a, b) for a, b in zip(batch, same))
    assert not torch.equal(one(0)[0][2], one(1)[0][2])
    sizes = [len(one.tokens(i)) for i in range(6)]
    assert sum(sizes) == 81 and sizes.count(1) == 1


def test_only_the_proportions_of_the_frequencies_count():
    frequency, tokens = torch.arange(1.0, 41.0), torch.tensor([3, 8])
    found = [
        training.candidates(frequency * scale, tokens, 12, torch.Generator().manual_seed(1))
        for scale in (1, 1e-4)
    ]
    assert torch.equal(found[0][0], found[1][0]) and torch.allclose(found[0][1], found[1][1])


def test_a_frequent_word_is_a_candidate_less_than_in_proportion():
    batches = training.Batches([[4, 4, 4, 5], [4]], 8, training.checked(TINY), 0)
    share = batches.frequency / batches.frequency[7]  # a word that is not used
    assert share.shape == (8,) and share[5] == pytest.approx(2**0.75)
    assert share[4] == pytest.approx(5**0.75)


def test_every_epoch_is_mixed_anew_and_every_step_has_its_own_noise():
    _, batches, _ = parts({}, EQUAL[:32])  # two batches of 16 an epoch
    steps = [batches(i)[0] for i in range(4)]
    epochs = [torch.cat([steps[k][0], steps[k + 1][0]]) for k in (0, 2)]
    assert not torch.equal(*epochs)
    assert sorted(epochs[0].tolist()) == sorted(epochs[1].tolist())
    noise = torch.stack([eps for _, _, eps in steps])
    assert noise.shape == (4, 16, 4) and len(noise.unique()) == noise.numel()


def test_another_seed_gives_other_batches_and_other_noise():
    vocabulary, recipe = Vocabulary.build(EQUAL), training.checked(TINY)
    one, other = (training.built(vocabulary, EQUAL[:32], recipe, seed)[2](0)[0] for seed in (0, 1))
    assert not torch.equal(one[0], other[0]) and not torch.equal(one[2], other[2])


def test_training_lowers_the_loss_and_says_how(tmp_path):
    recipe = TINY | dict(n_steps=150, rate=0.01)
    vae, vocabulary, history = train(SENTENCES, recipe, path=tmp_path / "a", seconds=0)
    assert history["step"].tolist() == [50, 100, 150]
    assert history["recon"][-1] < history["recon"][0] - 5
    about = outcome("a", tmp_path)
    assert about["vocabulary"] == vocabulary.itos and about["seed"] == 0
    assert about["recipe"]["rate"] == 0.01 and about["autocast"] is False
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def one_step(recipe, i, autocast=False):
    """(objective, optimiser, the step as a function) of a recipe, step i taken."""
    vocabulary, recipe = Vocabulary.build(EQUAL), training.checked(TINY | recipe)
    objective, opt, batches = training.built(vocabulary, EQUAL, recipe, 0)
    step = training.stepper(objective, opt, batches, autocast)
    step(i)
    return objective, opt, step


@pytest.mark.parametrize("i, share", [(0, 1), (85, 0.51)])
def test_a_step_has_the_rate_of_its_progress(i, share):
    _, opt, _ = one_step(dict(rate=0.01), i)
    assert [group["lr"] for group in opt.param_groups] == [pytest.approx(0.01 * share)]


@pytest.mark.parametrize("kl_weight", [0.01, 1e6])
def test_a_long_gradient_is_shortened_to_5(kl_weight):
    objective, _, _ = one_step(dict(kl_weight=kl_weight), 0)
    gradients = [w.grad.flatten() for w in objective.parameters() if w.grad is not None]
    assert torch.cat(gradients).norm() <= 5 + 1e-3
    assert kl_weight < 1 or torch.cat(gradients).norm() == pytest.approx(5, rel=1e-3)


def test_what_dropout_hides_depends_on_the_step_alone():
    _, _, step = one_step(dict(tied=True, dropout=0.5), 0)
    seeds = [torch.initial_seed()]
    for i in (1, 0):
        torch.manual_seed(99)
        step(i)
        seeds.append(torch.initial_seed())
    assert seeds[0] == seeds[2] != seeds[1]


@pytest.mark.parametrize("autocast", [True, False])
def test_a_step_is_in_bfloat16_when_that_was_chosen(autocast, monkeypatch):
    used, original = [], torch.autocast

    def noted(kind, dtype, enabled):
        used.append((kind, dtype, enabled))
        return original(kind, dtype, enabled=False)  # some processors have no bfloat16

    monkeypatch.setattr(training.torch, "autocast", noted)
    one_step({}, 0, autocast)
    assert used == [(training.run.device().type, torch.bfloat16, autocast)]


@pytest.mark.parametrize("n_processes", [1, 2])
def test_several_processes_share_their_gradients(n_processes, monkeypatch):
    objective, batches, _ = parts({})
    held = []
    monkeypatch.setattr(training, "process", lambda: (0, n_processes))
    monkeypatch.setattr(training.nn.parallel, "DistributedDataParallel", held.append)
    training.stepper(objective, None, batches, False)
    assert held == [objective] * (n_processes > 1)


def logging(monkeypatch, look=lambda step: None, rows=(), **entries):
    """(logged_step, state, the steps taken, the steps saved): a step i takes a second, and its
    figures are i and i².
    """
    now, taken, saved = [1000.0], [], []

    def step(i):
        now[0] += 1
        taken.append(i)
        return dict(recon=torch.tensor(float(i)), kl=i**2)

    state = dict(step=rows[-1]["step"] if rows else 0, rows=list(rows), held=[])
    monkeypatch.setattr(training.time, "monotonic", lambda: now[0])
    recipe = training.checked(dict(n_steps=300) | entries)
    logged_step = training.logged(
        step, state, recipe, look, lambda: saved.append(state["step"]), seconds=100
    )
    return logged_step, state, taken, saved


EARLIER = [dict(step=50, recon=1.0, kl=2.0)]


def test_a_row_is_the_mean_since_the_last_one_counted_from_where_it_goes_on(monkeypatch):
    looks = []
    step, state, taken, _ = logging(monkeypatch, looks.append, EARLIER, n_steps=120)
    found = [step(i) for i in range(70)]
    assert taken == [*range(50, 120)] and looks == [100, 120]
    rows = [
        {"recon": sum(part) / len(part), "kl": sum(i**2 for i in part) / len(part)}
        for part in (range(50, 100), range(100, 120))
    ]
    assert [(i, row) for i, row in enumerate(found) if row] == [(49, rows[0]), (69, rows[1])]
    wanted = [dict(step=100, **rows[0]), dict(step=120, **rows[1])]
    assert state["step"] == 120 and state["rows"] == EARLIER + wanted


def test_it_is_written_every_so_many_seconds_and_at_the_end(monkeypatch):
    step, _, _, saved = logging(monkeypatch)  # a second each step, 100 between
    for i in range(300):
        step(i)
    assert saved == [100, 200, 300]
    step, _, _, saved = logging(monkeypatch, n_steps=250)
    for i in range(250):
        step(i)
    assert saved == [100, 200, 250]


def test_once_it_is_over_a_step_takes_none_and_repeats_the_last_row(monkeypatch):
    def worse(step):
        state["held"] = [*state["held"], float(step)]

    step, state, taken, saved = logging(monkeypatch, worse, EARLIER, patience=1)
    found = [step(i) for i in range(250)]
    assert taken == [*range(50, 150)] and saved == [150]
    assert [i for i, row in enumerate(found) if row] == [49, 99, 149, 199, 249]
    assert all(row == state["rows"][-1] for row in found[100:] if row)


def test_looks_are_part_of_the_history_when_there_were_any():
    rows = [dict(step=50, recon=3.0, kl=1.0), dict(step=100, recon=2.0, kl=1.5)]
    state = dict(rows=rows, looks=[50, 100], held=[9.0, 8.0])
    history = training.history_of(state)
    assert {name: values.tolist() for name, values in history.items()} == dict(
        step=[50, 100], recon=[3, 2], kl=[1, 1.5], looks=[50, 100], held=[9, 8]
    )
    assert set(training.history_of(state | dict(looks=[], held=[]))) == {"step", "recon", "kl"}
    assert training.history_of(dict(rows=[], looks=[], held=[])) == {}


def test_the_stop_button_leaves_what_is_needed_to_go_on(tmp_path, monkeypatch, capsys):
    original = training.Batches.__call__

    def stopped(self, i):
        if i == 60:
            raise KeyboardInterrupt
        return original(self, i)

    monkeypatch.setattr(training.Batches, "__call__", stopped)
    files = ["--corpus", str(tmp_path / "c.txt"), "--out", str(tmp_path / "a")]
    settings = [f"{name}={value}" for name, value in TINY.items()]
    arguments = [*files, "--recipe", "vanilla", "--seconds", "0", "--set", *settings]
    (tmp_path / "c.txt").write_text("\n".join(SENTENCES))
    assert train_text_vae.main(arguments) == 130 and not (tmp_path / "a").exists()
    said = capsys.readouterr()
    assert "stopped by hand after step" in said.out and "the same command goes on" in said.err
    monkeypatch.setattr(training.Batches, "__call__", original)
    assert train_text_vae.main(arguments) == 0
    train(sorted(SENTENCES, key=SENTENCES.index), TINY, path=tmp_path / "b")
    assert outcome("a", tmp_path)["digest"] == outcome("b", tmp_path)["digest"]


@pytest.fixture
def half_done(tmp_path):
    """A path whose .resume is there, as after a kill."""
    train(SENTENCES, TINY, path=tmp_path / "whole", seconds=0)
    recipe, vocabulary = training.checked(TINY), Vocabulary.build(SENTENCES)
    objective, opt, batches = training.built(vocabulary, SENTENCES, recipe, 0)
    corpus = outcome("whole", tmp_path)["corpus"]
    about = dict(recipe=recipe, seed=0, corpus=corpus, vocabulary=vocabulary.itos)
    networks = dict(vae=objective.vae.state_dict(), opt=opt.state_dict())
    state = dict(about=about, step=0, rows=[], autocast=False) | networks
    training.keep(tmp_path / "a.resume", state)
    return tmp_path / "a"


@pytest.mark.parametrize(
    "change, what",
    [
        (dict(recipe=TINY | dict(rate=0.5, bag=1.0)), "another rate, bag:"),
        (dict(seed=1), "another seed:"),
        (dict(sentences=SENTENCES[1:]), "another corpus"),
    ],
)
def test_another_run_is_refused_by_what_differs(half_done, change, what):
    before = half_done.with_name("a.resume").read_bytes()
    with pytest.raises(ValueError, match=f"wanted to go on from .*a.resume, got a run with {what}"):
        train(**dict(sentences=SENTENCES, recipe=TINY, seed=0, path=half_done) | change)
    assert half_done.with_name("a.resume").read_bytes() == before


def test_a_damaged_file_is_refused(half_done):
    resume = half_done.with_name("a.resume")
    content = bytearray(resume.read_bytes())
    for broken in (content[:-1], b"", content[:3000] + bytes([content[3000] ^ 1]) + content[3001:]):
        resume.write_bytes(bytes(broken))
        with pytest.raises(ValueError, match="got a damaged file: delete it to begin anew"):
            train(SENTENCES, TINY, path=half_done)


def test_divergence_is_one_sentence_and_what_was_kept_is_finite(tmp_path, monkeypatch):
    original = training.Batches.__call__

    def poisoned(self, i):
        (tokens, given, eps), candidates = original(self, i)
        return (tokens, given, eps * (math.nan if i >= 70 else 1)), candidates

    monkeypatch.setattr(training.Batches, "__call__", poisoned)
    said = "step 100: recon is NaN .* lower the learning rate"
    with pytest.raises(FloatingPointError, match=said):
        train(SENTENCES, TINY, path=tmp_path / "a", seconds=0)
    monkeypatch.setattr(training.Batches, "__call__", original)
    train(SENTENCES, TINY, path=tmp_path / "a")
    train(SENTENCES, TINY, path=tmp_path / "b")
    assert outcome("a", tmp_path) == outcome("b", tmp_path)


@pytest.mark.parametrize("writes", [1, 2, 3])
def test_a_full_disk_loses_nothing(tmp_path, monkeypatch, writes):
    original, count = os.replace, []

    def full(old, new):
        count.append(new)
        if len(count) > writes:
            raise OSError(28, "No space left on device")
        original(old, new)

    monkeypatch.setattr(os, "replace", full)
    said = "^wanted to write .*a.*, got No space left on device: make room"
    with pytest.raises(OSError, match=said):
        train(SENTENCES, TINY, path=tmp_path / "a", seconds=0)
    assert [path.name for path in tmp_path.iterdir()] == ["a.resume"]
    monkeypatch.setattr(os, "replace", original)
    train(SENTENCES, TINY, path=tmp_path / "a")
    train(SENTENCES, TINY, path=tmp_path / "b")
    assert outcome("a", tmp_path) == outcome("b", tmp_path)


def test_a_full_disk_is_two_lines_the_remedy_and_how_to_go_on(tmp_path, monkeypatch, capsys):
    original = os.replace

    def full(old, new):
        if os.path.exists(new):
            raise OSError(28, "No space left on device")
        original(old, new)

    (tmp_path / "c.txt").write_text("\n".join(SENTENCES))
    settings = [f"{name}={value}" for name, value in (TINY | dict(n_steps=2)).items()]
    files = ["--corpus", str(tmp_path / "c.txt"), "--out", str(tmp_path / "a")]
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        assert train_text_vae.main([*files, "--recipe", "vanilla", "--set", *settings]) == 1
    said, how = capsys.readouterr().err.splitlines()[-2:]
    assert said.endswith("make room, or choose another place; what was there before is whole")
    assert how == "the same command goes on from there"
    assert train_text_vae.main([*files, "--recipe", "vanilla", "--set", *settings]) == 0


def test_killed_after_its_last_line_but_one_it_knows_its_weights_from_other_files(
    tmp_path, monkeypatch
):
    original, recipe, path = store.save_weights, TINY | dict(n_steps=2), tmp_path / "a"

    def killed(*arguments, **about):
        original(*arguments, **about)
        raise SystemExit

    monkeypatch.setattr(store, "save_weights", killed)
    with pytest.raises(SystemExit):
        train(SENTENCES, recipe, path=path)
    monkeypatch.setattr(store, "save_weights", original)
    weights = path.read_bytes()
    path.write_text("mine")
    for _ in range(2):
        with pytest.raises(ValueError, match="got .*a, which is there already: choose another"):
            train(SENTENCES, recipe, path=path)
        assert path.exists() and sorted(os.listdir(tmp_path))[:2] == ["a", "a.resume"]
        original(path, torch.nn.Linear(1, 1), recipe="another's")
    path.write_bytes(weights)
    train(SENTENCES, recipe, path=path)
    assert path.read_bytes() == weights and os.listdir(tmp_path) == ["a"]


def test_what_came_while_it_trained_is_not_replaced(tmp_path, monkeypatch):
    recipe, path, original = TINY | dict(n_steps=2), tmp_path / "a", training.run.run

    def meanwhile(*arguments, **options):
        path.write_text("mine")
        return original(*arguments, **options)

    monkeypatch.setattr(training.run, "run", meanwhile)
    with pytest.raises(ValueError, match="got .*a, which is there already: .* move it away"):
        train(SENTENCES, recipe, path=path)
    assert path.read_text() == "mine"
    path.unlink()
    monkeypatch.setattr(training.run, "run", original)
    train(SENTENCES, recipe, path=path)
    assert outcome("a", tmp_path)["step"] == 2 and os.listdir(tmp_path) == ["a"]


def test_the_faster_arithmetic_is_chosen_and_kept(tmp_path, monkeypatch):
    for answer in {training.has_bfloat16(torch.device("cpu")), False}:
        monkeypatch.setattr(training, "autocast_pays", lambda *parts, answer=answer: answer)
        train(SENTENCES, TINY | dict(autocast="auto", n_steps=50), path=tmp_path / str(answer))
        assert outcome(str(answer), tmp_path)["autocast"] is answer
    objective, batches, _ = parts(ALL)
    before = {name: weight.clone() for name, weight in objective.vae.state_dict().items()}
    assert training.autocast_pays(objective, batches) in (True, False)
    for name, weight in objective.vae.state_dict().items():
        assert torch.equal(before[name], weight), name


@pytest.mark.parametrize("faster", [True, False])
def test_the_faster_arithmetic_is_the_one_whose_best_of_three_is_shorter(faster, monkeypatch):
    objective, batches, _ = parts(ALL)
    now, used = [0.0], []

    @contextlib.contextmanager
    def autocast(
        kind, dtype, enabled
    ):  # the first of each is slow: a start that counts for nothing
        used.append((kind, dtype, enabled))
        now[0] += 9 - 2 * faster if used.count(used[-1]) == 1 and enabled else 0
        yield
        now[0] += 1 if enabled is faster else 2

    monkeypatch.setattr(training, "has_bfloat16", lambda where: where.type == "cpu")
    monkeypatch.setattr(training.torch, "autocast", autocast)
    monkeypatch.setattr(training.time, "perf_counter", lambda: now[0])
    assert training.autocast_pays(objective, batches) is faster
    assert used == [("cpu", torch.bfloat16, enabled) for enabled in [False, True] * 3]
    assert all(weight.grad is not None for weight in objective.vae["encoder"].parameters())


def from_the_first(monkeypatch, *values):
    """Make this the second of two processes; the first one's objects are `values`, in order."""
    left = list(values)
    monkeypatch.setattr(training, "process", lambda: (1, 2))

    def receive(objects):
        objects[0] = left.pop(0)

    monkeypatch.setattr(training.distributed, "broadcast_object_list", receive)


def test_the_second_process_goes_on_from_what_the_first_has_read(monkeypatch):
    vocabulary, recipe = Vocabulary.build(EQUAL), training.checked(TINY)
    theirs, mine = (training.built(vocabulary, EQUAL, recipe, seed) for seed in (0, 1))
    first = dict(step=50, vae=theirs[0].vae.state_dict(), opt=theirs[1].state_dict())
    from_the_first(monkeypatch, first)
    assert training.begun(None, dict(recipe=recipe), *mine) is first
    for name, weight in mine[0].vae.state_dict().items():
        assert torch.equal(weight, first["vae"][name]), name


def test_the_arithmetic_is_measured_on_this_run_and_the_first_process_decides(monkeypatch):
    vocabulary, recipe = Vocabulary.build(SENTENCES), training.checked(TINY | dict(autocast="auto"))
    built, asked = training.built(vocabulary, SENTENCES, recipe, 0), []
    monkeypatch.setattr(training, "autocast_pays", lambda *mine: asked.append(mine) or "mine")
    assert training.begun(None, dict(recipe=recipe), *built)["autocast"] == "mine"
    assert asked == [(built[0], built[2])]
    from_the_first(monkeypatch, None, "the first's")
    assert training.begun(None, dict(recipe=recipe), *built)["autocast"] == "the first's"


@pytest.mark.parametrize("rank", [0, 1])
def test_one_process_alone_shows_its_progress(rank, monkeypatch, capsys):
    objective, batches, _ = parts({})
    left = []

    def bar(step, n_steps, **options):
        left.append(n_steps)
        sys.stderr.write("progress")

    monkeypatch.setattr(training.run, "run", bar)
    monkeypatch.setattr(training, "process", lambda: (rank, 1))
    state = dict(step=50, rows=[], looks=[], held=[], best=None, autocast=False)
    training.take_steps(objective, None, batches, state, None, 30, [])
    assert capsys.readouterr().err == "progress" * (rank == 0) and left == [50]


def test_the_device_of_the_networks_is_asked_for_bfloat16(monkeypatch):
    objective, batches, _ = parts({})
    asked = []
    monkeypatch.setattr(training, "has_bfloat16", lambda where: asked.append(where) or True)
    state = dict(step=100, rows=[], looks=[], held=[], best=None, autocast=True)
    assert training.take_steps(objective, None, batches, state, None, 30, [])
    assert asked == [next(objective.parameters()).device]


@pytest.mark.parametrize("finished", [True, False])
def test_networks_are_measured_once_the_training_is_over(finished, monkeypatch):
    measured = []
    monkeypatch.setattr(training, "take_steps", lambda *parts: finished)
    vae, vocabulary, _ = train(SENTENCES, TINY, measure=lambda *parts: measured.append(parts) or {})
    assert measured == [(vae, vocabulary)] * finished


def test_so_many_held_out_lines_are_looked_at_and_all_tell_the_run(monkeypatch):
    runs, looked_at = [], []
    original = training.begun

    def begun(path, about, *parts):
        runs.append(about)
        return original(path, about, *parts)

    monkeypatch.setattr(training, "HELD", 2)
    monkeypatch.setattr(training, "take_steps", lambda *parts: looked_at.append(parts[-1]))
    monkeypatch.setattr(training, "begun", begun)
    for held in (SENTENCES[:3], SENTENCES[:4], SENTENCES[:3]):
        vocabulary = train(SENTENCES[4:], TINY, held=held)[1]
    assert looked_at == [list(map(vocabulary.encode, SENTENCES[:2]))] * 3
    assert runs[0] == runs[2] and runs[0]["corpus"] != runs[1]["corpus"]


def test_arithmetic_that_is_to_be_chosen_is_tried_on_the_batches_of_the_run(monkeypatch):
    tried = []
    monkeypatch.setattr(training, "autocast_pays", lambda _, batches: tried.append(batches))
    monkeypatch.setattr(training, "take_steps", lambda *parts: False)
    train(EQUAL[:32], TINY | dict(autocast="auto"))
    (tokens, _, _), _ = tried[0](0)
    assert len(tokens) == 16


def test_weights_are_finished_also_when_the_file_to_go_on_from_is_gone(tmp_path):
    objective, _, vocabulary = parts({})
    about = dict(recipe=objective.recipe, seed=0, corpus="", vocabulary=vocabulary.itos)
    rows = [dict(step=100, recon=3.0, kl=1.0)]
    state = dict(about=about, step=100, rows=rows, held=[], autocast=False)
    training.finish(tmp_path / "a", objective.vae, state, dict(score=0.5))
    known = outcome("a", tmp_path)
    assert (known["step"], known["recon"], known["score"]) == (100, 3.0, 0.5)
    assert os.listdir(tmp_path) == ["a"]


class Code:
    """What a file would run when it is read as a pickle."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_a_file_to_go_on_from_runs_no_code(tmp_path):
    training.keep(tmp_path / "a.resume", Code(tmp_path / "run"))
    with pytest.raises(ValueError, match="a.resume, got a damaged file: delete it to begin anew"):
        training.kept(tmp_path / "a.resume", {})
    assert not (tmp_path / "run").exists()


def test_weights_are_written_over_by_the_run_alone_that_wrote_them(tmp_path):
    path = tmp_path / "a"
    train(SENTENCES, TINY | dict(n_steps=50), path=path)
    about = dict(store.weights_about(path), recipe=training.checked(TINY | dict(n_steps=50)))
    training.refuse_others(path, dict(about=about, step=50, held=[]))  # killed after it wrote them
    others = [
        dict(about=about, step=49, held=[]),
        dict(about=about | {"seed": 1}, step=50, held=[]),
    ]
    for state in (None, *others):
        with pytest.raises(ValueError, match="got .*a, which is there already"):
            training.refuse_others(path, state)


def test_a_processor_without_bfloat16_is_told_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "has_bfloat16", lambda where: False)
    assert training.autocast_pays(*parts(ALL)[:2]) is False
    with pytest.raises(ValueError, match="got cpu, which does not: train with autocast=false"):
        train(SENTENCES, TINY | dict(autocast=True, n_steps=50), path=tmp_path / "faster")


def test_bfloat16_is_missing_where_an_lstm_does_not_compute_in_it(monkeypatch):
    def refuse(self, x):
        raise RuntimeError("could not create a primitive descriptor")

    before = torch.get_rng_state()
    monkeypatch.setattr(torch.nn.LSTM, "forward", refuse)
    assert not training.has_bfloat16(torch.device("cpu"))
    monkeypatch.setattr(torch.nn.LSTM, "forward", lambda self, x: x)
    assert training.has_bfloat16(torch.device("cpu"))
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize(
    "words, said",
    [
        (["--recipe", "vanila"], "wanted a recipe of vanilla, .*got vanila"),
        (["--set", "rat=3"], "got rat"),
        (["--set", "batch=0"], "wanted for batch a whole number from 1"),
        (["--set", "rate"], "wanted for rate a number"),
        (["--set", "batch=2.5"], "got 2.5"),
        (["--set", "rate=nan"], "got 'nan'"),
        (["--set", "bag=true"], "got True"),
        (["--set", "autocast=1"], "true, false or auto, got 1"),
        (["--set", "rise=2"], "from 0 to 1, got 2"),
        (["--steps", "0"], "n_steps .* got 0"),
    ],
)
def test_what_was_asked_wrongly_is_one_sentence_and_status_2(capsys, tmp_path, words, said):
    assert train_text_vae.main(["--corpus", "grammar", "--out", str(tmp_path / "a"), *words]) == 2
    message = capsys.readouterr().err
    assert re.search(said, message) and message.count("\n") == 1


@pytest.mark.parametrize(
    "content, said",
    [
        ("a b c d e f\ng h i j k l\n", "wanted words that occur 2 times or more, got none in 2"),
        ("a. b.\n. c d.\n", "got none in 2 sentences: lower min_count, or take more text"),
        ("😀\n***\n", "got 2 lines without a word"),
        ("a a\n" + "b " * 500, "got 500 in line 2"),
    ],
)
def test_text_that_cannot_be_learnt_is_refused_before_the_work(capsys, tmp_path, content, said):
    (tmp_path / "c.txt").write_text(content, encoding="utf-8")
    words = ["--corpus", str(tmp_path / "c.txt"), "--out", str(tmp_path / "a"), "--set"]
    assert train_text_vae.main(["--recipe", "vanilla", *words, "min_count=2"]) == 2
    message = capsys.readouterr().err
    assert said in message and message.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["c.txt"]


def test_sentences_that_cannot_be_learnt_are_refused():
    for sentences in ([], ["***", "😀"], ["?!", "."]):
        with pytest.raises(ValueError, match="wanted words that occur 1 times or more, got none"):
            train(sentences, TINY)
    with pytest.raises(ValueError, match="wanted at most 100 words a line, got 101 in line 2"):
        train(["a b", "a " * 101], TINY)


def test_what_the_corpus_holds_is_printed_first_and_by_a_tool_of_its_own(capsys, tmp_path):
    (tmp_path / "c.txt").write_text("\n".join(SENTENCES))
    settings = [f"{name}={value}" for name, value in (TINY | dict(n_steps=1)).items()]
    files = ["--corpus", str(tmp_path / "c.txt"), "--out", str(tmp_path / "a")]
    assert (
        train_text_vae.main([*files, "--recipe", "vanilla", "--set", "min_count=3", *settings]) == 0
    )
    said = capsys.readouterr().out
    assert said.startswith("lines       81; 0 empty") and "81 sentences are few" in said
    assert corpus.main([str(tmp_path / "c.txt"), "--min-count", "3"]) == 0
    assert capsys.readouterr().out == said
    assert corpus.main([str(tmp_path / "none.txt")]) == 2
    assert capsys.readouterr().err.startswith("wanted a text file")


def test_a_folder_that_cannot_be_written_is_told_before_the_work(capsys, tmp_path):
    (tmp_path / "c.txt").write_text("\n".join(SENTENCES))
    words = ["--corpus", str(tmp_path / "c.txt"), "--set", "n_embed=8", "hidden=16"]
    words += ["--recipe", "vanilla"]
    assert train_text_vae.main([*words, "--out", str(tmp_path / "no" / "a")]) == 1
    assert capsys.readouterr().err.startswith("wanted to write")


def of_the_user(folder, out):
    """Make what a user may have: the sentences c.txt, and what stands at `out`, of the type said
    by its name.
    """
    (folder / "c.txt").write_text("\n".join(SENTENCES))
    (folder / "folder").mkdir()
    if out.startswith("file"):
        (folder / out).write_text("mine")
    elif out.startswith("link"):
        link, _, target = out.partition(" to ")
        (folder / link).symlink_to(folder / (target or "nothing"))
    elif out.startswith("twin"):
        (folder / out).hardlink_to(folder / "c.txt")
    elif out.startswith("pipe"):
        os.mkfifo(folder / out)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes and links")
@pytest.mark.parametrize(
    "there, out, said",
    [
        ("", "c.txt", "another file than the sentences of --corpus .*c.txt"),
        ("", "folder/../c.txt", "another file than the sentences"),
        ("link to c.txt", "link", "another file than the sentences"),
        ("twin", "twin", "another file than the sentences"),
        ("link.resume to c.txt", "link", "another file than"),
        ("twin.resume", "twin", "another file than the sentences"),
        ("file", "file", "got .*file, which is there already: choose another name"),
        ("link", "link", "got .*link, which is there already"),
        ("pipe", "pipe", "got .*pipe, which is there already"),
        ("pipe.resume", "pipe", "wanted to go on from .*pipe.resume, got a damaged file"),
        ("file.resume", "file", "wanted to go on from .*file.resume, got a damaged file"),
        ("", "folder", "got the folder .*folder: add a file's name"),
        ("", ".", "got the folder .*: add a file's name"),
        ("", "none/a", "wanted to write .*none/a.resume, got No such file .*: choose a place that"),
        ("", "c.txt/a", "wanted to write .*c.txt/a.resume, got Not a directory: choose a place"),
    ],
)
def test_what_the_user_has_is_refused_before_the_work(
    tmp_path, monkeypatch, capsys, there, out, said
):
    of_the_user(tmp_path, there)
    before = {path: path.is_file() and path.read_text() for path in tmp_path.iterdir()}
    monkeypatch.setattr(training, "stepper", lambda *parts: pytest.fail("it began to train"))
    settings = [f"{name}={value}" for name, value in TINY.items()]
    files = ["--corpus", str(tmp_path / "c.txt"), "--out", str(tmp_path / out)]
    assert train_text_vae.main([*files, "--recipe", "vanilla", "--set", *settings]) in (1, 2)
    message = capsys.readouterr().err
    assert re.search(said, message) and message.count("\n") == 1 and "room" not in message
    assert before == {path: path.is_file() and path.read_text() for path in tmp_path.iterdir()}


def test_every_recipe_of_the_list_takes_a_step():
    for recipe in training.RECIPES.values():
        train(SENTENCES, recipe | TINY | dict(n_steps=2, min_count=1))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_two_processes_look_at_held_out_lines_and_report_once(tmp_path):
    (tmp_path / "corpus.txt").write_text("\n".join(Grammar().sample(n=400, seed=0)[0]))
    files = ["--corpus", str(tmp_path / "corpus.txt"), "--out", str(tmp_path / "two")]
    settings = [f"{name}={value}" for name, value in TINY.items()]
    command = [sys.executable, "-c", TWO, *files, "--set", *settings, "patience=1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\nheld-out ") == done.stdout.count("\nstopped ") == 1
    assert outcome("two", tmp_path)["importance_bound"] > 0
