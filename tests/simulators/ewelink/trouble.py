"""What a test can make go wrong."""

from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Trouble:
    """Knobs of a cloud in trouble, all off by default.

    Paths are given without the region segment, for example `/v2/user/login`.

    Attributes:
        http_status: HTTP status (with a text body) of every REST call.
        http_statuses: HTTP status by path.
        hang_paths: Paths that are never answered.
        garbage_paths: Paths answered with something that is not JSON.
        error_for_path: Error code by path, in the envelope of that call.
        dispatch_error: Error code of the dispatch call.
        bare_device_list: The v1 device list is a bare array.
        hang_large_pages: v2 device lists of more than 30 items are never answered.
        extra_login_region_loop: Every login names yet another region.
        text_refusals: Refusals about the app or signature are plain text, HTTP 400.
        logged_out_as_406: A REST call with a dead token gets 406 with a nested 401.
        quota_as_http_403: An exhausted quota is HTTP 403, not error 412.
        refuse_sockets: The socket upgrade is answered with HTTP 503.
        hang_handshake: `userOnline` is never answered.
        handshake_error: Error code every `userOnline` gets.
        drop_socket_after_handshake: The socket is cut after a good handshake.
        silent_pong: `ping` is never answered.
        no_heartbeat_config: The handshake answer has no `config`.
        old_heartbeat_field: `config` says `hbl` in place of `hb`.
    """

    http_status: int | None = None
    http_statuses: dict[str, int] = field(default_factory=dict)
    hang_paths: set[str] = field(default_factory=set)
    garbage_paths: set[str] = field(default_factory=set)
    error_for_path: dict[str, int] = field(default_factory=dict)
    dispatch_error: int | None = None
    bare_device_list: bool = False
    hang_large_pages: bool = False
    extra_login_region_loop: bool = False
    text_refusals: bool = False
    logged_out_as_406: bool = False
    quota_as_http_403: bool = False
    refuse_sockets: bool = False
    hang_handshake: bool = False
    handshake_error: int | None = None
    drop_socket_after_handshake: bool = False
    silent_pong: bool = False
    no_heartbeat_config: bool = False
    old_heartbeat_field: bool = False
