"""Apache Spark as the engine: what one machine holds no more, a cluster brings together.

Nothing here is of a cluster of our own: sessions, masters and executors are Spark's.
"""
