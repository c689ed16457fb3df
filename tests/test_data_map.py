"""Every column that tells something of a person stands in the data map, with its purpose."""

from sqlalchemy import Column, MetaData, String, Table

from app.models.base import Base
from app.schema import ROOT
from app.services.personal import data_page, unmapped


def test_every_personal_column_is_mapped_and_every_mapped_one_exists() -> None:
    assert unmapped.unmapped() == []


def test_a_new_column_that_looks_personal_would_be_missed() -> None:
    """The check itself: a stray table is seen."""
    stray = Table("stray", Base.metadata, Column("id_card_name", String))
    try:
        assert unmapped.unmapped() == ["stray.id_card_name"]
    finally:
        Base.metadata.remove(stray)
    assert isinstance(Base.metadata, MetaData)


def test_the_page_is_fresh() -> None:
    assert (ROOT / "docs" / "data-map.md").read_text() == data_page.page(), "run make contract"
