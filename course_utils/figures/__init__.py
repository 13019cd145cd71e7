"""The drawing of figures that take more than four lines in a lesson: one module a lesson."""

from . import lesson_01

__all__ = ["lesson_01"]
