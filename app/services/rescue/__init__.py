"""A phone's unsent records as one file: taken in through the very same services."""

from app.services.rescue.importing import RescueLine, import_file

__all__ = ["RescueLine", "import_file"]
