"""Grading a class: the sandbox, the gradebook, feedback and reports. Needs nbgrader."""

import sys

# jsonschema, which nbformat needs, parses a grammar of internationalised addresses when it is
# imported: 0.7 s in every process, for a format that no notebook has. It does without.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
