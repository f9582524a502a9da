"""Exercise: a bandit trained by the policy gradient, with the draws given."""

from __future__ import annotations

import numpy as np

from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors


def train_bandit(rewards, draws, lr=0.1):
    z = np.zeros(rewards.shape[1])
    earned: list[float] = []
    for row, u in zip(rewards.tolist(), draws.tolist(), strict=True):
        p = np.exp(z - z.max())
        p /= p.sum()
        arm = int(min(np.searchsorted(np.cumsum(p), u, side="right"), z.size - 1))
        advantage = row[arm] - (sum(earned) / len(earned) if earned else 0.0)
        earned.append(row[arm])
        z = z - lr * advantage * p
        z[arm] += lr * advantage
    return z


def probes(rng: np.random.Generator) -> list[Probe]:
    def table(steps: int, arms: int) -> np.ndarray:
        """Rewards of arms that differ, so that it matters which one was drawn."""
        return errors(rng, (steps, arms), 0.5, 2.0) + 0.75 * rng.permutation(arms)

    def luck(steps: int) -> np.ndarray:
        """Odd multiples of 1/2048: never on the border between two arms of a flat policy."""
        return (2 * rng.integers(0, 1024, size=steps) + 1) / 2048

    def probe(aspect: str, regime: str, rewards, draws, **kwargs) -> Probe:
        return Probe("train_bandit", aspect, regime, (rewards, draws), kwargs)

    spread = (2 * rng.permutation([100, 400, 700, 1000]) + 1) / 2048
    return [
        probe("value", "one step, three arms", table(1, 3), luck(1), lr=0.5),
        probe("value", "two steps, two arms", table(2, 2), luck(2), lr=0.5),
        probe("value", "four steps, four arms, draws far apart", table(4, 4), spread, lr=0.25),
        probe("value", "six steps, three arms", table(6, 3), luck(6), lr=0.25),
        probe("value", "lr left at its default", table(8, 3), luck(8)),
        probe("training", "100 steps, three arms", table(100, 3), luck(100), lr=0.1),
        probe("training", "200 steps, five arms", table(200, 5), luck(200), lr=0.2),
        probe("training", "200 steps, rewards that never change",
              np.tile(rng.permutation([1.0, 2.0, 4.0]), (200, 1)), luck(200), lr=0.1),
        probe("edges", "no step at all", np.zeros((0, 3)), np.zeros(0), lr=0.5),
        probe("edges", "a single arm", table(4, 1), luck(4), lr=0.5),
        probe("edges", "whole numbers as rewards (dtype int64)",
              rng.integers(1, 9, size=(6, 3)), luck(6), lr=0.125),
        probe("edges", "arrays that are not contiguous", strided(table(6, 3)), strided(luck(6)),
              lr=0.25),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def _play(rewards, draws, lr, pick=None, base=None, step=None):
    """One run, with the parts that a mistake replaces."""
    z, seen = np.zeros(rewards.shape[1]), []
    for t in range(len(draws)):
        e = np.exp(z - np.max(z))
        p = e / np.sum(e)
        c = np.cumsum(p)
        a = min(int(np.sum(c <= draws[t])), len(p) - 1) if pick is None else pick(p, draws[t])
        r = float(rewards[t, a])
        b = (np.mean(seen) if seen else 0.0) if base is None else base(seen, r, t)
        hot = np.arange(len(p)) == a
        z = z + lr * ((r - b) * (hot - p) if step is None else step(r - b, hot, p, t))
        seen.append(r)
    return z


def greedy(rewards, draws, lr=0.1):
    return _play(rewards, draws, lr, pick=lambda p, u: int(np.argmax(p)))


def lots_upside_down(rewards, draws, lr=0.1):
    return _play(
        rewards, draws, lr, pick=lambda p, u: len(p) - 1 - int(np.sum(np.cumsum(p[::-1])[:-1] <= u))
    )


def lots_without_policy(rewards, draws, lr=0.1):
    return _play(rewards, draws, lr, pick=lambda p, u: int(u * len(p)))


def no_baseline(rewards, draws, lr=0.1):
    return _play(rewards, draws, lr, base=lambda seen, r, t: 0.0)


def baseline_with_this_reward(rewards, draws, lr=0.1):
    return _play(rewards, draws, lr, base=lambda seen, r, t: np.mean([*seen, r]))


def baseline_is_the_last(rewards, draws, lr=0.1):
    return _play(rewards, draws, lr, base=lambda seen, r, t: seen[-1] if seen else 0.0)


def baseline_knows_all_arms(rewards, draws, lr=0.1):
    return _play(
        rewards, draws, lr, base=lambda seen, r, t: float(np.mean(rewards[:t])) if t else 0.0
    )


def baseline_counts_one_more(rewards, draws, lr=0.1):
    return _play(rewards, draws, lr, base=lambda seen, r, t: sum(seen) / (len(seen) + 1))


def downhill(rewards, draws, lr=0.1):
    return _play(rewards, draws, -lr)


def only_the_arm(rewards, draws, lr=0.1):
    return _play(rewards, draws, lr, step=lambda adv, hot, p, t: adv * hot * 1.0)


def own_entry_only(rewards, draws, lr=0.1):
    return _play(rewards, draws, lr, step=lambda adv, hot, p, t: adv * hot * (hot - p))


def divided_by_p(rewards, draws, lr=0.1):
    return _play(rewards, draws, lr, step=lambda adv, hot, p, t: adv * (hot - p) / (hot @ p))


def fading_step(rewards, draws, lr=0.1):
    return _play(rewards, draws, lr, step=lambda adv, hot, p, t: adv * (hot - p) / (t + 1))


def flat_for_ever(rewards, draws, lr=0.1):
    return _play(rewards, draws, lr, step=lambda adv, hot, p, t: adv * (hot - 1 / len(p)))


def probabilities(rewards, draws, lr=0.1):
    z = _play(rewards, draws, lr)
    return np.exp(z) / np.sum(np.exp(z))


def lr_is_a_tenth(rewards, draws, lr=0.1):
    return _play(rewards, draws, 0.1)


#: The first draw takes arm 0 of three, the second one arm 2.
FIRST = ([[1.0, 2.0, 4.0]], [0.25], 0.5)
LAST = ([[1.0, 2.0, 4.0]], [0.875], 0.5)
BOTH = ([[1.0, 2.0, 4.0], [1.0, 2.0, 4.0]], [0.25, 0.9375], 0.5)

EXERCISE = Exercise(
    slug="train_bandit",
    title="Train a bandit",
    chapter="rl",
    page="rl/training",
    functions={"train_bandit": train_bandit},
    points={"value": 3, "training": 2, "edges": 1},
    probes=probes,
    hints=(
        "Five things per step, in this order: probabilities, arm, reward, baseline, step. Only "
        "the logits and what was earned so far survive it.",
        "You have written the gradient already: that of the policy gradient loss of a single "
        "sample whose advantage is the reward less the baseline.",
        "The baseline is what was known before this arm was pulled. Take this reward into it and "
        "the first step is always zero.",
    ),
    misconceptions=(
        Misconception(
            "train_bandit/greedy",
            "The likeliest arm is pulled",
            "train_bandit",
            greedy,
            "For rewards (1, 2, 4), a draw of 0.875 and lr 0.5 you return {got}. Which arm did the "
            "draw choose?",
            "argmax: the draws are not used, and the first arm wins for ever.",
            "definition",
            LAST,
        ),
        Misconception(
            "train_bandit/upside-down",
            "The lots are counted from the last arm",
            "train_bandit",
            lots_upside_down,
            "For rewards (1, 2, 4), a draw of 0.25 and lr 0.5 you return {got}. The first of three "
            "even arms owns the draws below a third: which arm is it?",
            "Cumulates from the end.",
            "definition",
            FIRST,
        ),
        Misconception(
            "train_bandit/even-lots",
            "The lots do not follow the policy",
            "train_bandit",
            lots_without_policy,
            "For two steps with draws 0.25 and 0.625, lr 2, rewards of (4, 1), you return {got}. "
            "After the first step arm 0 is nearly certain: which arm does 0.625 choose?",
            "u times the number of arms.",
            "definition",
            ([[4.0, 1.0], [4.0, 1.0]], [0.25, 0.625], 2.0),
        ),
        Misconception(
            "train_bandit/no-baseline",
            "There is no baseline",
            "train_bandit",
            no_baseline,
            "For rewards (1, 2, 4) twice, draws 0.25 and 0.9375, lr 0.5 you return {got}. Was the "
            "second reward, 4, surprising by 4?",
            "The reward itself as advantage.",
            "definition",
            BOTH,
        ),
        Misconception(
            "train_bandit/this-reward",
            "The reward is compared with a mean that contains it",
            "train_bandit",
            baseline_with_this_reward,
            "For rewards (1, 2, 4), a draw of 0.25 and lr 0.5 you return {got}. What is left of a "
            "first reward when it is taken off itself?",
            "The baseline depends on the action, so it is no baseline.",
            "what-goes-wrong",
            FIRST,
        ),
        Misconception(
            "train_bandit/last-reward",
            "The baseline is the last reward",
            "train_bandit",
            baseline_is_the_last,
            "For three steps with rewards (1, 2, 4) and draws 0.25, 0.9375, 0.9375 you return "
            "{got}. What was the mean of the first two rewards?",
            "Noisy: the variance doubles instead of falling.",
            "definition",
            ([[1.0, 2.0, 4.0]] * 3, [0.25, 0.9375, 0.9375], 0.5),
        ),
        Misconception(
            "train_bandit/all-arms",
            "The baseline knows arms that were not pulled",
            "train_bandit",
            baseline_knows_all_arms,
            "For rewards (1, 2, 4) twice, draws 0.25 and 0.9375, lr 0.5 you return {got}. Which "
            "rewards has the player seen before the second step?",
            "Mean of the whole table so far.",
            "definition",
            BOTH,
        ),
        Misconception(
            "train_bandit/one-more",
            "The mean divides by one too many",
            "train_bandit",
            baseline_counts_one_more,
            "For rewards (1, 2, 4) twice, draws 0.25 and 0.9375, lr 0.5 you return {got}. One "
            "reward of 1 was seen before: what is its mean?",
            "sum / (count + 1).",
            "definition",
            BOTH,
        ),
        Misconception(
            "train_bandit/downhill",
            "Good arms become rarer",
            "train_bandit",
            downhill,
            "For rewards (1, 2, 4), a draw of 0.25 and lr 0.5 you return {got}. The first arm paid "
            "1: has it become likelier?",
            "The sign of the step.",
            "derivation",
            FIRST,
        ),
        Misconception(
            "train_bandit/only-the-arm",
            "The other arms are not pushed down",
            "train_bandit",
            only_the_arm,
            "For rewards (1, 2, 4), a draw of 0.25 and lr 0.5 you return {got}. To what do the "
            "entries of a gradient by logits add up?",
            "onehot without the probabilities.",
            "derivation",
            FIRST,
        ),
        Misconception(
            "train_bandit/own-entry",
            "Only the logit of the pulled arm moves",
            "train_bandit",
            own_entry_only,
            "For rewards (1, 2, 4), a draw of 0.25 and lr 0.5 you return {got}. Does the "
            "probability of arm 0 depend on the other two logits?",
            "The rest of the row is left at 0.",
            "derivation",
            FIRST,
        ),
        Misconception(
            "train_bandit/divided",
            "Rare arms count for more",
            "train_bandit",
            divided_by_p,
            "For rewards (1, 2, 4), a draw of 0.25 and lr 0.5 you return {got}. Rare arms are "
            "pulled rarely: does the mean over many pulls need a further correction?",
            "Importance weights where the policy itself drew.",
            "derivation",
            FIRST,
        ),
        Misconception(
            "train_bandit/fading",
            "The steps become smaller and smaller",
            "train_bandit",
            fading_step,
            "For rewards (1, 2, 4) twice, draws 0.25 and 0.9375, lr 0.5 you return {got}. How long "
            "should the second step be, compared with the first?",
            "lr / (t + 1).",
            "definition",
            BOTH,
        ),
        Misconception(
            "train_bandit/flat",
            "The step believes that the policy is still even",
            "train_bandit",
            flat_for_ever,
            "For rewards (1, 2, 4) twice, draws 0.25 and 0.9375, lr 0.5 you return {got}. After "
            "the first step the arms are no longer equally likely: where does that enter?",
            "1/K in place of p.",
            "what-goes-wrong",
            BOTH,
        ),
        Misconception(
            "train_bandit/probabilities",
            "Probabilities are returned, not logits",
            "train_bandit",
            probabilities,
            "For rewards (1, 2, 4), a draw of 0.25 and lr 0.5 you return {got}. To what do logits "
            "that started at 0 and moved by this gradient add up?",
            "softmax of the result.",
            "definition",
            FIRST,
        ),
        Misconception(
            "train_bandit/fixed-rate",
            "lr is not used",
            "train_bandit",
            lr_is_a_tenth,
            "For rewards (1, 2, 4), a draw of 0.25 and lr 0.5 you return {got}. What would it be "
            "with lr 5?",
            "0.1 is hard-wired.",
            "definition",
            FIRST,
        ),
    ),
    success=(
        "Draw by draw the same policy as the reference's, for two hundred steps. Put a state in "
        "front of the logits and you have what trains the gridworld of this page."
    ),
)
