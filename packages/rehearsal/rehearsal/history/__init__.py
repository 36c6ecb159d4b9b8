"""The check of what clients were told against what they read and what the databases hold.

Pure functions over records: no acknowledged write lost, none applied twice, no stale read.
"""

from rehearsal.history.check import check
from rehearsal.history.finding import Fault, Finding
from rehearsal.history.read_stored import read_stored
from rehearsal.history.stored import Effect, Stored, StoredKey, StoredToken

__all__ = [
    "Effect",
    "Fault",
    "Finding",
    "Stored",
    "StoredKey",
    "StoredToken",
    "check",
    "read_stored",
]
