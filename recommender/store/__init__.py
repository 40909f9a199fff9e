"""The learner store: what learners decide and what happens after training, in a database.

SQLite by default, PostgreSQL by URL. Layers, from the outside inwards: `learner_store` (what
servers and commands use) and `exporting` with `native` and `feedback_log` (what ingestion and
evaluation get); `writing` (one transaction) with `erasing` and `repeats`, `feed` (what changed, in
order), `shown`, `contents` (all of it), `purging` (what has had its time); `rows` (values to rows
and back); `tables` (the schema), `migrating` with `migrations` (how a database gets it); `database`
(connections and their failures), `sqlite` with `turns`, `postgres` (what is special about each).
"""

from recommender.store.learner_store import LearnerStore
from recommender.store.repeats import Once
from recommender.store.writing import Writing

__all__ = ["LearnerStore", "Once", "Writing"]
