"""Tests of the eWeLink bridge."""
