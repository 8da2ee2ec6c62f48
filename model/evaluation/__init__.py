"""Judges models: against recorded numbers, and on benchmarks."""
