"""Find what to deploy: every ``functions/<feature>/<name>/handler.py``, with its declaration and its layers."""

import importlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import grimp

from constellation.aws.resources import QUEUES, Grant, Resource
from constellation.runtime import origin
from constellation.runtime.authorizer import Authorizer
from constellation.runtime.consumer import Consumer
from constellation.runtime.endpoint import Endpoint, Security
from constellation.runtime.task import Task
from infra import ROOT

FUNCTIONS = ROOT / "functions"

BASE_LAYERS = ("core", "runtime")
"""The layers of every function: our own code, and the packages that all of it needs."""

PACKAGE_LAYERS: Mapping[str, str] = {
    "PIL": "imaging",
    "argon2": "crypto",
    "cryptography": "crypto",
    "jwt": "crypto",
}
"""The layer with each external package, for the functions that import the package, directly or not."""

LAYERS = (*BASE_LAYERS, *sorted(set(PACKAGE_LAYERS.values())))

D = TypeVar("D", Endpoint, Authorizer, Consumer, Task)


class DeclarationError(Exception):
    """A declaration is missing, wrong, or in conflict with another one."""


@dataclass(frozen=True)
class Function(Generic[D]):
    """One Lambda function: its folder, its declaration, its layers in the order of ``LAYERS``, and its modules.

    ``modules`` are our own modules that its handler imports, directly or not.
    """

    folder: Path
    declaration: D
    layers: tuple[str, ...]
    modules: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The name of its folder, which is unique."""
        return self.folder.name

    @property
    def shares_secrets(self) -> bool:
        """Whether the function needs the secrets that ``constellation.runtime.origin`` reads."""
        return origin.__name__ in self.modules

    @property
    def construct_id(self) -> str:
        """Return the name as a logical id: ``ChangeFolder`` for ``change_folder``."""
        return "".join(part.capitalize() for part in self.name.split("_"))


@dataclass(frozen=True)
class Application:
    """Everything that ``functions/`` declares."""

    endpoints: tuple[Function[Endpoint], ...]
    authorizers: Mapping[Security, Function[Authorizer]]
    consumers: tuple[Function[Consumer], ...]
    tasks: tuple[Function[Task], ...]

    @property
    def functions(self) -> tuple[Function[Any], ...]:
        """All functions, sorted by name."""
        found = (*self.endpoints, *self.authorizers.values(), *self.consumers, *self.tasks)
        return tuple(sorted(found, key=lambda function: function.name))

    @property
    def queued(self) -> Mapping[str, Consumer]:
        """The declarations of the consumers, by the names of the functions."""
        return {function.name: function.declaration for function in self.consumers}

    @property
    def grants(self) -> tuple[Grant, ...]:
        """Every grant of every function."""
        return tuple(grant for function in self.functions for grant in function.declaration.grants)


@cache
def discover() -> Application:
    """Import every handler and check the declarations against each other.

    Raises DeclarationError with the folder's name for the first thing that is wrong.
    """
    folders = sorted((path.parent for path in FUNCTIONS.glob("*/*/handler.py")), key=lambda folder: folder.name)
    imports = _imports(folders)
    endpoints: list[Function[Endpoint]] = []
    authorizers: dict[Security, Function[Authorizer]] = {}
    consumers: list[Function[Consumer]] = []
    tasks: list[Function[Task]] = []
    names: dict[str, Path] = {}
    for folder in folders:
        if names.setdefault(folder.name, folder) != folder:
            raise DeclarationError(f"{_where(folder)}: {_where(names[folder.name])} has this name already")
        declaration = getattr(importlib.import_module(_module(folder)), "handler", None)
        derived = _layers(imports[folder]), _ours(imports[folder])
        if isinstance(declaration, Endpoint):
            endpoints.append(Function(folder, declaration, *derived))
        elif isinstance(declaration, Authorizer):
            if declaration.security in authorizers:
                raise DeclarationError(
                    f"{_where(folder)}: {authorizers[declaration.security].name} answers for"
                    f" security {declaration.security!r} already"
                )
            authorizers[declaration.security] = Function(folder, declaration, *derived)
        elif isinstance(declaration, Consumer):
            consumers.append(Function(folder, declaration, *derived))
        elif isinstance(declaration, Task):
            tasks.append(Function(folder, declaration, *derived))
        else:
            raise DeclarationError(
                f"{_where(folder)}/handler.py: `handler` must be an @endpoint, an @authorizer, a @consumer or a @task"
            )
    check_routes(endpoints, authorizers)
    check_queues(consumers)
    return Application(tuple(endpoints), authorizers, tuple(consumers), tuple(tasks))


def check_routes(endpoints: Sequence[Function[Endpoint]], authorizers: Mapping[Security, Function[Authorizer]]) -> None:
    """Refuse what API Gateway would refuse, or would accept and do wrong; the messages say what."""
    routes: dict[tuple[str, str], str] = {}
    variables: dict[str, tuple[str, str]] = {}
    for function in endpoints:
        endpoint, where = function.declaration, _where(function.folder)
        route = f"{'|'.join(endpoint.methods)} {endpoint.path}"
        if not re.match(rf"{re.escape(route)}(\?\S*)?: \w", summary(endpoint.function)):
            raise DeclarationError(
                f"{where}: the docstring's first line must be {f'{route}: …'!r}, its query at most between"
            )
        if endpoint.security != "public" and endpoint.security not in authorizers:
            raise DeclarationError(f"{where}: no authorizer declares security {endpoint.security!r}")
        if (endpoint.security == "jwt") != bool(endpoint.scopes):
            raise DeclarationError(f"{where}: endpoints with security 'jwt', and no others, say their `scope`")
        for method in endpoint.methods:
            other = routes.setdefault((method, endpoint.path), where)
            if other != where:
                raise DeclarationError(f"{where}: {method} {endpoint.path} is declared by {other} already")
        parent = ""
        for part in endpoint.path.strip("/").split("/"):
            if "{" in part:
                if not re.fullmatch(r"\{\w+\}", part):
                    raise DeclarationError(f"{where}: a path part is a parameter or a text, not both: {part!r}")
                known, other = variables.setdefault(parent, (part, where))
                if known != part:
                    raise DeclarationError(
                        f"{where}: API Gateway takes one parameter name after {parent!r}:"
                        f" {part} here, {known} in {other}"
                    )
            parent = f"{parent}/{part}"


def check_queues(consumers: Sequence[Function[Consumer]]) -> None:
    """Refuse a queue without a consumer, and one whose messages several consumers would share."""
    names: dict[Resource, str] = {}
    for function in consumers:
        queue, where = function.declaration.queue, _where(function.folder)
        if not re.match(rf"Queue {queue.name}: \w", summary(function.declaration.function)):
            raise DeclarationError(f"{where}: the docstring's first line must be {f'Queue {queue.name}: …'!r}")
        other = names.setdefault(queue, where)
        if other != where:
            raise DeclarationError(f"{where}: {other} is the consumer of queue {queue.name!r} already")
    for queue in QUEUES:
        if queue not in names:
            raise DeclarationError(f"no function is the consumer of queue {queue.name!r}")


def summary(function: Callable[..., Any]) -> str:
    """Return the first line of a docstring."""
    return (function.__doc__ or "").strip().partition("\n")[0]


def _module(folder: Path) -> str:
    return f"functions.{folder.parent.name}.{folder.name}.handler"


def _where(folder: Path) -> str:
    return folder.relative_to(FUNCTIONS.parent).as_posix()


def _imports(folders: Iterable[Path]) -> dict[Path, set[str]]:
    """Return the modules that each function imports, directly or not, with imports inside functions."""
    graph = grimp.build_graph(
        "functions",
        "constellation",
        include_external_packages=True,
        exclude_type_checking_imports=True,
        cache_dir=None,
    )
    return {folder: graph.find_upstream_modules(_module(folder)) for folder in folders}


def _ours(imported: Iterable[str]) -> frozenset[str]:
    return frozenset(module for module in imported if module.startswith(("constellation.", "functions.")))


def _layers(imported: Iterable[str]) -> tuple[str, ...]:
    needed = {PACKAGE_LAYERS[module] for module in imported if module in PACKAGE_LAYERS}
    return tuple(layer for layer in LAYERS if layer in BASE_LAYERS or layer in needed)
