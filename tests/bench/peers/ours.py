"""Our engine."""

from constellation.domain.links import Transform
from constellation.imaging.pipeline import render
from tests.bench.peers.worker import Job, serve


def transform(data: bytes, job: Job) -> bytes:
    """What the function ``render_image`` does with the bytes of an original."""
    return render(data, Transform(job.width, job.height, job.crop), job.format)


if __name__ == "__main__":
    serve(transform)
