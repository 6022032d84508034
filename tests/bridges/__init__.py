"""Tests of the bridges, one folder each."""
