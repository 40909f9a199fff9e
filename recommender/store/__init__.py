"""The learner store: what learners decide and what happens after training, in a database.

SQLite by default, PostgreSQL by URL. Layers, from the outside inwards: `learner_store` (what
servers and commands use), `writing` (one transaction), `feed` (what changed, in order), `erasing`,
`contents` (all of it, for an export), `rows` (values to rows and back), `tables` (the schema),
`migrating` with `migrations` (how a database gets it), `database` (connections and their failures),
`sqlite` and `postgres` (what is special about each).
"""

from recommender.store.learner_store import LearnerStore
from recommender.store.writing import Once, Writing

__all__ = ["LearnerStore", "Once", "Writing"]
