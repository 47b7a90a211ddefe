"""Benchmarks. They report ratios within one run, or counts, and are not tests."""
