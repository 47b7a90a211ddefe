"""The types of ids. A host's own ids are lower-case GUID strings.

Where hosts are shown together, two of them may have VMs with the same id: there each id is followed by ``@`` and the
name of its host or cluster.
"""

from typing import NewType

VmId = NewType("VmId", str)
CheckpointId = NewType("CheckpointId", str)


def bare_id(id: str) -> str:
    """Return the id as its host knows it."""
    return id.partition("@")[0]
