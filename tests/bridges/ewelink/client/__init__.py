"""Tests of the eWeLink client, against a simulated cloud."""
