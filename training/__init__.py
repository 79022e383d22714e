"""Resolutions to a judged model: weigh, split, fit, calibrate, judge."""
