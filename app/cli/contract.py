"""What other parts are generated from: the OpenAPI document, flow.json, README's diagram."""

import json
import sys
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import diagram, schemes_page
from app.config import Settings
from app.schema import ROOT
from app.services import hazard_flow
from app.services.personal import data_page

FLOW = ROOT / "pwa" / "src" / "contract" / "flow.json"
README = ROOT / "README.md"
DATA_MAP = ROOT / "docs" / "data-map.md"


def export_contract(
    openapi: Annotated[Path, typer.Argument(help="where the OpenAPI document goes, - = stdout")],
) -> None:
    """Write the OpenAPI document, and bring flow.json and README's diagram up to date."""
    if str(openapi) == "-":
        sys.stdout.write(openapi_json())
    else:
        openapi.parent.mkdir(parents=True, exist_ok=True)
        openapi.write_text(openapi_json())
    FLOW.write_text(flow_json())
    README.write_text(readme(README.read_text()))
    DATA_MAP.write_text(data_page.page())
    schemes_page.PAGE.write_text(schemes_page.page())


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document of demo mode, which has every route. Built once; nobody changes it."""
    from app.main import create_app  # noqa: PLC0415 - every route, which no other command needs

    return create_app(Settings(mode="demo", _env_file=None)).openapi()


def openapi_json() -> str:
    return _dump(document())


def flow_json() -> str:
    return _dump(hazard_flow.as_data())


def readme(page: str) -> str:
    return diagram.put_into(page, diagram.mermaid(hazard_flow.as_data()))


def _dump(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
