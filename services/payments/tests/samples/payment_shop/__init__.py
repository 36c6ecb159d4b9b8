"""A shop that pays in every way there is, and what its books must say: for tests of properties."""

from payment_shop.books import BookedIntent, books_of
from payment_shop.provider import Fate, UnreliableProvider
from payment_shop.shop import Sent, Shop, open_shop

__all__ = [
    "BookedIntent",
    "Fate",
    "Sent",
    "Shop",
    "UnreliableProvider",
    "books_of",
    "open_shop",
]
