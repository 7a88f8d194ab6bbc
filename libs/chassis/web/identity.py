"""Who asks: the session cookie of a page, the Bearer token of a program, and the cookies that this service sets.

Cookies carry the service's name, because the four consoles may share one host name and cookies know no ports.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import replace
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from chassis.errors import NotSignedIn
from chassis.i18n import LOCALES, SOURCE_LOCALE, _, spoken
from chassis.web.answers import Flash

if TYPE_CHECKING:
    from werkzeug.wrappers import Request as HTTPRequest

    from chassis.accounts import Doorkeeper
    from chassis.service import Runtime
    from chassis.web.request import Request

LANGUAGE_COOKIE = "binhan_language"
A_YEAR = 365 * 24 * 3600
FLASH_SECONDS = 60
LONGEST_TOKEN = 200


class Identities:
    """Recognises people and programs for one service, and keeps its cookies."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._secure = runtime.settings.secure_cookies
        prefix = "__Host-" if self._secure else ""
        self.session_cookie = f"{prefix}binhan_{runtime.definition.name}_session"
        self.visitor_cookie = f"{prefix}binhan_{runtime.definition.name}_visitor"
        self.flash_cookie = f"{prefix}binhan_{runtime.definition.name}_flash"

    @property
    def door(self) -> Doorkeeper:
        """What signs people in; asked for anew, because a new service serves before it has its keys."""
        return self._runtime.door

    # -- recognising -----------------------------------------------------------------------------------------------------------

    def recognise(self, request: Request) -> None:
        """Set the actor and the CSRF token of the request; a forged or ended session is nobody.

        Raises NotSignedIn for a Bearer token that is not valid: a program should hear of it.
        """
        if request.is_api and "Authorization" in request.http.headers:
            self._recognise_program(request)
            return
        self._recognise_person(request)
        if request.actor is None:
            request.visitor = self._visitor(request.http)
            request.csrf_token = self._visitor_token(request.visitor)

    def _recognise_program(self, request: Request) -> None:
        scheme, _blank, token = request.http.headers["Authorization"].partition(" ")
        if scheme.lower() == "bearer" and 0 < len(token) <= LONGEST_TOKEN:
            request.actor = self.door.bearer(token.strip())
        if request.actor is None:
            raise NotSignedIn(_("Mã truy cập không đúng, đã hết hạn hoặc đã bị thu hồi."))
        request.by_token = True

    def _recognise_person(self, request: Request) -> None:
        token = request.http.cookies.get(self.session_cookie, "")
        visit = self.door.visit(token) if 0 < len(token) <= LONGEST_TOKEN else None
        if visit is None:
            return
        request.session_token = token
        request.csrf_token = visit.csrf_token
        request.actor = replace(visit.actor, channel=request.channel)

    # -- people who are not signed in yet --------------------------------------------------------------------------------------

    def _visitor(self, http: HTTPRequest) -> str:
        known = http.cookies.get(self.visitor_cookie, "")
        return known if 0 < len(known) <= LONGEST_TOKEN and known.isascii() else secrets.token_urlsafe(24)

    def _visitor_token(self, visitor: str) -> str:
        return self._runtime.vault.blind_index("web/visitor", visitor)

    # -- cookies ---------------------------------------------------------------------------------------------------------------

    def sign_in(self, response: Response, token: str) -> None:
        """Give the browser its session; it ends with the browser, and earlier on the server."""
        self._set(response, self.session_cookie, token)
        response.delete_cookie(self.visitor_cookie, path="/", secure=self._secure)

    def sign_out(self, response: Response) -> None:
        """Take the session back and let the browser forget what it keeps of this service."""
        response.delete_cookie(self.session_cookie, path="/", secure=self._secure)
        response.headers["Clear-Site-Data"] = '"cache"'

    def keep_visitor(self, request: Request, response: Response) -> None:
        """Remember the visitor to whom a form was shown, so that the form can be answered."""
        if request.visitor and request.http.cookies.get(self.visitor_cookie) != request.visitor:
            self._set(response, self.visitor_cookie, request.visitor)

    def keep_language(self, response: Response, locale: str) -> None:
        """Remember the language that was chosen, for all consoles on this host."""
        self._set(response, LANGUAGE_COOKIE, locale, max_age=A_YEAR)

    @staticmethod
    def language(http: HTTPRequest, *, is_api: bool) -> str:
        """The language to answer in: what was chosen; for programs, what Accept-Language prefers; else Vietnamese."""
        chosen = http.cookies.get(LANGUAGE_COOKIE, "")
        if chosen in LOCALES:
            return chosen
        if is_api:
            return http.accept_languages.best_match(list(LOCALES)) or SOURCE_LOCALE
        return SOURCE_LOCALE

    # -- messages for the next page --------------------------------------------------------------------------------------------

    def keep_flash(self, response: Response, flashed: Flash) -> None:
        """Carry a message to the next page in a signed cookie that lives for a minute."""
        payload = base64.urlsafe_b64encode(json.dumps(spoken(flashed.drawn()), separators=(",", ":")).encode()).decode()
        self._set(response, self.flash_cookie, f"{payload}.{self._signature(payload)}", max_age=FLASH_SECONDS)

    def take_flash(self, request: Request) -> None:
        """Read the message for this page; one that was tampered with is no message."""
        payload, _dot, signature = request.http.cookies.get(self.flash_cookie, "").partition(".")
        if not payload or not compare_digest(signature.encode(), self._signature(payload).encode()):
            return
        message: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload))
        request.flashes = [message]

    def forget_flash(self, request: Request, response: Response) -> None:
        """Once shown, a message is gone."""
        if self.flash_cookie in request.http.cookies and request.flash_shown:
            response.delete_cookie(self.flash_cookie, path="/", secure=self._secure)

    def _signature(self, payload: str) -> str:
        return self._runtime.vault.blind_index("web/flash", payload)

    def _set(self, response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
        response.set_cookie(name, value, max_age=max_age, path="/", secure=self._secure, httponly=True, samesite="Lax")
