"""Build hook: puts catalogs/, scripts/ and locales/ inside the wheel as service/_data/."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DATA = ("catalogs", "scripts", "locales")


class DataHook(BuildHookInterface[Any]):
    """Only for standard wheels: an editable install reads the folders of the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            build_data["force_include"].update({f"{self.root}/{name}": f"service/_data/{name}" for name in DATA})
