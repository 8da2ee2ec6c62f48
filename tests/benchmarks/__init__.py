"""What takes how long: ``python -m tests.benchmarks [NAME ...]`` prints one table. Nothing here asserts on time.

Each ``bench_*.py`` has a ``run()`` that yields ``Benchmark`` rows, usually made by ``measure``.
"""
