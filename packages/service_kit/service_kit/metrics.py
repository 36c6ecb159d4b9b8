"""What ``/metrics`` shows (Prometheus text format)."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class RequestMetrics:
    """The metrics of one application, in a registry of its own.

    Args:
        service: the service's name, a label of every metric.
    """

    def __init__(self, service: str) -> None:
        self._service = service
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "http_requests_total",
            "Requests by route and status.",
            ("service", "method", "route", "status"),
            registry=self.registry,
        )
        self._duration = Histogram(
            "http_request_duration_seconds",
            "Time until the reply was sent.",
            ("service", "method", "route"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        """By method, route and status; looking for labels takes longer than counting."""
        self._epoch = Gauge(
            "database_home_epoch",
            "How often the home of the service's schema has changed.",
            ("service", "database"),
            registry=self.registry,
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request.

        Args:
            method: the HTTP method.
            route: the path's template, never the path itself.
            status: the status of the reply.
            seconds: how long it took.
        """
        key = (method, route, status)
        found = self._children.get(key)
        if found is None:
            found = self._children[key] = (
                self._requests.labels(self._service, method, route, str(status)),
                self._duration.labels(self._service, method, route),
            )
        found[0].inc()
        found[1].observe(seconds)

    def render(self, epoch: int, database: str) -> bytes:
        """All metrics as text.

        Args:
            epoch: the epoch of the present home.
            database: its address.
        """
        self._epoch.clear()
        self._epoch.labels(self._service, database).set(epoch)
        return generate_latest(self.registry)
