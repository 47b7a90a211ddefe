"""What a folder of wheels lacks for a target, by what the wheels themselves require."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from distribution.targets import Target


def wheels_for(folder: Path, target: Target) -> dict[str, Path]:
    """Return by name of distribution the wheel that pip would install on the target."""
    rank = {tag: place for place, tag in enumerate(target.tags)}
    best: dict[str, tuple[int, Path]] = {}
    for wheel in sorted(folder.glob("*.whl")):
        name, _, _, tags = parse_wheel_filename(wheel.name)
        places = [rank[tag] for tag in tags if tag in rank]
        if places and (name not in best or min(places) < best[name][0]):
            best[name] = (min(places), wheel)
    return {name: wheel for name, (_, wheel) in best.items()}


def missing(folder: Path, target: Target, wanted: str = "hvtui") -> list[str]:
    """Return each requirement that no wheel in the folder meets on the target, as a sentence."""
    wheels = wheels_for(folder, target)
    found: list[str] = []
    seen: set[str] = set()
    waiting = [(Requirement(wanted), "")]
    while waiting:
        requirement, needed_by = waiting.pop()
        if str(requirement) in seen:
            continue
        seen.add(str(requirement))
        wheel = wheels.get(canonicalize_name(requirement.name))
        if wheel is None or not requirement.specifier.contains(parse_wheel_filename(wheel.name)[1]):
            reason = f", which {needed_by} needs" if needed_by else ""
            found.append(f"There is no wheel of {requirement} for {target.title}{reason}.")
        else:
            waiting.extend(
                (each, requirement.name) for each in _requirements(wheel, requirement.extras, target)
            )
    return found


def _requirements(wheel: Path, extras: set[str], target: Target) -> Iterator[Requirement]:
    for requirement in _metadata(wheel).requires_dist or ():
        marker, environments = (
            requirement.marker,
            [target.environment | {"extra": each} for each in ("", *extras)],
        )
        if marker is None or any(marker.evaluate(environment) for environment in environments):
            yield requirement


def _metadata(wheel: Path) -> Metadata:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (
            each
            for each in archive.namelist()
            if each.endswith(".dist-info/METADATA") and each.count("/") == 1
        )
        return Metadata.from_email(archive.read(name), validate=False)
