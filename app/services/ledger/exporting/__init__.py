"""The ledger and its statistics as Excel files, with the columns of Appendix A (S1-63, S1-64)."""

from app.services.ledger.exporting.grid_table import statistics
from app.services.ledger.exporting.sheet import export

__all__ = ["export", "statistics"]
