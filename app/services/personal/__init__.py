"""Personal data: what is masked, from whom, and for how long it is kept."""

from app.services.personal.masks import masked_name, masked_number

__all__ = ["masked_name", "masked_number"]
