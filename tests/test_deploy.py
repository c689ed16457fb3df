"""Dockerfile, compose and what they name agree with one another and with the program."""

import re
from itertools import chain

import app
from app.cli.serving import GRACE_SECONDS
from app.config import Settings
from app.schema import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = (DEPLOY / "compose.yaml").read_text()
PACKAGES = (DEPLOY / "compose.packages.yaml").read_text()
EXAMPLE = (DEPLOY / ".env.example").read_text()
DOCKERFILES = (ROOT / "Dockerfile", DEPLOY / "images" / "node.Dockerfile")


def copied() -> list[str]:
    """Sources of every COPY that comes from the repository."""
    lines = chain.from_iterable(file.read_text().splitlines() for file in DOCKERFILES)
    return [
        source
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    ]


def test_what_is_copied_is_here_and_is_let_in() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert len(copied()) > 6
    assert [source for source in copied() if not (ROOT / source).exists()] == []
    assert [source for source in copied() if source.split("/")[0] not in let_in] == []


def test_every_setting_that_is_given_exists() -> None:
    given = set(re.findall(r"\bSAFEGRID_(\w+)", COMPOSE + PACKAGES + EXAMPLE))
    assert len(given) > 10
    assert {name.lower() for name in given} <= set(Settings.model_fields)


def test_the_example_names_what_compose_asks_for_and_nothing_else() -> None:
    asked = set(re.findall(r"\$\{(?!SAFEGRID_\w+:-)(\w+)", COMPOSE + PACKAGES))
    assert asked == set(re.findall(r"^(?!SAFEGRID_)([A-Z_0-9]+)=", EXAMPLE, re.MULTILINE))


def test_images_have_versions_and_ours_is_that_of_the_program() -> None:
    images = dict(re.findall(r"image: (?:\S+/)?([\w-]+):(\S+)", COMPOSE))
    assert images["safegrid"] == app.__version__
    assert "latest" not in images.values()
    assert len(images) == COMPOSE.count("image:")


def test_a_container_is_not_killed_while_it_may_still_work() -> None:
    seconds = int(re.findall(r"stop_grace_period: (\d+)s", COMPOSE)[0])
    delay = int(re.findall(r"SAFEGRID_STOP_DELAY_SECONDS:-(\d+)", COMPOSE)[0])
    assert seconds > delay + GRACE_SECONDS


def test_images_from_packages_are_made_by_the_script() -> None:
    script = (DEPLOY / "images" / "make.sh").read_text()
    made = {f"safegrid-{name}" for name in re.findall(r"\bbare (\w+) ", script)}
    wanted = set(re.findall(r"image: (\S+)", PACKAGES))
    assert wanted == {"safegrid-database", "safegrid-gate"}
    assert wanted <= made


def test_heads_lie_elsewhere_and_the_image_has_the_folder() -> None:
    """A volume takes its owner from the image's folder; without it nobody could write there."""
    folder = re.findall(r"SAFEGRID_AUDIT_HEAD:-dir:([\w/]+)\}", COMPOSE)[0]
    assert f"volumes: [heads:{folder}]" in COMPOSE
    assert folder in (ROOT / "Dockerfile").read_text()
    assert re.search(r"^  heads:$", COMPOSE, re.MULTILINE)
