"""Settings of the sessions at the target, for each kind of work."""

from __future__ import annotations

from shared_db.move.copy.indexes import Index

_MIB = 1024 * 1024
_LEAST_SORT, _MOST_SORT = 16 * _MIB, 256 * _MIB
_SORT_RUNS = 16
_OF_A_WORKER = 32 * _MIB
"""Postgres lets a worker take part in a build only if each gets as much (its manual, 19.4.1)."""

ALWAYS = {
    "search_path": "",
    "synchronous_commit": "off",
    "maintenance_work_mem": "256MB",
    "max_parallel_maintenance_workers": "0",
}
"""What a crash of the target loses is copied anew, and the cut makes sure that all is on disk.
The work is spread over connections, so that one need not use several processes."""

TO_CHECK = {"random_page_cost": "1", "maintenance_work_mem": "32MB"}
"""The indexes were just built, page after page, and the rows that they name are frozen: merging two
of them takes half the time of a hash table that no processor's cache can hold."""


def to_build(index: Index, spare: int) -> dict[str, str]:
    """The settings with which an index is built.

    A sort is quickest in pieces that fit a processor's cache, a few of them to be merged. The
    table's pages were just written: to have other processes fetch them costs more than it brings.

    Args:
        index: what is built.
        spare: how many jobs have nothing to do, so that their processors may help.
    """
    memory = _MOST_SORT
    if index.sorted:
        memory = min(max(index.bytes // _SORT_RUNS, _LEAST_SORT), _MOST_SORT)
    if spare:
        memory = max(memory, _OF_A_WORKER * (spare + 1))
    return {
        "maintenance_work_mem": f"{memory // 1024}kB",
        "max_parallel_maintenance_workers": str(spare),
        "effective_io_concurrency": "0",
    }
