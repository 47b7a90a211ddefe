"""The types of ids: lower-case GUID strings."""

from typing import NewType

VmId = NewType("VmId", str)
CheckpointId = NewType("CheckpointId", str)
