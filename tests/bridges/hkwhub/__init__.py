"""Tests of the HKWHub bridge."""
