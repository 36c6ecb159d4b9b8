"""What runs beside traffic gives way to it."""

from __future__ import annotations

import os
import subprocess
import sys
from threading import Thread, get_native_id

import pytest
from shared_db.move.programs import run_gently
from shared_db.priority import give_way

SHOW = "import os; print(os.getpriority(os.PRIO_PROCESS, 0))"


def test_a_process_gives_way_for_good() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", f"input(); {SHOW}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    give_way(process.pid)
    told, _ = process.communicate("go\n")
    assert int(told) >= 10


def test_a_process_that_has_ended_is_no_error() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    give_way(process.pid)


def test_a_program_tells_how_it_ended_and_what_it_wrote() -> None:
    code = "import sys; print('rows'); print('why', file=sys.stderr); sys.exit(3)"
    done = run_gently([sys.executable, "-c", code], dict(os.environ))
    assert (done.returncode, done.stdout, done.stderr) == (3, "rows\n", "why\n")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a priority is the process's")
def test_a_thread_that_gives_way_leaves_the_others_as_they_were() -> None:
    before = os.getpriority(os.PRIO_PROCESS, get_native_id())
    seen = []

    def work() -> None:
        give_way(get_native_id())
        seen.append(os.getpriority(os.PRIO_PROCESS, get_native_id()))

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert seen[0] >= 10
    assert os.getpriority(os.PRIO_PROCESS, get_native_id()) == before
