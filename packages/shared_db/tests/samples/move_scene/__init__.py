"""A schema of an application under load, moved by the real command, with everything watched."""

from move_scene.scene import Scene

__all__ = ["Scene"]
