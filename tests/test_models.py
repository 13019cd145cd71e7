"""The seed axis: many seeds are that many networks, and none feels another."""

import pytest
import torch
from torch import nn

from course_utils import metrics, models, store
from course_utils.distributions import two_moons, two_rings
from course_utils.figures import lesson_07
from course_utils.losses import discriminator_loss, generator_nonsaturating


def trained(generator, discriminator, x_real, z, n_steps=50):
    """All weights after n steps of lesson 01 on numbers, (n_steps, n_seeds, batch, 1) twice."""
    opt_g, opt_d = (torch.optim.Adam(net.parameters(), 1e-2) for net in (generator, discriminator))
    for i in range(n_steps):
        x_fake = generator(z[i]).detach()
        loss_d = discriminator_loss(discriminator(x_real[i]), discriminator(x_fake))
        opt_d.zero_grad(), loss_d.sum().backward(), opt_d.step()
        loss_g = generator_nonsaturating(discriminator(generator(z[i])))
        opt_g.zero_grad(), loss_g.sum().backward(), opt_g.step()
    weights = [*generator.parameters(), *discriminator.parameters()]
    return torch.cat([weight.detach().flatten(1) for weight in weights], 1)


def test_seed_k_of_64_equals_seed_k_alone():
    torch.manual_seed(0)
    generator = models.mlp([1, 4, 1], nn.Softplus, 64)
    discriminator = models.gan_discriminator([1, 8, 8], nn.ReLU, 64)
    networks = (generator, discriminator)
    x_real, z = 4 + 0.5 * torch.randn(50, 64, 8, 1), torch.randn(50, 64, 8, 1)
    picked = {k: [models.pick_seeds(net, [k]) for net in networks] for k in (0, 17, 63)}
    together = trained(*networks, x_real, z)
    for k, networks_k in picked.items():
        alone = trained(*networks_k, x_real[:, [k]], z[:, [k]])[0]
        torch.testing.assert_close(alone, together[k], rtol=1e-3, atol=1e-4)


def test_no_seed_feels_another():
    torch.manual_seed(0)
    generator = models.mlp([1, 4, 1], nn.Softplus, 5)
    discriminator = models.gan_discriminator([1, 8], nn.LeakyReLU, 5)
    x_real, x_fake = torch.randn(5, 8, 1), generator(torch.randn(5, 8, 1))
    loss_d = discriminator_loss(discriminator(x_real), discriminator(x_fake))
    weights = [*generator.parameters(), *discriminator.parameters()]
    for gradient in torch.autograd.grad(loss_d[2], weights):
        assert (gradient[[0, 1, 3, 4]] == 0).all() and gradient[2].abs().sum() > 0


@pytest.mark.parametrize("n_in", [1, 2, 3])
def test_a_layer_is_the_ordinary_one_seed_by_seed(n_in):
    layer, x = models.Linear(n_in, 4, n_seeds=3), torch.randn(3, 8, n_in)
    for seed in range(3):
        ordinary = nn.functional.linear(x[seed], layer.weight[seed].T, layer.bias[seed, 0])
        torch.testing.assert_close(layer(x)[seed], ordinary)


@pytest.mark.parametrize(
    "build, sizes",
    [
        (lambda: models.Linear(2, 3), [(1, 2, 3), (1, 1, 3)]),
        (lambda: models.mlp([2, 3]), [(1, 2, 3), (1, 1, 3)]),
        (lambda: models.gan_discriminator([2, 3]), [(1, 2, 3), (1, 1, 3), (1, 3, 1), (1, 1, 1)]),
        (lambda: models.digit_autoencoder(2)["encoder"][-1], [(1, 128, 2), (1, 1, 2)]),
        (lambda: models.digit_autoencoder(2)["decoder"][0][0], [(1, 2, 128), (1, 1, 128)]),
        (lambda: models.digit_vae(2)["encoder"][-1], [(1, 256, 4), (1, 1, 4)]),
        (lambda: models.digit_vae(2)["decoder"][0][0], [(1, 2, 256), (1, 1, 256)]),
        (lambda: models.LatentActor(2, 3).net[-1], [(1, 128, 4), (1, 1, 4)]),
        (lambda: models.LatentShift(2, 3).net[-1], [(1, 128, 2), (1, 1, 2)]),
        (lambda: models.text_vae(9)["encoder"].lstm, [(512, 128), (512, 128), (512,), (512,)]),
        (lambda: models.text_vae(9)["decoder"].lstm, [(1024, 160), (1024, 256), (1024,), (1024,)]),
    ],
)
def test_a_network_has_one_seed_and_its_printed_sizes_unless_told_otherwise(build, sizes):
    assert [tuple(parameter.shape) for parameter in build().parameters()] == sizes


def test_a_centred_network_sees_the_distance_to_its_centre():
    net, x = models.gan_discriminator([1, 4], n_seeds=2), torch.randn(2, 8, 1)
    assert torch.equal(models.Centred(net, 3.0)(x + 3), net(x + 3 - 3.0))
    assert len(list(models.Centred(net, 3.0).parameters())) == len(list(net.parameters()))


def test_a_spectral_layer_divides_by_the_largest_singular_value():
    torch.manual_seed(0)
    layer, x = models.SpectralLinear(models.Linear(8, 5, n_seeds=3)), torch.randn(3, 4, 8)
    for _ in range(200):
        got = layer(x)
    weight, bias = layer.linear.weight, layer.linear.bias
    sigma = torch.linalg.svdvals(weight)[:, :1, None]
    torch.testing.assert_close(got, x @ (weight / sigma) + bias, rtol=1e-3, atol=1e-4)
    (gradient,) = torch.autograd.grad(got.sum(), weight)  # it passes through sigma, too
    assert ((gradient * weight).sum((1, 2)).abs() < 1e-2).all()  # longer weights change nothing


def test_spectral_normalisation_keeps_the_lipschitz_constant_below_one():
    torch.manual_seed(0)
    net = models.gan_discriminator([2, 16, 16], lambda: nn.LeakyReLU(0.2), n_seeds=4)
    with torch.no_grad():
        for weight in net.parameters():
            weight.mul_(5)
    wrapped, x = models.spectral(net), torch.randn(4, 100, 2)
    for _ in range(200):
        wrapped(x)
    assert len(list(wrapped.parameters())) == len(list(net.parameters()))
    x.requires_grad_()
    (gradient,) = torch.autograd.grad(wrapped(x).sum(), x)
    (before,) = torch.autograd.grad(net(x).sum(), x)
    assert gradient.norm(dim=-1).max() < 1.001 < before.norm(dim=-1).max()


def test_a_discriminator_gives_one_logit_a_sample():
    assert models.gan_discriminator([2, 3], n_seeds=4)(torch.zeros(4, 8, 2)).shape == (4, 8)


def test_the_networks_of_a_vae_are_found_by_name():
    assert set(models.digit_vae(2, 4)) == {"encoder", "decoder"}
    assert set(models.digit_autoencoder(2, 4)) == {"encoder", "decoder"}
    assert set(models.text_vae(9, 2, 4, 8)) == {"encoder", "decoder", "bag"}


def test_initial_weights_follow_the_two_recipes():
    torch.manual_seed(0)
    even, normal = models.Linear(16, 100, 20), models.Linear(16, 100, 20, weight_std=1)
    assert even.weight.abs().max() <= 0.25 and abs(even.weight.std() - 0.25 / 3**0.5) < 0.01
    assert abs(normal.weight.std() - 1) < 0.02 and (normal.bias == 0).all()


@pytest.mark.parametrize("build", [models.mlp, models.gan_discriminator])
def test_every_layer_of_a_network_starts_as_its_recipe_says(build):
    torch.manual_seed(0)
    for layer in build([100, 100, 100], n_seeds=4, weight_std=0.3).modules():
        if isinstance(layer, models.Linear):
            assert abs(layer.weight.std() - 0.3) < 0.03 and (layer.bias == 0).all()
            assert abs(layer.weight.mean()) < 0.1
    for layer in build([100, 100, 100], n_seeds=4).modules():
        if isinstance(layer, models.Linear):
            for drawn in (layer.weight, layer.bias):
                assert drawn.abs().max() <= 0.1 and (drawn > 0).any() and (drawn < 0).any()
            assert abs(layer.weight.std() - 0.1 / 3**0.5) < 0.01
            ends = layer.weight[:2].flatten(1)
            assert torch.corrcoef(ends)[0, 1].abs() < 0.2  # seeds begin with weights of their own


@pytest.mark.parametrize("shape", [(8, 1), (2, 8, 1), (3, 8, 2), (8,)])
def test_a_wrong_shape_is_refused_with_both_shapes(shape):
    said = r"wanted x of shape \(n_seeds=3, batch, features=1\), got"
    with pytest.raises(ValueError, match=said):
        models.Linear(1, 4, n_seeds=3)(torch.zeros(shape))


@pytest.mark.parametrize("seeds", [[1, 3], slice(1, 4, 2)])
def test_picking_seeds_copies_them_and_leaves_the_original_alone(seeds):
    net = models.mlp([1, 2, 1], n_seeds=4)
    picked, before = models.pick_seeds(net, seeds), net[0].weight.detach().clone()
    assert torch.equal(picked[0].weight, net[0].weight[[1, 3]])
    picked[0].weight.data.zero_()
    assert torch.equal(net[0].weight, before)


def test_the_classifier_gives_ten_logits_a_picture_and_its_weights_are_shipped():
    path = store.data_file("checkpoints/digits_judge.safetensors")
    classifier = store.load_weights(path, models.digit_judge())
    _, (x_test, y_test) = store.load_digits()
    assert classifier(x_test[:7]).shape == (7, 10)
    with torch.no_grad():
        assert (classifier(x_test).argmax(1) == y_test).float().mean() > 0.97


def test_each_checkpoint_carries_recipe_seed_versions_and_figures():
    paths = list(store.data_file("checkpoints").glob("*.safetensors"))
    assert len(paths) >= 4
    sizes = {path.name: path.stat().st_size for path in paths}
    assert max(sizes.values()) < 16e6, sizes  # bytes, of one file
    assert sum(sizes.values()) < 48e6, sizes  # a clone stays small
    always = {"recipe", "seed", "torch", "python", "digest"}
    for path in paths:
        about = set(store.weights_about(path))
        assert always < about, path.name
        figures = about - always - {"n_steps", "cpu_seconds"}
        assert figures, f"{path.name} says nothing of what it can do"


def test_the_shipped_maps_are_straight_and_crossed_and_bring_moons_home():
    torch.manual_seed(0)
    maps, moons, rings = lesson_07.shipped_maps(), two_moons(), two_rings()
    x, side, _ = moons.sample(2, 1000)
    with torch.no_grad():
        images = maps["to_rings"](x)
        home = maps["to_moons"](images)
    same = (rings.nearest_side(images) == side).float().mean(1)
    assert same[0] > 0.95 and same[1] < 0.05
    assert (home - x).norm(dim=-1).mean() < 0.1
    assert metrics.energy_distance(images, rings.sample(2, 1000)[0]).max() < 0.03


def test_the_encoder_and_the_decoder_of_the_vae_fit_each_other():
    encoder, decoder = models.digit_vae(3, hidden=8, n_seeds=2).values()
    mu, logvar = encoder(torch.rand(2, 5, 784)).chunk(2, -1)
    x_hat = decoder(mu)
    assert mu.shape == logvar.shape == (2, 5, 3) and x_hat.shape == (2, 5, 784)
    assert x_hat.min() > 0 and x_hat.max() < 1


def test_actor_keeps_z_with_closed_gate_and_gives_delta_with_open_gate():
    actor, z, y = models.LatentActor(6, 3, n_seeds=2), torch.randn(2, 5, 6), torch.randn(2, 5, 3)
    last = actor.net[-1]
    with torch.no_grad():
        delta = actor.net(torch.cat([z, y], -1))[..., 6:]
        last.weight[..., :6] = 0
        last.bias[..., :6] = -40
        assert torch.allclose(actor(z, y), z, atol=1e-6)
        last.bias[..., :6] = 40
        assert torch.allclose(actor(z, y), delta, atol=1e-6)


def test_shift_adds_what_its_network_says():
    shift, z, y = models.LatentShift(6, 3, n_seeds=2), torch.randn(2, 5, 6), torch.randn(2, 5, 3)
    assert torch.equal(shift(z, y), z + shift.net(torch.cat([z, y], -1)))
    with torch.no_grad():
        shift.net[-1].weight.zero_(), shift.net[-1].bias.zero_()
    assert torch.equal(shift(z, y), z)


def test_actor_lies_between_z_and_delta_and_seeds_do_not_touch():
    actor, z, y = models.LatentActor(6, 3, n_seeds=2), torch.randn(2, 5, 6), torch.randn(2, 5, 3)
    z_prime, delta = actor(z, y), actor.net(torch.cat([z, y], -1))[..., 6:]
    assert z_prime.shape == z.shape
    assert (z_prime >= torch.minimum(z, delta) - 1e-6).all()
    assert (z_prime <= torch.maximum(z, delta) + 1e-6).all()
    one = models.pick_seeds(actor, [1])(z[1:], y[1:])
    assert torch.allclose(one, z_prime[1:], atol=1e-6)
    z_prime[0].sum().backward()
    assert all(parameter.grad[1].abs().max() == 0 for parameter in actor.parameters())


def test_neighbours_are_those_of_a_double_loop_in_each_view_of_each_seed():
    torch.manual_seed(0)
    m = torch.randn(2, 6, 5, 3)
    by_hand = torch.zeros(2, 6, 5)
    for i in range(6):
        for j in set(range(6)) - {i}:
            by_hand[:, i] += torch.exp(-(m[:, i] - m[:, j]).abs().sum(-1))
    torch.testing.assert_close(models.count_neighbours(m), by_hand)


def test_a_minibatch_layer_puts_the_neighbours_of_its_projection_beside_its_input():
    torch.manual_seed(0)
    layer, h = models.MinibatchLayer(4, n_seeds=3, views=2, dims=5), torch.randn(3, 7, 4)
    seen = layer(h)
    assert torch.equal(seen[..., :4], h)
    m = (h @ layer.project.weight + layer.project.bias).view(3, 7, 2, 5)
    torch.testing.assert_close(seen[..., 4:], models.count_neighbours(m))


def test_a_logit_of_a_minibatch_discriminator_depends_on_all_samples_of_its_seed_and_on_no_other():
    torch.manual_seed(0)
    discriminator = models.minibatch_discriminator([2, 32, 32], nn.Tanh, n_seeds=3)
    x = torch.randn(3, 8, 2, requires_grad=True)
    (gradient,) = torch.autograd.grad(discriminator(x)[1, 0], x)
    assert (gradient[1].abs().amax(-1) > 0).all()
    assert not gradient[[0, 2]].any()
