"""A worker: takes jobs and does them, some at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog
from shared_db import Database, SharedDbError

from service_kit.error_text import error_text
from service_kit.jobs import queue
from service_kit.jobs.handler import JobHandler
from service_kit.jobs.job import Job, LeaseLost
from service_kit.looking import Looks

_AWAY = 2.0

logger = structlog.get_logger(__name__)


class Worker:
    """Does jobs of the kinds that it has handlers for.

    Args:
        database: the service's.
        handlers: by kind.
        slots: how many jobs it does at a time.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, JobHandler],
        *,
        slots: int = 4,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._leases = {kind: handler.lease for kind, handler in handlers.items()}
        self._slots = slots
        self._looks = Looks(database)

    async def serve(self) -> None:
        """Work until cancelled; jobs under way are then left to whoever takes them next."""
        free = asyncio.Semaphore(self._slots)
        async with asyncio.TaskGroup() as running:
            while True:
                await free.acquire()
                job = await self._next()
                task = running.create_task(self.do(job), name=f"job-{job.id}")
                task.add_done_callback(lambda _: free.release())

    async def round(self) -> int:
        """Do all jobs that are due, one after the other; how many there were."""
        done = 0
        while (job := await self._take()) is not None:
            await self.do(job)
            done += 1
        return done

    async def do(self, job: Job) -> None:
        """Do a job that was taken and note how it ended; nothing is raised."""
        handler = self._handlers[job.kind]
        told = {"job": str(job.id), "kind": job.kind, "attempt": job.attempt}
        try:
            if job.attempt > handler.attempts:
                died = f"Its worker ended in each of {handler.attempts} attempts."
                await self._database.run(queue.give_up, job, died)
                logger.error("job_failed", **told, error=died)
                return
            await self._run(job, handler)
        except (LeaseLost, SharedDbError) as error:
            logger.warning("job_left", **told, error=str(error))
        except Exception:
            logger.exception("job_left", **told)

    async def _run(self, job: Job, handler: JobHandler) -> None:
        """Run the handler while the lease is renewed; end it when the lease is lost."""
        work = asyncio.create_task(self._handle(job, handler))
        keep = asyncio.create_task(self._keep(job, handler.lease))
        try:
            await asyncio.wait((work, keep), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (keep, work):
                task.cancel()
            ended = await asyncio.gather(work, keep, return_exceptions=True)
        for outcome in ended:
            if isinstance(outcome, Exception):
                raise outcome

    async def _handle(self, job: Job, handler: JobHandler) -> None:
        try:
            result = await handler.run(job)
            if not job.finished:
                await self._database.run(job.finish, result)
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 - told, and kept with the job
            await self._failed(job, handler, error_text(error))

    async def _failed(self, job: Job, handler: JobHandler, error: str) -> None:
        told = {"job": str(job.id), "kind": job.kind, "attempt": job.attempt, "error": error}
        if job.attempt >= handler.attempts:
            await self._database.run(queue.give_up, job, error)
            logger.error("job_failed", **told)
            return
        pause = handler.pause(job.attempt)
        await self._database.run(queue.put_back, job, pause, error)
        logger.warning("job_postponed", **told, seconds=pause)

    async def _keep(self, job: Job, lease: float) -> None:
        """Renew the lease until cancelled; while the database is away it is tried again."""
        while True:
            await asyncio.sleep(lease / 3)
            try:
                await self._database.run(queue.extend, job, lease)
            except SharedDbError as error:
                logger.warning("lease_not_renewed", job=str(job.id), error=str(error))

    async def _next(self) -> Job:
        """Wait for a job."""
        while True:
            self._looks.begin()
            try:
                if await queue.is_any_due(self._database, list(self._leases)):
                    job = await self._take()
                    if job is not None:
                        return job
                await self._looks.pause()
            except SharedDbError as error:
                logger.warning("jobs_interrupted", error=str(error))
                await asyncio.sleep(_AWAY)
            except Exception:
                logger.exception("jobs_failed")
                await asyncio.sleep(_AWAY)

    async def _take(self) -> Job | None:
        return await self._database.run(queue.take, self._database, self._leases)
