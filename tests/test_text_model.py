"""The networks and losses of the text VAE against loops by hand and torch.distributions."""

import math

import pytest
import torch

from course_utils.losses import bag_of_words_nll, free_bits, gaussian_kl, kl_weight, token_nll
from course_utils.models import TiedTextDecoder, TiedTextEncoder, generate, text_vae
from course_utils.text.training import standardise

N_WORDS = 12


@pytest.fixture(params=[False, True], ids=["as taught", "tied"])
def vae(request):
    torch.manual_seed(0)
    networks = text_vae(N_WORDS, 3, 5, 8, tied=request.param, dropout=0.5).eval()
    for weight in networks.parameters():
        weight.data.mul_(3)  # far from linear, so that differences show
    networks["decoder"].start.weight.data.mul_(3)
    return networks


@pytest.fixture
def tokens():
    rows = [[1, 5, 6, 7, 2], [1, 4, 2], [1, 8, 9, 10, 11, 4, 2]]
    return torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)


def test_padding_has_no_influence(vae, tokens):
    encoder, decoder, _ = vae.values()
    z = torch.randn(3, 3)

    def recon(z, batch):
        return token_nll(decoder.head(decoder(z, batch[:, :-1])[0]), batch[:, 1:])

    longer = torch.nn.functional.pad(tokens, (0, 6))
    assert torch.allclose(encoder(tokens), encoder(longer), atol=1e-6)
    assert torch.allclose(recon(z, tokens), recon(z, longer), atol=1e-5)
    # a sentence alone is what it is in a batch
    for i, row in enumerate(tokens):
        alone = row[row != 0][None]
        assert torch.allclose(encoder(alone)[0], encoder(tokens)[i], atol=1e-6)
        assert torch.allclose(recon(z[i : i + 1], alone)[0], recon(z, tokens)[i], atol=1e-5)


def test_the_encoder_pools_over_the_words_alone(vae, tokens):
    encoder, row = vae["encoder"], tokens[:1, :5]
    embed = getattr(encoder, "embed", None) or encoder.shared[0]
    outputs, _ = encoder.lstm(embed(row))
    pooled = torch.cat([outputs[0].mean(0), outputs[0].amax(0)])
    assert torch.allclose(encoder(tokens)[0], encoder.to_stats(pooled), atol=1e-6)


def test_teacher_forcing_is_decoding_step_by_step(vae, tokens):
    decoder, z, state, steps = vae["decoder"], torch.randn(3, 3), None, []
    whole, _ = decoder(z, tokens)
    for t in range(tokens.shape[1]):
        outputs, state = decoder(z, tokens[:, t : t + 1], state)
        steps.append(outputs)
    assert torch.allclose(whole, torch.cat(steps, 1), atol=1e-6)


def test_the_decoder_looks_neither_ahead_nor_past_z(vae, tokens):
    decoder, z = vae["decoder"], torch.randn(3, 3)
    other = tokens.clone()
    other[:, 3:] = 4
    assert torch.equal(decoder(z, tokens)[0][:, :3], decoder(z, other)[0][:, :3])
    assert not torch.allclose(decoder(z, tokens)[0], decoder(z + 1, tokens)[0])


def by_hand(decoder, z, max_length):
    """Greedy decoding of one z, (z_dim,), always from the beginning: a list of tokens."""
    words = [1]
    while len(words) <= max_length and words[-1] != 2:
        outputs, _ = decoder(z[None], torch.tensor([words]))
        words.append(decoder.head(outputs[0, -1]).argmax().item())
    return words[1:]


def test_greedy_decoding_is_the_loop_by_hand(vae):
    z = 2 * torch.randn(64, 3, generator=torch.Generator().manual_seed(1))
    # padding is no word; ends are frequent
    vae["decoder"].head.bias.data[[0, 2]] = torch.tensor([-9.0, 0.8])
    written = generate(vae["decoder"], z, max_length=9)
    wanted = [by_hand(vae["decoder"], row, 9) for row in z]
    lengths = {len(words) for words in wanted}  # some end early, some are cut
    assert len(lengths) > 2 and written.shape == (64, max(lengths))
    for row, words in zip(written.tolist(), wanted):
        assert row == words + [0] * (len(row) - len(words))


def test_a_choice_of_ones_own_is_asked_for_each_word(vae):
    asked = []

    def choose(logits):
        asked.append(logits.shape)
        return torch.tensor([5, 2 if len(asked) == 2 else 6])

    written = generate(vae["decoder"], torch.zeros(2, 3), choose, max_length=4)
    assert written.tolist() == [[5, 5, 5, 5], [6, 2, 0, 0]] and asked == [(2, N_WORDS)] * 4


def test_sampled_words_follow_the_logits(vae):
    z, dice = torch.zeros(20_000, 3), torch.Generator().manual_seed(0)

    def sampled(logits):
        return torch.multinomial(logits.softmax(-1), 1, generator=dice).squeeze(1)

    words = generate(vae["decoder"], z, sampled, max_length=1)
    outputs, _ = vae["decoder"](z[:1], torch.tensor([[1]]))
    p = vae["decoder"].head(outputs[0, -1]).softmax(-1)
    shares = words.flatten().bincount(minlength=N_WORDS) / 20_000
    assert (shares - p).abs().max() < 5 * math.sqrt(0.25 / 20_000)


def test_token_nll_is_the_categorical_distribution(tokens):
    logits = torch.randn(3, tokens.shape[1], N_WORDS)
    log_prob = torch.distributions.Categorical(logits=logits).log_prob(tokens)
    oracle = -(log_prob * (tokens != 0)).sum(1)
    assert torch.allclose(token_nll(logits, tokens), oracle, atol=1e-5)


def test_bag_of_words_by_brute_force(tokens):
    logits = torch.randn(3, N_WORDS)
    wanted = [
        sum(-logits[i].softmax(-1)[word].log() for word in row if word not in (0, 1, 2))
        for i, row in enumerate(tokens.tolist())
    ]
    assert torch.allclose(bag_of_words_nll(logits, tokens), torch.stack(wanted), atol=1e-5)
    mixed = tokens[:, torch.randperm(tokens.shape[1])]
    assert torch.allclose(bag_of_words_nll(logits, mixed), torch.stack(wanted), atol=1e-5)


def each(mu, logvar):
    """The KL of each dimension, (batch, z_dim)."""
    return gaussian_kl(mu.unsqueeze(-1), logvar.unsqueeze(-1))


def test_without_a_floor_free_bits_are_the_kl():
    mu, logvar = torch.randn(2, 50, 4)
    assert torch.allclose(free_bits(each(mu, logvar), 0), gaussian_kl(mu, logvar).mean())


def test_below_the_floor_a_dimension_has_no_gradient():
    mu, logvar = torch.randn(2, 50, 4) * torch.tensor([0.01, 1, 0.01, 1])
    mu, logvar = mu.requires_grad_(), logvar.requires_grad_()
    free_bits(each(mu, logvar), 0.1).backward()
    free = [gradient.clone() for gradient in (mu.grad, logvar.grad)]
    mu.grad = logvar.grad = None
    gaussian_kl(mu, logvar).mean().backward()
    for gradient, full in zip(free, (mu.grad, logvar.grad)):
        assert gradient[:, [0, 2]].abs().max() == 0
        assert torch.allclose(gradient[:, [1, 3]], full[:, [1, 3]])


def test_the_weight_of_the_kl_rises_in_cycles():
    for cycles, rise in ((1, 0.4), (4, 0.5), (3, 1.0)):
        for k in range(cycles):
            shares = (1e-9, rise / 4, rise / 2, rise - 1e-6, (1 + rise) / 2 - 1e-6)
            inside = [kl_weight((k + share) / cycles, rise, cycles) for share in shares]
            assert inside == pytest.approx([0, 0.25, 0.5, 1, 1], abs=1e-4)
    assert {kl_weight(progress / 10) for progress in range(10)} == {1.0}


def test_a_tied_network_has_one_table_of_word_vectors(vae):
    names = [name for name, _ in vae.named_parameters() if "embed" in name]
    tied = "decoder.head.weight" not in vae.state_dict()
    assert names == ["decoder.embed.weight"] or not tied and "encoder.embed.weight" in names
    if tied:
        decoder, outputs = vae["decoder"], torch.randn(2, 4, 5)
        decoder.head.bias.data.normal_()  # it begins at 0
        logits = outputs @ decoder.embed.weight.T + decoder.head.bias
        assert torch.allclose(decoder.head(outputs), logits, atol=1e-6)
        assert vae["encoder"].shared[0] is decoder.embed


def test_the_decoder_starts_from_the_code(vae):
    decoder, z, first = vae["decoder"], torch.randn(2, 3), torch.ones(2, 1, dtype=torch.int64)
    state = tuple(half[None] for half in decoder.start(z).tanh().split(8, -1))
    assert torch.equal(decoder(z, first)[0], decoder(z, first, state)[0])
    assert not torch.allclose(decoder(z, first)[0], decoder(z, first, (state[1], state[0]))[0])


def test_only_tied_networks_drop_words_and_only_where_it_is_asked_for(tokens):
    for tied, dropout in ((True, 0.5), (True, 0.0), (False, 0.5)):
        encoder, decoder, _ = text_vae(N_WORDS, 3, 5, 8, tied=tied, dropout=dropout).values()
        z, drops = torch.randn(3, 3), tied and dropout > 0
        assert torch.equal(encoder(tokens), encoder(tokens)) is not drops
        assert torch.equal(decoder(z, tokens)[0], decoder(z, tokens)[0]) is not drops
    decoder = TiedTextDecoder(N_WORDS, 3, 5, 8)
    for network in (decoder, TiedTextEncoder(decoder.embed, 3, 4), text_vae(N_WORDS, tied=True)):
        assert {m.p for m in network.modules() if isinstance(m, torch.nn.Dropout)} == {0.0}
    assert not any(isinstance(m, torch.nn.Dropout) for m in text_vae(N_WORDS).modules())


def test_word_vectors_that_are_tied_begin_small_and_the_encoder_is_half_as_large():
    encoder, decoder, _ = text_vae(400, 3, 50, 12, tied=True).values()
    assert abs(decoder.embed.weight.std() - 0.1) < 0.01
    assert (encoder.lstm.hidden_size, encoder.lstm.bidirectional) == (6, True)
    assert decoder.lstm.hidden_size == 12


def test_a_standardised_code_has_mean_0_and_variance_1_and_says_the_same(vae, tokens):
    rows = [row[row > 2].tolist() for row in tokens] * 4

    def out():
        mu, logvar = vae["encoder"](tokens).chunk(2, -1)
        logits = vae["decoder"].head(vae["decoder"](mu, tokens[:, :-1])[0])
        return mu, logvar, logits, vae["bag"](mu)

    before = out()
    standardise(vae, rows)
    mu, logvar, *said = out()
    for old, new in zip(before[2:], said):
        assert torch.allclose(old, new, atol=1e-4)
    variance = mu.var(0, unbiased=False) + logvar.exp().mean(0)
    assert torch.allclose(mu.mean(0), torch.zeros(3), atol=1e-5)
    assert torch.allclose(variance, torch.ones(3), atol=1e-4)
