"""Exercise: the best answer when the input says nothing, and when it says a little."""

from __future__ import annotations

import numpy as np

from autograde.answers import Helper, strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import targets

SQUARED = Helper("squared_loss")
ABSOLUTE = Helper("absolute_loss")
LOPSIDED = Helper("lopsided_loss")


def bayes_optimal_constant(loss, y, candidates):
    risks = [float(np.mean(loss(y, candidate))) for candidate in candidates]
    return float(min(zip(risks, candidates))[1])


def bayes_optimal_class(probability, cost):
    expected = np.einsum("nt,ta->na", probability, cost)
    return expected.argmin(axis=1)


def probes(rng: np.random.Generator) -> list[Probe]:
    def around(y: np.ndarray, n: int) -> np.ndarray:
        """Candidates in no order, among them samples and places between them."""
        low, high = 8 * np.min(y), 8 * np.max(y)
        steps = rng.permutation(np.arange(low - 4, high + 5))
        return np.concatenate([steps[:n], 8 * y[:2]]) / 8

    def samples(n: int) -> np.ndarray:
        """Different numbers with one far off, so that mean, median and quantile differ."""
        steps = rng.permutation(32)[: n - 1] - 16
        return np.append(steps, rng.choice([-1, 1]) * rng.integers(60, 90)) / 8

    def best(aspect, regime, loss, y, candidates=None):
        candidates = around(y, 24) if candidates is None else candidates
        return Probe("bayes_optimal_constant", aspect, regime, (loss, y, candidates))

    def beliefs(n: int, classes: int) -> np.ndarray:
        """Rows of sixteenths that add up to 1, none of them even."""
        cuts = np.sort([rng.permutation(np.arange(1, 16))[: classes - 1] for _ in range(n)], axis=1)
        edges = np.concatenate([np.zeros((n, 1)), cuts, np.full((n, 1), 16)], axis=1)
        return np.diff(edges, axis=1) / 16

    def prices(classes: int, answers: int) -> np.ndarray:
        """No price twice, and 0 where the answer is the truth."""
        table = rng.permutation(np.arange(1, classes * answers + 1)).reshape(classes, answers)
        table = table.astype(float)
        table[np.arange(min(classes, answers)), np.arange(min(classes, answers))] = 0.0
        return table

    def decide(aspect, regime, probability, cost):
        return Probe("bayes_optimal_class", aspect, regime, (probability, cost))

    y = samples(6)
    steps = rng.integers(-12, 12) + np.array([0, 3, rng.integers(8, 14), 20])
    middle = steps / 8
    between = rng.permutation(np.arange(steps[1] + 1, steps[2]))
    # neither the smallest nor the largest of the best comes first
    inner = np.concatenate([between[:1], [steps[2], steps[1]], between[1:]]) / 8
    return [
        best("constant", "nine samples, one far off, squared loss", SQUARED, samples(9)),
        best("constant", "nine samples, one far off, absolute loss", ABSOLUTE, samples(9)),
        best("constant", "nine samples, a loss that charges more for too low", LOPSIDED, samples(9)),
        best("constant", "eleven samples, a loss that charges more for too low", LOPSIDED, samples(11)),
        best("constant", "candidates far above all samples, the nearest one last", SQUARED, y,
             np.max(y) + np.append(rng.permutation(np.arange(4.0, 9.0)), 3.0)),
        best("constant", "candidates far below all samples, the nearest one first", ABSOLUTE, y,
             np.min(y) - np.append(3.0, rng.permutation(np.arange(4.0, 9.0)))),
        best("edges", "every candidate between the middle two is as good", ABSOLUTE,
             rng.permutation(middle), inner),
        best("edges", "a single sample", LOPSIDED, targets(rng, 1) + 0.0625),
        best("edges", "a single candidate", ABSOLUTE, samples(5), targets(rng, 1)),
        best("edges", "whole numbers (dtype int64)", SQUARED, rng.integers(-9, 10, 6),
             rng.permutation(np.arange(-9, 10))),
        best("edges", "arrays that are not contiguous", LOPSIDED, strided(samples(7)),
             strided(rng.permutation(np.arange(-32.0, 40.0) / 4))),
        decide("decision", "six rows, two classes, two prices", beliefs(6, 2), prices(2, 2)),
        decide("decision", "eight rows, three classes", beliefs(8, 3), prices(3, 3)),
        decide("decision", "ten rows, two classes, and a third answer that is never free",
               beliefs(10, 2), np.column_stack([prices(2, 2) * 4, rng.integers(3, 5, 2)])),
        decide("decision", "eight rows, four classes, three answers", beliefs(8, 4), prices(4, 3)),
        decide("decision", "seven rows, three classes, all mistakes cost the same",
               beliefs(7, 3), 1.0 - np.eye(3)),
        decide("decision", "nine rows, a gamble and an answer whose price is certain", beliefs(9, 2),
               rng.integers(1, 9) * np.array([[0.0, 5.0], [9.0, 5.0]])),
        decide("edges", "two answers that cost the same", beliefs(5, 3),
               np.repeat(prices(3, 2), 2, axis=1)),
        decide("edges", "a single row", beliefs(1, 3), prices(3, 3)),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def always_the_mean(loss, y, candidates):
    mean = np.mean(y)
    return np.min(candidates[np.abs(candidates - mean) == np.min(np.abs(candidates - mean))])


def always_the_median(loss, y, candidates):
    away = np.abs(candidates - np.median(y))
    return np.min(candidates[away == np.min(away)])


def the_place(loss, y, candidates):
    order = np.argsort(candidates, kind="stable")
    risks = [np.mean(loss(y, candidates[i])) for i in order]
    return order[np.argmin(risks)]


def its_risk(loss, y, candidates):
    return np.min([np.mean(loss(y, c)) for c in candidates])


def the_worst(loss, y, candidates):
    ordered = np.sort(candidates)
    return ordered[np.argmax([np.mean(loss(y, c)) for c in ordered])]


def first_come(loss, y, candidates):
    return candidates[np.argmin([np.mean(loss(y, c)) for c in candidates])]


def the_largest_of_the_best(loss, y, candidates):
    ordered = np.sort(candidates)[::-1]
    return ordered[np.argmin([np.mean(loss(y, c)) for c in ordered])]


def other_way_round(loss, y, candidates):
    ordered = np.sort(candidates)
    return ordered[np.argmin([np.mean(loss(np.full(len(y), c), y)) for c in ordered])]


def least_worst_case(loss, y, candidates):
    ordered = np.sort(candidates)
    return ordered[np.argmin([np.max(loss(y, c)) for c in ordered])]


def most_probable(probability, cost):
    return np.argmax(probability, axis=1)


def table_turned(probability, cost):
    return np.argmin(probability @ cost.T, axis=1)


def dearest(probability, cost):
    return np.argmax(probability @ cost, axis=1)


def expected_price(probability, cost):
    return np.min(probability @ cost, axis=1)


def without_the_beliefs(probability, cost):
    return np.full(len(probability), np.argmin(np.mean(cost, axis=0)))


def as_if_certain(probability, cost):
    return np.argmin(cost[np.argmax(probability, axis=1)], axis=1)


def last_of_the_cheapest(probability, cost):
    expected = probability @ cost
    return cost.shape[1] - 1 - np.argmin(expected[:, ::-1], axis=1)


FIVE = (SQUARED, [0.0, 1.0, 8.0], [0.0, 1.0, 2.0, 3.0, 4.0])
FIVE_LOW = (LOPSIDED, [0.0, 1.0, 2.0, 3.0], [3.0, 2.0, 1.0, 0.0])
HALF = ([[0.75, 0.25]], [[0.0, 1.0], [8.0, 0.0]])

EXERCISE = Exercise(
    slug="bayes_optimal_constant",
    title="The best answer in ignorance",
    chapter="concepts",
    page="concepts/best-constant",
    functions={
        "bayes_optimal_constant": bayes_optimal_constant,
        "bayes_optimal_class": bayes_optimal_class,
    },
    points={"constant": 2, "decision": 2, "edges": 1},
    probes=probes,
    hints=(
        "Both functions do the same: for every answer that is allowed, find out what it costs on "
        "average, and take the cheapest.",
        "For classes, the average price of answer a is a sum over the truths t: how probable t "
        "is, times the price of saying a when t is true. That is a product of two matrices.",
        "Two lines go astray: the one that decides between equally good answers, and the one that "
        "picks rows or columns of the price table. Its rows are truths.",
    ),
    misconceptions=(
        Misconception(
            "bayes_optimal_constant/mean",
            "It goes for the mean, whatever the loss",
            "bayes_optimal_constant",
            always_the_mean,
            "For samples [0, 1, 8], the absolute loss and candidates 0 to 4 you return {got}. "
            "Which loss did you ask?",
            "The candidate nearest to the mean; right for squares.",
            "derivation",
            (ABSOLUTE, [0.0, 1.0, 8.0], [0.0, 1.0, 2.0, 3.0, 4.0]),
        ),
        Misconception(
            "bayes_optimal_constant/median",
            "It goes for the median, whatever the loss",
            "bayes_optimal_constant",
            always_the_median,
            "For samples [0, 1, 8], the squared loss and candidates 0 to 4 you return {got}. What "
            "does a miss of 7 cost there, and what would it cost at the next candidate?",
            "The candidate nearest to the median; right for absolute errors.",
            "derivation",
            FIVE,
        ),
        Misconception(
            "bayes_optimal_constant/place",
            "The place of the best candidate is returned",
            "bayes_optimal_constant",
            the_place,
            "For samples [5, 5] and candidates [5, 7] you return {got}. Would you predict that?",
            "argmin without looking the candidate up.",
            "definition",
            (SQUARED, [5.0, 5.0], [5.0, 7.0]),
        ),
        Misconception(
            "bayes_optimal_constant/risk",
            "The lowest risk is returned, not who has it",
            "bayes_optimal_constant",
            its_risk,
            "For samples [5, 5] and candidates [5, 7] you return {got}. Is that the price, or the "
            "prediction?",
            "min in place of argmin.",
            "definition",
            (SQUARED, [5.0, 5.0], [5.0, 7.0]),
        ),
        Misconception(
            "bayes_optimal_constant/worst",
            "It looks for the largest risk",
            "bayes_optimal_constant",
            the_worst,
            "For samples [0, 1, 8] and candidates 0 to 4 you return {got}. Is there a candidate "
            "with a lower risk?",
            "argmax.",
            "definition",
            FIVE,
        ),
        Misconception(
            "bayes_optimal_constant/first-come",
            "Of equally good candidates, the first in the list wins",
            "bayes_optimal_constant",
            first_come,
            "For samples [0, 2], the absolute loss and candidates [2, 1, 0] you return {got}. "
            "What do the other two candidates cost, and which of the three does the statement "
            "want?",
            "The order of the candidates decides.",
            "what-goes-wrong",
            (ABSOLUTE, [0.0, 2.0], [2.0, 1.0, 0.0]),
        ),
        Misconception(
            "bayes_optimal_constant/largest",
            "Of equally good candidates, the largest wins",
            "bayes_optimal_constant",
            the_largest_of_the_best,
            "For samples [0, 2], the absolute loss and candidates [0, 1, 2] you return {got}. "
            "Which of the three does the statement want?",
            "Ties are broken upwards.",
            "what-goes-wrong",
            (ABSOLUTE, [0.0, 2.0], [0.0, 1.0, 2.0]),
        ),
        Misconception(
            "bayes_optimal_constant/swapped",
            "The loss is given the prediction first",
            "bayes_optimal_constant",
            other_way_round,
            "Too low costs three times as much as too high. For samples [0, 1, 2, 3] you return "
            "{got}. How many samples lie above that, and what do they cost?",
            "loss(candidate, y); invisible for symmetric losses.",
            "definition",
            FIVE_LOW,
        ),
        Misconception(
            "bayes_optimal_constant/minimax",
            "The largest loss is made small, not the average one",
            "bayes_optimal_constant",
            least_worst_case,
            "For samples [0, 1, 8] and the squared loss you return {got}. How many samples had a "
            "say?",
            "Minimax: the midrange for symmetric losses.",
            "derivation",
            FIVE,
        ),
        Misconception(
            "bayes_optimal_class/most-probable",
            "It answers with the most probable class",
            "bayes_optimal_class",
            most_probable,
            "Class 0 has probability 0.75, but to call a 1 a 0 costs 8, and the reverse costs 1. "
            "You answer {got}. What does that answer cost on average, and what would the other?",
            "argmax of the probabilities: right only if all mistakes cost the same.",
            "derivation",
            HALF,
        ),
        Misconception(
            "bayes_optimal_class/turned",
            "Rows and columns of the prices change places",
            "bayes_optimal_class",
            table_turned,
            "With probabilities [0.75, 0.25] and prices [[0, 1], [8, 0]] you answer {got}. The 8 "
            "stands in row 1, column 0: who is the truth there, and who the answer?",
            "cost.T.",
            "definition",
            HALF,
        ),
        Misconception(
            "bayes_optimal_class/dearest",
            "It takes the dearest answer",
            "bayes_optimal_class",
            dearest,
            "With probabilities [0.75, 0.25] and prices [[0, 1], [8, 0]] you answer {got}. What "
            "does it cost on average?",
            "argmax of the expected price.",
            "definition",
            HALF,
        ),
        Misconception(
            "bayes_optimal_class/price",
            "The price is returned, not the answer",
            "bayes_optimal_class",
            expected_price,
            "With probabilities [0.75, 0.25] and prices [[0, 1], [8, 0]] you return {got}. Which "
            "class is that?",
            "min in place of argmin.",
            "definition",
            HALF,
        ),
        Misconception(
            "bayes_optimal_class/no-beliefs",
            "The probabilities are not used",
            "bayes_optimal_class",
            without_the_beliefs,
            "With probabilities [1, 0] and prices [[0, 1], [8, 0]] you answer {got}. Could the "
            "truth be anything but 0?",
            "Averages the price table with equal weights.",
            "derivation",
            ([[1.0, 0.0]], [[0.0, 1.0], [8.0, 0.0]]),
        ),
        Misconception(
            "bayes_optimal_class/certain",
            "The most probable class is taken for the truth",
            "bayes_optimal_class",
            as_if_certain,
            "With probabilities [0.75, 0.25] and prices [[0, 1], [8, 0]] you answer {got}. What "
            "happens in the other quarter of the cases?",
            "The cheapest answer to the most probable truth; doubt costs nothing.",
            "derivation",
            HALF,
        ),
        Misconception(
            "bayes_optimal_class/last",
            "Of equally cheap answers, the last one is taken",
            "bayes_optimal_class",
            last_of_the_cheapest,
            "With probabilities [0.5, 0.5] and prices [[1, 1], [1, 1]] you answer {got}. Which "
            "answer does the statement want when all cost the same?",
            "Ties are broken upwards.",
            "what-goes-wrong",
            ([[0.5, 0.5]], [[1.0, 1.0], [1.0, 1.0]]),
        ),
    ),
    success=(
        "The same search found the mean, the median and a quantile, and with a table of prices it "
        "found when to leave the most probable class alone. Next door: the same minimum without "
        "a list of candidates, by walking downhill."
    ),
)
