"""Our judge as a part of ``nbgrader autograde``, by configuration alone.

    c.Autograde.autograde_preprocessors = [
        "autograde.grading.nbgrader_plugin.IsolatedJudge", ...]

It stands where nbgrader would run the notebook in a kernel, and leaves the verdict in the
outputs of the grade cells, where nbgrader looks for it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from traitlets import Bool

from autograde.grading.classroom import Classroom, open_course
from autograde.grading.judge import bench_for, judge
from autograde.grading.ledger import comments
from autograde.grading.verdict_notebook import outputs, without_hidden

_RESULT = "lossbook"  # where the record waits for the next preprocessor


class IsolatedJudge(NbGraderPreprocessor):
    """Work out the answers in the sandbox, judge them here, write outputs."""

    unsafe = Bool(False, help="Run without bubblewrap. Only on a machine of no value.").tag(
        config=True
    )

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        assignment = resources["nbgrader"]["assignment"]
        classroom = self._classroom()
        paper = classroom.paper(assignment, self.unsafe)
        if classroom.per_student(assignment):
            paper = replace(paper, student=resources["nbgrader"]["student"])
        bench = bench_for(paper)
        record = judge(bench, nbformat.writes(nb).encode())
        shown = outputs(record)
        for cell in nb.cells:
            if cell.cell_type != "code":
                continue
            output = shown.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
            cell.outputs = [nbformat.from_dict(output)] if output is not None else []
            if is_grade(cell) and not is_solution(cell):
                cell.source = without_hidden(cell.source)
        for flag in record["flags"]:
            self.log.warning("%s: %s", resources["nbgrader"]["student"], flag)
        resources[_RESULT] = record
        return nb, resources

    def _classroom(self) -> Classroom:
        return open_course(CourseDirectory(config=self.config).root)


class NameMisconceptions(NbGraderPreprocessor):
    """Put the named mistakes into the gradebook as comments. After SaveAutoGrades."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        record: dict[str, Any] | None = resources.get(_RESULT)
        if record is None:
            return nb, resources
        where = resources["nbgrader"]
        with Gradebook(where["db_url"]) as book:
            submitted = book.find_submission_notebook(
                where["notebook"], where["assignment"], where["student"]
            )
            texts = comments(record)
            for comment in submitted.comments:
                if comment.name in texts:
                    comment.auto_comment = texts[comment.name]
            book.db.commit()
        return nb, resources
