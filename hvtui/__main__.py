"""``python -m hvtui``."""

import sys

from hvtui.tui.cli.main import main

sys.exit(main())
