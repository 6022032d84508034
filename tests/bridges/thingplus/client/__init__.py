"""Tests of the Thing+ client."""
