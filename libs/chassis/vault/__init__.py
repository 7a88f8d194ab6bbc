"""The vault: identity fields sealed in the database, their blind indexes, and the keys of both."""

from chassis.vault.first_keys import make_first_keys
from chassis.vault.keyring import KeyRing, KeysUnusableError, read_secret, write_secret
from chassis.vault.resealing import SealedColumn, keys_in_use, reseal
from chassis.vault.sealing import SealBrokenError, Vault

__all__ = [
    "KeyRing",
    "KeysUnusableError",
    "SealBrokenError",
    "SealedColumn",
    "Vault",
    "keys_in_use",
    "make_first_keys",
    "read_secret",
    "reseal",
    "write_secret",
]
