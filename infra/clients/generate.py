"""Generate typed clients of all installed services out of their openapi.json (`make clients`).

Python by openapi-python-client, TypeScript by openapi-typescript and openapi-fetch, which need
Node.js; the TypeScript is type-checked together with an example. Written to build/clients.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from shared_db import discover

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PACKAGE = "service_clients"


class CannotGenerate(Exception):
    """A client could not be generated; the message says what to do."""


def documents() -> dict[str, Path]:
    """The committed document of each service, by name."""
    found = {}
    for name, service in discover().items():
        spec = importlib.util.find_spec(service.app.partition(":")[0].partition(".")[0])
        if spec is None or spec.origin is None:
            raise CannotGenerate(f"The package of {name} is not installed: run `make install`.")
        found[name] = Path(spec.origin).parents[1] / "openapi.json"
    return found


def python(target: Path) -> None:
    """Write the package ``service_clients`` into a folder, a package in it for each service."""
    package = target / PACKAGE
    shutil.rmtree(package, ignore_errors=True)
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""Typed clients of the services."""\n')
    program = Path(sys.executable).with_name("openapi-python-client")
    for name, document in documents().items():
        command = [str(program), "generate", "--meta", "none", "--path", str(document)]
        command += ["--config", str(HERE / "python.yaml"), "--output-path", str(package / name)]
        _run(command)


def typescript(target: Path) -> None:
    """Write a TypeScript package into a folder and type-check it with its example.

    Raises:
        CannotGenerate: Node.js is missing, or the types do not fit.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise CannotGenerate("npm is missing: install Node.js 20 or newer, or use --only python.")
    target.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "tsconfig.json", "example.ts"):
        shutil.copy(HERE / "typescript" / name, target / name)
    _run([npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"], target)
    lines = ['import createClient, { type ClientOptions } from "openapi-fetch";']
    for name, document in documents().items():
        output = target / f"{name}.ts"
        _run([npm, "exec", "--", "openapi-typescript", str(document), "-o", str(output)], target)
        title = name.capitalize()
        lines += [
            f'import type {{ paths as {title}Paths }} from "./{name}.js";',
            f"export const {name}Client = (options: ClientOptions) =>",
            f"  createClient<{title}Paths>(options);",
        ]
    imports = [line for line in lines if line.startswith("import")]
    rest = [line for line in lines if not line.startswith("import")]
    (target / "index.ts").write_text("\n".join([*imports, *rest]) + "\n", encoding="utf-8")
    _run([npm, "exec", "--", "tsc", "--noEmit"], target)


def main() -> int:
    """Generate what is asked for; the exit code is 1 when that was not possible."""
    parser = argparse.ArgumentParser(prog="make clients ARGS=…", description=__doc__)
    parser.add_argument("--only", choices=("python", "typescript"), help="one language")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "clients")
    given = parser.parse_args()
    try:
        if given.only != "typescript":
            python(given.output / "python")
        if given.only != "python":
            typescript(given.output / "typescript")
    except CannotGenerate as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The clients are in {given.output}.")
    return 0


def _run(command: list[str], folder: Path | None = None) -> None:
    finished = subprocess.run(  # noqa: S603 - our own commands
        command,
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    # The generator leaves out what it cannot express, says so, and still ends well.
    if finished.returncode or "WARNING" in finished.stdout:
        raise CannotGenerate(f"{' '.join(command[:4])} …: {finished.stdout.strip()}")


if __name__ == "__main__":
    sys.exit(main())
