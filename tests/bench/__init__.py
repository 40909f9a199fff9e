"""What `make bench` measures: ratios against peers that do the same work beside ours, in one run.

`python -m tests.bench [SECTION …]`; Linux only, since it reads processes' costs from /proc.
"""
