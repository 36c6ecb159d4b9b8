"""Open-loop traffic of API clients: ``python -m rehearsal.traffic --plan FILE --out FILE``.

A schedule decides when each request starts, whatever became of those before it. Clients never
repeat a request. Everything on the way of a request is a plain callback: two cores are shared with
the services and their databases.
"""
