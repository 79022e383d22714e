"""Saved bundles hold a copy of code of their time: it is run by their own test, never collected."""

collect_ignore_glob = ["bundles/*"]
