"""Which features a model goes by."""

from __future__ import annotations

from models.predictor import OutcomeModel


def used_features(model: OutcomeModel) -> frozenset[str]:
    """Give the features in a term, a product or a split of a model."""
    anchor = model.anchor
    multiplied = (term for product in anchor.products for term in (product.first, product.second))
    used = {term.feature for term in (*anchor.terms, *multiplied)}
    for booster, weight in zip(model.boosters, model.tree_weights, strict=True):
        if weight > 0:
            splits = zip(booster.feature_name(), booster.feature_importance("split"), strict=True)
            used |= {name for name, count in splits if count > 0}
    return frozenset(used)
