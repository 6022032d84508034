"""Logging in to the portal, and the clients that users create there.

Source: Thing+ HTTPS guide, "Creating OAuth Client"; the vendor's tests (login).
"""

import secrets
from typing import Final

from .call import Call, Reply
from .people import MD5, OAuthClient
from .query import DEVICE, NOTHING, PLAIN_LIST
from .schema import NAME, TEXT, TEXTS, Schema, check_object
from .showing import list_reply, one_reply
from .vocabulary import (
    CONFLICT,
    NEED_LOGIN,
    NOT_FOUND,
    SCHEMA_VALIDATE,
    SCOPES,
    ApiError,
)

LOGIN: Final[Schema] = {"loginId": TEXT.needed, "password": TEXT.needed}
NEW_CLIENT: Final[Schema] = {
    "name": NAME.needed,
    "reqId": NAME.needed,
    "clientSecret": NAME.needed,
    "scopes": TEXTS.needed,
}


def log_in(call: Call) -> Reply:
    """Open a session of the portal."""
    call.check_query(NOTHING)
    body = check_object(call, call.json_object(), LOGIN)
    if MD5.fullmatch(body["password"]) is None:
        call.note_fault("the password is no MD5 in lower-case hex")
    user = call.world.find_user(body["loginId"])
    if user is None or not user.has_password(body["password"]):
        raise ApiError(401, NEED_LOGIN, "wrong name or password")
    cookie = secrets.token_hex(16)
    call.world.browsers[cookie] = user.id
    return Reply(data=user.to_json(), cookie=cookie)


def log_out(call: Call) -> Reply:
    """End a session of the portal."""
    call.check_query(NOTHING)
    call.world.browsers.pop(call.session, None)
    return Reply(data={}, cookie="")


def create_client(call: Call) -> Reply:
    """Create a client of OAuth2; here alone its secret is told."""
    call.check_query(NOTHING)
    body = check_object(call, call.json_object(), NEW_CLIENT)
    unknown = set(body["scopes"]) - set(SCOPES)
    if unknown or not body["scopes"]:
        raise ApiError(400, SCHEMA_VALIDATE, f"there are no scopes {sorted(unknown)}")
    if body["reqId"] in call.world.clients:
        raise ApiError(409, CONFLICT, f"{body['reqId']} is there already")
    client = call.world.add_client(
        body["reqId"],
        body["clientSecret"],
        user=call.user,
        scopes=body["scopes"],
        name=body["name"],
    )
    data = {**client.to_json(), "clientSecret": client.secret}
    return Reply(status=201, data=data)


def list_clients(call: Call) -> Reply:
    """Return the clients that the caller created."""
    call.check_query(PLAIN_LIST)
    mine = [c for c in call.world.clients.values() if c.user_id == call.user.id]
    return list_reply(call, mine, OAuthClient.to_json)


def get_client(call: Call) -> Reply:
    """Return a client of the caller."""
    call.check_query(DEVICE)
    return one_reply(call, _own_client(call).to_json())


def delete_client(call: Call) -> Reply:
    """Delete a client of the caller; its tokens let nobody in any more."""
    call.check_query(NOTHING)
    del call.world.clients[_own_client(call).id]
    return Reply(status=204)


def list_scopes(call: Call) -> Reply:
    """Return all scopes."""
    call.check_query(NOTHING)
    return Reply(data=list(SCOPES))


def _own_client(call: Call) -> OAuthClient:
    client = call.world.clients.get(call.names[0])
    if client is None or client.user_id != call.user.id:
        raise ApiError(404, NOT_FOUND, f"there is no client {call.names[0]}")
    return client
