"""A protoc plugin for grpc_python, which buf does not know as a built-in: it hands the request to grpc_tools.protoc."""

import pathlib
import sys
import tempfile

from google.protobuf import descriptor_pb2
from google.protobuf.compiler import plugin_pb2
from grpc_tools import protoc

request = plugin_pb2.CodeGeneratorRequest.FromString(sys.stdin.buffer.read())
response = plugin_pb2.CodeGeneratorResponse(supported_features=plugin_pb2.CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL)
with tempfile.TemporaryDirectory() as folder:
    out = pathlib.Path(folder, "out")
    out.mkdir()
    image = pathlib.Path(folder, "image.binpb")
    image.write_bytes(descriptor_pb2.FileDescriptorSet(file=request.proto_file).SerializeToString())
    status = protoc.main(["protoc", f"--descriptor_set_in={image}", f"--grpc_python_out={out}", *request.file_to_generate])
    if status != 0:
        response.error = f"grpc_tools.protoc ended with {status}"
    for path in sorted(out.rglob("*.py")):
        response.file.add(name=path.relative_to(out).as_posix(), content=path.read_text())
sys.stdout.buffer.write(response.SerializeToString())
