"""A process of a service that writes without end, and may be killed and started again."""

from move_service.process import ServiceProcess

__all__ = ["ServiceProcess"]
