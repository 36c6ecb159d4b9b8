"""The network between the two servers fails; the tool and the application reach both."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from move_faults import Outcome
from move_faults.record import all_wanted
from move_scene import Scene
from move_scene.pause import Pause
from move_servers import Proxy, Server

pytestmark = [pytest.mark.slow, pytest.mark.long]

NewProxy = Callable[[str], Proxy]
NewScene = Callable[..., Scene]

PHASES = {
    "follow": ("start", "after:subscription"),
    "verify": ("start", "before:verify"),
    "reverse": ("start", "before:reverse"),
    "warm": ("cutover", "before:warm"),
    "cut": ("cutover", "after:warm"),
    "rollback": ("rollback", "before:warm"),
}
CASES = [
    (harm, phase)
    for phase in PHASES
    for harm in ("cut", "freeze")
    if all_wanted() or (harm, phase) in {("cut", "follow"), ("freeze", "cut")}
]
IMPATIENT = ("--lag-patience", "4", "--attempts", "2")
"""For the command that meets the fault; a worker tries to connect again after 5 s only."""


@pytest.fixture
def network(pair: tuple[Server, Server], new_proxy: NewProxy) -> tuple[Proxy, Proxy]:
    source, target = pair
    return new_proxy(source.url()), new_proxy(target.url())


@pytest.fixture
def scene(pair: tuple[Server, Server], network: tuple[Proxy, Proxy], new_scene: NewScene) -> Scene:
    links = [f"127.0.0.1:{proxy.port}" for proxy in network]
    options = ("--from-link", links[0], "--to-link", links[1])
    return new_scene(*pair, options=options)


@pytest.mark.parametrize(("harm", "phase"), CASES)
def test_a_move_goes_on_when_the_network_is_there_again(
    scene: Scene, network: tuple[Proxy, Proxy], outcome: Outcome, harm: str, phase: str
) -> None:
    outcome.of(f"network between the servers {'cut' if harm == 'cut' else 'frozen'}", phase)
    step, point = PHASES[phase]
    with scene.under_load():
        for before in ("start", "cutover", "rollback"):
            if before == step:
                break
            scene.run(before)
        with Pause(point) as pause:
            command = scene.begin(step, *IMPATIENT, at=pause.action)
            pause.await_reached()
            for proxy in network:
                getattr(proxy, harm)()
            scene.writers.await_progress()
            pause.end()
            command.wait()
        scene.writers.await_progress()
        if phase != "reverse":  # nothing is written at the target yet
            assert_refused(command.error, phase)
        for proxy in network:
            proxy.restore()
        steps = scene.bring_to_target()
        scene.writers.await_progress()
    scene.check()
    outcome.ended("told, went on when it was there again", steps)


def assert_refused(error: str, phase: str) -> None:
    if phase == "cut":
        assert "nothing has changed" in error
    else:
        assert "has applied nothing for" in error
