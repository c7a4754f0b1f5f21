"""Run one action on many images (second contract, 5)."""

from constellation.batches.inputs import NewBatch
from constellation.batches.outputs import BatchResults, batch_results
from constellation.batches.run import run
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller


@endpoint("POST /api/images/batch", dialect=sharing, scope="images:write", uses=[run])
def handler(new: Body[NewBatch], caller: Caller, now: Now) -> BatchResults:
    """POST /api/images/batch: delete, publish, tag, collect or move up to 100 images at once.

    The result for each image has the status that a request for this image alone would have. A refusal of one does not
    stop the others.
    """
    batch = new.batch
    return batch_results(batch, run(batch, caller, now))
