"""Looks up what a table says of an error: the nearest of its classes counts."""

from collections.abc import Mapping


def nearest[ValueT](table: Mapping[type[Exception], ValueT], err: Exception) -> ValueT:
    """Return what a table says of an error, or of the nearest class that it has.

    Args:
        table: By class; holds a base class of all errors that are looked up.
        err: The error.

    Raises:
        StopIteration: It holds none.
    """
    return next(table[base] for base in type(err).__mro__ if base in table)
