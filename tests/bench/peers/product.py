"""Our product: a picture is ingested once; each rendition fetches what it is made from, a reduction or the original.

The database and the budget are left out; what they take is under "AWS calls".
"""

from pathlib import Path

from constellation.common.settings import Settings
from constellation.imaging.clean import Limits, Picture, clean
from constellation.imaging.options import Options
from constellation.imaging.pipeline import render
from constellation.imaging.reductions import INDEX, Reduced, chosen, index_in, needed_scale
from constellation.imaging.rows import needed_rows, rows_in
from tests.bench.peers.bucket import Bucket
from tests.bench.peers.install import FOLDER
from tests.bench.peers.worker import Job, serve

STORED = FOLDER / "stored"
"""Where originals and reductions lie; the bucket serves the folder above."""

_pictures: dict[str, Picture] = {}
_buckets: dict[str, Bucket] = {}


def transform(data: bytes, job: Job) -> bytes:
    """What ``sources`` and ``render`` do for one link. The first time, the picture is ingested too."""
    name = Path(job.file).name
    if name not in _pictures:
        _pictures[name] = _ingested(data, name)
    picture, options = _pictures[name], Options(job.width, job.height, "cover" if job.crop else "inside")
    options = options._replace(region=job.region and tuple(job.region))
    bucket = _buckets.setdefault(job.address, Bucket(job.address))
    scale, is_tile = needed_scale(picture.width, picture.height, options), options.region is not None
    wanted = chosen(picture.reductions.note, scale, job.format, is_tile=is_tile)
    original, index, rows = f"/{STORED.name}/{name}", index_in(picture.reductions.note), None
    needed = needed_rows(picture.height, options)
    if wanted is None and needed and index:
        rows = rows_in(bucket.get(f"{original}.reductions", index.part), needed)
    if rows:
        reduced = Reduced(picture.width, picture.height, INDEX, rows.top)
        return render(rows.file(bucket.get(original, rows.part)), options, job.format, reduced=reduced)
    if wanted is None:
        return render(bucket.get(original), options, job.format)
    reduction = bucket.get(f"{original}.reductions", wanted.part)
    assert wanted.matches(reduction)
    reduced = Reduced(picture.width, picture.height, wanted.divisor)
    return render(reduction, options, job.format, reduced=reduced)


def _ingested(data: bytes, name: str) -> Picture:
    chosen = Settings()
    limits = Limits(len(data), chosen.pixel_limit, chosen.animation_pixel_limit, chosen.frame_limit)
    picture = clean(data, field="file", limits=limits, reduces=True)
    STORED.mkdir(exist_ok=True)
    (STORED / name).write_bytes(picture.data)
    (STORED / f"{name}.reductions").write_bytes(picture.reductions.data)
    return picture


if __name__ == "__main__":
    serve(transform)
