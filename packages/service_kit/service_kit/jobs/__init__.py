"""Work that is done later, kept in the service's own schema.

    # models.py                                   the table
    jobs_table(metadata)
    # a migration                                 the same definition
    create_tables(op, "orders", jobs_table)       (service_kit.migrating)
    # where the work arises, in the transaction that makes it necessary
    await enqueue(session, "orders", "ship", {"order": str(order.id)}, unique_key=str(order.id))
    # app.py
    async def ship(job: Job) -> Mapping[str, Any] | None: …
    background = Background(database, jobs={"ship": JobHandler(ship)})
    build_app(…, background=background)

A worker takes a job under a lease, which it renews while the handler runs. When the worker dies
the lease ends and another one takes the job, so a handler may run more than once: what it does
outside the database it does under ``job.id`` as the idempotency key, and what it does inside it
does together with ``await job.finish(session, result)``, which raises ``LeaseLost`` when the job
is another worker's by then. A handler that does not finish the job itself has its return value
recorded as the result. One that raises is run again after a pause, until its attempts are used up.
"""

from service_kit.jobs.handler import JobHandler, doubling
from service_kit.jobs.job import Job, LeaseLost
from service_kit.jobs.queue import JobState, KeptJob, enqueue, find_job, forget_jobs
from service_kit.jobs.tables import jobs_table
from service_kit.jobs.worker import Worker

__all__ = [
    "Job",
    "JobHandler",
    "JobState",
    "KeptJob",
    "LeaseLost",
    "Worker",
    "doubling",
    "enqueue",
    "find_job",
    "forget_jobs",
    "jobs_table",
]
