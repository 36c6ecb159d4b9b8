"""How gently rows are read and copied while a service serves from the same processors."""

from __future__ import annotations

REST = 2.0
"""Of what works with one connection: it rests so many times as long as it worked. What it does at a
stretch is a fraction of a second, so that no request waits long for a processor."""
