"""Servers, networks and disks that tests of moves may break, each removed with all it left."""

from move_servers.disks import Disk, FileSizes, Mount, limited_disk
from move_servers.proxy import Proxy
from move_servers.server import Server
from move_servers.versions import NotInstalled, find_version

__all__ = [
    "Disk",
    "FileSizes",
    "Mount",
    "NotInstalled",
    "Proxy",
    "Server",
    "find_version",
    "limited_disk",
]
