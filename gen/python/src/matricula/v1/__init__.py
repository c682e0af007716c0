"""Generated messages and stubs of matricula.v1."""
