"""Write ``openapi.json`` of every service beside its package: ``python -m service_kit.openapi``.

With ``--check`` nothing is written; documents that are out of date are named, exit code 1.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from shared_db import ConfigurationError, Service, discover

_NOWHERE = "postgresql://127.0.0.1:5432/nowhere"
_NO_SECRET = "A" * 43
"""32 bytes of zero in URL-safe base64: a document depends on no secret."""


def main() -> None:
    """Write or check the documents of all installed services."""
    check = sys.argv[1:] == ["--check"]
    stale = [name for name, service in discover().items() if not _settle(service, check=check)]
    if stale:
        sys.exit(f"openapi.json is out of date for {', '.join(stale)}: run `make openapi`.")


def document_of(service: Service) -> str:
    """The OpenAPI document of a service as it is committed; nothing is opened for it."""
    os.environ.setdefault("DATABASE_URL", _NOWHERE)
    for name in service.secrets:
        os.environ.setdefault(name, _NO_SECRET)
    module, _, factory = service.app.partition(":")
    app = getattr(importlib.import_module(module), factory)()
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"


def file_of(service: Service) -> Path:
    """Where the document of a service is kept.

    Raises:
        ConfigurationError: the service is not installed from its folder.
    """
    found = find_spec(service.app.partition(".")[0])
    folders = list(found.submodule_search_locations or ()) if found else []
    if not folders or not (Path(folders[0]).parent / "pyproject.toml").is_file():
        raise ConfigurationError(f"{service.name} is not installed from its folder.")
    return Path(folders[0]).parent / "openapi.json"


def _settle(service: Service, *, check: bool) -> bool:
    """Write the document, or tell whether the one that is kept is right."""
    document, file = document_of(service), file_of(service)
    if check:
        return file.is_file() and file.read_text(encoding="utf-8") == document
    file.write_text(document, encoding="utf-8")
    return True


if __name__ == "__main__":
    main()
