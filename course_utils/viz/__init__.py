"""What a lesson shows: figures, animations, tables, diagrams. Nothing is sampled or trained."""

from .diagrams import diagram
from .pictures import (
    DARK_FAKE,
    FAKE,
    FURTHER,
    GREY,
    REAL,
    animation,
    axes,
    gif,
    legible,
    png,
    quantile_band,
    show,
    wrapped,
)
from .tables import table

__all__ = [
    "DARK_FAKE",
    "FAKE",
    "FURTHER",
    "GREY",
    "REAL",
    "animation",
    "axes",
    "diagram",
    "gif",
    "legible",
    "png",
    "quantile_band",
    "show",
    "table",
    "wrapped",
]
