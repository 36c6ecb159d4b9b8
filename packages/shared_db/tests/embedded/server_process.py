"""Start a server from a process of its own: python server_process.py <json>.

The keys: ``folder``; ``bin_dir`` (other programs); ``uid`` (drop to that account first);
``file_size`` (bytes that this process and the server may write to one file).
"""

import json
import os
import resource
import sys
from pathlib import Path

from shared_db.embedded import Binaries, EmbeddedServer
from shared_db.errors import SharedDbError

wanted = json.loads(sys.argv[1])
"".encode("idna")  # the interpreter's files may be out of the other account's reach
if "uid" in wanted and os.geteuid() == 0:
    os.setgroups([])
    os.setgid(wanted["uid"])
    os.setuid(wanted["uid"])
if "file_size" in wanted:
    resource.setrlimit(resource.RLIMIT_FSIZE, (wanted["file_size"], wanted["file_size"]))
binaries = Binaries(Path(wanted["bin_dir"])) if "bin_dir" in wanted else None
server = EmbeddedServer(Path(wanted["folder"]), settings={"fsync": "off"}, binaries=binaries)
try:
    print(json.dumps({"pid": server.start().pid, "url": server.url()}))
except SharedDbError as error:
    print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
