"""What the keyring of this system is called."""

from __future__ import annotations

import sys

from hvtui.tui.text.safe import SafeText

_NAMES = {"win32": "the Windows Credential Manager", "darwin": "the macOS Keychain"}


def keyring_name(platform: str = sys.platform) -> SafeText:
    return SafeText(_NAMES.get(platform, "the keyring of your desktop (Secret Service, or KWallet)"))
