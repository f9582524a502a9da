"""The selection tables: by task and by what is odd about the data, with links and reasons.

Rows are data; the directive ``{selection} task`` or ``{selection} data`` writes one table.
"""

from __future__ import annotations

from dataclasses import dataclass

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from lossbook.tree import loss_link

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Row:
    """A situation, the losses to look at first, the reason, and what to judge them by."""

    what: str
    losses: tuple[str, ...]
    why: str
    judge: str
    pages: tuple[str, ...] = ()


TASKS = (
    Row(
        "A number, and the mean is wanted",
        ("mse", "half_squared_error"),
        "The mean is what adds up: totals, budgets, energy.",
        "squared error, and the sum of the forecasts against the sum of the targets",
    ),
    Row(
        "A number, and the typical case is wanted",
        ("mae", "huber"),
        "The median is not moved by a few cases far off.",
        "absolute error",
    ),
    Row(
        "An amount to order or to reserve",
        ("newsvendor", "quantile"),
        "Too little and too much have two prices.",
        "the bill",
    ),
    Row(
        "An interval or a whole distribution",
        ("quantile", "gaussian_nll", "crps_gaussian"),
        "A number without its spread cannot be planned with.",
        "coverage in groups, and a proper score",
    ),
    Row(
        "A count",
        ("poisson_nll", "negative_binomial_nll"),
        "The spread grows with the mean, and nothing is negative.",
        "deviance",
    ),
    Row(
        "Yes or no",
        ("bce_with_logits",),
        "Probabilities first; the threshold is a second decision.",
        "log loss, calibration, then the bill at the threshold",
    ),
    Row(
        "Several labels at once",
        ("bce_with_logits",),
        "One yes or no for each label; a softmax would share one unit among them.",
        "as for yes or no, label by label",
    ),
    Row(
        "One of several classes",
        ("softmax_cross_entropy",),
        "The probabilities must add up to 1.",
        "log loss, calibration, accuracy",
    ),
    Row(
        "Grades in an order",
        ("bce_with_logits", "mae"),
        "Being two grades off is worse than one; a softmax does not know it.",
        "mean distance in grades",
    ),
    Row(
        "Boxes in images",
        ("binary_focal", "giou_loss", "ciou_loss"),
        "Two questions, two losses: which candidate, and where it is.",
        "average precision at fixed overlaps",
    ),
    Row(
        "Masks of images",
        ("bce_with_logits", "dice_loss"),
        "Pixels one by one, and the object as a whole.",
        "Dice or Jaccard per image, the empty ones counted apart",
    ),
    Row(
        "Vectors in which near means similar",
        ("info_nce", "triplet", "contrastive"),
        "There is no right vector, only right distances.",
        "recall among the nearest",
    ),
    Row(
        "An order of items",
        ("ranknet", "listnet"),
        "Only differences of scores count.",
        "NDCG, or pairs in the right order",
    ),
    Row(
        "A text, token by token",
        ("sequence_cross_entropy",),
        "Attention needs no alignment; padding must not count.",
        "log loss per token, then the task",
    ),
    Row(
        "Labels in the order of a longer input",
        ("ctc",),
        "Nobody marked where each label begins.",
        "edit distance",
    ),
    Row(
        "Actions that earn rewards",
        ("ppo_clip", "policy_gradient_loss", "value_loss"),
        "The loss is a device for its gradient; its value says little.",
        "the return, over several seeds",
    ),
    Row(
        "Answers that people prefer",
        ("dpo_loss", "ipo_loss"),
        "A comparison is easier to give than a grade.",
        "held-out preferences, and people",
    ),
    Row(
        "Groups without labels",
        ("mse",),
        "k-means: the squared distance to the nearest centre.",
        "stability over seeds, and use",
    ),
)

DATA = (
    Row(
        "Errors near normal, nothing odd",
        ("mse",),
        "No other loss wastes less of the sample.",
        "any: the candidates will agree",
    ),
    Row(
        "Some targets are wrong",
        ("huber", "mae", "tukey"),
        "The pull of one target must have a limit.",
        "clean targets, or a robust metric",
    ),
    Row(
        "Some inputs are wrong",
        (),
        "No loss of the residual repairs a point that pulls the line to itself.",
        "clean rows",
        ("regression/absolute-error",),
    ),
    Row(
        "Large true values",
        ("mse", "gamma_deviance", "tweedie_deviance"),
        "They are the answer and no error; robustness would be a bias.",
        "totals, and deviance",
    ),
    Row(
        "Targets over several powers of ten",
        ("msle", "gamma_deviance"),
        "Ratios are what can be compared.",
        "relative error",
    ),
    Row(
        "Noise that differs from case to case",
        ("gaussian_nll", "quantile"),
        "One width for all is wrong for each.",
        "coverage in groups",
    ),
    Row(
        "An optimiser that needs second derivatives",
        ("log_cosh", "pseudo_huber"),
        "Huber has only one derivative everywhere; these have all.",
        "steps until it stops",
    ),
    Row(
        "Classes of very different size",
        ("bce_with_logits", "softmax_cross_entropy"),
        "Move the threshold, or weight; do it once and not twice.",
        "the bill, or recall at a fixed precision",
    ),
    Row(
        "Easy negatives by the thousand",
        ("binary_focal",),
        "Their sum drowns the few hard samples.",
        "average precision",
    ),
    Row(
        "Some labels are wrong",
        ("label_smoothing", "generalised_cross_entropy", "modified_huber"),
        "A label that may be wrong must not be followed at any price.",
        "clean labels",
    ),
    Row(
        "Mistakes with prices",
        ("newsvendor", "expected_cost", "tversky_loss"),
        "The price belongs in the decision, and sometimes in the loss.",
        "the bill",
        ("choosing/design",),
    ),
    Row(
        "Objects of a few pixels",
        ("dice_loss", "tversky_loss", "focal_tversky_loss"),
        "Background must not count.",
        "per image, small objects apart",
    ),
    Row(
        "More columns than rows",
        ("l2_penalty", "l1_penalty", "elastic_net"),
        "Added to whichever loss it is.",
        "cross-validation",
    ),
)

TABLES = {
    "task": ("By task", "You want", TASKS),
    "data": ("By data", "The data have", DATA),
}


class Selection(SphinxDirective):
    """``{selection} task``: one of the tables, with links to the pages of the losses."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        kind = self.arguments[0]
        if kind not in TABLES:
            logger.warning("selection: no table %r; there are %s", kind, ", ".join(TABLES))
            return []
        return [table(kind)]


def table(kind: str) -> nodes.table:
    """A table of situations as docutils nodes."""
    title, first, rows = TABLES[kind]
    heads = (first, "Look at first", "Because", "Judge by")
    group = nodes.tgroup(cols=len(heads))
    group += [nodes.colspec(colwidth=1, stub=int(at == 0)) for at in range(len(heads))]
    group += nodes.thead("", _row([nodes.paragraph("", head) for head in heads]))
    body = nodes.tbody()
    for row in rows:
        links = nodes.paragraph()
        for slug, page in [*((s, "") for s in row.losses), *(("", p) for p in row.pages)]:
            if len(links):
                links += nodes.Text(", ")
            links += loss_link("", "", slug=slug, page=page)
        cells = [row.what, links, row.why, row.judge]
        body += _row([c if isinstance(c, nodes.Node) else nodes.paragraph("", c) for c in cells])
    group += body
    found = nodes.table(classes=["selection"])
    found += nodes.title("", title)
    found += group
    return found


def _row(cells: list[nodes.Node]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", cell) for cell in cells))


def setup(app: Sphinx) -> None:
    app.add_directive("selection", Selection)
