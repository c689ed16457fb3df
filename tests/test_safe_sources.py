"""What the program may not do anywhere, read from its own source (ASVS V1, V11, V13, V15).

Each rule is first shown to see what it is against, then asked of every file.
"""

import ast
import base64
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from app import security
from app.schema import ROOT

Rule = Callable[[ast.AST], bool]
SOURCES = sorted((ROOT / "app").rglob("*.py"))
DEMO = ROOT / "app" / "services" / "demo"  # its dice are loaded: the same county every time
TALKS = {"httpx", "requests", "aiohttp", "urllib3", "smtplib", "ftplib", "telnetlib", "boto3"}
# Who waits how long: no secret.
SPREAD = {ROOT / f"app/api/{name}.py" for name in ("crowds", "problems", "rates")}
# Names out of closed lists; of the ledger's own fields, keys that the county defines.
NAMED_BY_US = {
    "NewChangePage.vue", "CampaignForm.vue", "ObjectForm.vue", "OwnFields.vue",
    "InspectionForm.vue", "ownFields.ts", "keys.ts", "hash.ts",
}  # fmt: skip
LINES_OUT = {ROOT / "app/storage/s3.py"}  # docs/operations.md, "Whom it talks to"
CIPHERS = {
    "cryptography.hazmat.primitives.hashes",
    "cryptography.hazmat.primitives.ciphers.aead.AESGCM",
    "cryptography.hazmat.primitives.kdf.hkdf.HKDF",
}


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [f"{node.module}.{one.name}" for one in node.names]
    return []


def called(node: ast.AST) -> str:
    """`os.system` of `os.system(…)`; empty if it is no call of a name."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def is_fixed(node: ast.expr) -> bool:
    """Written down here or in a constant of the module, not made of what somebody sent."""
    if isinstance(node, ast.JoinedStr):
        return all(is_fixed(one) for one in node.values)
    if isinstance(node, ast.FormattedValue):
        return is_fixed(node.value)
    if isinstance(node, ast.BinOp):
        return is_fixed(node.left) and is_fixed(node.right)
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


def uses_a_shell(node: ast.AST) -> bool:
    name = called(node)
    if name in {"os.system", "os.popen"} or name.endswith(("create_subprocess_shell", "getoutput")):
        return True
    if not isinstance(node, ast.Call) or not name.startswith("subprocess."):
        return False
    is_one_text = bool(node.args) and isinstance(node.args[0], ast.Constant | ast.JoinedStr)
    return is_one_text or any(one.arg == "shell" for one in node.keywords)


def runs_text(node: ast.AST) -> bool:
    loaders = ("pickle.load", "pickle.loads", "marshal.loads", "yaml.load")
    return called(node) in {"eval", "exec", *loaders}


def builds_a_pattern(node: ast.AST) -> bool:
    is_pattern = re.fullmatch(
        r"re\.(compile|match|search|fullmatch|sub|split|find\w+)", called(node)
    )
    return bool(is_pattern and isinstance(node, ast.Call) and not is_fixed(node.args[0]))


def hashes_weakly(node: ast.AST) -> bool:
    """MD5 is let through where it says that nothing is secured by it: S3's check of transport."""
    name = called(node)
    is_weak = name in {"hashlib.md5", "hashlib.sha1", "hashlib.new"}
    return is_weak and "usedforsecurity=False" not in ast.unparse(node)


def guesses(node: ast.AST) -> bool:
    return any(one.split(".")[0] == "random" for one in imported(node)) or called(node).endswith(
        ("default_rng", "uuid1")
    )


def talks(node: ast.AST) -> bool:
    names = imported(node)
    return any(one.split(".")[0] in TALKS for one in names) or any(
        one.startswith(("urllib.request", "http.client", "botocore")) for one in names
    )


def takes_another_cipher(node: ast.AST) -> bool:
    ours = [one for one in imported(node) if one.startswith(("cryptography.hazmat", "Crypto"))]
    return not set(ours) <= CIPHERS


RULES: dict[str, tuple[Rule, list[str]]] = {
    "no shell": (
        uses_a_shell,
        ["os.system(x)", "subprocess.run(f'ls {x}')", "subprocess.run(x, shell=True)"],
    ),
    "no text is run": (runs_text, ["eval(x)", "pickle.loads(x)"]),
    "no pattern of input": (builds_a_pattern, ["re.search(text, x)", "re.sub(f'a{text}', '', x)"]),
    "no weak hash": (hashes_weakly, ["hashlib.md5(x)", "hashlib.new('sha1', x)"]),
    "no guessable number": (guesses, ["import random", "from random import choice", "uuid1()"]),
    "no line to elsewhere": (talks, ["import httpx", "from urllib.request import urlopen"]),
    "no other cipher": (
        takes_another_cipher,
        ["from cryptography.hazmat.primitives.ciphers.modes import ECB"],
    ),
}
# What the parent process has packed for its own child, read from the pipe between them.
FROM_OURSELVES = {ROOT / "app/services/places/importing/apart.py"}
EXCEPT = {
    "no guessable number": {*DEMO.rglob("*.py"), *SPREAD},
    "no line to elsewhere": LINES_OUT,
    "no text is run": FROM_OURSELVES,
}


@cache
def nodes(source: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse(source)))


def found(rule: Rule, source: str) -> Iterator[int]:
    for node in nodes(source):
        if rule(node):
            yield getattr(node, "lineno", 0)


@pytest.mark.parametrize("name", RULES)
def test_each_rule_sees_what_it_is_against(name: str) -> None:
    rule, wrong = RULES[name]
    assert [source for source in wrong if not list(found(rule, source))] == []


def broken(name: str) -> list[str]:
    rule, let_off = RULES[name][0], EXCEPT.get(name, set())
    assert len(SOURCES) > 300
    return [
        f"{path.relative_to(ROOT)}:{line}"
        for path in SOURCES
        if path not in let_off
        for line in found(rule, path.read_text())
    ]


def test_programs_are_started_without_a_shell() -> None:
    assert broken("no shell") == []


def test_no_text_becomes_program() -> None:
    assert broken("no text is run") == []


def test_no_pattern_is_built_from_what_people_type() -> None:
    assert broken("no pattern of input") == []


def test_no_hash_is_weaker_than_sha_256() -> None:
    assert broken("no weak hash") == []


def test_whatever_must_not_be_guessed_comes_from_the_system() -> None:
    assert broken("no guessable number") == []


def test_only_the_object_store_is_called_on() -> None:
    """Beside the database; nothing that a person can set leads the server anywhere."""
    assert broken("no line to elsewhere") == []
    assert all(list(found(talks, path.read_text())) for path in LINES_OUT)


def test_there_is_one_cipher() -> None:
    assert broken("no other cipher") == []


def test_keys_and_tokens_have_256_bits() -> None:
    made = {security.new_token() for _ in range(50)}
    assert len(made) == 50
    assert {len(base64.urlsafe_b64decode(f"{one}=")) for one in made} == {32}
    assert len(security._derived("x" * 32, "seal")) == 32
    assert len(security.code_digest("x" * 32, "any", "code")) == 32


def test_types_are_checked_strictly_on_both_sides() -> None:
    checked = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    assert checked["strict"]
    pages = json.loads((ROOT / "pwa" / "tsconfig.json").read_text())["compilerOptions"]
    assert pages["strict"]
    assert pages["noUncheckedIndexedAccess"]
    assert "eqeqeq: ['error'" in (ROOT / "pwa" / "eslint.config.js").read_text()


def test_the_pages_write_no_property_that_a_stranger_names() -> None:
    """A name in brackets is written to only where it is one of ours (ASVS V15.3.6)."""
    wrong = re.compile(r"__proto__|setPrototypeOf|\.constructor\[")
    named = re.compile(r"[\w\])]\[[A-Za-z_][\w.]*\] = ")
    pages = [path for kind in ("ts", "vue") for path in (ROOT / "pwa" / "src").rglob(f"*.{kind}")]
    assert len(pages) > 300
    assert [str(path) for path in pages if wrong.search(path.read_text())] == []
    assert {path.name for path in pages if named.search(path.read_text())} == NAMED_BY_US


def _is_let_in(path: str) -> bool:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert lines[0] == "*"
    return Path(path).parts[0] in {line[1:] for line in lines if line.startswith("!")}


def test_no_history_of_the_source_comes_into_an_image() -> None:
    assert _is_let_in("app/main.py")
    assert not _is_let_in(".git/HEAD")
