"""Exercise: distillation at a temperature, and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.label_regimes import refuses
from autograde.regimes import targets


def distillation(teacher_logits, logits, temperature=2.0):
    return lossref.distillation(teacher_logits, logits, temperature=temperature)


def distillation_grad(teacher_logits, logits, temperature=2.0):
    return lossref.distillation_grad(teacher_logits, logits, temperature=temperature)


def both(rng, n, classes):
    return targets(rng, (n, classes)), targets(rng, (n, classes))


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("distillation", "value"), ("distillation_grad", "gradient")):
        single, views, far, high = (both(rng, *s) for s in ((3, 4), (2, 3), (2, 4), (3, 3)))
        far[1][:, 0] += 3000.0
        same = targets(rng, (2, 3))
        drawn += [
            Probe(
                name, aspect, "three samples, temperature 4", both(rng, 3, 4), {"temperature": 4.0}
            ),
            Probe(name, aspect, "temperature 1", both(rng, 2, 5), {"temperature": 1.0}),
            Probe(name, aspect, "temperature 0.5", both(rng, 3, 2), {"temperature": 0.5}),
            Probe(name, aspect, "the temperature left at its default", both(rng, 4, 3)),
            Probe(
                name, aspect, "as many samples as classes", both(rng, 3, 3), {"temperature": 3.0}
            ),
            Probe(name, "edges", "one sample", both(rng, 1, 4), {"temperature": 4.0}),
            Probe(
                name,
                "edges",
                "a student that says what the teacher says",
                (same, same.copy()),
                {"temperature": 2.0},
                atol=1e-13,
                scaled=False,
            ),
            Probe(
                name,
                "edges",
                "whole numbers (dtype int64)",
                (rng.integers(-5, 6, (2, 3)), rng.integers(-5, 6, (2, 3))),
                {"temperature": 4.0},
            ),
            Probe(
                name,
                "edges",
                "single precision (dtype float32)",
                tuple(x.astype(np.float32) for x in single),
                {"temperature": 4.0},
                atol=4e-6,
            ),
            Probe(name, "edges", "arrays that are not contiguous", tuple(map(strided, views))),
            Probe(name, "stability", "a student logit 3000 above the others", far),
            Probe(name, "stability", "all logits near 2000", tuple(x + 2000.0 for x in high)),
        ]
    names = ("distillation", "distillation_grad")
    for t in (0.0, -1.0):
        regime = f"temperature = {t:g}, which is not allowed"
        drawn += refuses(names, regime, both(rng, 2, 3), {"temperature": t})
    return drawn


# -- wrong answers -------------------------------------------------------------


def without_the_square(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    t, z = teacher_logits / temperature, logits / temperature
    a = t - np.logaddexp.reduce(t, axis=1, keepdims=True)
    b = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    return np.mean(np.sum(np.exp(a) * (a - b), axis=1))


def one_factor(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    t, z = teacher_logits / temperature, logits / temperature
    a = t - np.logaddexp.reduce(t, axis=1, keepdims=True)
    b = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    return temperature * np.mean(np.sum(np.exp(a) * (a - b), axis=1))


def teacher_alone_softened(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    t = teacher_logits / temperature
    a = t - np.logaddexp.reduce(t, axis=1, keepdims=True)
    b = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return temperature**2 * np.mean(np.sum(np.exp(a) * (a - b), axis=1))


def student_alone_softened(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    z = logits / temperature
    a = teacher_logits - np.logaddexp.reduce(teacher_logits, axis=1, keepdims=True)
    b = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    return temperature**2 * np.mean(np.sum(np.exp(a) * (a - b), axis=1))


def other_direction(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    t, z = teacher_logits / temperature, logits / temperature
    a = t - np.logaddexp.reduce(t, axis=1, keepdims=True)
    b = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    return temperature**2 * np.mean(np.sum(np.exp(b) * (b - a), axis=1))


def cross_entropy_of_both(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    t, z = teacher_logits / temperature, logits / temperature
    a = t - np.logaddexp.reduce(t, axis=1, keepdims=True)
    b = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    return -(temperature**2) * np.mean(np.sum(np.exp(a) * b, axis=1))


def temperature_multiplied(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    t, z = teacher_logits * temperature, logits * temperature
    a = t - np.logaddexp.reduce(t, axis=1, keepdims=True)
    b = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    return temperature**2 * np.mean(np.sum(np.exp(a) * (a - b), axis=1))


def over_entries(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    t, z = teacher_logits / temperature, logits / temperature
    a = t - np.logaddexp.reduce(t, axis=1, keepdims=True)
    b = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    return temperature**2 * np.mean(np.exp(a) * (a - b))


def samples_summed(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    t, z = teacher_logits / temperature, logits / temperature
    a = t - np.logaddexp.reduce(t, axis=1, keepdims=True)
    b = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    return temperature**2 * np.sum(np.exp(a) * (a - b))


def exponentials_as_written(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    p, q = np.exp(teacher_logits / temperature), np.exp(logits / temperature)
    p, q = p / p.sum(axis=1, keepdims=True), q / q.sum(axis=1, keepdims=True)
    return temperature**2 * np.mean(np.sum(p * np.log(p / q), axis=1))


def any_temperature(teacher_logits, logits, temperature=2.0):
    t, z = teacher_logits / (temperature or 1.0), logits / (temperature or 1.0)
    a = t - np.logaddexp.reduce(t, axis=1, keepdims=True)
    b = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    return temperature**2 * np.mean(np.sum(np.exp(a) * (a - b), axis=1))


def grad_without_the_square(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    t, z = teacher_logits / temperature, logits / temperature
    p = np.exp(t - np.logaddexp.reduce(t, axis=1, keepdims=True))
    q = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    return (q - p) / (temperature * len(q))


def grad_inner_forgotten(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    t, z = teacher_logits / temperature, logits / temperature
    p = np.exp(t - np.logaddexp.reduce(t, axis=1, keepdims=True))
    q = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    return temperature**2 * (q - p) / len(q)


def grad_plain_difference(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    t, z = teacher_logits / temperature, logits / temperature
    p = np.exp(t - np.logaddexp.reduce(t, axis=1, keepdims=True))
    q = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    return (q - p) / len(q)


def grad_without_n(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    t, z = teacher_logits / temperature, logits / temperature
    p = np.exp(t - np.logaddexp.reduce(t, axis=1, keepdims=True))
    q = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    return temperature * (q - p)


def grad_over_entries(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    t, z = teacher_logits / temperature, logits / temperature
    p = np.exp(t - np.logaddexp.reduce(t, axis=1, keepdims=True))
    q = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    return temperature * (q - p) / q.size


def grad_downhill(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    t, z = teacher_logits / temperature, logits / temperature
    p = np.exp(t - np.logaddexp.reduce(t, axis=1, keepdims=True))
    q = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    return temperature * (p - q) / len(q)


def grad_of_hard_labels(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    z = logits / temperature
    q = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    q[np.arange(len(q)), teacher_logits.argmax(axis=1)] -= 1
    return temperature * q / len(q)


def grad_overflows(teacher_logits, logits, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    p, q = np.exp(teacher_logits / temperature), np.exp(logits / temperature)
    p, q = p / p.sum(axis=1, keepdims=True), q / q.sum(axis=1, keepdims=True)
    return temperature * (q - p) / len(q)


def grad_any_temperature(teacher_logits, logits, temperature=2.0):
    t, z = teacher_logits / (temperature or 1.0), logits / (temperature or 1.0)
    p = np.exp(t - np.logaddexp.reduce(t, axis=1, keepdims=True))
    q = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    return temperature * (q - p) / len(q)


TWO = ([[4.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [2.0, 0.0]], 2.0)
FAR = ([[0.0, 0.0]], [[3000.0, 0.0]], 2.0)
COLD = ([[4.0, 0.0]], [[0.0, 0.0]], -1.0)

EXERCISE = Exercise(
    slug="distillation",
    title="Distillation",
    chapter="choosing",
    functions={"distillation": distillation, "distillation_grad": distillation_grad},
    points={"value": 3, "gradient": 3, "edges": 1, "stability": 2},
    probes=probes,
    hints=(
        "Teacher and student are asked the same question at the same temperature. The student pays "
        "for every class according to how much the teacher believes in it.",
        "Two log-softmaxes at temperature T, the divergence of the student's from the teacher's, a "
        "mean over the samples, and the factor. Differentiating by the logits brings one factor 1/T.",
        "The lines that people get wrong: the temperature belongs under both sets of logits, the "
        "square of it in front, and in the gradient one of the two cancels.",
    ),
    misconceptions=(
        Misconception(
            "distillation/no-square",
            "The factor in front is missing",
            "distillation",
            without_the_square,
            "With temperature 2 you return {got}. How does the gradient of your loss shrink when the "
            "temperature is doubled?",
            "KL without T^2: at T = 10 the soft part is a hundredth of the hard one.",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "distillation/one-factor",
            "The temperature stands in front once",
            "distillation",
            one_factor,
            "With temperature 2 you return {got}. What is the factor in the statement?",
            "T for T^2.",
            "definition",
            TWO,
        ),
        Misconception(
            "distillation/teacher-only",
            "The student is not softened",
            "distillation",
            teacher_alone_softened,
            "With temperature 2 you return {got}. What do you return for a student whose logits are "
            "exactly those of the teacher?",
            "The temperature is applied to the teacher's logits alone.",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "distillation/student-only",
            "The teacher is not softened",
            "distillation",
            student_alone_softened,
            "With temperature 2 you return {got}. What do you return for a student whose logits are "
            "exactly those of the teacher?",
            "The temperature is applied to the student's logits alone.",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "distillation/other-way",
            "The divergence is taken the other way round",
            "distillation",
            other_direction,
            "With temperature 2 you return {got}. Whose probabilities weight the sum in the statement?",
            "KL(student || teacher).",
            "definition",
            TWO,
        ),
        Misconception(
            "distillation/cross-entropy",
            "The entropy of the teacher is left in",
            "distillation",
            cross_entropy_of_both,
            "With temperature 2 you return {got}. What do you return for a student that says exactly "
            "what the teacher says, and what does a divergence?",
            "Cross-entropy: same gradient, another value.",
            "definition",
            TWO,
        ),
        Misconception(
            "distillation/multiplied",
            "The logits are multiplied by the temperature",
            "distillation",
            temperature_multiplied,
            "With temperature 2 you return {got}. Do probabilities become more alike when the logits "
            "are doubled?",
            "z * T sharpens.",
            "definition",
            TWO,
        ),
        Misconception(
            "distillation/entries",
            "It is a mean over the classes too",
            "distillation",
            over_entries,
            "For two samples and two classes you return {got}. Over what does the sum of a divergence "
            "run, and over what the mean of the statement?",
            "torch's kl_div with reduction='mean'.",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "distillation/sum",
            "The samples are summed",
            "distillation",
            samples_summed,
            "For two samples you return {got}. What does one of them cost on average?",
            "Missing 1/n.",
            "definition",
            TWO,
        ),
        Misconception(
            "distillation/overflow",
            "The exponential overflows",
            "distillation",
            exponentials_as_written,
            "For a student logit of 3000 you return {got}. What changes in a softmax if all logits of "
            "a row are lowered by the same number?",
            "Softmax and logarithm as they are spelled.",
            "what-goes-wrong",
            FAR,
        ),
        Misconception(
            "distillation/any-temperature",
            "Every temperature is accepted",
            "distillation",
            any_temperature,
            "With temperature -1 you return {got}. Which class does a teacher find most likely whose "
            "logits are divided by -1?",
            "No check.",
            "definition",
            COLD,
        ),
        Misconception(
            "distillation_grad/no-square",
            "The square is missing in the gradient",
            "distillation_grad",
            grad_without_the_square,
            "With temperature 2 your gradient is {got}. Which factor stands in front of the loss, and "
            "which does the chain rule bring?",
            "(Q - P) / T.",
            "derivation",
            TWO,
        ),
        Misconception(
            "distillation_grad/inner",
            "The inner derivative is missing",
            "distillation_grad",
            grad_inner_forgotten,
            "With temperature 2 your gradient is {got}. What is the derivative of z / T by z?",
            "T^2 (Q - P).",
            "derivation",
            TWO,
        ),
        Misconception(
            "distillation_grad/plain",
            "Both factors are missing",
            "distillation_grad",
            grad_plain_difference,
            "With temperature 2 your gradient is {got}. Differentiate the square times a function of "
            "z / T: what is left of the temperature?",
            "Q - P, which is right for T = 1 only.",
            "derivation",
            TWO,
        ),
        Misconception(
            "distillation_grad/sum",
            "It is the gradient of the sum",
            "distillation_grad",
            grad_without_n,
            "For two samples your gradient is {got}. The loss is a mean of two terms: how much of it "
            "is the first one?",
            "Missing 1/n.",
            "derivation",
            TWO,
        ),
        Misconception(
            "distillation_grad/entries",
            "It is divided by all entries",
            "distillation_grad",
            grad_over_entries,
            "For two samples and two classes your gradient is {got}. By which number is the loss "
            "divided?",
            "n C for n.",
            "derivation",
            TWO,
        ),
        Misconception(
            "distillation_grad/downhill",
            "It points downhill",
            "distillation_grad",
            grad_downhill,
            "For two samples your gradient is {got}. A step is taken against it: does the student come "
            "closer to the teacher?",
            "P - Q.",
            "derivation",
            TWO,
        ),
        Misconception(
            "distillation_grad/hard",
            "The teacher is asked for its first choice only",
            "distillation_grad",
            grad_of_hard_labels,
            "For a teacher of logits 4 and 0, and one of 0 and 0, your gradient is {got}. What does "
            "the second teacher know that a label could not say?",
            "One-hot of the argmax.",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "distillation_grad/overflow",
            "The exponential overflows",
            "distillation_grad",
            grad_overflows,
            "For a student logit of 3000 your gradient is {got}. What is infinity over infinity?",
            "Softmax as it is spelled.",
            "what-goes-wrong",
            FAR,
        ),
        Misconception(
            "distillation_grad/any-temperature",
            "Every temperature is accepted",
            "distillation_grad",
            grad_any_temperature,
            "With temperature -1 your gradient is {got}. Towards which class does it pull the student?",
            "No check in the gradient.",
            "definition",
            COLD,
        ),
    ),
    success=(
        "The same temperature on both sides, its square in front, one of the two left in the "
        "gradient, and logits in the thousands do no harm."
    ),
)
