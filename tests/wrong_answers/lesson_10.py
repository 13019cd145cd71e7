"""Wrong answers to the exercises of lesson 10: {exercise: [(code, words that the hint must
contain)]}.
"""

KL = "def my_kl(mu, logvar):\n    return "
ELBO = """def my_negative_elbo(encoder, decoder, x, eps, std):
    mu, logvar = encoder(x).chunk(2, -1)
    z = mu + (logvar / 2).exp() * eps
    return """
DRAW = """def my_negative_elbo(encoder, decoder, x, eps, std):
    mu, logvar = encoder(x).chunk(2, -1)
    z = {}
    return (gaussian_nll(x, decoder(z), std) + gaussian_kl(mu, logvar)).mean()"""
WRONG = {
    1: [
        (KL + "0.5 * (mu**2 + logvar.exp() - 1 - logvar).mean(-1)", "costs add up"),
        (KL + "(mu**2 + logvar.exp() - 1 - logvar).sum(-1)", "½ in front"),
        (KL + "-0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1)", "never negative"),
        (KL + "0.5 * (mu**2 + (2 * logvar).exp() - 1 - 2 * logvar).sum(-1)", "log σ²"),
        (KL + "0.5 * (mu**2 + (logvar / 2).exp() - 1 - logvar).sum(-1)", "σ where σ²"),
        (KL + "0.5 * (mu**2 + logvar.exp() - 1).sum(-1)", "log σ is missing"),
        (KL + "0.5 * (mu**2 + logvar.exp() - 1 + logvar).sum(-1)", "wrong sign"),
        (KL + "(0.5 * (mu**2 + logvar.exp() - 1) - logvar).sum(-1)", "counts twice"),
        (KL + "0.5 * (mu**2 + logvar.exp() - logvar).sum(-1)", "is not 0"),
        (KL + "0.5 * ((mu**2 + logvar.exp() - logvar).sum(-1) - 1)", "not once"),
        (KL + "0.5 * (logvar.exp() - 1 - logvar).sum(-1)", "μ is missing"),
        (KL + "0.5 * (mu + logvar.exp() - 1 - logvar).sum(-1)", "squared"),
        (KL + "0.5 * (mu**2 - 1 - logvar).sum(-1)", "σ² is missing"),
        (KL + "0.5 * ((1 + mu**2) / logvar.exp() - 1 + logvar).sum(-1)", "KL(N(0, I)‖q)"),
        (KL + "0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1) / 0.6931471805599453", "bits"),
        (KL + "0.5 * (mu**2 + logvar.exp() - 1 - logvar)", "sum over the last dimension"),
        (KL + "0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum()", "whole batch"),
        (KL + "mu.abs().sum(-1)", "for one code it gives"),
    ],
    2: [
        (ELBO + "-(gaussian_nll(x, decoder(z), std) + gaussian_kl(mu, logvar)).mean()", "−ELBO"),
        (ELBO + "(gaussian_nll(x, decoder(z), std) + gaussian_kl(mu, logvar)).sum()", "the mean"),
        (ELBO + "gaussian_nll(x, decoder(z), std) + gaussian_kl(mu, logvar)", "each picture"),
        (ELBO + "gaussian_nll(x, decoder(z), std).mean()", "kl is missing"),
        (ELBO + "gaussian_kl(mu, logvar).mean()", "recon is missing"),
        (
            ELBO + "(gaussian_nll(x, decoder(z), std) - gaussian_kl(mu, logvar)).mean()",
            "kl has the wrong sign",
        ),
        (
            ELBO + "(gaussian_kl(mu, logvar) - gaussian_nll(x, decoder(z), std)).mean()",
            "recon has the wrong sign",
        ),
        (DRAW.format("mu"), "made from μ"),
        (DRAW.format("mu + logvar.exp() * eps"), "multiplied by σ²"),
        (DRAW.format("mu + logvar * eps"), "multiplied by logvar"),
        (DRAW.format("mu + eps"), "to be multiplied by σ"),
        (DRAW.format("mu + (2 * logvar).exp() * eps"), "exp(logvar / 2)"),
        (DRAW.format("eps"), "eps itself"),
        (DRAW.format("mu + (logvar / 2).exp() * torch.randn_like(mu)"), "draw nothing else"),
        (DRAW.format("(mu + (logvar / 2).exp() * eps).detach()"), "cannot learn"),
        (DRAW.format("mu + (logvar / 2).exp().detach() * eps"), "cannot learn"),
        (
            DRAW.format("mu + (logvar / 2).exp() * eps").replace("mu, logvar =", "logvar, mu ="),
            "wrong order",
        ),
        (
            DRAW.format("mu + (logvar / 2).exp() * eps").replace("(z), std", "(z), 0.2"),
            "argument std",
        ),
        (
            ELBO
            + "(0.5 * (x - decoder(z)).square().sum(-1) / std**2 + gaussian_kl(mu, logvar)).mean()",
            "constant",
        ),
        (
            ELBO + "((x - decoder(z)).square().sum(-1) + gaussian_kl(mu, logvar)).mean()",
            "not the squared error",
        ),
        (
            ELBO + "((x - decoder(z)).square().mean(-1) + gaussian_kl(mu, logvar)).mean()",
            "sum over the pixels",
        ),
        (ELBO + "encoder(z).mean()", "the encoder wants pictures"),
        (ELBO + "decoder(x).mean()", "the decoder wants codes"),
        (ELBO + "3 + (gaussian_nll(x, decoder(z), std)).mean()", "it gives"),
        (
            ELBO + "(gaussian_nll(x, decoder(z), std) + Normal(mu, (logvar / 2).exp()).log_prob(z)"
            ".sum(-1) - Normal(0, 1).log_prob(z).sum(-1)).mean()",
            "a single draw",
        ),
    ],
}
