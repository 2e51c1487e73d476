"""Choosing the samples worth training on: rules, near-duplicates, splits, balance; and the proof of no leaks."""

from pipelines.curate.leaks import check_leaks
from pipelines.curate.rules import Rules, load_rules
from pipelines.curate.run import curate

__all__ = ["Rules", "check_leaks", "curate", "load_rules"]
