"""Generated files are as fresh as what they are generated from."""

import json
import shutil
import subprocess
from pathlib import Path

from app.cli import contract
from app.config import Settings
from app.schema import ROOT

PWA = ROOT / "pwa"


def test_the_pages_know_the_workflow_as_it_is() -> None:
    assert contract.FLOW.read_text() == contract.flow_json(), "run: make contract"


def test_the_diagram_in_the_readme_is_the_workflow_as_it_is() -> None:
    page = contract.README.read_text()
    assert contract.readme(page) == page, "run: make contract"


def test_the_pages_know_the_api_as_it_is(tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node, "needs Node.js on PATH: make test brings it"
    openapi, made = tmp_path / "openapi.json", tmp_path / "api.d.ts"
    openapi.write_text(contract.openapi_json())
    script = PWA / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    subprocess.run(
        [node, script, "--default-non-nullable", "false", "-o", made, openapi],
        cwd=PWA,
        check=True,
        capture_output=True,
    )
    assert made.read_text() == (PWA / "src" / "contract" / "api.d.ts").read_text(), (
        "run: make contract"
    )


def test_every_route_says_what_it_does_and_what_it_refuses() -> None:
    silent = []
    for path, operations in contract.document()["paths"].items():
        for method, operation in operations.items():
            is_told = operation.get("summary") and operation.get("description")
            refusals = [code for code in operation["responses"] if code >= "400"]
            if not is_told or (path.startswith("/api") and not refusals):
                silent.append(f"{method} {path}")
    assert silent == []


def test_every_refusal_in_the_contract_has_an_example_in_both_languages() -> None:
    for path, operations in contract.document()["paths"].items():
        for operation in operations.values():
            for code, answer in operation["responses"].items():
                if code < "400" or not path.startswith("/api"):
                    continue
                for example in answer["content"]["application/json"]["examples"].values():
                    assert set(example["value"]) == {"code", "zh", "en", "fields", "details"}


def test_every_setting_is_explained_to_those_who_run_a_county() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    assert [
        name for name in Settings.model_fields if f"`SAFEGRID_{name.upper()}`" not in page
    ] == []


def test_no_way_in_asks_for_a_hint_or_a_secret_question() -> None:
    """Whatever is sent under /api/session before or while signing in (ASVS V6.4.2)."""
    told = json.loads(contract.openapi_json())
    schemas = told["components"]["schemas"]
    sent: set[str] = set()
    for path, operations in told["paths"].items():
        if path.startswith(("/api/session", "/api/enrolment")):
            bodies = [one["requestBody"] for one in operations.values() if "requestBody" in one]
            named = [body["content"]["application/json"]["schema"]["$ref"] for body in bodies]
            sent |= {field for ref in named for field in schemas[ref.split("/")[-1]]["properties"]}
    assert sent == {"login", "password", "device", "code", "old", "new"}
