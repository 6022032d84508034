"""Answers of a scripted server, as REST v2 writes them."""

from typing import Any

from tests.bridges.scripted import Reply


def success(data: Any, **meta: Any) -> Reply:
    """Return a success; `_meta` is there if anything is given for it."""
    body = {"statusCode": 200, "message": "OK", "data": data}
    return Reply(body=body | ({"_meta": meta} if meta else {}))


def failure(
    status: int,
    code: str = "",
    message: Any = "Something",
    *,
    http: int | None = None,
    category: str | None = None,
) -> Reply:
    """Return a failure.

    Args:
        status: The status in the envelope.
        code: The code of the error.
        message: The message of the error.
        http: The status of HTTP; None: the same.
        category: The category of the error; None: it is not told.
    """
    error = {"code": code, "message": message}
    if category is not None:
        error["category"] = category
    body = {"statusCode": status, "message": "Bad", "errors": [error]}
    return Reply(status=http or status, body=body)
