"""Two databases of the test server, and a schema that is copied from one to the other."""

from copy_scene.scene import Scene, copy_scene

__all__ = ["Scene", "copy_scene"]
