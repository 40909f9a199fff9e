"""Apache Spark as the engine: what one machine holds no more, a cluster brings together."""
