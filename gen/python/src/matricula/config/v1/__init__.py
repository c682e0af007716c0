"""Generated messages of matricula.config.v1."""
