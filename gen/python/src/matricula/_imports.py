"""Makes ``buf.validate.validate_pb2`` importable where nothing else does.

The generated modules import it for the options on their fields, and no package on PyPI carries it: protovalidate has its rules
under a name of its own. A copy at that path in our wheel would overwrite, or be overwritten by, that of every other package
that was generated with it; two copies with different contents cannot be loaded in one process. So an installed one is used,
and ours only when there is none: this finder is the last that Python asks.

``_buf_validate.py`` is what protoc makes of third_party/protovalidate (Apache-2.0), unchanged but for its name; protovalidate
does not use it, so it may lag behind.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import pathlib
import sys
from collections.abc import Sequence
from types import ModuleType

_MODULE = "buf.validate.validate_pb2"
_SOURCE = pathlib.Path(__file__).with_name("_buf_validate.py")


class _Finder:
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name == _MODULE:
            return importlib.util.spec_from_file_location(name, _SOURCE)
        if _MODULE.startswith(name + "."):
            return importlib.machinery.ModuleSpec(name, None, is_package=True)
        return None


def install() -> None:
    """Lets Python ask the finder, after all others; again is no difference."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())
