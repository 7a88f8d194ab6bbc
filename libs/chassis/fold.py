"""Vietnamese text as people type it in a hurry: without marks, in small letters, in words."""

import unicodedata


def nfc(text: str) -> str:
    """Return the text in Unicode NFC, the one form in which the programme stores and compares text."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return the text without marks, in small letters, with single spaces: «Nguyễn  Đức» gives "nguyen duc".

    Everything that is neither a letter nor a digit parts words, so «H'Hen» gives "h hen".
    """
    small = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).replace("đ", "d")
    letters = (character for character in small if not unicodedata.combining(character))
    return " ".join("".join(character if character.isalnum() else " " for character in letters).split())


def folded_words(text: str) -> list[str]:
    """Return the words of the folded text, in their order."""
    return fold(text).split()
