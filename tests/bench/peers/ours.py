"""Our engine."""

from constellation.imaging.options import Options
from constellation.imaging.pipeline import render
from tests.bench.peers.worker import Job, serve


def transform(data: bytes, job: Job) -> bytes:
    """What the function ``render_image`` does with the bytes of an original."""
    return render(data, Options(job.width, job.height, "cover" if job.crop else "inside"), job.format)


if __name__ == "__main__":
    serve(transform)
