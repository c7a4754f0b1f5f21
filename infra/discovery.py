"""What there is to deploy: every ``functions/<name>/handler.py``, its declaration and the layers it needs."""

import importlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import grimp

from constellation import origin
from constellation.events.consumer import Consumer
from constellation.events.task import Task
from constellation.http.authorizer import Authorizer
from constellation.http.endpoint import Endpoint, Security
from constellation.stores.resources import QUEUES, Grant, Resource
from infra import ROOT

FUNCTIONS = ROOT / "functions"

BASE_LAYERS = ("core", "runtime")
"""Every function has these: our own code, and what all of it needs."""

PACKAGE_LAYERS: Mapping[str, str] = {
    "PIL": "imaging",
    "argon2": "crypto",
    "cryptography": "crypto",
    "jwt": "crypto",
}
"""The layer that brings an external package to the functions that import it, directly or not."""

LAYERS = (*BASE_LAYERS, *sorted(set(PACKAGE_LAYERS.values())))

D = TypeVar("D", Endpoint, Authorizer, Consumer, Task)


class DeclarationError(Exception):
    """A function's folder does not say what the stack needs to know."""


@dataclass(frozen=True)
class Function(Generic[D]):
    """One Lambda function: its folder's name, what it declares, its layers in the order of ``LAYERS``, its modules.

    ``modules`` are those of ours that its handler imports, directly or not.
    """

    name: str
    declaration: D
    layers: tuple[str, ...]
    modules: frozenset[str] = frozenset()

    @property
    def folder(self) -> Path:
        """Its code, all of it."""
        return FUNCTIONS / self.name

    @property
    def shares_secrets(self) -> bool:
        """Whether it needs what ``constellation.origin`` reads."""
        return origin.__name__ in self.modules

    @property
    def construct_id(self) -> str:
        """``rename_image`` as CloudFormation wants it: ``RenameImage``."""
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
        """All of them, by name."""
        found = (*self.endpoints, *self.authorizers.values(), *self.consumers, *self.tasks)
        return tuple(sorted(found, key=lambda function: function.name))

    @property
    def queued(self) -> Mapping[str, Consumer]:
        """The declarations of the consumers, by the functions' names."""
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
    names = sorted(path.parent.name for path in FUNCTIONS.glob("*/handler.py"))
    imports = _imports(names)
    endpoints: list[Function[Endpoint]] = []
    authorizers: dict[Security, Function[Authorizer]] = {}
    consumers: list[Function[Consumer]] = []
    tasks: list[Function[Task]] = []
    for name in names:
        declaration = getattr(importlib.import_module(f"functions.{name}.handler"), "handler", None)
        derived = _layers(imports[name]), _ours(imports[name])
        if isinstance(declaration, Endpoint):
            endpoints.append(Function(name, declaration, *derived))
        elif isinstance(declaration, Authorizer):
            if declaration.security in authorizers:
                raise DeclarationError(
                    f"functions/{name}: {authorizers[declaration.security].name} answers for"
                    f" security {declaration.security!r} already"
                )
            authorizers[declaration.security] = Function(name, declaration, *derived)
        elif isinstance(declaration, Consumer):
            consumers.append(Function(name, declaration, *derived))
        elif isinstance(declaration, Task):
            tasks.append(Function(name, declaration, *derived))
        else:
            raise DeclarationError(
                f"functions/{name}/handler.py: `handler` must be an @endpoint, an @authorizer, a @consumer or a @task"
            )
    check_routes(endpoints, authorizers)
    check_queues(consumers)
    return Application(tuple(endpoints), authorizers, tuple(consumers), tuple(tasks))


def check_routes(endpoints: Sequence[Function[Endpoint]], authorizers: Mapping[Security, Function[Authorizer]]) -> None:
    """Refuse what API Gateway would refuse, or worse, take: see the messages."""
    routes: dict[tuple[str, str], str] = {}
    variables: dict[str, tuple[str, str]] = {}
    for function in endpoints:
        endpoint, where = function.declaration, f"functions/{function.name}"
        route = f"{'|'.join(endpoint.methods)} {endpoint.path}"
        if not re.match(rf"{re.escape(route)}(\?\S*)?: \w", summary(endpoint.function)):
            raise DeclarationError(
                f"{where}: the docstring's first line must be {f'{route}: …'!r}, its query at most between"
            )
        if endpoint.security != "public" and endpoint.security not in authorizers:
            raise DeclarationError(f"{where}: no authorizer declares security {endpoint.security!r}")
        for method in endpoint.methods:
            other = routes.setdefault((method, endpoint.path), function.name)
            if other != function.name:
                raise DeclarationError(f"{where}: {method} {endpoint.path} is declared by functions/{other} already")
        parent = ""
        for part in endpoint.path.strip("/").split("/"):
            if "{" in part:
                if not re.fullmatch(r"\{\w+\}", part):
                    raise DeclarationError(f"{where}: a path part is a parameter or a text, not both: {part!r}")
                known, other = variables.setdefault(parent, (part, function.name))
                if known != part:
                    raise DeclarationError(
                        f"{where}: API Gateway takes one parameter name after {parent!r}:"
                        f" {part} here, {known} in functions/{other}"
                    )
            parent = f"{parent}/{part}"


def check_queues(consumers: Sequence[Function[Consumer]]) -> None:
    """Refuse a queue that nobody empties, and one that several functions would share the messages of."""
    names: dict[Resource, str] = {}
    for function in consumers:
        queue, where = function.declaration.queue, f"functions/{function.name}"
        if not re.match(rf"Queue {queue.name}: \w", summary(function.declaration.function)):
            raise DeclarationError(f"{where}: the docstring's first line must be {f'Queue {queue.name}: …'!r}")
        other = names.setdefault(queue, function.name)
        if other != function.name:
            raise DeclarationError(f"{where}: functions/{other} is the consumer of queue {queue.name!r} already")
    for queue in QUEUES:
        if queue not in names:
            raise DeclarationError(f"no function is the consumer of queue {queue.name!r}")


def summary(function: Callable[..., Any]) -> str:
    """The first line of a docstring."""
    return (function.__doc__ or "").strip().partition("\n")[0]


def _imports(names: Iterable[str]) -> dict[str, set[str]]:
    """The modules that each function imports, directly or not, from the import graph; those inside functions too."""
    graph = grimp.build_graph(
        "functions",
        "constellation",
        include_external_packages=True,
        exclude_type_checking_imports=True,
        cache_dir=None,
    )
    return {name: graph.find_upstream_modules(f"functions.{name}.handler") for name in names}


def _ours(imported: Iterable[str]) -> frozenset[str]:
    return frozenset(module for module in imported if module.startswith(("constellation.", "functions.")))


def _layers(imported: Iterable[str]) -> tuple[str, ...]:
    needed = {PACKAGE_LAYERS[module] for module in imported if module in PACKAGE_LAYERS}
    return tuple(layer for layer in LAYERS if layer in BASE_LAYERS or layer in needed)
