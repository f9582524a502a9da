"""Which loss? Questions with answers that end at losses, each with its reason.

The tree is data; the directive ``{loss-tree}`` writes it into a page as nested lists, and
``tree.js`` asks its questions one by one. What is written stays readable without the script.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import lossref

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Leaf:
    """Where the questions end: losses with reasons, and pages that say how to go on."""

    losses: tuple[tuple[str, str], ...]
    pages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Question:
    """A question and where each of its answers leads."""

    text: str
    answers: tuple[tuple[str, Question | Leaf], ...]


def leaves(node: Question | Leaf, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple, Leaf]]:
    """Every leaf with the answers that lead to it."""
    if isinstance(node, Leaf):
        yield path, node
    else:
        for answer, following in node.answers:
            yield from leaves(following, (*path, answer))


# -- one number ------------------------------------------------------------------------------

_POINT = Question(
    "What does a mistake cost you?",
    (
        (
            "Its square: large misses are much worse, and I believe every target",
            Leaf(
                (
                    ("mse", "It predicts the mean; its gradient grows with the error."),
                    ("half_squared_error", "The same minimum without the factor 2 in the slope."),
                    ("rmse", "To report: it has the unit of the target; the minimum is the same."),
                    ("l2_norm", "If answers are vectors, and the length of the error is the cost."),
                ),
            ),
        ),
        (
            "Its size, in proportion",
            Leaf(
                (
                    ("mae", "It predicts the median; every error pulls with the same strength."),
                    ("log_cosh", "Nearly the same far out, and smooth everywhere."),
                ),
            ),
        ),
        (
            "One side is dearer than the other",
            Leaf(
                (
                    ("newsvendor", "It takes the two prices as they are, and its value is money."),
                    ("quantile", "The same with the prices scaled to add up to 1."),
                    ("expectile", "Two prices on squares: smooth, and it weighs how far."),
                ),
                (("choosing/design", "If the price is not proportional, derive your own."),),
            ),
        ),
        (
            "Nothing, as long as it is small",
            Leaf(
                (
                    ("epsilon_insensitive", "Free inside the tolerance, in proportion outside."),
                    ("squared_epsilon_insensitive", "The same with a slope that has no jump."),
                ),
            ),
        ),
        (
            "What counts is the ratio, not the difference",
            Leaf(
                (
                    ("msle", "Squared error of logarithms: twice and half cost about the same."),
                    ("mape", "If per cent is what is reported; it favours forecasts too low."),
                    ("gamma_deviance", "Positive targets whose spread grows with their mean."),
                ),
            ),
        ),
    ),
)

_WRONG_TARGETS = Question(
    "Some targets are wrong. How much should a wrong one be heard?",
    (
        (
            "A little, whatever its size; I want one minimum",
            Leaf(
                (
                    ("huber", "Squared up to delta, straight beyond; delta has the unit of y."),
                    ("smooth_l1", "Huber divided by its parameter, as in box regression."),
                    ("pseudo_huber", "Huber without the joint: every derivative exists."),
                    ("mae", "No scale to set, but a jump in the slope at zero."),
                ),
            ),
        ),
        (
            "Less and less, the farther off it is; I have a good start",
            Leaf(
                (
                    ("cauchy", "Fades slowly: nothing is ever quite ignored."),
                    ("welsch", "Fades fast: beyond a few c a target is not heard."),
                    ("geman_mcclure", "Fades like a power; each target costs at most a constant."),
                    ("barron", "One parameter that goes through all of these."),
                    ("student_t_nll", "The same idea as a likelihood, with the scale fitted too."),
                ),
            ),
        ),
        (
            "Not at all",
            Leaf((("tukey", "Exactly zero pull beyond c; it has many minima: start from Huber."),)),
        ),
    ),
)

_SPREAD = Question(
    "What are the targets?",
    (
        (
            "Any real number",
            Leaf(
                (
                    ("gaussian_nll", "Mean and variance for each sample, if noise is Gaussian."),
                    ("laplace_nll", "The same with heavier tails; the location is a median."),
                    ("student_t_nll", "Heavier still: one wild target does not widen the rest."),
                    ("crps_gaussian", "In the unit of y, and gentler with a surprise."),
                    ("crps_ensemble", "If the forecast is a bag of samples and no formula."),
                    ("quantile", "Two levels make an interval without any distribution."),
                ),
            ),
        ),
        (
            "Counts: 0, 1, 2 and so on",
            Leaf(
                (
                    ("poisson_nll", "The variance equals the mean; the network gives the log."),
                    ("poisson_deviance", "The same minimum, and zero where the fit is perfect."),
                    ("negative_binomial_nll", "Counts that scatter more than Poisson allows."),
                ),
            ),
        ),
        (
            "Positive amounts, perhaps with many zeros",
            Leaf(
                (
                    ("gamma_deviance", "Positive, with a spread in proportion to the mean."),
                    ("tweedie_deviance", "Zeros and amounts in one, as insurance claims are."),
                ),
            ),
        ),
    ),
)

_NUMBER = Question(
    "Do you need one number, or also how sure it is?",
    (
        (
            "One number, and I trust the targets",
            _POINT,
        ),
        ("One number, and some targets are wrong", _WRONG_TARGETS),
        ("Also how sure it is", _SPREAD),
    ),
)

# -- classes ---------------------------------------------------------------------------------

_TWO = Question(
    "Yes or no, once or for each of several labels. What will you do with the output?",
    (
        (
            "Use it as a probability",
            Leaf(
                (
                    ("bce_with_logits", "The stable one: give it the logit, one for each label."),
                    ("bce", "The same for probabilities, if that is all you have."),
                    ("brier", "Bounded: a label that is wrong costs at most 1."),
                ),
            ),
        ),
        (
            "Only decide, with a linear model or a kernel",
            Leaf(
                (
                    ("hinge", "Few support vectors; add a penalty, or the margin means nothing."),
                    ("squared_hinge", "The same without a kink."),
                    ("margin_logistic", "Cross-entropy for labels -1 and 1: probabilities too."),
                    ("modified_huber", "Straight far out, so a wrong label pulls with a limit."),
                    ("perceptron", "The oldest; it stops at the first line that separates."),
                    ("exponential", "What AdaBoost minimises; one wrong label can rule it."),
                ),
            ),
        ),
        (
            "Decide, and the two mistakes have prices",
            Leaf(
                (
                    ("bce_with_logits", "Train probabilities, then move the threshold."),
                    ("expected_cost", "If the model is small and the prices never change."),
                ),
                (("choosing/design", "From prices to a threshold or a loss, step by step."),),
            ),
        ),
        (
            "Find the rare positives among very many easy negatives",
            Leaf(
                (
                    ("bce_with_logits", "First: with a weight, or with a moved threshold."),
                    ("binary_focal", "If easy samples drown the rest; it spoils probabilities."),
                ),
                (("classification/imbalance", "What weights can do and what they cannot."),),
            ),
        ),
    ),
)

_ONE_OF_MANY = Question(
    "One of several classes. What is special?",
    (
        (
            "Nothing",
            Leaf(
                (
                    ("softmax_cross_entropy", "Takes logits, gives probabilities, is convex."),
                    ("nll", "The same after a log-softmax of your own."),
                    ("multiclass_brier", "To judge probabilities without infinite punishment."),
                ),
            ),
        ),
        (
            "Some labels are wrong, or the model is too sure",
            Leaf(
                (
                    ("label_smoothing", "Beyond a certain lead, more certainty costs."),
                    ("label_smoothing_off", "The same with the mass on the other classes only."),
                    ("generalised_cross_entropy", "Between cross-entropy and absolute error."),
                    ("poly1", "Cross-entropy with one more knob."),
                ),
            ),
        ),
        (
            "Most samples are easy and of one class",
            Leaf(
                (
                    ("softmax_focal", "The easy ones fall silent."),
                    ("softmax_cross_entropy", "With class weights, whose effect can be undone."),
                ),
            ),
        ),
        (
            "Mistakes have different prices",
            Leaf(
                (
                    ("softmax_cross_entropy", "Then decide for the class of least expected cost."),
                    ("expected_cost", "Trains the decision itself; the prices are built in."),
                ),
            ),
        ),
        (
            "I want margins and no probabilities",
            Leaf(
                (
                    ("crammer_singer_hinge", "Only the worst rival counts."),
                    ("weston_watkins_hinge", "Every rival inside the margin counts."),
                ),
            ),
        ),
        (
            "A larger model knows the answers better than the labels do",
            Leaf((("distillation", "Learn its soft answers, and the labels beside them."),)),
        ),
    ),
)

_CLASS = Question(
    "How many labels can be true at once?",
    (
        ("Exactly one of several", _ONE_OF_MANY),
        ("One yes or no; or any number of labels, each with its own yes or no", _TWO),
        (
            "The target is itself a distribution over classes",
            Leaf(
                (
                    ("cross_entropy", "Same gradient as Kullback-Leibler, if the target is given."),
                    ("kl_divergence", "Zero where the two agree; the order of the two matters."),
                    ("js_divergence", "Symmetric and bounded; flat where the two do not meet."),
                ),
            ),
        ),
        (
            "The classes have an order, as grades have",
            Leaf(
                (
                    ("bce_with_logits", "One yes or no for each grade, whether it is reached."),
                    ("mae", "If grades are evenly spaced, predict a number."),
                ),
            ),
        ),
    ),
)

# -- places, embeddings, orders, sequences ---------------------------------------------------

_PLACE = Question(
    "Boxes or masks?",
    (
        (
            "Boxes: where and how large",
            Leaf(
                (
                    ("giou_loss", "Pulls boxes together even where they do not overlap."),
                    ("diou_loss", "Adds the distance of the centres: faster."),
                    ("ciou_loss", "Adds the shape too; the usual choice."),
                    ("eiou_loss", "Width and height each on their own."),
                    ("iou_loss", "The metric itself; no gradient where boxes are apart."),
                    ("log_iou_loss", "Its logarithm: harder on bad overlaps, infinite at none."),
                    ("smooth_l1", "Coordinate by coordinate, as Fast R-CNN did."),
                ),
            ),
        ),
        (
            "Boxes: which of many candidates hold an object",
            Leaf(
                (
                    ("binary_focal", "A hundred thousand easy negatives no longer drown the ten."),
                    ("bce_with_logits", "If candidates are sampled so that classes balance."),
                ),
                (("detection/focal-detection", "Divide by the positives, not by the anchors."),),
            ),
        ),
        (
            "Masks, with objects that fill a fair part of the image",
            Leaf((("bce_with_logits", "One probability for each pixel; smooth and calibrated."),)),
        ),
        (
            "Masks, with objects of few pixels",
            Leaf(
                (
                    ("dice_loss", "Background does not count; often added to cross-entropy."),
                    ("squared_dice_loss", "The same with squares below: soft labels can be met."),
                    ("soft_iou_loss", "If intersection over union is what is reported."),
                    ("tversky_loss", "If misses and false alarms have different prices."),
                    ("focal_tversky_loss", "And if the hard images should be heard more."),
                    ("lovasz_hinge", "A convex stand-in for the Jaccard loss of hard masks."),
                ),
            ),
        ),
    ),
)

_EMBEDDING = Question(
    "What do you know about the pairs?",
    (
        (
            "For two samples: the same or not",
            Leaf(
                (
                    ("contrastive", "Pulls the same together, pushes others past a margin."),
                    ("cosine_embedding", "The same on angles; lengths do not matter."),
                ),
            ),
        ),
        (
            "For three: this one is nearer than that one",
            Leaf(
                (
                    ("triplet", "Only the order of two distances counts."),
                    ("batch_hard_triplet", "It looks for the hardest triples of the batch."),
                ),
            ),
        ),
        (
            "Two views of each sample; everything else in the batch is a negative",
            Leaf(
                (
                    ("info_nce", "A cross-entropy over similarities, with a temperature."),
                    ("nt_xent", "Both views of each sample take turns, as in SimCLR."),
                    ("n_pair", "One positive and the other pairs as negatives; no temperature."),
                    ("clip_loss", "Two kinds of data, such as image and text; both directions."),
                ),
            ),
        ),
        (
            "A class for each sample",
            Leaf(
                (
                    ("supcon", "All samples of a class are positives of each other."),
                    ("arcface", "A classifier with a margin in the angle, for many classes."),
                ),
            ),
        ),
    ),
)

_ORDER = Question(
    "How is the order told to you?",
    (
        (
            "In pairs: this before that",
            Leaf(
                (
                    ("ranknet", "A probability for each pair; smooth, and right for noisy pairs."),
                    ("margin_ranking", "A hinge on the difference; satisfied pairs are silent."),
                ),
            ),
        ),
        (
            "As relevance of each item of a list",
            Leaf((("listnet", "A cross-entropy between two distributions of the first place."),)),
        ),
        (
            "As the whole order",
            Leaf((("listmle", "The likelihood of the order, drawn place by place."),)),
        ),
    ),
)

_SEQUENCE = Question(
    "Do you know which output belongs to which input step?",
    (
        (
            "Yes, or the model writes one token after the other",
            Leaf(
                (
                    (
                        "sequence_cross_entropy",
                        "Cross-entropy for each token, padding masked. "
                        "Models with attention need no alignment for it.",
                    ),
                ),
            ),
        ),
        (
            "No, but the order is the same and the input is long enough",
            Leaf((("ctc", "It adds up all alignments; blanks separate repeated labels."),)),
        ),
        (
            "No: whole answers are preferred or rewarded",
            Leaf(
                (
                    ("dpo_loss", "From pairs of a better and a worse answer."),
                    ("grpo_loss", "From rewards within a group of answers."),
                ),
            ),
        ),
    ),
)

_ACTION = Question(
    "What is learned?",
    (
        (
            "How good a state or an action is",
            Leaf(
                (
                    ("value_loss", "The return is the target, and is held constant."),
                    ("clipped_value_loss", "Steps of the critic are limited, as in some PPO code."),
                    ("dqn_td_loss", "The target comes from a slower copy of the network."),
                ),
            ),
        ),
        (
            "The policy, from its own experience",
            Leaf(
                (
                    ("policy_gradient_loss", "The plain one: one step for each batch."),
                    ("ppo_clip", "Several steps for each batch, with a limit on the ratio."),
                    ("entropy_bonus", "Added, so that the policy goes on exploring."),
                    ("grpo_loss", "No critic: a group of answers is its own baseline."),
                ),
            ),
        ),
        (
            "The policy, from preferences between two answers",
            Leaf(
                (
                    ("dpo_loss", "A logistic loss on the difference of two log-ratios."),
                    ("ipo_loss", "A square in its place: no pull towards infinity."),
                ),
            ),
        ),
        (
            "It is learned already, and should not move too far",
            Leaf(
                (
                    ("kl_k1", "Unbiased and noisy; single values may be negative."),
                    ("kl_k2", "Never negative, but its mean is not the divergence."),
                    ("kl_k3", "Unbiased and never negative: for reporting."),
                ),
            ),
        ),
    ),
)

_MORE = Question(
    "The loss is chosen. What is missing?",
    (
        (
            "The model fits noise",
            Leaf(
                (
                    ("l2_penalty", "Shrinks all coefficients; the usual first choice."),
                    ("l1_penalty", "Sets coefficients to zero, with a proximal step."),
                    ("elastic_net", "Both, if columns are correlated."),
                    ("group_lasso", "Whole groups of coefficients live or die together."),
                ),
            ),
        ),
        (
            "There are several tasks",
            Leaf(
                (
                    ("weighted_sum", "Fixed weights: start here, with losses of similar size."),
                    ("uncertainty_weighting", "Weights that are learned as scales of noise."),
                ),
            ),
        ),
        (
            "Hidden codes should follow a known distribution",
            Leaf(
                (
                    ("gaussian_kl", "The term of a variational autoencoder, in closed form."),
                    ("kl_divergence", "If both distributions are lists of probabilities."),
                ),
            ),
        ),
        (
            "None of the losses says what a mistake costs me",
            Leaf((), (("choosing/design", "From a price to a loss, and how to check it."),)),
        ),
    ),
)

TREE = Question(
    "What does your model put out?",
    (
        ("A number", _NUMBER),
        ("A class, or labels", _CLASS),
        ("A place in an image: boxes or masks", _PLACE),
        ("A vector in which near means similar", _EMBEDDING),
        ("An order of items", _ORDER),
        ("A sequence", _SEQUENCE),
        ("Actions, or answers that are preferred", _ACTION),
        ("The right thing already; I want to add something", _MORE),
    ),
)


# -- in a page -------------------------------------------------------------------------------


class loss_link(nodes.Inline, nodes.TextElement):
    """Stands where a link to the page of a loss will be, once all pages are known."""


def where(slug: str, known: Any) -> tuple[str, str]:
    """The page that teaches a loss, or its entry in the reference: docname and anchor."""
    spec = lossref.spec(slug)
    if spec.page in known:
        return spec.page, ""
    return f"reference/{spec.family}", f"reference-{slug}"


def fill_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Links to losses and pages; one that leads nowhere is a warning."""
    for place in list(doctree.findall(loss_link)):
        page, anchor = place["page"], ""
        if slug := place["slug"]:
            page, anchor = where(slug, app.env.found_docs)
        if page not in app.env.found_docs:
            logger.warning("loss-tree: no page %r", page, location=docname)
            continue
        text = lossref.spec(slug).title if slug else app.env.titles[page].astext()
        uri = app.builder.get_relative_uri(docname, page) + (f"#{anchor}" if anchor else "")
        place.replace_self(nodes.reference("", text, refuri=uri, internal=True))


class LossTree(SphinxDirective):
    """``{loss-tree}``: the whole tree as nested lists, which a script asks question by question."""

    required_arguments = 0
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        def raw(html: str) -> nodes.raw:
            return nodes.raw("", html, format="html")

        return [
            raw('<loss-tree><details class="tree-all" open><summary>The whole tree</summary>'),
            question_nodes(TREE),
            raw("</details></loss-tree>"),
        ]


def question_nodes(question: Question) -> nodes.Node:
    """A question with its answers as a list, everything below included."""
    box = nodes.container(classes=["tree-question"])
    box += nodes.paragraph("", question.text, classes=["tree-text"])
    listed = nodes.bullet_list(classes=["tree-answers"])
    for answer, following in question.answers:
        item = nodes.list_item()
        item += nodes.paragraph("", answer, classes=["tree-answer"])
        item += leaf_nodes(following) if isinstance(following, Leaf) else question_nodes(following)
        listed += item
    box += listed
    return box


def leaf_nodes(leaf: Leaf) -> nodes.Node:
    """Losses with links and reasons, then pages."""
    box = nodes.container(classes=["tree-leaf"])
    listed = nodes.bullet_list()
    for slug, page, why in [
        *((slug, "", why) for slug, why in leaf.losses),
        *(("", page, why) for page, why in leaf.pages),
    ]:
        link = loss_link("", "", slug=slug, page=page)
        item = nodes.list_item()
        item += nodes.paragraph("", "", link, nodes.Text(f". {why}"))
        listed += item
    box += listed
    return box


def setup(app: Sphinx) -> None:
    app.add_directive("loss-tree", LossTree)
    app.add_node(loss_link)
    app.connect("doctree-resolved", fill_links)
