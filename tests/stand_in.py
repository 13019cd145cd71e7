"""A device that is not the CPU, on any machine: it computes on the CPU, but refuses to mix.

As on a GPU, an operation on tensors of the device and of the CPU together raises RuntimeError, and
so does numpy(). Uses torch's experimental support of devices that are written in Python.
"""

from threading import Lock

import torch
from torch.multiprocessing.reductions import StorageWeakRef
from torch.nn.utils.rnn import PackedSequence
from torch.utils._pytree import tree_leaves, tree_map
from torch.utils.backend_registration import (
    _DummyBackendModule,
    _setup_privateuseone_for_python_backend,
)

from course_utils import run


class Backend(_DummyBackendModule):
    """What torch asks of a device."""

    def get_amp_supported_dtype(self):
        return [torch.bfloat16]


_setup_privateuseone_for_python_backend("stand_in", backend_module=Backend())
DEVICE = torch.device("stand_in")
COPIES = ("aten::_copy_from", "aten::_copy_from_and_resize")
VIEWS = ("aten::view", "aten::_unsafe_view", "aten::_reshape_alias")  # by other strides than here
LOCK = Lock()
numbers = {}  # address of a tensor's storage, which holds nothing: (reference, tensor on the CPU)


class OnDevice(torch.Tensor):
    """A tensor that the device has made; copies of it that torch makes are plain tensors."""

    def __format__(self, form):  # torch's own is for plain tensors
        return format(self.item(), form) if self.dim() == 0 else super().__format__(form)


def is_placed(part):
    """Whether it is a tensor of the device."""
    return isinstance(part, torch.Tensor) and part.device.type == DEVICE.type


def placed(there):
    """A tensor of the device with these numbers."""
    tensor = torch._C._acc.create_empty_tensor(there.shape, there.dtype)
    tensor.__class__ = OnDevice
    storage = tensor.untyped_storage()
    with LOCK:  # gradients are computed in another thread
        numbers[storage._cdata] = StorageWeakRef(storage), there
        if len(numbers) % 1000 == 0:
            for address in [a for a, (reference, _) in numbers.items() if reference.expired()]:
                del numbers[address]
    return tensor


def there(part):
    """The numbers of a tensor of the device; anything else as it is."""
    return numbers[part.untyped_storage()._cdata][1] if is_placed(part) else part


def compute(operation, *args, **kwargs):
    """Any operation: with the numbers of its tensors, which must all be on the device."""
    name = operation._schema.name
    if name in COPIES:
        there(args[1]).copy_(there(args[0]))
        return args[1]
    if name in VIEWS:
        return placed(there(args[0]).reshape(args[1]))
    if name == "aten::as_strided":  # torch thinks that each tensor begins its own memory
        source, (size, stride, *start) = there(args[0]).contiguous(), args[1:]
        start = source.storage_offset() + sum(part or 0 for part in start)
        return placed(source.as_strided(size, stride, start))
    tensors = [part for part in tree_leaves((args, kwargs)) if isinstance(part, torch.Tensor)]
    if any(part.dim() and not is_placed(part) for part in tensors):
        raise RuntimeError(f"Expected all tensors to be on the same device: {operation}")
    known = {id(there(part)): part for part in tensors}
    args, kwargs = tree_map(there, (args, kwargs))
    if name.startswith("aten::_fused"):  # such a kernel takes the strides for granted
        args = tree_map(lambda p: p.contiguous() if isinstance(p, torch.Tensor) else p, args)
    if "device" in kwargs:
        kwargs["device"] = torch.device("cpu")

    def result(part):  # what was changed in place stays the same tensor
        if not isinstance(part, torch.Tensor):
            return part
        if id(part) not in known:
            return placed(part)
        same = known[id(part)]
        if same.shape != part.shape:  # it was empty
            same.data = placed(part)
        return same

    return tree_map(result, operation(*args, **kwargs))


def recurrent(layer):
    """A device has kernels of its own for an LSTM or a GRU, which the CPU lacks: computed there."""

    def forward(self, x, state=None):
        where = {part.data.device.type for part in (x, *self.parameters())}  # x may be packed
        if where == {"cpu"}:
            return plain(self, x, state)
        if len(where) > 1:
            raise RuntimeError(f"Expected all tensors to be on the same device, got {where}")
        weights = {name: weight.cpu() for name, weight in self.named_parameters()}
        if state is not None:
            state = tree_map(lambda part: part.cpu(), state)
        outputs = torch.func.functional_call(self, weights, (x.cpu(), state))
        packed = {"is_leaf": lambda part: isinstance(part, PackedSequence)}  # it moves itself
        return tree_map(lambda part: part.to(DEVICE), outputs, **packed)

    plain, layer.forward = layer.forward, forward


def saves_copies(save):
    """torch.save, of copies on the CPU: the storage of a tensor of the device holds nothing."""

    def saved(state, *args, **options):
        on_cpu = tree_map(lambda part: part.cpu() if is_placed(part) else part, state)
        return save(on_cpu, *args, **options)

    return saved


BACKEND = torch.library.Library("_", "IMPL")
BACKEND.fallback(compute, "PrivateUse1")
ALIASES = torch.library.Library("aten", "IMPL")
for alias in ("detach", "alias"):
    ALIASES.impl(alias, lambda x: placed(there(x).detach()), "PrivateUse1")
recurrent(torch.nn.LSTM)
recurrent(torch.nn.GRU)


def use():
    """Let the course train on it, where it would train on a GPU."""
    run.device = lambda name=None: DEVICE
    torch.save = saves_copies(torch.save)
