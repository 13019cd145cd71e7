"""Every exercise against many kinds of result: none breaks its check, none is accepted that is
wrong, and right results are accepted in every form.
"""

import functools
import math
import re

import numpy as np
import pytest
import torch
from right_answers import RIGHT
from test_exercises import CHECK, exercises
from torch.nn.functional import softplus

from course_utils import checks

# Exercises whose answer is judged by what it does, is no numbers, or has to carry a gradient.
ACTS = {"01.2"}
NO_NUMBERS = {"03.3", "07.2"}
YES_OR_NO = {"19.1"}
GRADIENTS = {"02.2", "05.2", "06.2", "07.1", "07.3", "10.2", "13.1", "13.2"}
DETACHED = {"16.2"}
# A number will do, but a tensor has to carry a gradient.
LOSSES = {"01.1", "10.1", "11.1", "12.2", "14.1", "15.2", "16.1", "16.3", "18.1"}
INTEGERS = {"14.2"}


def change(result, how):
    """The result with each of its tensors and numbers changed."""
    if isinstance(result, tuple | list):
        return type(result)(change(part, how) for part in result)
    return how(torch.as_tensor(result))


def last(x, value):
    """x with its last number replaced."""
    flat = x.detach().double().flatten().clone()
    flat[-1] = value(flat[-1])
    return flat.view(x.shape)


class Odd:
    """Nothing works on it."""

    def __getattr__(self, name):
        raise ValueError(name)

    def __len__(self):
        raise ValueError

    def __repr__(self):
        raise ValueError


def own(part):
    """A list that holds itself."""
    part.append(part)
    return part


SPOILT = {  # what a right result is turned into, by how
    "NaN": lambda x: torch.full_like(x, torch.nan, dtype=torch.float64),
    "the last is NaN": lambda x: last(x, lambda y: torch.nan),
    "infinite": lambda x: torch.full_like(x, torch.inf, dtype=torch.float64),
    "the last is minus infinity": lambda x: last(x, lambda y: -torch.inf),
    "3 % off": lambda x: 1.03 * x.detach().double() + 0.003,
    "the last is off": lambda x: last(x, lambda y: 1.1 * y + 0.01),
    "half precision": lambda x: x.half(),
    "bfloat16": lambda x: x.bfloat16(),
    "float16 of numpy": lambda x: x.detach().double().clamp(-9, 9).numpy().astype(np.float16),
    "complex": lambda x: x.to(torch.complex64),
    "sparse": lambda x: x.detach().to_sparse() if x.dim() else "a number is never sparse",
    "without data": lambda x: x.to("meta"),
    "bool": lambda x: x.bool(),
    "whole numbers": lambda x: x.detach().double().round().long() + 7,
    "a constant that wants a gradient": lambda x: torch.zeros_like(x).double().requires_grad_(),
    "one number more": lambda x: torch.cat([x.flatten(), x.flatten()[:1]]),
    "an axis more": lambda x: x.unsqueeze(0).unsqueeze(0).expand(2, 2, *x.shape),
    "summed": lambda x: 2 * x.double().sum() + 1,
    "text": str,
    "text of numpy": lambda x: np.asarray(x.detach()).astype(str),
    "a list of None": lambda x: [None] * 3,
    "in a dictionary": lambda x: {"result": x},
}
CONSTANTS = {  # what an answer gives back, made anew each time
    "False": lambda: False,
    "True": lambda: True,
    "a number": lambda: 7,
    "a huge number": lambda: 10**400,
    "a negative number": lambda: -0.5,
    "NaN": lambda: float("nan"),
    "infinity": lambda: float("inf"),
    "complex": lambda: 1j,
    "no list": list,
    "no tuple": tuple,
    "no tensor": lambda: torch.zeros(0),
    "no array": lambda: np.zeros((0, 3)),
    "no text": str,
    "text": lambda: "one",
    "long text": lambda: "x" * 20_000,
    "bytes": lambda: b"1",
    "a set": lambda: {1, 2},
    "a dictionary": lambda: {"a": 1},
    "a long list": lambda: [0.5] * 20_000,
    "a list of text": lambda: ["a", "b"],
    "a ragged list": lambda: [[1.0], [2.0, 3.0]],
    "a list that holds itself": lambda: own([]),
    "a pair of texts": lambda: ("sum", "8"),
    "an odd pair": lambda: ("mean", Odd()),
    "a batch of 4.5": lambda: ("mean", 4.5),
    "a batch of NaN": lambda: ("mean", float("nan")),
    "an endless batch": lambda: ("mean", float("inf")),
    "a pair of None": lambda: (None, None),
    "a pair of functions": lambda: (lambda x: 0, lambda x: "there"),
    "a class": lambda: Odd,
    "something odd": Odd,
    "a generator": lambda: (k for k in range(3)),
    "a range": lambda: range(3),
    "a network": lambda: torch.nn.Linear(2, 2),
    "a dtype": lambda: torch.float32,
    "a date": lambda: np.datetime64("2026-01-01"),
    "objects": lambda: np.array([None, "a"], dtype=object),
    "records": lambda: np.zeros(3, dtype=[("a", float)]),
    "nested": lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]),
}
FORMS = {  # what a right result is turned into, by how: right as well
    "float64": lambda x: x if x.dtype == torch.bool else x.double(),
    "a list": lambda x: x.tolist(),
    "numpy": lambda x: x.detach().numpy(),
    "foreign byte order": lambda x: x.numpy().astype(x.numpy().dtype.newbyteorder()),
    "wants a gradient": lambda x: x.detach().clone().requires_grad_(x.is_floating_point()),
    "a parameter": lambda x: torch.nn.Parameter(x.detach(), x.is_floating_point()),
}


@functools.cache
def tried(setup, stub, solution):
    """The check of an exercise and the answer that `solution` defines."""
    space = {"math": math, "np": np, "torch": torch, "softplus": softplus}
    exec(re.sub(r"^    %pip.*$", "    raise", setup, flags=re.M), space)
    exec(solution, space)
    return [eval(part, space) for part in re.split(r"[()]", CHECK.search(stub)[0])[:2]]


def changed(answer, how):
    """An answer that gives back what `answer` does, each tensor and number changed by `how`."""
    return lambda *arguments: change(answer(*arguments), how)


@pytest.fixture
def judged(capsys):
    """judged(check, answer): the verdict, which is one short line about the answer."""

    def verdict(check, answer):
        capsys.readouterr()
        check(answer)
        said = capsys.readouterr().out
        assert said.count("\n") == 1 and len(said) <= checks.LETTERS + 1
        assert checks.UNREADABLE not in said and "your code stopped" not in said, said
        return said

    return verdict


EXERCISES = list(exercises())
NUMBERS = [case for case in EXERCISES if case.id[9:] not in ACTS | NO_NUMBERS]
EACH = "lesson, number, setup, stub, solution"


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
@pytest.mark.parametrize(EACH, EXERCISES)
def test_no_constant_is_right_or_breaks_a_check(lesson, number, setup, stub, solution, judged):
    check, _ = tried(setup, stub, solution)
    for name, make in CONSTANTS.items():
        assert "✗" in judged(check, lambda *_, make=make: make()), name
        if not callable(make()):
            assert "✗" in judged(check, make()), name


@pytest.mark.parametrize(EACH, NUMBERS)
def test_a_spoilt_result_is_refused(lesson, number, setup, stub, solution, judged):
    check, answer = tried(setup, stub, solution)
    kept = {"bool"} if f"{lesson.number:02d}.{number}" in YES_OR_NO else set()
    for name in SPOILT.keys() - kept:
        said = judged(check, changed(answer, SPOILT[name]))
        assert "✗" in said, name
        shown = re.search(r"([-+.e\d]+)[^,\d]*, wanted ([-+.e\d]+)", said)
        assert not shown or shown[1].strip(".") != shown[2].strip("."), said


@pytest.mark.parametrize(EACH, NUMBERS)
def test_a_loss_without_a_graph_is_refused(lesson, number, setup, stub, solution, judged):
    check, answer = tried(setup, stub, solution)
    if f"{lesson.number:02d}.{number}" in LOSSES | GRADIENTS:
        said = judged(check, changed(answer, torch.Tensor.detach))
        assert "✗" in said and ("grad" in said or "learn" in said), said


@pytest.mark.parametrize(EACH, NUMBERS)
def test_a_right_result_is_accepted_in_every_form(lesson, number, setup, stub, solution, judged):
    check, answer = tried(setup, stub, solution)
    exercise = f"{lesson.number:02d}.{number}"
    names = ["float64"] if exercise in GRADIENTS else list(FORMS)
    names = names[:-2] if exercise in DETACHED | LOSSES else names
    for name in names[exercise in INTEGERS :]:
        said = judged(check, changed(answer, FORMS[name]))
        assert "✓" in said, f"{name}: {said}"


def test_every_exercise_has_other_right_answers():
    assert set(RIGHT) == {case.id[9:] for case in EXERCISES}
    for exercise, answers in RIGHT.items():
        assert len(set(answers)) == len(answers) >= 5, exercise


@pytest.mark.parametrize(EACH, EXERCISES)
def test_other_right_answers_are_accepted(lesson, number, setup, stub, solution, judged):
    for code in RIGHT[f"{lesson.number:02d}.{number}"]:
        start = stub.split("\n", 1)[0]
        check, answer = tried(setup, stub, code if "my_" in code else f"{start}\n    return {code}")
        said = judged(check, answer)
        assert "✓" in said, f"{code}\n{said}"
