"""Filter expressions in the grammar of AIP-160 over people's attributes; docs/filters.md explains.

A text is read and checked once (`compile_filter`), tied to the attributes of a model's people once
(`Expression.bind`), and then asked of some people at a time.
"""

from recommender.expressions.attributes import Attributes, TextColumn
from recommender.expressions.kept import Bound
from recommender.expressions.reading import Expression, compile_filter

__all__ = ["Attributes", "Bound", "Expression", "TextColumn", "compile_filter"]
