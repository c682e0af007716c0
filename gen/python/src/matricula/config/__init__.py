"""Generated messages of the server's configuration."""
