"""安格 SafeGrid."""

__version__ = "0.1.0"
