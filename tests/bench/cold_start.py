"""Cold start of every function: a fresh process that imports it from its layers alone and answers one event.

AWS is stubbed. What counts is CPU and wall time over those of a process that only reads the event (bare Python). A
metadata function and the authorizer are measured against the same written the usual way, in turns.
"""

import json
import os
import statistics
import subprocess
import sys
import sysconfig
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from constellation.common.settings import Settings
from constellation.imaging import ALLOCATOR
from constellation.runtime import origin
from constellation.runtime.authorizer import Authorizer
from constellation.runtime.endpoint import Endpoint
from constellation.runtime.request import Caller
from constellation.runtime.task import Task
from infra.discovery import Function, discover
from infra.layers import BUILD, build
from tests.bench.stub import SIGNING_KEY, USER, access_token, stubbed_aws
from tests.bench.tables import Table, show
from tests.support.sharing import cdn_event
from tests.support.world import event

HERE = Path(__file__).parent
ROUNDS, ROUNDS_OF_ALL = 15, 3
GOAL, AUTHORIZER_GOAL = 0.30, 0.65
"""CPU over that of the same function written the usual way. The authorizer imports PyJWT too (decision 31)."""

_PROGRAM = """
import json, sys, time
class Context:
    function_name = "bench"; memory_limit_in_mb = 512; aws_request_id = "cold"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:bench"
event = json.loads(sys.argv[2])
answer = None
if sys.argv[1]:
    handler = __import__(sys.argv[1]).handler
    if event is not None:
        answer = handler(event, Context())
print(json.dumps([time.process_time(), answer]), file=sys.stderr)
"""


class Cost(NamedTuple):
    """What a process took, in milliseconds."""

    cpu: float
    wall: float

    def over(self, other: "Cost") -> "Cost":
        """What it took more than another."""
        return Cost(self.cpu - other.cpu, self.wall - other.wall)


@dataclass(frozen=True)
class Contestant:
    """A way to write a function: the module with its handler, where Python finds it, and its first event, if any."""

    module: str
    path: Sequence[Path]
    event: Mapping[str, Any] | None
    answers: str = ""
    """A part of the right answer."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the stack sets for this one."""

    def starts(self, endpoint: str) -> tuple[Cost, Any]:
        """The cost of one fresh process up to its first answer, and that answer."""
        command = [sys.executable, "-S", "-c", _PROGRAM, self.module, json.dumps(self.event)]
        path = {"PYTHONPATH": os.pathsep.join(map(str, self.path))}
        environment = {**_environment(endpoint), **self.environment, **path}
        begun = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        wall = time.perf_counter() - begun
        cpu, answer = json.loads(done.stderr.splitlines()[-1])
        assert self.answers in json.dumps(answer), answer
        return Cost(cpu * 1000, wall * 1000), answer


BARE = Contestant("", [], None)


def tables() -> list[Table]:
    """The comparisons, and every function."""
    build("local")
    with stubbed_aws() as endpoint:
        return [compared(endpoint), every(endpoint)]


def compared(endpoint: str) -> Table:
    """A metadata function, the authorizer and a transform."""
    token = access_token()
    me = event("GET", "/users/me", caller=Caller(USER))
    login = {"type": "TOKEN", "authorizationToken": f"Bearer {token}", "methodArn": _ARN}
    picture = cdn_event(f"/{USER}/800x.jpg")
    metadata = _compare(endpoint, _ours("get_me", me, "Ada"), _usual("usual_way", me, "Ada"), GOAL)
    usual_authorizer = _usual("usual_authorizer", login, "Allow")
    authorizer = _compare(endpoint, _ours("authorize", login, "Allow"), usual_authorizer, AUTHORIZER_GOAL)
    rendered = _median([_start(endpoint, _ours("render_image", picture, "image/jpeg")) for _ in range(ROUNDS)])
    return Table(
        "Cold start: the first answer of a fresh process",
        ["function", "CPU", "wall", "usual CPU", "usual wall", "ratio of CPU", "goal"],
        [
            ["GET /users/me", *metadata],
            ["authorizer, one ES256 token", *authorizer],
            ["render, 12 MP JPEG to 800 wide", *_texts(rendered), "", "", "", ""],
        ],
        "Over bare Python, medians; the ratio is the median of pairs. Usual: boto3.resource, Logger, Tracer, Metrics"
        " and APIGatewayRestResolver with validation; PyJWT and boto3. Its bytecode is compiled too.",
    )


def every(endpoint: str) -> Table:
    """Every function with an event that fits no more than its shape."""
    rows: list[list[str]] = []
    for function in discover().functions:
        contestant = _ours(function.name, _any_event(function))
        contestant.starts(endpoint)
        cost = _median([_start(endpoint, contestant) for _ in range(ROUNDS_OF_ALL)])
        rows.append([function.name, *_texts(cost), _told(contestant.starts(endpoint)[1])])
    cpu = statistics.median(float(row[1].removesuffix(" ms")) for row in rows)
    return Table(
        "Cold start of every function",
        ["function", "CPU", "wall", "answer"],
        rows,
        f"Over bare Python up to the first answer, of tasks up to the import; the median CPU is {cpu:.0f} ms."
        " A 4xx is what the event asks for: ids without a record, bodies without fields.",
    )


_ARN = "arn:aws:execute-api:eu-west-1:123456789012:api/live/GET/users/me"


def _ours(name: str, first: Mapping[str, Any] | None, answers: str = "") -> Contestant:
    (function,) = (each for each in discover().functions if each.name == name)
    layers = (BUILD / "local" / layer / "python" for layer in function.layers)
    environment: Mapping[str, str] = ALLOCATOR if "imaging" in function.layers else {}
    return Contestant("handler", [function.folder, *layers], first, answers, environment)


def _usual(module: str, first: Mapping[str, Any], answers: str) -> Contestant:
    return Contestant(module, [HERE, Path(sysconfig.get_paths()["purelib"])], first, answers)


def _start(endpoint: str, contestant: Contestant) -> Cost:
    return contestant.starts(endpoint)[0].over(BARE.starts(endpoint)[0])


def _compare(endpoint: str, ours: Contestant, usual: Contestant, goal: float) -> list[str]:
    pairs = [(_start(endpoint, ours), _start(endpoint, usual)) for _ in range(ROUNDS + 1)][1:]
    ratio = statistics.median(mine.cpu / theirs.cpu for mine, theirs in pairs)
    met = "met" if ratio <= goal else "not met"
    mine, theirs = (_median(side) for side in zip(*pairs, strict=True))
    return [*_texts(mine), *_texts(theirs), f"{ratio:.2f}", f"≤ {goal:.2f}, {met}"]


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(*map(statistics.median, zip(*costs, strict=True)))


def _texts(cost: Cost) -> list[str]:
    return [f"{cost.cpu:.0f} ms", f"{cost.wall:.0f} ms"]


def _any_event(function: Function[Any]) -> Mapping[str, Any] | None:
    """The first event of a function; None for a task, which is not to be run just so."""
    match function.declaration:
        case Endpoint() as endpoint:
            names = [part.strip("{}") for part in endpoint.path.split("/") if part.startswith("{")]
            parameters = {name: "1" if name == "page" else USER for name in names}
            method = endpoint.methods[0]
            caller = None if endpoint.security == "public" else Caller(USER, key_id=USER)
            body = dict[str, str]() if method in ("POST", "PUT", "PATCH") else None
            return event(method, endpoint.path, path_parameters=parameters, caller=caller, json=body)
        case Authorizer():
            return {"type": "TOKEN", "authorizationToken": "Bearer a.b.c", "methodArn": _ARN}
        case Task():
            return None
        case _:
            return {"Records": [{"messageId": "1", "body": "{}", "eventSource": "aws:sqs", "attributes": {}}]}


def _told(answer: Any) -> str:
    match answer:
        case {"statusCode": int(status)}:
            return str(status)
        case {"policyDocument": {"Statement": [{"Effect": str(effect)}]}}:
            return effect
        case None:
            return "—"
        case _:
            return "one message"


def _environment(endpoint: str) -> dict[str, str]:
    """What Lambda and the stack set, for every function the same."""
    grants = discover().grants
    names = {grant.resource.variable: grant.resource.name for grant in grants if grant.resource.kind != "queue"}
    queues = {
        grant.resource.variable: f"{endpoint}/1/{grant.resource.name}"
        for grant in grants
        if grant.resource.kind == "queue"
    }
    return {
        **names,
        **queues,
        "SIGNING_KEY": SIGNING_KEY,
        origin.VARIABLE: "secret",
        "TOKEN_AUDIENCE": Settings().token_audience,
        "TOKEN_ISSUER": Settings().token_issuer,
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "LAMBDA_TASK_ROOT": "/var/task",
        "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
    }


if __name__ == "__main__":
    show(tables())
