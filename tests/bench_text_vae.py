"""`make speed`: training lesson 14's text VAE, from a textbook's loop to the trainer's.

The table has tokens per second, one change after another. One thread; chunks of all variants
alternate in one process, and the lower quartile of CPU time counts. Words and marks of the end are
counted, padding is not. The sentences are Tatoeba's when they are here (make data), else of the
same lengths and word frequencies.
"""

import contextlib
import re
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from course_utils.losses import gaussian_kl
from course_utils.models import text_vae
from course_utils.text import Vocabulary, buckets, pad
from course_utils.text.training import candidates, compared, has_bfloat16

N_EMBED, HIDDEN, Z_DIM, EXTRA, CHUNK = 128, 256, 32, 512, 384
TEXTBOOK = dict(
    cell=nn.GRU, batch=32, bucketed=False, real=False, extra=0, autocast=False, fused=False
)
LADDER = {
    "textbook: GRU, batch 32, padded to the longest, Adam": {},
    "batches of similar length": dict(bucketed=True),
    "batch 128": dict(batch=128),
    "LSTM": dict(cell=nn.LSTM),
    "words only, no padding, to the head": dict(real=True),
    "fused Adam": dict(fused=True),
    f"sampled softmax, {EXTRA} more words": dict(extra=EXTRA),
}
if has_bfloat16(torch.device("cpu")):
    LADDER["bfloat16 autocast"] = dict(autocast=True)


def corpus():
    """(name, lists of tokens, vocabulary size)."""
    try:
        from course_utils.text.tatoeba import tatoeba

        sentences = tatoeba().part("train").sentences
        vocabulary = Vocabulary.build(sentences, min_count=5)
        tokens = [vocabulary.encode(sentence) for sentence in sentences[::4]]
        return "Tatoeba", tokens, len(vocabulary)
    except (ImportError, FileNotFoundError, ValueError):
        generator, n_words = torch.Generator().manual_seed(0), 6500
        zipf = 1 / (torch.arange(n_words - 3) + 5.0)
        lengths = 5 + torch.poisson(torch.full((40_000,), 2.8), generator=generator)
        lengths = lengths.clamp(max=24).int().tolist()
        words = torch.multinomial(zipf, sum(lengths), True, generator=generator) + 3
        return "synthetic", [part.tolist() for part in words.split(lengths)], n_words


def batches_of(sentences, size, bucketed):
    """Batches of CHUNK sentences in all, of similar length, or padded to the corpus's longest."""
    generator = torch.Generator().manual_seed(0)
    order = buckets([len(s) if bucketed else 0 for s in sentences], size, generator)
    batches = [pad([sentences[k] for k in batch]) for batch in order[: CHUNK // size]]
    if bucketed:
        return batches
    longest = max(map(len, sentences)) + 2
    return [nn.functional.pad(batch, (0, longest - batch.shape[1])) for batch in batches]


def matrix_peak(dtype, n=1024):
    """Multiplications and additions per second of an n × n matrix product, the best of a few."""
    one, other, best = torch.randn(n, n).to(dtype), torch.randn(n, n).to(dtype), 0
    for _ in range(8):
        started = time.process_time()
        one @ other
        best = max(best, 2 * n**3 / (time.process_time() - started))
    return best


def training(sentences, n_words, counts, cell, batch, bucketed, real, extra, autocast, fused):
    """One variant: (a function that takes its batches once, their tokens, operations a token)."""
    torch.manual_seed(0)
    model = text_vae(n_words, Z_DIM, N_EMBED, HIDDEN)
    encoder, decoder, _ = model.values()
    encoder.lstm = cell(N_EMBED, HIDDEN // 2, batch_first=True)
    decoder.lstm = cell(N_EMBED + Z_DIM, HIDDEN, batch_first=True)
    opt = torch.optim.Adam(model.parameters(), 1e-3, fused=fused)
    batches = batches_of(sentences, batch, bucketed)
    frequency, seen = counts**0.75, []

    def head(outputs, targets):
        if real:
            outputs, targets = outputs[targets != 0], targets[targets != 0]
        else:
            outputs, targets = outputs.flatten(0, 1), targets.flatten()
        if not extra:
            return decoder.head(outputs), targets
        return compared(decoder.head, outputs, targets, *candidates(frequency, targets, extra))

    def step(tokens):
        with torch.autocast("cpu", torch.bfloat16) if autocast else contextlib.nullcontext():
            mu, logvar = encoder(tokens).chunk(2, -1)
            z = mu + (0.5 * logvar).exp() * torch.randn_like(mu)
            # a GRU has no cell beside its state
            state = None if cell is nn.LSTM else decoder.start(z)[:, :HIDDEN].tanh().unsqueeze(0)
            outputs, _ = decoder(z, tokens[:, :-1], state)
            logits, targets = head(outputs, tokens[:, 1:])
        seen.append(logits.shape[-1])
        padding = -100 if real else 0
        recon = cross_entropy(logits.float(), targets, ignore_index=padding, reduction="sum")
        loss = recon / len(tokens) + gaussian_kl(mu, logvar).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        opt.step()

    def chunk():
        for tokens in batches:
            step(tokens)

    chunk()
    gates, half = (4 if cell is nn.LSTM else 3), HIDDEN // 2
    recurrent = half * (N_EMBED + half) + HIDDEN * (N_EMBED + Z_DIM + HIDDEN)
    flops = 6 * (gates * recurrent + HIDDEN * statistics.mean(seen))
    return chunk, sum(int((tokens[:, 1:] != 0).sum()) for tokens in batches), flops


GROUPS = {
    "LSTM backwards": "rnn_layer_backward",
    "LSTM forwards": "rnn_layer",
    "other matrix products": "mm",
    "softmax": "softmax|nll_loss",
    "filling with zeros": "fill_|zero_",
    "Adam": "adam",
    "clipping": "norm|foreach",
}


def profile(chunk):
    """Where the time of `chunk` goes: {group: share}, by what each operation itself takes."""
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as record:
        chunk()
    spent = dict.fromkeys([*GROUPS, "the rest"], 0.0)
    for event in record.key_averages():
        groups = (group for group, pattern in GROUPS.items() if re.search(pattern, event.key))
        spent[next(groups, "the rest")] += event.self_cpu_time_total
    return {group: time / sum(spent.values()) for group, time in spent.items()}


def main(budget=45):
    """Print one table, each change on top of those before it.

    Tokens per second, how many times the textbook's that is, share of the matrix-product peak.
    """
    torch.set_num_threads(1)
    name, sentences, n_words = corpus()
    words = torch.tensor([token for sentence in sentences for token in sentence])
    counts = torch.bincount(words, minlength=n_words).float() + 1
    lengths = [len(sentence) + 1 for sentence in sentences]
    peak = {dtype: matrix_peak(dtype) for dtype in (torch.float32, torch.bfloat16)}
    print(
        f"{name}, {n_words} words, {statistics.mean(lengths):.1f} tokens a sentence, "
        f"the longest {max(lengths)}; peak float32 {peak[torch.float32] / 1e9:.0f}, "
        f"bfloat16 {peak[torch.bfloat16] / 1e9:.0f} GFLOP/s",
        flush=True,
    )
    options, variants = dict(TEXTBOOK), {}
    for label, change in LADDER.items():
        options |= change
        variants[label] = (*training(sentences, n_words, counts, **options), options["autocast"])
    times, started = {label: [] for label in variants}, time.perf_counter()
    with tqdm(total=budget, leave=False) as bar:
        while time.perf_counter() - started < budget or len(times[label]) < 2:
            for label, (chunk, *_) in variants.items():
                before = time.process_time()
                chunk()
                times[label].append(time.process_time() - before)
            bar.update(time.perf_counter() - started - bar.n)
    base = None
    for label, (_, tokens, flops, autocast) in variants.items():
        rate = tokens / statistics.quantiles(times[label], n=4)[0]
        base = base or rate
        share = rate * flops / peak[torch.bfloat16 if autocast else torch.float32]
        print(f"{label:55} {rate:9,.0f} tokens/s  × {rate / base:5.2f}  {share:5.0%} of peak")
    sampled = next(label for label in LADDER if "sampled" in label)
    shares = profile(variants[sampled][0]).items()
    shares = ", ".join(f"{group} {share:.0%}" for group, share in shares)
    print(f"the time of the sampled softmax's step: {shares}")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
