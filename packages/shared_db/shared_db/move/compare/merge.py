"""Pairing the rows of two sides, both sorted by the hashes of key and row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, zip_longest
from typing import NamedTuple


class Place(NamedTuple):
    """A row of one side: the hash of its key, its own, and its ctid under the snapshot."""

    key: int
    row: int
    ctid: str


Pair = tuple[Place | None, Place | None]
"""A row of the source and the target's row of the same key, where there is one."""


def unequal_pairs(source: Iterable[Place], target: Iterable[Place]) -> Iterator[Pair]:
    """Drop the rows that both sides have, each as often as the other, and pair the rest by key.

    Args:
        source: sorted by key hash and row hash.
        target: sorted in the same way.
    """
    for _, pairs in groupby(_unmatched(source, target), key=_key):
        ours, theirs = [], []
        for left, right in pairs:
            if left is not None:
                ours.append(left)
            if right is not None:
                theirs.append(right)
        yield from zip_longest(ours, theirs)


def _unmatched(source: Iterable[Place], target: Iterable[Place]) -> Iterator[Pair]:
    """The rows that only one side has, in order."""
    lefts, rights = iter(source), iter(target)
    left, right = next(lefts, None), next(rights, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[:2] < right[:2]):
            yield left, None
            left = next(lefts, None)
        elif left is None or right[:2] < left[:2]:
            yield None, right
            right = next(rights, None)
        else:
            left, right = next(lefts, None), next(rights, None)


def _key(pair: Pair) -> int:
    left, right = pair
    place = left or right
    return place.key if place else 0
