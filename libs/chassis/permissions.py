"""Who may do what: one table of role, action and state, one function that reads it, and no by default."""

from collections.abc import Collection, Mapping

from chassis.actors import Actor
from chassis.errors import NotAllowed
from chassis.i18n import _

Grant = Collection[str] | bool
"""The states in which a role may act; True for any state."""


class Permissions:
    """The table of one service.

    ``table`` gives each role its actions, and each action the states of the record in which it may be done.
    ``actions`` are all actions that exist, ``roles`` the name of each role as a person reads it; a role or an
    action in the table that is not among them is a slip of the pen, and stops the start with ValueError.
    """

    def __init__(
        self, table: Mapping[str, Mapping[str, Grant]], *, actions: Collection[str], roles: Mapping[str, str]
    ) -> None:
        self.actions = frozenset(actions)
        self.roles = dict(roles)
        self._table = {role: dict(grants) for role, grants in table.items()}
        self._check_roles()
        self.check_actions({action for grants in table.values() for action in grants})
        self._check_states()

    def check_actions(self, used: Collection[str]) -> None:
        """Refuse actions that do not exist, with ValueError; called at start with those that routes ask for."""
        unknown = sorted(set(used) - self.actions)
        if unknown:
            raise ValueError(f"unknown actions: {', '.join(unknown)}; known are {', '.join(sorted(self.actions))}")

    def may(self, actor: Actor, action: str, state: str | None = None) -> bool:
        """Tell whether the actor may do this to a record in this state.

        Without a state it tells whether they may in *some* state: enough to open a page, not to decide. The
        handler asks again with the state of the record. An API token may do no more than its scopes say.
        """
        if action not in self.actions or (actor.scopes is not None and action not in actor.scopes):
            return False
        return any(_allows(self._table.get(role, {}).get(action, False), state) for role in actor.roles)

    def require(self, actor: Actor, action: str, state: str | None = None) -> None:
        """Raise :class:`NotAllowed`, with a sentence that says whose task it is, unless the actor may."""
        if not self.may(actor, action, state):
            raise NotAllowed(self._refusal(actor, action, state))

    def roles_that_may(self, action: str, state: str | None = None) -> list[str]:
        """Return the codes of the roles that may do this, in the order of the table."""
        return [role for role, grants in self._table.items() if _allows(grants.get(action, False), state)]

    def allowed_actions(self, roles: Collection[str]) -> frozenset[str]:
        """Return what one of the roles may do in some state: all that a token of theirs may be given."""
        return frozenset(action for action in self.actions if set(self.roles_that_may(action)) & set(roles))

    def _refusal(self, actor: Actor, action: str, state: str | None) -> str:
        if actor.scopes is not None and action in self.actions and action not in actor.scopes:
            return _("Mã truy cập này không được cấp quyền cho việc đó.")
        able = self.roles_that_may(action, state)
        if able:
            return _("Việc này dành cho: %(roles)s.", roles=", ".join(str(self.roles[role]) for role in able))
        if state is not None and self.roles_that_may(action):
            return _("Hồ sơ đang ở trạng thái không cho phép làm việc này.")
        return _("Không vai trò nào được làm việc này.")

    def _check_roles(self) -> None:
        unknown = sorted(set(self._table) - set(self.roles))
        if unknown:
            raise ValueError(f"roles without a name: {', '.join(unknown)}")

    def _check_states(self) -> None:
        for role, grants in self._table.items():
            for action, grant in grants.items():
                # A bare string would pass for the collection of its letters.
                if isinstance(grant, str):
                    raise TypeError(f"{role} {action}: states are a set of codes, not the text {grant!r}")


def _allows(grant: Grant, state: str | None) -> bool:
    if isinstance(grant, bool):
        return grant
    return bool(grant) if state is None else state in grant
