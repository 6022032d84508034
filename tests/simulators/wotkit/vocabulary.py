"""The words of the documents: JSON, refusals and what the server says with them.

Source: WoTKit API documentation, "API Error Reporting".
"""

import re
from typing import Any, Final, Literal

type JsonObject = dict[str, Any]
type FieldValue = int | float | str
type FieldType = Literal["NUMBER", "STRING"]
type Visibility = Literal["PUBLIC", "PRIVATE", "ORGANIZATION"]
type LastUpdateForm = Literal["iso", "ms"]

NUMBER: Final = "NUMBER"
STRING: Final = "STRING"
FIELD_TYPES: Final = (NUMBER, STRING)
PUBLIC: Final = "PUBLIC"
PRIVATE: Final = "PRIVATE"
VISIBILITIES: Final = (PUBLIC, PRIVATE, "ORGANIZATION")

# Of a sensor, unique among those of its owner; "Sensors"
SENSOR_NAME: Final = re.compile(r"[a-z_][a-z0-9_-]{3,}")
# What a row of data has besides values of fields
ROW_KEYS: Final = frozenset({"id", "timestamp", "sensor_id", "sensor_name"})

NO_SUCH_THING: Final = "No thing with that id or name"
NOT_LOCATED: Final = "Could not locate this resource."
HAS_ERRORS: Final = "Object has validation errors"
IS_INVALID: Final = "The supplied object is invalid"
MISSING_FIELD: Final = "Missing required field"
INVALID_FIELD: Final = "Invalid Field Content"
LAST_FIELD: Final = "Cannot delete last field from sensor"
EXISTS: Final = "already exists"
CANNOT_PERFORM: Final = "Cannot perform action"
EXTRANEOUS: Final = "Extraneous field"
METADATA_FORMAT: Final = "Unexpected format for metadata query"
FUTURE: Final = "The timestamp is in the future"
FORBIDDEN: Final = "You must sign in to do this"


class ApiError(Exception):
    """A refusal in the shape of the documents."""

    def __init__(self, status: int, message: str, *developer: str) -> None:
        """Refuse.

        Args:
            status: The HTTP status.
            message: What went wrong.
            developer: What it went wrong with.
        """
        super().__init__(message)
        self.status = status
        self.message = message
        self.developer = developer

    def to_json(self) -> JsonObject:
        """Return the body of the answer."""
        return {
            "error": {
                "status": self.status,
                "code": 0,
                "message": self.message,
                "developerMessage": list(self.developer),
            }
        }
