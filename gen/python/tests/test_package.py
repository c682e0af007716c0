"""Imports, local validation, and the documentation's code."""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator

import guide
import pytest

import matricula
from matricula.v1.client_metadata_pb2 import ClientMetadata

root = pathlib.Path(__file__).parents[1]


def python(code: str, path: pathlib.Path | None = None) -> str:
    command = [sys.executable, "-c", code]
    environment = {"PYTHONPATH": str(path)} if path else None
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def test_generated_modules_can_be_imported_alone() -> None:
    assert python("from matricula.config.v1 import configuration_pb2 as c; print(c.Configuration.__name__)")
    python("from matricula.v1 import registration_service_pb2_grpc")


def test_an_installed_validate_pb2_is_preferred(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "buf" / "validate"
    folder.mkdir(parents=True)
    source = pathlib.Path(matricula.__file__).with_name("_buf_validate.py")
    (folder / "validate_pb2.py").write_bytes(source.read_bytes())
    show = "import matricula; from buf.validate import validate_pb2; print(validate_pb2.__file__)"
    assert python(show, tmp_path) == str(folder / "validate_pb2.py")
    assert python(show) == str(source)


def test_local_validation() -> None:
    assert guide.local(ClientMetadata(client_name="Orders", redirect_uris=["https://client.example/cb"])) == []
    assert guide.local(ClientMetadata(client_name="x" * 501)) == ["string.max_len"]
    assert guide.local(ClientMetadata(redirect_uris=["https://client.example/cb"] * 101)) == ["repeated.max_items"]


def blocks() -> Iterator[tuple[str, str]]:
    for page in (root / "README.md", root.parents[1] / "docs" / "stubs" / "python.md"):
        for block in re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL):
            yield page.name, block


@pytest.mark.parametrize(("page", "block"), list(blocks()))
def test_the_documentation_shows_code_that_is_checked(page: str, block: str) -> None:
    sources = [path.read_text("utf-8") for path in (root / "examples").glob("*.py")]
    forms = [textwrap.indent(block, indent) for indent in ("", "    ")]
    assert any(form in source for source in sources for form in forms), f"{page} shows code of its own"
