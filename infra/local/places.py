"""Name the address of the engine, and the files that an installation keeps in its data folder."""

from dataclasses import dataclass
from pathlib import Path

from infra import STACK

REGION = "us-east-1"
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Places:
    """The files of one installation. All of them may be deleted; the next start is then a first start."""

    data: Path

    @property
    def lock(self) -> Path:
        """The lock that the launcher and the engine using this folder hold."""
        return self.data / "lock"

    @property
    def engine_port(self) -> Path:
        """The port of the engine, chosen once, because the engine puts it into URLs."""
        return self.data / "engine-port"

    @property
    def secret_key(self) -> Path:
        """The secret of the engine's one account."""
        return self.data / "secret-key"

    @property
    def assembly(self) -> Path:
        """The synthesized template and its assets."""
        return self.data / "assembly"

    @property
    def fingerprint(self) -> Path:
        """What the assembly was made from."""
        return self.assembly / "fingerprint"

    @property
    def template(self) -> Path:
        """The template in the assembly."""
        return self.assembly / f"{STACK}.template.json"

    @property
    def engine_log(self) -> Path:
        """The log of the engine since its last start."""
        return self.data / "engine.log"

    @property
    def edge_log(self) -> Path:
        """The errors of the edge since its last start."""
        return self.data / "edge.log"

    @property
    def state(self) -> Path:
        """The engine's tables, keys, functions and the stack itself."""
        return self.data / "state"

    @property
    def objects(self) -> Path:
        """The engine's buckets."""
        return self.data / "objects"

    @property
    def scratch(self) -> Path:
        """The engine's temporary files, unpacked functions among them."""
        return self.data / "tmp"

    @property
    def cache(self) -> Path:
        """What the edge has cached."""
        return self.data / "edge-cache"
