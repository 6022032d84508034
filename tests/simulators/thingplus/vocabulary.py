"""The words of the documents: JSON, refusals, scopes.

Source: Thing+ REST API guide v2, "Getting started" (envelope), "Status codes" and
"Error codes"; OAuth2.md, "Scopes".
"""

from typing import Any, Final, Literal

type JsonObject = dict[str, Any]
type SeriesValue = str | JsonObject
type StatusValue = Literal["on", "off", "err"]
type Spelling = Literal["either", "id", "reqId"]
type DurationSpelling = Literal["either", "validDuration", "timeout"]

STATUS_VALUES: Final = ("on", "off", "err")
FOREVER: Final = -1

SCHEMA_VALIDATE: Final = "SCHEMA_VALIDATE"
NOT_FOUND: Final = "NOT_FOUND"
CONFLICT: Final = "CONFLICT"
JSON_PARSING: Final = "JSON_PARSING"
INVALID_INPUT: Final = "INVALID_INPUT"
NEED_LOGIN: Final = "NEED_LOGIN"
ACCESSGROUP_DENY: Final = "ACCESSGROUP_DENY"
ACL_DENY: Final = "ACL_DENY"
INTERNAL_ERROR: Final = "INTERNAL_ERROR"
BILLING: Final = "BILLING"
PROCESS_COMMAND_RESULT: Final = "PROCESS_COMMAND_RESULT"
UNKNOWN: Final = "UNKNOWN"

CATEGORIES: Final = {
    SCHEMA_VALIDATE: "REQUEST_ERROR",
    NOT_FOUND: "REQUEST_ERROR",
    CONFLICT: "REQUEST_ERROR",
    JSON_PARSING: "REQUEST_ERROR",
    INVALID_INPUT: "REQUEST_ERROR",
    NEED_LOGIN: "AUTHENTICATION_ERROR",
    ACCESSGROUP_DENY: "AUTHORIZATION_ERROR",
    ACL_DENY: "AUTHORIZATION_ERROR",
    INTERNAL_ERROR: "SERVER_ERROR",
    BILLING: "BILLING_ERROR",
    PROCESS_COMMAND_RESULT: "GATEWAY_ERROR",
    UNKNOWN: "UNKNOWN",
}

MESSAGES: Final = {
    200: "OK",
    201: "Created",
    207: "Multi-Status",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
    444: "Unknown",
    471: "Billing Plan Exceeded",
    500: "Internal Server Error",
    504: "Gateway Timeout",
    600: "Gateway Error",
}

# What goes with a status where trouble names no other code
CODES: Final = {
    400: INVALID_INPUT,
    401: NEED_LOGIN,
    403: ACL_DENY,
    404: NOT_FOUND,
    409: CONFLICT,
    471: BILLING,
    500: INTERNAL_ERROR,
    504: PROCESS_COMMAND_RESULT,
    600: PROCESS_COMMAND_RESULT,
}

SCOPES: Final = (
    "user-profile",
    "user-profile-read",
    "gateway",
    "gateway-read",
    "gateway-update",
    "gateway-management",
    "actuator-command",
    "timeline-read",
    "tag",
    "tag-read",
    "rule",
    "rule-read",
    "service-read",
    "site-read",
    "billing-read",
)


class ApiError(Exception):
    """A refusal in the envelope of the documents."""

    def __init__(self, status: int, code: str, text: str) -> None:
        """Refuse.

        Args:
            status: The HTTP status.
            code: For programs, one of those above.
            text: For people.
        """
        super().__init__(text)
        self.status = status
        self.code = code
        self.text = text

    def to_json(self) -> JsonObject:
        """Return the body of the answer."""
        return {
            "statusCode": self.status,
            "message": MESSAGES.get(self.status, "Error"),
            "errors": [self.to_item()],
        }

    def to_item(self) -> JsonObject:
        """Return the item of `errors`."""
        category = CATEGORIES[self.code]
        return {"category": category, "code": self.code, "message": self.text}


class FlatError(Exception):
    """A refusal outside of the envelope: by OAuth2, and of tokens."""

    def __init__(self, status: int, body: Any) -> None:
        """Refuse.

        Args:
            status: The HTTP status.
            body: The whole answer.
        """
        super().__init__(status)
        self.status = status
        self.body = body


def oauth_error(name: str, code: str, status: int, text: str) -> FlatError:
    """Return a refusal of OAuth2.

    Args:
        name: "AuthorizationError" or "TokenError".
        code: For programs.
        status: The HTTP status.
        text: For people.
    """
    body = {"name": name, "message": text, "code": code, "status": status}
    return FlatError(status, body)
