"""Everyone's lists as files: the nightly export.

    asked · people · decisions      what is asked for, of whom, and what learners decided
        ↓ opening                   the same in every process: a pipeline
    lists → table → files → part    blocks of people → columns → one file
        ↓ workers                   on all cores
    place: folder · bucket          where parts are kept until all are there, and then seen

`run` has the order of these; `plan` what lets an export that was killed go on.
"""

from recommender.batch.asked import Asked
from recommender.batch.run import ExportReport, Store, export

__all__ = ["Asked", "ExportReport", "Store", "export"]
