"""What a test can make go wrong."""

from dataclasses import dataclass


@dataclass(kw_only=True)
class Trouble:
    """Knobs of a network in trouble, all off by default.

    They concern requests that come from now on; `PubNubSimulator.drop_subscribers`
    ends the ones that are held already.

    Attributes:
        http_status: HTTP status (with a text body) of every request.
        subscribe_status: HTTP status of every subscribe.
        publish_status: HTTP status of every publish.
        hang: No request is ever answered.
        hang_subscribe: No subscribe is ever answered.
        hang_publish: No publish is ever answered, nor carried out.
        garbage: Every request is answered with something that is not JSON.
        garbage_subscribe: So is every subscribe.
        garbage_publish: So is every publish.
        drop: The connection is cut in place of any answer.
        half_answers: The connection is cut in the middle of each subscribe's answer.
        lose_publish_answers: A publish is carried out, then the connection is cut.
    """

    http_status: int | None = None
    subscribe_status: int | None = None
    publish_status: int | None = None
    hang: bool = False
    hang_subscribe: bool = False
    hang_publish: bool = False
    garbage: bool = False
    garbage_subscribe: bool = False
    garbage_publish: bool = False
    drop: bool = False
    half_answers: bool = False
    lose_publish_answers: bool = False

    def status_of(self, service: str) -> int | None:
        """Return the HTTP status that a service has to answer with, if any."""
        if service == "subscribe" and self.subscribe_status is not None:
            return self.subscribe_status
        if service == "publish" and self.publish_status is not None:
            return self.publish_status
        return self.http_status

    def hangs(self, service: str) -> bool:
        """Return whether a service never answers."""
        return (
            self.hang
            or (service == "subscribe" and self.hang_subscribe)
            or (service == "publish" and self.hang_publish)
        )

    def garbles(self, service: str) -> bool:
        """Return whether a service answers with garbage."""
        return (
            self.garbage
            or (service == "subscribe" and self.garbage_subscribe)
            or (service == "publish" and self.garbage_publish)
        )
