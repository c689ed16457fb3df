"""How much is tried: a share with every change, all of it by `make deep`, before a release.

The share leaves no route, role or kind of file out, only what is asked over and over of the same
rule, and migrations that were released long ago (docs/decisions/0075).
"""

import os

IS_DEEP = os.environ.get("SAFEGRID_TEST_DEPTH") == "deep"
