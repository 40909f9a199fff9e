"""`pln nightly`: host data → snapshot → model → gate → in force → everyone's lists, in one run.

    command, preview    what the user says, and what is said back
    plan, inputs        what is to be done, of what, and what stands in its way
    beginning, journal  how far a run came, and whether the next goes on with it
    run, steps/         the steps in their order, each done, taken up from before, or skipped
    document, page      what a run says of itself, and the same to read
    changes, failing    since the last run; and of what went wrong
    logs, folders       where that is kept; target: where the lists go

A run that ends at any moment, however it ends, leaves in force what was in force: a snapshot and a
model are written beside those that there are, and CURRENT of the models is the last to change.
"""

from recommender.commands.nightly.command import app

__all__ = ["app"]
