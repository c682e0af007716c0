"""Client of Matricula, a registry of OAuth 2.0 clients.

`connect` gives the generated stubs over a connection that follows its certificate files, with deadlines, safe repetition and
typed errors. Messages and stubs are in ``matricula.v1.*_pb2`` and ``matricula.v1.*_pb2_grpc``.
"""

from matricula import _imports

# Before anything generated is imported, also by those who import it themselves: a package's __init__ runs first.
_imports.install()

from matricula._channel import bearer
from matricula._connect import Connection, connect
from matricula._errors import DeadlineExceeded, RegistrationError, ServiceError

__all__ = ["Connection", "DeadlineExceeded", "RegistrationError", "ServiceError", "bearer", "connect"]
