"""What happens around every request, as plain ASGI; from the outside in.

RequestContext      request id, trace context, the log line and the metrics
Failures            answers for whatever escapes with a problem
BodyLimit           refuses bodies above the limit
Repetition          repeats a request whose transaction met a fence or a dropped connection
"""

from service_kit.middleware.body_limit import BodyLimit
from service_kit.middleware.context import RequestContext, current_headers
from service_kit.middleware.failures import Failures
from service_kit.middleware.repetition import Repetition

__all__ = ["BodyLimit", "Failures", "Repetition", "RequestContext", "current_headers"]
