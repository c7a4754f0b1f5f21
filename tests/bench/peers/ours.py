"""Our engine."""

from constellation.imaging.grammar import parse_options
from constellation.imaging.options import Options, options_in
from constellation.imaging.pipeline import render
from tests.bench.peers.worker import Job, serve


def transform(data: bytes, job: Job) -> bytes:
    """What the function ``render_image`` does with the bytes of an original, and ``ingest_upload`` with a file."""
    if job.is_upload:
        from constellation.imaging.clean import Limits, clean  # no function has both, and memory is compared

        limits = Limits(size_limit=10**8, pixel_limit=10**8, animation_pixel_limit=10**8, frame_limit=256)
        return clean(data, field="image", limits=limits, reduces=True).data
    if job.asked:
        options = parse_options({name: [value] for name, value in job.asked.items()})
        return render(data, options_in(options, job.format), job.format)
    return render(data, Options(job.width, job.height, "cover" if job.crop else "inside"), job.format)


if __name__ == "__main__":
    serve(transform)
