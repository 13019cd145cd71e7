"""What passes between the judge and the process of a submission, and how each side reads it.

The judge sends pickles, which the submission may read: it is the judge who wrote them. What comes
back is JSON with the numbers of tensors in it, because reading a pickle runs what is in it. So a
submission can send values and words, and nothing that does anything.

Functions that are made inside a check, such as a small discriminator, travel as their compiled code
with what they close over. A tensor that wants a gradient travels with a number. The other side
sends the derivatives of its results with respect to those numbers, and `attach` hangs them onto
what arrives, so that a check can ask for gradients as if all had happened in one process.
"""

import base64
import importlib
import io
import json
import marshal
import pickle
import re
import struct
import types

import numpy as np
import torch

from ..checks import Hint

LARGEST = 20_000_000  # bytes of one message: a result of a check has a few thousand
ELEMENTS = 300  # results with more numbers come without their derivatives
KINDS = "bool uint8 int8 int16 int32 int64 float32 float64".split()


# --- frames --------------------------------------------------------------------------------------
def write_frame(stream, content):
    """Send bytes, with their number before them."""
    stream.write(struct.pack(">I", len(content)) + content)
    stream.flush()


def read_frame(stream, largest=2**32):
    """The bytes of the next frame; None at the end of the stream, or when it is not a frame."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    size = struct.unpack(">I", head)[0]
    content = stream.read(size) if size <= largest else b""
    return content if len(content) == size else None


# --- to the submission: pickles ------------------------------------------------------------------
def _taken_apart(function):
    """What makes a function anew that no module has under its name."""
    held = tuple(cell.cell_contents for cell in function.__closure__ or ())
    code = marshal.dumps(function.__code__)
    return code, function.__module__, function.__name__, function.__defaults__, held


def _put_together(code, module, name, defaults, held):
    """The function that `_taken_apart` took apart."""
    space = vars(importlib.import_module(module))
    cells = tuple(map(types.CellType, held))
    return types.FunctionType(marshal.loads(code), space, name, defaults, cells)


def dumps(arguments):
    """Arguments as (bytes, tensors that want a gradient, lists that functions write into)."""
    leaves, lists = [], []

    def apart(part):
        if isinstance(part, types.FunctionType) and "<" in part.__qualname__:
            made = _taken_apart(part)
            lists.extend(held for held in made[-1] if isinstance(held, list))
            return "function", made
        if not torch.is_tensor(part) or not part.requires_grad:
            return None
        place = next((k for k, leaf in enumerate(leaves) if leaf is part), len(leaves))
        if place == len(leaves):
            leaves.append(part)
        grad = part.grad if part.is_leaf else None
        return "leaf", (place, isinstance(part, torch.nn.Parameter), part.detach(), grad)

    content = io.BytesIO()
    pickler = pickle.Pickler(content)
    pickler.persistent_id = apart
    pickler.dump(arguments)
    pickler.dump(lists)
    return content.getvalue(), leaves, lists


def loads(content):
    """What `dumps` made, on the other side: (arguments, leaves, lists)."""
    leaves = {}

    def together(what):
        kind, parts = what
        if kind == "function":
            return _put_together(*parts)
        place, is_parameter, data, grad = parts
        if place not in leaves:
            leaf = torch.nn.Parameter(data) if is_parameter else data.clone().requires_grad_()
            leaf.grad = grad
            leaves[place] = leaf
        return leaves[place]

    unpickler = pickle.Unpickler(io.BytesIO(content))
    unpickler.persistent_load = together
    arguments, lists = unpickler.load(), unpickler.load()
    return arguments, [leaves[place] for place in range(len(leaves))], lists


# --- from the submission: values and words -------------------------------------------------------
def _numbers(x):
    """A plain tensor as JSON."""
    content = x.detach().cpu().contiguous().numpy().tobytes()
    kind = str(x.dtype).removeprefix("torch.")
    return [kind, list(x.shape), base64.b64encode(content).decode()]


def _slopes(result, leaves):
    """[number of a leaf, derivatives of each element by it] for the leaves that it depends on."""
    if result.numel() > ELEMENTS or not result.grad_fn:
        return []
    rows = [
        torch.autograd.grad(part, leaves, retain_graph=True, allow_unused=True)
        for part in result.flatten()
    ]
    found = []
    for place, parts in enumerate(zip(*rows)):
        if any(part is not None for part in parts):
            zero = torch.zeros_like(leaves[place])
            parts = [(zero if part is None else part).flatten() for part in parts]
            found.append([place, _numbers(torch.stack(parts))])
    return found


def packed(result, leaves, handles):
    """A result in the form that JSON takes; functions are kept in `handles` and get its number."""
    if torch.is_tensor(result):
        slopes = None
        if result.requires_grad:
            try:
                slopes = _slopes(result, leaves)
            except RuntimeError:  # a graph that has been changed or freed: no leaf is reached
                slopes = []
        return {"tensor": _numbers(result), "slopes": slopes}
    if isinstance(result, list | tuple):
        return {"list": [packed(part, leaves, handles) for part in result]}
    if result is None or result is ...:
        return None
    if isinstance(result, str):
        return {"text": result[:LARGEST]}
    if isinstance(result, bool | int | float):
        return {"number": result}
    if callable(result) and not isinstance(result, type):
        handles.append(result)
        return {"function": len(handles) - 1}
    return {"odd": type(result).__name__}


def _tensor(kind, shape, text):
    """The tensor of `_numbers`. Raises ValueError, TypeError or KeyError for anything else."""
    if kind not in KINDS:
        raise ValueError(f"wanted one of {', '.join(KINDS)}, got {kind!r}")
    array = np.frombuffer(base64.b64decode(text), dtype=kind).reshape(shape)
    return torch.from_numpy(array.copy())


def _attached(value, slopes, leaves):
    """`value` as if it had been computed from the leaves: its gradients are those of `slopes`."""
    if not slopes:
        return value.requires_grad_()
    reached = {place: leaves[place].clone() for place, _ in slopes}
    result = value + sum(0 * x.sum().to(value.dtype) for x in reached.values())
    arrived = {}
    result.register_hook(lambda gradient: arrived.update(of_result=gradient.flatten()))
    for place, numbers in slopes:
        rows, leaf = _tensor(*numbers), reached[place]

        def pull(_, rows=rows, leaf=leaf):
            return (arrived["of_result"].to(rows.dtype) @ rows).reshape(leaf.shape).to(leaf.dtype)

        leaf.register_hook(pull)
    return result


def unpacked(data, leaves, away):
    """The result that `packed` packed; `away(number)` is what stands for a function.

    Raises ValueError, TypeError, KeyError or IndexError for what `packed` never makes.
    """
    if data is None:
        return None
    ((kind, content),) = [entry for entry in data.items() if entry[0] != "slopes"]
    if kind == "tensor":
        value, slopes = _tensor(*content), data["slopes"]
        return value if slopes is None else _attached(value, slopes, leaves)
    if kind == "list":
        return [unpacked(part, leaves, away) for part in content]
    if kind == "text":
        return str(content)
    if kind == "number" and isinstance(content, bool | int | float):
        return content
    if kind == "function":
        return away(int(content))
    name = re.sub(r"\W", "", str(content))[:30] or "object"
    return type(name, (), {})()


def message(**content):
    """What the submission's side sends, as bytes."""
    return json.dumps(content).encode()


def read_message(content):
    """The dict that `message` made. Raises Hint for anything else."""
    try:
        data = json.loads(content)
        if not isinstance(data, dict):
            raise ValueError(f"wanted a dict, got {type(data).__name__}")
        return data
    except (ValueError, RecursionError) as error:
        raise Hint("your code sent something that is no result") from error
