"""Tables: a column of a table is a list of texts, and of what marks the best of them."""

import html
import textwrap
from math import floor, isfinite, log10

from .pictures import publish


def _plain(value):
    """Python's own number for numpy's and torch's, None for what is missing."""
    value = value.item() if hasattr(value, "item") else value
    return None if value is None or value != value else value


def _are_numbers(values):
    present = [value for value in values if value is not None]
    return bool(present) and all(
        isinstance(value, (int, float)) and not isinstance(value, bool) for value in present
    )


def _spelled(values, digits):
    """The texts of a column; numbers have the same number of decimals throughout."""
    if not _are_numbers(values):
        return ["–" if value is None else str(value) for value in values]
    present = [value for value in values if value is not None]
    sizes = sorted(floor(log10(abs(value))) for value in present if value and isfinite(value))
    decimals = 0
    if sizes and any(isinstance(value, float) for value in present):
        decimals = max(0, digits - 1 - sizes[(len(sizes) - 1) // 2], -sizes[0])
    style = f",.{decimals}f" if decimals <= 6 else f".{digits - 1}e"
    texts = ["–" if value is None else format(value, style) for value in values]
    return [text.replace(",", "\u202f") for text in texts]  # a narrow space between thousands


def _best_of(name, values, texts, choose):
    """Which entries of the column read like its best number."""
    if choose not in (max, min) or not _are_numbers(values):
        raise ValueError(f"wanted max or min of a column of numbers, got {choose!r} of {name!r}")
    best = texts[values.index(choose(value for value in values if value is not None))]
    return [text == best for text in texts]


def table(rows, best=None, digits=3):
    """Display rows as a table whose numbers are formatted and whose best numbers are marked.

    `rows` is a list of {column: value}, or {name: {column: value}}. A column of numbers gets as
    many decimals as show `digits` significant digits of its middle number; what is missing (None,
    NaN, no such key) is a dash. `best` is {column: max or min}: the header gets an arrow, and all
    that read like the best number are bold, or have a star where there is only text.

    Raises ValueError where there are no rows, or where `best` is not max or min of a column of
    numbers.

    >>> table({"actor": {"right": 0.997, "perplexity": 25.3, "steps": 500},
    ...        "class means": {"right": 0.81, "perplexity": 24.9}},
    ...       best={"right": max, "perplexity": min})
                 right ↑  perplexity ↓  steps
    actor         0.997*         25.3     500
    class means   0.810          24.9*      –
    """
    import pandas as pd  # here: half a second, which lessons without a table need not wait for

    if not rows:
        raise ValueError(f"wanted one row or more, got {rows!r}")
    names = {"index": list(rows)} if isinstance(rows, dict) else {}
    frame = pd.DataFrame(list(rows.values()) if names else rows, dtype=object, **names)
    if unknown := set(best or ()) - set(frame):
        raise ValueError(f"wanted columns out of {', '.join(map(str, frame))}, got {unknown}")
    text, page = pd.DataFrame(index=frame.index), pd.DataFrame(index=frame.index)
    for name in frame:
        values = [_plain(value) for value in frame[name]]
        texts, title, marks = _spelled(values, digits), str(name), [False] * len(values)
        if name in (best or ()):
            marks = _best_of(name, values, texts, best[name])
            title += " ↑" if best[name] is max else " ↓"
        _add_column(text, page, title, texts, marks, _are_numbers(values))
    page.index = [f'<div align="left">{html.escape(str(name))}</div>' for name in page.index]
    widths = [1 + max(map(len, [name, *text[name]])) for name in text]
    plain = text.to_string(index=bool(names), col_space=widths, line_width=105)
    lines = textwrap.dedent("\n".join(map(str.rstrip, plain.splitlines())))
    with pd.option_context("display.max_colwidth", None):  # or it cuts long texts
        cells = page.to_html(index=bool(names), escape=False, border=0, bold_rows=False)
    publish({"text/html": cells, "text/plain": lines})


def _add_column(text, page, title, texts, marks, is_number):
    """Add a column to the table of texts and to that of the page; words stand at the left."""
    stars = [title, *(t + (" *"[mark] if any(marks) else "") for t, mark in zip(texts, marks))]
    width = 0 if is_number else max(map(len, stars))
    header, *entries = [entry.ljust(width) for entry in stars]
    text[header] = entries
    place = "{}" if is_number else '<div align="left">{}</div>'
    bold = [("<b>{}</b>" if mark else "{}").format(html.escape(t)) for t, mark in zip(texts, marks)]
    page[place.format(html.escape(title))] = [place.format(entry) for entry in bold]
