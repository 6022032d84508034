"""Tests of the Thing+ bridge."""
