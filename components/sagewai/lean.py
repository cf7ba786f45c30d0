"""Imports single modules of Sagewai without the rest of it.

`import sagewai` loads every engine and LiteLLM: 7 s and 290 MB, for each process and each task, where the set-up needs
0.7 s and a worker 0.3 s and 41 MB.
"""

import sys
from importlib.util import find_spec
from types import ModuleType


def skip_initialization_of(*packages: str) -> None:
    """Makes the packages importable as mere folders: their `__init__` never runs. Parents come before children."""
    for name in packages:
        spec = find_spec(name)
        if spec is None or spec.submodule_search_locations is None:
            sys.exit(f"The package {name} is not installed in {sys.prefix}.")
        package = ModuleType(name)
        package.__spec__ = spec
        package.__path__ = list(spec.submodule_search_locations)
        sys.modules[name] = package
