"""`pln nightly`: host data → snapshot → model → gate → in force → everyone's lists, in one run.

    command     what the user says, and what is said back
    plan        what is to be done, and what stands in its way
    journal     how far a run came, for the one that goes on with it
    run         the steps in their order, each done, taken up from before, or skipped
    steps/      one file each
    document    what a run says of itself; page: the same to read; changes: since the last run
    logs, folders   where that is kept; target: where the lists go

A run that ends at any moment, however it ends, leaves in force what was in force: a snapshot and a
model are written beside those that there are, and CURRENT of the models is the last to change.
"""

from recommender.commands.nightly.command import app

__all__ = ["app"]
