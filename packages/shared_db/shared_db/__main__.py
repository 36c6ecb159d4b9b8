"""``python -m shared_db`` is the command ``shared-db``."""

from shared_db.cli import main

main()
