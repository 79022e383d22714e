"""Occupancy and collateral: who lives there, and in what."""

from __future__ import annotations

import numpy as np

from features.known import Column, Known


def occupancy_owner(known: Known) -> Column:
    """1 when the owner lives there, else 0; NaN: unknown."""
    return _occupancy(known, "owner")


def occupancy_tenant(known: Known) -> Column:
    """1 when a tenant lives there, else 0; NaN: unknown."""
    return _occupancy(known, "tenant")


def occupancy_vacant(known: Known) -> Column:
    """1 when the property stands empty, else 0; NaN: unknown."""
    return _occupancy(known, "vacant")


def property_single_family(known: Known) -> Column:
    """1 for a house of one family (single family or planned unit development), else 0; NaN: unknown."""
    return known.is_code("property_type", ("single_family", "pud"))


def property_2_4_unit(known: Known) -> Column:
    """1 for a house of two to four units, else 0; NaN: unknown."""
    return known.is_code("property_type", ("2-4_unit",))


def property_manufactured(known: Known) -> Column:
    """1 for a manufactured home, which sells slowly and loses value, else 0; NaN: unknown."""
    return known.is_code("property_type", ("manufactured",))


def _occupancy(known: Known, code: str) -> Column:
    return np.where(known.code("occupancy") == "unknown", np.nan, known.is_code("occupancy", (code,)))
