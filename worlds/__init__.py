"""Made notes, payment histories and resolutions with known true probabilities; never real loans."""

from worlds.example import example_tape, write_example
from worlds.golden import golden_tape
from worlds.truth import KINDS, WorldKind, true_probabilities
from worlds.world import World, WorldSettings, make_world
from worlds.write import write_world

__all__ = [
    "KINDS",
    "World",
    "WorldKind",
    "WorldSettings",
    "example_tape",
    "golden_tape",
    "make_world",
    "true_probabilities",
    "write_example",
    "write_world",
]
