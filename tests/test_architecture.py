"""The floors and the house rules, held by machine."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from app.schema import ROOT

FLOORS = (  # top to bottom; the rest of app is the ground
    ("app.cli", "app.main", "app.worker", "app.preflight"),
    ("app.api",),
    ("app.services",),
    ("app.models",),
)
FILE_LINES, FUNCTION_LINES = 300, 40
MACHINE = re.compile(
    r"""
    /(?:work|root|home/\w+)/
    | pypi\.(?:org|python) | pythonhosted\.org
    | registry\.(?:npmjs|npmmirror|yarnpkg)
    | (?:mirrors?|pypi|npm)\.(?:aliyun|tuna|ustc|cloud\.tencent|douban)
    """,
    re.VERBOSE,
)
NO_TEXT = {".jpg", ".png", ".webp", ".heif", ".woff2", ".ico"}


def tracked(*patterns: str) -> list[Path]:
    """What is, or is about to be, in the repository."""
    command = [
        "git",
        "-c",
        "safe.directory=*",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "--",
        *patterns,
    ]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.splitlines() if (ROOT / name).is_file()]


PYTHON = tracked("app/*.py")


@cache
def trees() -> dict[Path, ast.Module]:
    """What the modules are made of; read when a test asks, not by everybody who collects tests."""
    return read(PYTHON)


def read(paths: list[Path]) -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text()) for path in paths}


def module(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def floor(name: str) -> int:
    for number, names in enumerate(FLOORS):
        if any(name == top or name.startswith(f"{top}.") for top in names):
            return number
    return len(FLOORS)


def imports(tree: ast.Module) -> Iterator[str]:
    """Dotted names of ours that a module imports; `from app.api import x` is app.api.x."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def test_nobody_imports_upwards() -> None:
    upwards = [
        f"{module(path)} → {name}"
        for path, tree in trees().items()
        for name in imports(tree)
        if name.startswith("app.") and floor(name) < floor(module(path))
    ]
    assert upwards == []


def test_the_floors_are_all_inhabited() -> None:
    inhabited = {floor(module(path)) for path in PYTHON}
    assert inhabited == set(range(len(FLOORS) + 1))


@pytest.mark.parametrize(
    ("pattern", "homes"),
    [
        (r"\.commit\(", {"app/db.py"}),
        (r"^\s*(import|from) boto(3|core)", {"app/storage/s3.py"}),
        (r"datetime\.(utc)?now\(|date\.today\(|utcnow", {"app/clock.py"}),
        (r"HTTPException", {"app/api/problems.py", "app/api/middleware.py", "app/api/pages.py"}),
        (r"(?<![.\w])print\(", set()),
    ],
)
def test_a_thing_has_one_home(pattern: str, homes: set[str]) -> None:
    strays = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in PYTHON
        for line in path.read_text().splitlines()
        if re.search(pattern, line)
        and not any(str(path.relative_to(ROOT)).startswith(home) for home in homes)
    ]
    assert strays == []


def test_all_sql_lives_in_the_services() -> None:
    questions = {"select", "insert", "update", "delete", "text", "func", "exists", "union_all"}
    asking = [
        f"{module(path)} → {name}"
        for path, tree in trees().items()
        for name in imports(tree)
        if name.startswith("sqlalchemy.")
        and name.rpartition(".")[2] in questions
        and not module(path).startswith(("app.services.", "app.models."))
    ]
    assert asking == []


def test_one_line_assigns_the_state_of_a_case() -> None:
    """Nor may an UPDATE do it behind the table's back."""
    assigning = []
    for path, tree in trees().items():
        for node in ast.walk(tree):
            targets = getattr(node, "targets", [getattr(node, "target", None)])
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                assigning += [
                    module(path)
                    for target in targets
                    if isinstance(target, ast.Attribute) and target.attr == "state"
                ]
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "values":
                assigning += [module(path) for word in node.keywords if word.arg == "state"]
    assert assigning == ["app.services.hazard_flow"]


def test_relationships_never_load_behind_the_back() -> None:
    lazy = [
        where(path, node)
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "relationship"
        and not any(
            word.arg == "lazy" and getattr(word.value, "value", "") == "raise"
            for word in node.keywords
        )
    ]
    assert lazy == []


def test_no_sql_names_a_schema() -> None:
    """A county is a schema, chosen by search_path."""
    named = [
        where(path, node)
        for path, tree in (trees() | read(tracked("migrations/*.py"))).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"\bpublic\.\w", node.value)
    ]
    assert named == []


def test_files_are_short() -> None:
    """Generated files and tables of words are as long as they must be."""
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in (*PYTHON, *tracked("pwa/src/*.ts", "pwa/src/*.vue", "pwa/src/*.css"))
        if not {"contract", "words"} & set(path.parts)
    }
    assert {name: length for name, length in lengths.items() if length > FILE_LINES} == {}


def test_functions_are_short() -> None:
    long = {
        f"{where(path, node)} {node.name}": length
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := _length(node)) > FUNCTION_LINES
    }
    assert long == {}


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body, its docstring not counted."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_modules_say_what_they_are_for() -> None:
    silent = [
        module(path)
        for path, tree in trees().items()
        if tree.body and not ast.get_docstring(tree) and path.name != "__main__.py"
    ]
    assert silent == []


def test_nothing_tracked_knows_a_machine_or_a_registry() -> None:
    told = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in tracked()
        if path.suffix not in NO_TEXT and path != Path(__file__)
        for found in [MACHINE.search(path.read_text(errors="replace"))]
        if found
    ]
    assert told == []


def test_no_npm_lock_carries_addresses() -> None:
    locks = [path for path in tracked() if path.name == "package-lock.json"]
    assert len(locks) == 2
    assert [path for path in locks if '"resolved"' in path.read_text()] == []


def test_locked_packages_have_hashes() -> None:
    for lock in tracked("requirements*.lock"):
        lines = lock.read_text().replace("\\\n", " ").splitlines()
        packages = [line for line in lines if "==" in line and not line.startswith((" ", "#"))]
        assert packages, lock.name
        assert [line for line in packages if "--hash=sha256:" not in line] == []


def test_every_direct_dependency_has_its_reason() -> None:
    page = (ROOT / "docs" / "decisions" / "dependencies.md").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"].values()
    wanted = [line for group in groups for line in group if isinstance(line, str)]
    names = [re.split(r"[^\w-]", line)[0] for line in project["project"]["dependencies"] + wanted]
    assert len(names) > 30
    assert [name for name in names if f"`{name}`" not in page] == []


def test_the_tree_at_the_top_is_the_agreed_one() -> None:
    tops = {path.relative_to(ROOT).parts[0] for path in tracked()}
    agreed = {
        ".ci", ".dockerignore", ".gitignore", "CHANGELOG.md", "Dockerfile", "LICENSE", "Makefile",
        "README.md", "alembic.ini", "app", "deploy", "docs", "migrations", "pwa",
        "pyproject.toml", "tests",
    }  # fmt: skip
    assert {top for top in tops if not top.endswith(".lock")} == agreed


def test_migrations_follow_one_another() -> None:
    names = sorted(path.stem for path in tracked("migrations/versions/*.py"))
    assert all(re.match(r"\d{4}-\d\d-\d\d-\d{4}_[a-z_]+$", name) for name in names)
    assert all(one[:15] < other[:15] for one, other in pairwise(names))


def test_decisions_are_numbered_once_and_in_their_pages() -> None:
    pages = tracked("docs/decisions/0*.md")
    numbers = [int(page.name[:4]) for page in pages]
    assert sorted(numbers) == list(range(1, len(pages) + 1))
    titles = [page.read_text().partition(".")[0] for page in sorted(pages)]
    assert titles == [f"# {number}" for number in sorted(numbers)]
