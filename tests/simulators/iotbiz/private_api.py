"""The hook of a broker: it forwards what devices publish.

Source: README "Private API"; the further keys are those that EMQX sends.
"""

import base64
from collections.abc import Callable
import json
import time
from typing import Any, Final, Literal

from .http_caller import Answer, HttpCaller

PATH: Final = "/privateapi/update-device"

type Login = Literal["bearer", "basic"]


class PrivateApi(HttpCaller):
    """A broker that forwards.

    Attributes:
        secret: What it shows; None: nothing.
        login: How: as a token, or as the password of HTTP Basic.
        has_slash: Whether the path ends with a slash.
        clock: Returns the time in seconds since 1970.
    """

    def __init__(
        self,
        base: str,
        secret: str | None = None,
        *,
        login: Login = "bearer",
        has_slash: bool = True,
        local_address: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Forward nothing yet.

        Args:
            base: The address of the server, with what is in front of "/privateapi".
            secret: As of the attribute.
            login: As of the attribute.
            has_slash: As of the attribute.
            local_address: The address that requests come from, as "127.0.0.2"; None:
                any.
            clock: As of the attribute.
        """
        super().__init__(base, local_address)
        self.secret = secret
        self.login: Login = login
        self.has_slash = has_slash
        self.clock = clock

    async def update_device(
        self,
        from_username: str,
        topic: str,
        payload: str | dict[str, Any],
        ts: float | None = None,
        **changes: Any,
    ) -> Answer:
        """Forward a message.

        Args:
            from_username: Who has published it.
            topic: Where.
            payload: What; an object is written as JSON.
            ts: When, in seconds or ms; None: now, in seconds.
            changes: Other keys of the body, or other values of keys.
        """
        text = payload if isinstance(payload, str) else json.dumps(payload)
        body = {
            "action": "message_publish",
            "from_client_id": f"auto-{from_username}",
            "from_username": from_username,
            "topic": topic,
            "qos": 2,
            "retain": False,
            "payload": text,
            "ts": int(self.clock()) if ts is None else ts,
            **changes,
        }
        return await self.forward(body)

    async def forward(self, body: Any) -> Answer:
        """Send any JSON."""
        path = PATH + ("/" if self.has_slash else "")
        answer = await self._post(path, body, self._headers())
        if answer.status == 200:
            self._expect("update-device: 200 with a body", wanted=answer.text == "")
        else:
            text = answer.text.strip()
            self._expect(
                f"update-device: {answer.status} without a reason", wanted=bool(text)
            )
        return answer

    def _headers(self) -> dict[str, str]:
        if self.secret is None:
            return {}
        if self.login == "bearer":
            return {"Authorization": f"Bearer {self.secret}"}
        pair = base64.b64encode(f"emqx:{self.secret}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}
