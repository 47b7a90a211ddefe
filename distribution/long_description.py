"""A hatchling hook: the README as the package's description, without what only a checkout can show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

FENCE = "```"
LINK = re.compile(r"(!?)\[([^\]]+)\]\((?!https?://)[^)]*\)")
"""A picture or a link whose target is not an address: a package index has neither the file nor the heading."""


class LongDescription(MetadataHookInterface):
    """Sets ``readme``."""

    def update(self, metadata: dict[str, Any]) -> None:
        readme = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": without_relative_links(readme)}


def without_relative_links(markdown: str) -> str:
    """Put the text of a picture or link in its place, and leave code blocks alone."""
    parts = markdown.split(FENCE)
    parts[::2] = [LINK.sub(_text, part) for part in parts[::2]]
    return FENCE.join(parts)


def _text(link: re.Match[str]) -> str:
    is_picture, text = link.groups()
    return f"*{text}*" if is_picture else text
