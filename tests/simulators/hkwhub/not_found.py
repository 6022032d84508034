"""How a hub says SessionNotFound: the documents do not tell, so in several ways."""

from dataclasses import dataclass

from .vocabulary import JsonObject

NAME = "SessionNotFound"


@dataclass(frozen=True, slots=True)
class NotFoundShape:
    """One way to say it.

    Attributes:
        status: HTTP status.
        body: What is sent; a text over HTTP becomes `{"Result": text}` over PubNub.
    """

    status: int
    body: JsonObject | str


SESSION_NOT_FOUND_SHAPES: dict[str, NotFoundShape] = {
    "error": NotFoundShape(200, {"Error": NAME}),
    "reason": NotFoundShape(200, {"Result": "false", "Reason": NAME}),
    "text": NotFoundShape(404, NAME),
    "nested": NotFoundShape(400, {"error": {"message": NAME}}),
    "error_message": NotFoundShape(200, {"ErrorMessage": NAME}),
    "result": NotFoundShape(200, {"Result": NAME}),
    "message_401": NotFoundShape(401, {"Message": NAME}),
}
