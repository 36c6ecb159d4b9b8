"""``python -m service_kit.dev`` is the command ``outgrow-dev``."""

from service_kit.dev import main

main()
