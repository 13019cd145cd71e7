"""Wrong answers to the exercises of lesson 14: {exercise: [(code, words that the hint must
contain)]}.
"""

RECON = """def my_recon(decoder, z, tokens):
    before, after = tokens[:, :-1], tokens[:, 1:]
    outputs, _ = decoder(z, before)
    log_p = decoder.head(outputs).log_softmax(-1)
    each = -log_p.gather(2, after.unsqueeze(-1)).squeeze(-1)
    """
WRITE = """def my_write(decoder, z, max_length):
    words, state, written = torch.full((len(z), 1), {begin}), None, [{first}]
    for _ in range(max_length):
        outputs, state = decoder(z, {given}, {state})
        words = decoder.head(outputs[:, -1]).{choose}
        written.append(words)
    return {result}
"""
PARTS = {
    "begin": "BOS",
    "first": "",
    "given": "words",
    "state": "state",
    "choose": "argmax(-1, keepdim=True)",
    "result": "torch.cat(written, 1)",
}
MOVE = "def my_move(z, now, wanted, means, f):\n    return "


def shifted(given, asked):
    """An answer that gives the decoder one cut of the tokens and asks for another."""
    return (
        "def my_recon(decoder, z, tokens):\n"
        f"    outputs, _ = decoder(z, {given})\n"
        "    logits = decoder.head(outputs).transpose(1, 2)\n"
        f"    nll = cross_entropy(logits, {asked}, ignore_index=PAD, reduction='none')\n"
        "    return nll.sum(-1)"
    )


WRONG = {
    1: [
        (RECON + "return each.sum(-1)", "the padding counts"),
        (RECON + "return (each * (after != PAD)).sum(-1).mean()", "mean over the batch"),
        (
            RECON + "return (each * (after != PAD)).sum(-1) / (after != PAD).sum(-1)",
            "mean over the words",
        ),
        (RECON + "return -(each * (after != PAD)).sum(-1)", "the sign"),
        (RECON + "return each * (after != PAD)", "these are the words"),
        (shifted("tokens", "tokens"), "the word that it is shown"),
        (shifted("tokens[:, 1:]", "tokens[:, 1:]"), "the word that it is shown"),
        (shifted("tokens[:, 1:]", "tokens[:, :-1]"), "the wrong way"),
        (shifted("tokens", "tokens[:, 1:]"), "your code stopped"),
        (
            "def my_recon(decoder, z, tokens):\n"
            "    outputs, _ = decoder(0 * z, tokens[:, :-1])\n"
            "    return cross_entropy(decoder.head(outputs).transpose(1, 2), tokens[:, 1:],"
            " ignore_index=0, reduction='none').sum(1)",
            "z is missing",
        ),
        (
            RECON + "return (each * (before != PAD)).sum(-1)",
            "wanted",
        ),
        (
            RECON + "return (each * (after != PAD) * (after != EOS)).sum(-1)",
            "EOS",
        ),
    ],
    2: [
        (WRITE.format(**PARTS | {"state": "None"}), "state is not handed on"),
        (
            WRITE.format(**PARTS | {"given": "torch.full((len(z), 1), BOS)"}),
            "not fed back",
        ),
        (WRITE.format(**PARTS | {"choose": "argmin(-1, keepdim=True)"}), "least likely"),
        (
            WRITE.format(**PARTS | {"first": "torch.full((len(z), 1), BOS)"}),
            "BOS is given",
        ),
        (WRITE.format(**PARTS | {"begin": "EOS"}), "begin with BOS"),
        (WRITE.format(**PARTS | {"choose": "amax(-1, keepdim=True).long() * 0 + 4"}), "wanted"),
        (WRITE.format(**PARTS | {"result": "torch.cat(written, 1).double()"}), "integers"),
        (WRITE.format(**PARTS | {"result": "written[0]"}), "up to EOS"),
        (WRITE.format(**PARTS | {"result": "torch.cat(written, 1)[0]"}), "one row of tokens"),
    ],
    3: [
        (MOVE + "z - f * (means[wanted] - means[now])", "the sign"),
        (MOVE + "z + means[wanted] - means[now]", "factor f is missing"),
        (MOVE + "f * (means[wanted] - means[now])", "z is missing"),
        (MOVE + "z + f * means[wanted]", "value that it has now"),
        (MOVE + "means[wanted]", "forgets z"),
        (MOVE + "(1 - f) * z + f * means[wanted]", "the mean code itself"),
        (MOVE + "z + f * (means[wanted] - means.mean(0))", "not the mean of all values"),
        (MOVE + "z + f * (means[wanted] - means[now]).mean(1, keepdim=True)", "it gives"),
    ],
}
