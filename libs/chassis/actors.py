"""Who is acting: one person of one agency in one unit."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody who does something.

    ``roles`` are codes such as ``CA_CHIEF``; ``channel`` is how the deed came in: page, api, system or simulator.
    ``scopes`` narrows what an API token may do; None means everything that the roles allow.
    """

    account_id: str
    username: str
    display_name: str
    unit: str
    service: str
    roles: frozenset[str] = field(default_factory=frozenset)
    channel: str = "page"
    scopes: frozenset[str] | None = None
