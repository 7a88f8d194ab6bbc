"""A text of a law file in both languages."""

from dataclasses import dataclass

from chassis.i18n import Bilingual


@dataclass(frozen=True, kw_only=True)
class Text:
    """What a law file says to a reader: Vietnamese first, English beside it; ``str()`` speaks the language of the request."""

    vi: str
    en: str

    def __str__(self) -> str:
        return str(self.spoken)

    @property
    def spoken(self) -> str:
        """Return the text as every other text for a person: it speaks the language of the request when it is shown."""
        return Bilingual(self.vi, self.en)
