"""Customers: each number lets a limited count of devices register themselves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
import secrets
from typing import Any, Final

from ..const import (
    CONF_CUSTOMER_ID,
    CONF_CUSTOMER_NAME,
    CONF_CUSTOMERS,
    CONF_DEVICE_LIMIT,
    DEFAULT_DEVICE_LIMIT,
)

# Whoever knows the number may register devices: 64 bits cannot be guessed.
_CHANCE_BYTES: Final = 8
# The shortest number that a user may choose: the views slow down whoever guesses.
SHORTEST_ID: Final = 6
# Characters of it that tell one from another
_SHOWN: Final = 2
MOST_DEVICES: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer number, and how many devices it is good for.

    Attributes:
        id: The number: all devices of the customer show it.
        name: For people; may be empty.
        limit: How many devices may be registered at a time.
    """

    id: str
    name: str = ""
    limit: int = DEFAULT_DEVICE_LIMIT

    @property
    def title(self) -> str:
        """Return what people call it, also where others may see that.

        Of a number only the beginning: whoever knows it may register devices.
        """
        return self.name or f"{self.id[:_SHOWN]}…"


def new_customer_id() -> str:
    """Return a number that nobody guesses."""
    return secrets.token_hex(_CHANCE_BYTES)


def customers_of(options: Mapping[str, Any]) -> dict[str, Customer]:
    """Return the customers in the options of an entry, by number."""
    customers = [
        Customer(
            id=stored[CONF_CUSTOMER_ID],
            name=stored[CONF_CUSTOMER_NAME],
            limit=stored[CONF_DEVICE_LIMIT],
        )
        for stored in options.get(CONF_CUSTOMERS, ())
    ]
    return {customer.id: customer for customer in customers}


def with_customer(options: Mapping[str, Any], customer: Customer) -> dict[str, Any]:
    """Return options with a customer added, or changed where the number is known."""
    return _with_customers(
        options, {**customers_of(options), customer.id: customer}.values()
    )


def without_customer(options: Mapping[str, Any], customer_id: str) -> dict[str, Any]:
    """Return options without a customer."""
    left = customers_of(options)
    del left[customer_id]
    return _with_customers(options, left.values())


def _with_customers(
    options: Mapping[str, Any], customers: Iterable[Customer]
) -> dict[str, Any]:
    stored = [
        {
            CONF_CUSTOMER_ID: customer.id,
            CONF_CUSTOMER_NAME: customer.name,
            CONF_DEVICE_LIMIT: customer.limit,
        }
        for customer in customers
    ]
    return {**options, CONF_CUSTOMERS: stored}
