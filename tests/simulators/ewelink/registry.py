"""Apps, accounts and devices of the simulated cloud."""

from collections.abc import Mapping
from copy import deepcopy
from random import Random
from typing import Any
import uuid

from .accounts import SimulatedAccount, SimulatedApp, SimulatedFamily
from .call import REGIONS
from .catalogue import default_params, product_of
from .devices import DeviceHub, SimulatedDevice

# The v2 list starts at a negative index and has gaps.
FIRST_INDEX = -1000
INDEX_STEP = 2


class Registry(DeviceHub):
    """What there is in the cloud.

    Attributes:
        apps: Apps by app id.
        accounts: User accounts.
        devices: Devices by identifier.
    """

    def __init__(self, rng: Random) -> None:
        """Start empty.

        Args:
            rng: Source of the account keys.
        """
        self.apps: dict[str, SimulatedApp] = {}
        self.accounts: list[SimulatedAccount] = []
        self.devices: dict[str, SimulatedDevice] = {}
        self._rng = rng
        self._added = 0

    def add_app(
        self,
        app_id: str,
        secret: str,
        *,
        allowed: bool = True,
        redirect_urls: tuple[str, ...] = (),
    ) -> SimulatedApp:
        """Add an app; see `SimulatedApp` for what may be changed later."""
        app = SimulatedApp(
            app_id=app_id, secret=secret, allowed=allowed, redirect_urls=redirect_urls
        )
        self.apps[app_id] = app
        return app

    def add_account(
        self,
        *,
        password: str,
        email: str | None = None,
        phone_number: str | None = None,
        region: str = "eu",
        country_code: str = "+49",
        active: bool = True,
    ) -> SimulatedAccount:
        """Add a user account with one home.

        Raises:
            ValueError: Neither e-mail address nor phone number, or no such region.
        """
        if not (email or phone_number) or region not in REGIONS:
            raise ValueError("an account needs a name and a region")
        account = SimulatedAccount(
            number=len(self.accounts) + 1,
            apikey=str(uuid.UUID(int=self._rng.getrandbits(128), version=4)),
            password=password,
            region=region,
            country_code=country_code,
            email=email,
            phone_number=phone_number,
            active=active,
        )
        self.accounts.append(account)
        return account

    def add_device(
        self,
        account: SimulatedAccount,
        *,
        uiid: int,
        name: str,
        device_id: str | None = None,
        params: Mapping[str, Any] | None = None,
        online: bool = True,
        channel_names: Mapping[int, str] | None = None,
        family: SimulatedFamily | None = None,
        shared_from: SimulatedAccount | None = None,
        item_type: int | None = None,
        model: str | None = None,
        brand: str = "SONOFF",
    ) -> SimulatedDevice:
        """Add a device to the list of an account.

        Args:
            account: Whose list.
            uiid: Kind of the device.
            name: Its name.
            device_id: Identifier; made up when None.
            params: Its parameters; believable ones for the uiid when None.
            online: Whether it is connected.
            channel_names: Names by outlet.
            family: Home of the account; the current one when None.
            shared_from: The owner, when it is shared with the account.
            item_type: v2 item type; 1 own or 2 shared when None.
            model: Product model; that of the uiid when None.
            brand: Brand name.

        Returns:
            The device.
        """
        self._added += 1
        if item_type is None:
            item_type = 1 if shared_from is None else 2
        device_id = device_id or f"1000{self._added:06x}"
        if params is None:
            params = default_params(uiid, device_id)
        device = SimulatedDevice(
            hub=self,
            device_id=device_id,
            index=FIRST_INDEX + INDEX_STEP * self._added,
            uiid=uiid,
            name=name,
            owner=shared_from or account,
            viewer=account,
            family=family or account.current_family,
            item_type=item_type,
            model=model or product_of(uiid).model,
            brand=brand,
            params=deepcopy(dict(params)),
            online=online,
            channel_names=channel_names,
        )
        self.devices[device.device_id] = device
        return device

    def remove_device(self, device: SimulatedDevice) -> None:
        """Remove a device from the cloud; nobody is told."""
        device.cancel_inching()
        del self.devices[device.device_id]

    def find_account(self, identity: str) -> SimulatedAccount | None:
        """Find an account by e-mail address or phone number."""
        return next(
            (
                account
                for account in self.accounts
                if identity and identity in (account.email, account.phone_number)
            ),
            None,
        )

    def devices_of(
        self, account: SimulatedAccount, app: SimulatedApp | None = None
    ) -> list[SimulatedDevice]:
        """List the devices an account sees, in order of the v2 index.

        Args:
            account: Whose list.
            app: Leave out brands this app may not see; None leaves out nothing.
        """
        brands = app.brands if app else None
        return [
            device
            for device in self.devices.values()
            if device.seen_by(account) and (brands is None or device.brand in brands)
        ]
