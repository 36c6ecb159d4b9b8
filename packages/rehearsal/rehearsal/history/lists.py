"""Lists and refunds: what is shown must not leave out what their client knew."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from rehearsal.exchanged import Shown
from rehearsal.history.finding import Fault, Finding
from rehearsal.history.payments import behind
from rehearsal.history.story import History, Story
from rehearsal.records import FINAL, Record


def check_lists(history: History) -> Iterator[Finding]:
    """Payments that a list should show, newest first, and does not."""
    of_client: defaultdict[str, list[Story]] = defaultdict(list)
    for story in history.stories.values():
        of_client[story.created.client].append(story)
    for stories in of_client.values():
        stories.sort(key=lambda story: story.id)
    for pages in _walks(history):
        shown = {seen.id for _, shows in pages for seen in shows.intents}
        last, shows = pages[-1]
        stories = of_client[last.client]
        begin = 0
        if shows.more:  # ids rise with time: what is older than the last one may come later
            begin = bisect_right([story.id for story in stories], shows.intents[-1].id)
        for story in stories[begin:]:
            if story.id not in shown and story.created.ended <= pages[0][0].started:
                yield Finding(
                    behind(last),
                    f"payment intent {story.id}",
                    (story.created.n, last.n),
                    "it had been created, and the list leaves it out",
                )


def _walks(history: History) -> Iterator[list[tuple[Record, Shown]]]:
    """Each list of the run alone; after the run the pages of a client together."""
    after: defaultdict[str, list[tuple[Record, Shown]]] = defaultdict(list)
    for record in history.of_kind("list"):
        if record.shows is None:
            continue
        if record.phase == FINAL:
            after[record.client].append((record, record.shows))
        else:
            yield [(record, record.shows)]
    yield from after.values()


def check_refunds(history: History) -> Iterator[Finding]:
    """Refunds that are not found, or are other than they were made."""
    made = {
        record.shows.refunds[0].id: record
        for record in history.of_kind("refund")
        if record.shows is not None
    }
    for read in history.of_kind("get_refund"):
        origin = made.get(read.sent.refund)
        if origin is None or origin.shows is None or origin.ended > read.started:
            continue
        thing, numbers = f"refund {read.sent.refund}", (origin.n, read.n)
        if read.status == 404:
            yield Finding(behind(read), thing, numbers, "it had been made, and was not found")
        elif read.shows:
            was, now = origin.shows.refunds[0], read.shows.refunds[0]
            settled = was.status if was.status == "succeeded" else now.status
            if now != replace(was, status=settled):
                sentence = f"made as {was}, shown as {now}"
                yield Finding(Fault.CHANGED, thing, numbers, sentence)
