"""The topic ``filter``: the words that choose VMs."""

from __future__ import annotations

import textwrap

from hvtui.tui.text.filtering.legend import LEGEND, NOT_KNOWN, UNKNOWN_WORD


def filter_topic() -> str:
    legend = textwrap.indent(LEGEND, "  ")
    return f"""\
Filter

The key / on the screen and "hvtui list --filter" choose VMs by the same words:

{legend}

{textwrap.fill(NOT_KNOWN, 79)}

{textwrap.fill(UNKNOWN_WORD, 79)}

Concerns about disks count where the disks were read: on the screen once the VM
was highlighted, in "hvtui list" with --disks.

  hvtui list hv01 --filter 'older:30d count:>5'
  hvtui list hv01 --filter '-state:running kind:backup' --json

Every VM with a checkpoint older than 30 days, on all hosts:

  hvtui list you@hv01 you@hv02 --filter older:30d
  hvtui list prod --filter older:30d
  hvtui list --cluster cl1 --filter older:30d

With --json, "undecided" lists the IDs of the VMs of which it is not known
whether they match.
"""
