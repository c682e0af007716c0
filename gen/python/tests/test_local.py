"""protovalidate gives the server's verdict: the server's own suite holds it to the same file."""

import base64
import pathlib

import protovalidate
import pytest

from matricula.v1.client_metadata_pb2 import ClientMetadata

_CASES = pathlib.Path(__file__).parents[3] / "test" / "stubs" / "local.tsv"


def _rows() -> list[tuple[str, str, str]]:
    if not _CASES.exists():
        return []
    lines = _CASES.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(name, verdict, metadata) for name, verdict, metadata in rows]


@pytest.mark.skipif(not _CASES.exists(), reason="the cases are in the repository alone")
@pytest.mark.parametrize(("name", "verdict", "metadata"), _rows())
def test_same_verdict_as_the_server(name: str, verdict: str, metadata: str) -> None:
    message = ClientMetadata.FromString(base64.b64decode(metadata))
    try:
        protovalidate.validate(message)
    except protovalidate.ValidationError:
        assert verdict == "invalid", name
    else:
        assert verdict == "valid", name
