"""The statutory documents of the station, laid out as decree 30/2020/NĐ-CP asks."""

from services.health.documents.determination import result_paper, sha256_of

__all__ = ["result_paper", "sha256_of"]
