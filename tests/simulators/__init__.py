"""Simulated services the tests, benchmarks and the demo talk to."""
